"""The list of keys: what is signed, what is read, and everything that is not as it must be, at once."""

import json
from datetime import date

import pytest
from msgspec.structs import replace

from compliance.domain.canonical import canonical_bytes
from compliance.signing import (
    KeyListInvalid,
    KeyListUntrusted,
    check_key_list,
    fingerprint_of,
    key_event_content,
    pdf_roots,
    read_key_list,
    sign_key_list,
    write_key_list,
)


def document(made):
    return json.loads(write_key_list(made.key_list))


def problems(content):
    with pytest.raises(KeyListInvalid) as caught:
        read_key_list(content if isinstance(content, bytes) else json.dumps(content).encode())
    return {(problem.where, problem.code) for problem in caught.value.problems}


def test_a_list_is_read_as_it_was_written(made):
    read = read_key_list(write_key_list(made.key_list))
    assert read == made.key_list
    check_key_list(read, fingerprint=made.key_list.fingerprint)


def test_what_is_signed_is_the_canonical_content_without_the_signature(made):
    from base64 import b64decode

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    said = document(made)
    signature, root = b64decode(said.pop("signature")), b64decode(said["root"])
    Ed25519PublicKey.from_public_bytes(root).verify(signature, canonical_bytes(said))


def test_the_fingerprint_is_compared_however_it_is_written(made):
    fingerprint = made.key_list.fingerprint
    assert len(fingerprint.split()) == 16
    assert fingerprint == fingerprint_of(made.key_list.root)
    for written in (fingerprint.upper(), fingerprint.replace(" ", ""), fingerprint.replace(" ", ":")):
        check_key_list(made.key_list, fingerprint=written)


@pytest.mark.parametrize("fingerprint", ["", "0000", "f" * 64])
def test_another_root_than_the_pinned_one_is_refused(fingerprint, made):
    with pytest.raises(KeyListUntrusted) as caught:
        check_key_list(made.key_list, fingerprint=fingerprint)
    assert caught.value.problems[0].code == "key-list-root"


@pytest.mark.parametrize("change", [
    {"sequence": 2}, {"made_on": date(2026, 11, 23)}, {"demo": True}, {"keys": ()}, {"signature": bytes(64)},
    {"signature": b""}, {"root": bytes(32)},
])  # fmt: skip
def test_a_list_that_the_root_has_not_signed_is_refused(change, made):
    with pytest.raises(KeyListUntrusted) as caught:
        check_key_list(replace(made.key_list, **change))
    assert caught.value.problems[0].code == "key-list-signature"


def test_every_problem_is_named_at_once(made):
    said = document(made)
    del said["made_on"]
    said |= {"sequence": "1", "extra": 1, "version": 2, "root": "AAAA"}
    keys = said["keys"]
    keys[0] |= {"added_on": "yesterday", "colour": "red"}
    keys[1] |= {"public": "AAAA", "retired_on": "2020-01-01"}
    keys[2] |= {"id": "status-1", "compromised_on": "2026-11-22"}
    keys.append("key")
    assert problems(said) == {
        ("", "missing-key"), ("", "unknown-key"), ("sequence", "wrong-shape"), ("version", "wrong-shape"),
        ("keys.0", "unknown-key"), ("keys.0.added_on", "wrong-shape"),
        ("keys.1.public", "key-public"), ("keys.1", "key-days"),
        ("keys.2.id", "key-id"), ("keys.2", "key-since-leaf"), ("keys.2.id", "key-twice"), ("keys.4", "want-mapping"),
    }  # fmt: skip


@pytest.mark.parametrize(("where", "change", "found"), [
    (3, {"certificate": None}, ("keys.3.certificate", "key-certificate")),
    (3, {"certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
     ("keys.3.certificate", "key-certificate")),
    (0, {"certificate": "x"}, ("keys.0.certificate", "key-certificate")),
    (0, {"id": "credentials-01"}, ("keys.0.id", "key-id")), (0, {"id": "pdf-7"}, ("keys.0.id", "key-id")),
    (0, {"purpose": "mail"}, ("keys.0.purpose", "wrong-shape")),
    (0, {"compromised_on": "2026-11-22", "compromised_since_leaf": -1}, ("keys.0", "key-since-leaf")),
    (0, {"compromised_since_leaf": 3}, ("keys.0", "key-since-leaf")),
])  # fmt: skip
def test_a_key_that_is_not_one_is_refused(where, change, found, made):
    said = document(made)
    said["keys"][where] |= change
    assert problems(said) == {found}


def test_a_key_under_two_names_is_refused(made):
    said = document(made)
    said["keys"].append(said["keys"][0] | {"id": "credentials-2"})
    assert problems(said) == {("keys.4.public", "key-twice")}


def test_a_pdf_key_of_another_certificate_is_refused(made):
    from compliance.signing.key_files import new_private_key, public_octets

    said = document(made)
    other = replace(made.key_list.keys[3], public=public_octets(new_private_key("pdf")))
    said["keys"][3] = json.loads(write_key_list(replace(made.key_list, keys=(other,))))["keys"][0]
    assert problems(said) == {("keys.3.certificate", "key-certificate")}


@pytest.mark.parametrize(("content", "code"), [
    (b"", "key-list-json"), (b"[]", "key-list-json"), (b"\xff", "key-list-json"), (b"[" * 100_000, "key-list-json"),
    (b'{"demo": true, "demo": false}', "key-list-json"), (b" " * 2_000_000, "file-too-large"),
])  # fmt: skip
def test_what_is_no_list_is_refused(content, code):
    assert problems(content) == {("", code)}


def test_no_keys_at_all_are_no_list(made):
    assert ("keys", "wrong-shape") in problems(document(made) | {"keys": {}})


def test_the_roots_of_pdf_keys_are_found_in_their_chains(made):
    assert pdf_roots(made.key_list).count("BEGIN CERTIFICATE") == 1
    assert made.key_list.keys[3].certificate.endswith(pdf_roots(made.key_list))


def test_what_the_log_says_of_a_key_comes_out_of_later_lists_too(made):
    key = made.key_list.keys[0]
    said = key_event_content(made.key_list, key, "added")
    retired = replace(key, retired_on=date(2027, 1, 1))
    stolen = replace(retired, compromised_on=date(2027, 2, 1), compromised_since_leaf=7)
    later = sign_key_list(
        replace(made.key_list, sequence=9, keys=(stolen, *made.key_list.keys[1:])), made.root.list_key
    )
    assert key_event_content(later, stolen, "added") == said
    assert key_event_content(later, stolen, "retired") == key_event_content(made.key_list, retired, "retired")
    assert json.loads(key_event_content(later, stolen, "compromised"))["since_leaf"] == 7
    assert json.loads(said) == {
        "v": 1, "event": "added", "on": "2026-11-22", "root": made.key_list.fingerprint.replace(" ", ""),
        "key": {"id": "credentials-1", "purpose": "credentials", "public_sha256": fingerprint_of(key.public).replace(" ", "")},
    }  # fmt: skip
