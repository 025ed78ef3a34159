"""Whatever is presented, a check ends in steps: it never raises, and never holds by accident."""

import json
import random

import pytest

from compliance.usecases.verifying import BundleInvalid, check, find_lead, read_bundle, say_step
from compliance.words import speaker
from issuer import NOW, Issuer, receipt

WRONG = [None, -1, 2**70, "\u202e", [], {"a": {}}]
"""What may stand anywhere in place of anything."""


@pytest.fixture(scope="module")
def world():
    made = Issuer()
    made.append_something(2)
    issued = made.issue()
    made.append_something(3)
    return made, issued


def told(presented, sources, trusted, **more):
    """The verdict, every step of it said in words."""
    verdict = check(presented, sources, at=NOW, trusted=trusted, **more)
    for language in ("en", "km"):
        assert all(say_step(speaker(language), step).sentence for step in verdict.steps)
    find_lead(presented, at=NOW)
    return verdict


def places(document, path=()):
    """Every place in a document."""
    yield path
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for name, each in inner:
        yield from places(each, (*path, name))


def with_value(document, path, value):
    """A copy with another value at a place."""
    if not path:
        return value
    copied = dict(document) if isinstance(document, dict) else list(document)
    copied[path[0]] = with_value(document[path[0]], path[1:], value)
    return copied


NESTED = b'{"credentialSubject":' * 200 + b"1" + b"}" * 200


@pytest.mark.parametrize(("presented", "finding"), [
    (b"", "broken"), (b"\x00" * 100, "broken"), (b"null", "no-credential"), (b"[]", "no-credential"), (b"{}", "no-credential"),
    (b'"' + b"x" * 2**20 + b'"', "too-large"), (b"\xff\xfe{}", "not-text"), (b"\xef\xbb\xbf{}", "broken"),
    (NESTED, "too-deep"), (b'{"a":' * 100_000, "too-deep"), (b"[" * 1_000_000, "too-deep"),
    (b'{"proof":NaN}', "broken"), (b'{"proof":1e999}', "broken"), (b'{"proof":-Infinity}', "broken"),
    (b'{"proof":' + b"9" * 5000 + b"}", "broken"), (b'{"proof":"\\ud800"}', "broken"), (b'{"\\ud800":1}', "broken"),
    (b'{"proof":1,"proof":2}', "twice"), (b'{"a":[{"b":{"c":1,"c":1}}]}', "twice"), (b'{"proof":{}}', "credential"),
    (b"%PDF-1.7", "pdf-broken"), (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF", "pdf-broken"),
    ("", "nothing"), ("\x00" * 500, "nothing"), ("https://", "nothing"), ("../../etc/passwd", "nothing"),
    ("https://check.example.org/certificates/" + "A" * 10_000, "nothing"),
])  # fmt: skip
def test_rubbish_is_refused_and_named(world, presented, finding):
    issuer, _ = world
    verdict = told(presented, issuer.sources(), issuer.fingerprint)
    assert verdict.step("readable").finding == finding
    assert verdict.state != "held"


def test_any_wrong_value_anywhere_in_a_credential_is_refused(world):
    issuer, issued = world
    sources = issuer.sources(issued)
    document = issued.document
    chance = random.Random(5)
    for path in chance.sample(list(places(document)), 60):
        spoilt = with_value(document, path, chance.choice(WRONG))
        verdict = told(json.dumps(spoilt).encode(), sources, issuer.fingerprint)
        assert verdict.state != "held", path


def test_any_wrong_value_in_what_the_issuer_itself_signed_is_refused_or_said_to_be_the_same(world):
    issuer, issued = world
    sources = issuer.sources(issued)
    document = {name: value for name, value in issued.document.items() if name != "proof"}
    random.Random(13).shuffle(paths := list(places(document)))
    for path in paths[:60]:
        if path[:1] in (("credentialSubject",), ("evidence",), ("issuer",), ("credentialStatus",)):
            spoilt = with_value(document, path, [])
            told(issuer.signed(spoilt), sources, issuer.fingerprint)


def test_any_wrong_value_anywhere_in_a_bundle_is_refused(world):
    issuer, issued = world
    document = json.loads(issuer.bundle(issued))
    chance = random.Random(7)
    ignored = {("made_at",), ("status_lists",), ("type",), ("version",)}
    for path in chance.sample(list(places(document)), 70):
        value = chance.choice(WRONG)
        if path in ignored or with_value(document, path, value) == document:
            continue
        try:
            sources = read_bundle(json.dumps(with_value(document, path, value)).encode())
        except BundleInvalid:
            continue
        verdict = told(issued.credential, sources, issuer.fingerprint)
        # What was signed and what was proven is not the same any more; a credential in a bundle is not asked for here.
        assert verdict.state != "held" or path[0] == "credential", path


def test_any_wrong_value_anywhere_in_a_receipt_is_refused(world):
    issuer, issued = world
    sources = issuer.sources(issued)
    document = json.loads(receipt())
    chance = random.Random(11)
    paths = list(places(document))
    for path in chance.sample(paths, 40):
        spoilt = with_value(document, path, chance.choice(WRONG))
        if spoilt == document:
            continue
        verdict = told(issued.credential, sources, issuer.fingerprint, receipt=json.dumps(spoilt).encode())
        if path[:1] != ("sample",):
            assert verdict.step("recomputed").state != "held", path


def test_bytes_that_begin_as_a_pdf_never_raise(world):
    issuer, _ = world
    chance = random.Random(3)
    sources = issuer.sources()
    for _ in range(30):
        verdict = told(b"%PDF-1.7\n" + chance.randbytes(400), sources, issuer.fingerprint)
        assert verdict.step("readable").state == "false"
        assert verdict.step("pdf").state == "not_established"
