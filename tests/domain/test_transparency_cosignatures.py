"""What witnesses are sent, sign and answer: by the examples of C2SP, and by a checkpoint that others' witnesses signed."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from compliance.domain.transparency import (
    COSIGNATURE,
    NoteMalformed,
    NoteSignature,
    VerifierKey,
    VerifierKeyMalformed,
    Witness,
    add_signatures,
    cosigned_message,
    read_cosignature,
    read_note,
    read_signature_lines,
    read_size_answer,
    read_verifier_key,
    read_witness,
    write_offer,
    write_verifier_key,
    write_witness,
)
from compliance.signing import has_signed

TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
"""The example of tlog-cosignature and tlog-witness."""
BY_LOG = "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
BY_WITNESS = "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"

# A checkpoint of a log of others, as two of its witnesses signed it, and the key that one of these publishes.
WILD_TEXT = "arche2025h1.staging.ct.transparency.dev\n1432088532\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n"
BY_REMORA = "— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==\n"
BY_OTHER = "— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==\n"
REMORA = read_verifier_key("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2")


def test_the_example_of_the_specification_is_read():
    note = read_note(f"{TEXT}\n{BY_LOG}{BY_WITNESS}")
    assert read_cosignature(note.signatures[0].signature) is None, "a log's signature holds no time"
    cosigned = read_cosignature(note.signatures[1].signature)
    assert cosigned.seen_at_s == 1_679_315_147
    assert cosigned_message(note.text, seen_at_s=cosigned.seen_at_s) == (
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )


def test_what_a_witness_of_others_signed_is_verified_with_the_key_that_it_publishes():
    note = read_note(f"{WILD_TEXT}\n{BY_REMORA}{BY_OTHER}")
    assert [has_signed(REMORA, each, note.text) for each in note.signatures] == [True, False]
    assert not has_signed(REMORA, note.signatures[0], TEXT)
    other_name = VerifierKey("remora.example", REMORA.public, COSIGNATURE)
    assert not has_signed(other_name, note.signatures[0], note.text)


@pytest.mark.parametrize("at", range(0, 72, 7))
def test_a_changed_octet_of_time_or_signature_is_noticed(at):
    signature = read_note(f"{WILD_TEXT}\n{BY_REMORA}").signatures[0]
    octets = bytearray(signature.signature)
    octets[at] ^= 1
    assert not has_signed(REMORA, NoteSignature(signature.name, signature.key_hash, bytes(octets)), WILD_TEXT)


@pytest.mark.parametrize("octets", [b"", bytes(71), bytes(73), b"\x80" + bytes(71), b"\xff" * 72])
def test_what_is_no_cosignature_is_none(octets):
    assert read_cosignature(octets) is None
    assert not has_signed(REMORA, NoteSignature(REMORA.name, REMORA.hash, octets), WILD_TEXT)


def test_an_ordinary_signature_by_the_same_key_is_no_cosignature():
    private = Ed25519PrivateKey.generate()
    key = VerifierKey("w", private.public_key().public_bytes_raw(), COSIGNATURE)
    plain = NoteSignature("w", key.hash, private.sign(TEXT.encode()))
    assert not has_signed(key, plain, TEXT)


def test_an_offer_is_written_as_the_specification_shows():
    note = f"{TEXT}\n{BY_LOG}"
    assert write_offer(note, old_size=0, proof=[]) == f"old 0\n\n{note}"
    assert write_offer(note, old_size=20852014, proof=[bytes(32), b"\xff" * 32]) == (
        f"old 20852014\n{'A' * 43}=\n{'/' * 42}8=\n\n{note}"
    )
    with pytest.raises(ValueError, match="long"):
        write_offer(note, old_size=1, proof=[bytes(32)] * 64)


@pytest.mark.parametrize(("body", "size"), [
    (b"0\n", 0), (b"17\n", 17), (b"17", 17), (b"9223372036854775807\n", 2**63 - 1),
    (b"", None), (b"-1\n", None), (b"017\n", None), (b"17\n\n", None), (b"17 \n", None), (b"1" * 20, None),
    ("١٧\n".encode(), None), (b"<html>", None),
])  # fmt: skip
def test_the_size_that_a_witness_has_seen_is_read_strictly(body, size):
    assert read_size_answer(body) == size


def test_answers_are_lines_of_signatures_and_nothing_else():
    lines = read_signature_lines((BY_REMORA + BY_OTHER).encode())
    assert [each.name for each in lines] == ["remora.n621.de", "witness.stagemole.eu"]
    for body in (
        b"",
        b"\n",
        b"ok\n",
        BY_REMORA[:-1].encode(),
        b"text\n\n" + BY_REMORA.encode(),
        BY_REMORA.encode() + b"more\n",
        b"\xff",
    ):
        with pytest.raises(NoteMalformed):
            read_signature_lines(body)


def test_signatures_are_added_below_those_that_are_there():
    note = f"{TEXT}\n{BY_LOG}"
    assert add_signatures(note, read_signature_lines(BY_WITNESS.encode())) == note + BY_WITNESS
    assert add_signatures(note, []) == note


def test_a_witness_is_its_key_and_its_address():
    line = f"{write_verifier_key(REMORA)} https://remora.example/w"
    witness = read_witness(f" {line}/ ")
    assert witness == Witness(REMORA, "https://remora.example/w")
    assert (witness.id, write_witness(witness)) == ("remora.n621.de+da77ade7", line)
    assert read_witness(write_verifier_key(REMORA)).address == ""
    with pytest.raises(VerifierKeyMalformed):
        read_witness("https://remora.example")
