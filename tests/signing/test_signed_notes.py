"""Signed notes: the example of Go's `sumdb/note`, our own, and what is refused."""

import base64
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from compliance.domain.transparency import VerifierKey, read_verifier_key, write_verifier_key
from compliance.signing import (
    KeyList,
    KeyUnusable,
    LocalSigner,
    NoteUntrusted,
    PublicKey,
    check_note,
    sign_note,
    verifier_key,
)

# From the documentation and tests of golang.org/x/mod/sumdb/note, © 2019 The Go Authors, BSD-3-Clause.
SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
BY_PETER = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
BY_ENOCH = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
NOTE = f"{TEXT}\n{BY_PETER}"
KEYS = [read_verifier_key(PETER), read_verifier_key(ENOCH)]


def peter(purpose="checkpoints"):
    """A signer with the key of the example, and the key."""
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(SECRET.split("+", 4)[4])[1:])
    public = private.public_key().public_bytes_raw()
    key = PublicKey(id=f"{purpose}-1", purpose=purpose, public=public, added_on=date(2019, 1, 1))
    listed = KeyList(sequence=1, made_on=key.added_on, demo=False, root=bytes(32), keys=(key,))
    return {"signer": LocalSigner(listed, {key.id: private}), "key": key}


def code(note, keys=KEYS):
    with pytest.raises(NoteUntrusted) as caught:
        check_note(note, keys)
    return caught.value.problems[0].code


def test_the_example_of_go_comes_out_when_its_text_is_signed():
    assert sign_note(TEXT, name="PeterNeumann", **peter()) == NOTE
    assert write_verifier_key(verifier_key(peter()["key"], name="PeterNeumann")) == PETER


def test_the_examples_of_go_are_accepted():
    assert check_note(NOTE, KEYS).text == TEXT
    assert check_note((NOTE + BY_ENOCH).encode(), KEYS).key == KEYS[0]
    assert check_note(NOTE + BY_ENOCH, KEYS[1:]).key == KEYS[1]


def test_a_note_of_ours_is_accepted_with_our_key_and_no_other(made):
    key = made.signer.public_key("checkpoints")
    note = sign_note("check.example.org\n7\nAAAA\n", name="check.example.org", signer=made.signer, key=key)
    ours = verifier_key(key, name="check.example.org")
    assert check_note(note, [*KEYS, ours]).key == ours
    assert code(note) == "note-unsigned"
    assert code(note, [VerifierKey("other.example.org", key.public)]) == "note-unsigned"


def test_one_wrong_signature_of_a_known_key_spoils_the_note():
    wrong = BY_ENOCH.replace("5n2", "5n3")
    assert code(NOTE + wrong) == "note-signature"
    assert check_note(NOTE + wrong, KEYS[:1]).text == TEXT  # of somebody unknown, it is passed over


@pytest.mark.parametrize(("note", "found"), [
    (NOTE.replace("problem is", "problem was"), "note-signature"),
    (NOTE.replace("then", "Then"), "note-signature"),
    (f"{TEXT}\n— PeterNeumann x08gowAA\n", "note-signature"),
    (f"{TEXT}\n— PeterNeuman{BY_PETER[14:]}", "note-unsigned"),
    (TEXT, "note-malformed"), ("", "note-malformed"), (b"\xff\n\n", "note-malformed"), (NOTE[:-1], "note-malformed"),
])  # fmt: skip
def test_what_is_not_as_it_was_signed_is_refused_by_name(note, found):
    assert code(note) == found


@pytest.mark.parametrize("purpose", ["credentials", "status"])
def test_keys_for_something_else_sign_no_notes(purpose):
    with pytest.raises(KeyUnusable):
        sign_note(TEXT, name="PeterNeumann", **peter(purpose))
    with pytest.raises(KeyUnusable):
        verifier_key(peter(purpose)["key"], name="PeterNeumann")
