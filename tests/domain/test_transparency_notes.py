"""Notes and checkpoints are spelt in one way, and those of Go's checksum database are read and verify.

PeterNeumann and EnochRoot, their keys and signatures are the examples of golang.org/x/mod/sumdb/note (BSD-3-Clause), the
signature of sum.golang.org is one that this log published; the other examples stand in C2SP's signed-note and
tlog-checkpoint.
"""

import base64
from itertools import count

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.transparency import (
    COSIGNATURE,
    EMPTY_ROOT,
    MOST_LEAVES,
    MOST_NOTE_OCTETS,
    MOST_SIGNATURES,
    Checkpoint,
    CheckpointMalformed,
    Note,
    NoteMalformed,
    NoteSignature,
    VerifierKey,
    VerifierKeyMalformed,
    key_hash,
    origin_of,
    read_checkpoint,
    read_note,
    read_verifier_key,
    write_checkpoint,
    write_note,
    write_verifier_key,
)

TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
ENOCH = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH_KEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
GO_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
GO_NOTE = (
    "go.sum database tree\n65209736\n5+uGFjx6xBZG8ip1+wi77v+grwbhhukIrxEUS8PXvRo=\n\n"
    "— sum.golang.org Az3grnbssgK7ubgFX36gVETtNv0U23qxyAhAMai2QUfeGa3nB/akvkMdlUErfcZz7l/R3cVtYspg3dxXABkGZZKdsQ8=\n"
)
SOFA = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
SOFA_SIGNED = (
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)


def verified(note: Note, key: VerifierKey) -> bool:
    """Whether every signature by the key, and at least one, is of this text."""
    by_key = [each.signature for each in note.signatures if (each.name, each.key_hash) == (key.name, key.hash)]
    try:
        for signature in by_key:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, note.text.encode())
    except InvalidSignature:
        return False
    return bool(by_key)


# Notes


@pytest.mark.parametrize(
    ("written", "line"),
    [(f"{TEXT}\n{PETER}", PETER_KEY), (f"{TEXT}\n{PETER}{ENOCH}", ENOCH_KEY), (GO_NOTE, GO_KEY)],
    ids=["one", "two", "checksum database"],
)
def test_notes_that_go_wrote_are_read_written_alike_and_verify(written, line):
    note = read_note(written)
    assert note == read_note(written.encode())
    assert write_note(note.text, note.signatures) == written
    assert verified(note, read_verifier_key(line))
    assert not verified(msgspec.structs.replace(note, text=note.text + "\n"), read_verifier_key(line))


def test_the_text_ends_before_the_last_empty_line():
    poem = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n"
    assert read_note(f"{poem}\n{PETER}").text == poem
    assert read_note(f"\n\n{PETER}").text == "\n"


def test_signatures_are_those_of_the_lines_in_their_order():
    note = read_note(f"{TEXT}\n{PETER}{ENOCH}{PETER}")
    assert [(each.name, each.key_hash.hex(), len(each.signature)) for each in note.signatures] == [
        ("PeterNeumann", "c74f20a3", 64),
        ("EnochRoot", "af0cfe78", 64),
        ("PeterNeumann", "c74f20a3", 64),
    ]


WHOLE = f"{TEXT}\n{PETER}"
ENCODED = PETER.split()[2]


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "\n",
        "\n\n",
        TEXT,
        TEXT + "\n",
        TEXT + PETER,
        WHOLE[:-1],
        WHOLE + "\n",
        WHOLE.replace("\n", "\r\n"),
        "\x01" + WHOLE,
        "\x00" + WHOLE,
        TEXT + "\t\n\n" + PETER,
        "\ud800" + WHOLE,
        WHOLE + "Unexpected line.\n",
        f"{TEXT}\n{PETER[2:]}",
        f"{TEXT}\n-{PETER[1:]}",
        f"{TEXT}\n–{PETER[1:]}",
        f"{TEXT}\n—{PETER[2:]}",
        f"{TEXT}\n {PETER}",
        f"{TEXT}\n— Bad Name {ENCODED}\n",
        f"{TEXT}\n— Bad+Name {ENCODED}\n",
        f"{TEXT}\n— Bad\u00a0Name {ENCODED}\n",
        f"{TEXT}\n— Bad\u2028Name {ENCODED}\n",
        f"{TEXT}\n—  {ENCODED}\n",
        f"{TEXT}\n— {ENCODED}\n",
        f"{TEXT}\n— Name\n",
        f"{TEXT}\n— Name \n",
        f"{TEXT}\n— Name {ENCODED} \n",
        f"{TEXT}\n— Name x08goA==\n",
        f"{TEXT}\n— Name {ENCODED[:-1]}\n",
        f"{TEXT}\n— Name {ENCODED.replace('M=', 'N=')}\n",
        f"{TEXT}\n— Name {ENCODED.replace('/', '_')}\n",
        f"{TEXT}\n— Name {ENCODED[:8]}={ENCODED[8:]}\n",
        f"{TEXT}\n— Name é{ENCODED[1:]}\n",
        f"{TEXT}\n{PETER * (MOST_SIGNATURES + 1)}",
        "x" * MOST_NOTE_OCTETS + WHOLE,
        b"\xff" + WHOLE.encode(),
        WHOLE.encode("utf-16"),
    ],
    ids=count(),
)
def test_what_is_no_note_is_refused(wrong):
    with pytest.raises(NoteMalformed):
        read_note(wrong)


def test_a_hundred_signatures_are_read():
    assert len(read_note(f"{TEXT}\n{PETER * MOST_SIGNATURES}").signatures) == MOST_SIGNATURES


@given(st.text() | st.binary() | st.text("a\n— +=AB", max_size=30).map(lambda text: f"{text}\n\n— n {text}\n"))
def test_hostile_notes_are_refused_or_written_alike(content):
    try:
        note = read_note(content)
    except NoteMalformed:
        return
    written = write_note(note.text, note.signatures)
    assert written in (content, content.decode() if isinstance(content, bytes) else content)


PETERS = read_note(WHOLE).signatures[0]


@pytest.mark.parametrize(
    ("text", "signatures"),
    [
        ("no newline", (PETERS,)),
        ("", (PETERS,)),
        (TEXT, ()),
        (TEXT, (PETERS,) * (MOST_SIGNATURES + 1)),
        ("carriage\r\n", (PETERS,)),
        (TEXT, (NoteSignature("a b", PETERS.key_hash, PETERS.signature),)),
        (TEXT, (NoteSignature("a+b", PETERS.key_hash, PETERS.signature),)),
        (TEXT, (NoteSignature("", PETERS.key_hash, PETERS.signature),)),
        (TEXT, (NoteSignature("a", PETERS.key_hash, b""),)),
        (TEXT, (NoteSignature("a", PETERS.key_hash[:3], PETERS.signature),)),
        (TEXT, (NoteSignature("a x\n\n—", PETERS.key_hash, PETERS.signature),)),
    ],
    ids=count(),
)
def test_what_would_be_read_as_something_else_is_never_written(text, signatures):
    with pytest.raises(ValueError, match="note"):
        write_note(text, signatures)


# Keys


@pytest.mark.parametrize("line", [PETER_KEY, ENOCH_KEY, GO_KEY])
def test_a_published_key_is_read_and_written_alike(line):
    key = read_verifier_key(line)
    assert write_verifier_key(key) == line
    assert line.split("+")[1] == key.hash.hex()


def test_a_key_for_another_kind_of_signature_has_another_hash():
    key = read_verifier_key(PETER_KEY)
    witness = VerifierKey(key.name, key.public, COSIGNATURE)
    assert witness.hash == key_hash(key.name, key.public, kind=COSIGNATURE) != key.hash
    assert read_verifier_key(write_verifier_key(witness)) == witness


def test_no_part_of_a_key_and_no_changed_one_is_a_key():
    parts = [PETER_KEY[start:end] for start in range(len(PETER_KEY)) for end in range(start, len(PETER_KEY) + 1)]
    parts.remove(PETER_KEY)
    for at, letter in enumerate(PETER_KEY):
        parts.append(PETER_KEY[:at] + chr(ord(letter) + 1) + PETER_KEY[at + 1 :])
    for wrong in parts:
        with pytest.raises(VerifierKeyMalformed):
            read_verifier_key(wrong)


@pytest.mark.parametrize(
    "line",
    [
        # Of Go's tests: a key that is too long and a kind that nobody knows, each with the hash to match.
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PETER_KEY.replace("c74f20a3", "C74F20A3"),
        PETER_KEY + "\n",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter\ud800+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
    ids=count(),
)
def test_what_is_no_key_is_refused(line):
    with pytest.raises(VerifierKeyMalformed):
        read_verifier_key(line)


@pytest.mark.parametrize(
    "key", [VerifierKey("a b", bytes(32)), VerifierKey("a", bytes(31)), VerifierKey("a", bytes(32), 2)]
)
def test_a_key_that_could_not_be_read_again_is_never_written(key):
    with pytest.raises(ValueError, match="key"):
        write_verifier_key(key)


# Checkpoints


def test_the_checkpoints_of_others_are_read_and_written_alike():
    sofa = read_checkpoint(read_note(f"{SOFA}\n{SOFA_SIGNED}").text)
    assert (sofa.origin, sofa.size, sofa.extensions) == ("example.com/behind-the-sofa", 20_852_163, ())
    assert write_checkpoint(sofa) == SOFA
    go = read_checkpoint(read_note(GO_NOTE).text)
    assert (go.origin, go.size) == ("go.sum database tree", 65_209_736)


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint(origin="example.org/log", size=0, root=EMPTY_ROOT),
        Checkpoint(origin="example.org/log", size=MOST_LEAVES, root=bytes(32), extensions=("one", "two")),
    ],
)
def test_a_checkpoint_is_read_as_it_was_written(checkpoint):
    assert read_checkpoint(write_checkpoint(checkpoint)) == checkpoint


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        "example.org/log\n",
        "example.org/log\n1\n",
        f"example.org/log\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"example.org/log\n\n{ROOT}\n",
        f"example.org/log\n01\n{ROOT}\n",
        f"example.org/log\n+1\n{ROOT}\n",
        f"example.org/log\n-1\n{ROOT}\n",
        f"example.org/log\n1_0\n{ROOT}\n",
        f"example.org/log\n1 \n{ROOT}\n",
        f"example.org/log\n١\n{ROOT}\n",
        f"example.org/log\n{MOST_LEAVES + 1}\n{ROOT}\n",
        f"example.org/log\n{'9' * 100_000}\n{ROOT}\n",
        f"example.org/log\n0\n{ROOT}\n",
        f"example.org/log\n1\n{ROOT[:-1]}\n",
        f"example.org/log\n1\n{ROOT[:-2]}B=\n",
        f"example.org/log\n1\n{ROOT} \n",
        f"example.org/log\n1\n{base64.b64encode(bytes(31)).decode()}\n",
        f"example.org/log\n1\né{ROOT[1:]}\n",
        f"example.org/log\n1\n{ROOT}\n\n",
        f"example.org/log\n1\n{ROOT}\n\nextension\n",
        f"example.org/log\r\n1\r\n{ROOT}\r\n",
        f"example.org\t/log\n1\n{ROOT}\n",
    ],
    ids=count(),
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(CheckpointMalformed):
        read_checkpoint(text)


@pytest.mark.parametrize(
    "field",
    [
        {"origin": ""},
        {"origin": "two\nlines"},
        {"size": -1},
        {"size": MOST_LEAVES + 1},
        {"size": 0},
        {"root": b""},
        {"extensions": ("",)},
        {"extensions": ("two\nlines",)},
    ],
    ids=count(),
)
def test_a_checkpoint_that_could_not_be_read_again_is_never_written(field):
    with pytest.raises(ValueError, match="checkpoint"):
        write_checkpoint(msgspec.structs.replace(Checkpoint(origin="a", size=1, root=bytes(32)), **field))


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://example.org/log", "example.org/log"),
        ("http://127.0.0.1:8000/log/", "127.0.0.1:8000/log"),
        ("https://example.org", "example.org"),
        ("example.org/", "example.org"),
    ],
)
def test_the_origin_is_the_address_without_scheme_and_last_slash(address, origin):
    assert origin_of(address) == origin
