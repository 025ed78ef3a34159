"""A certificate that is all right: what each step says, in both languages; what a bundle holds; what else can be shown."""

import base64
import json
import string
import subprocess
import sys
from typing import get_args

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from compliance.domain.transparency import (
    COSIGNATURE,
    NoteSignature,
    VerifierKey,
    read_note,
    write_note,
    write_verifier_key,
)
from compliance.signing import write_key_list
from compliance.usecases.verifying import (
    FINDINGS,
    STEPS,
    BundleInvalid,
    Sources,
    State,
    check,
    find_lead,
    printable,
    read_bundle,
    say_state,
    say_step,
    say_verdict,
    write_bundle,
)
from compliance.usecases.verifying.steps import found
from compliance.words import CATALOGUES, speaker
from fixtures.libraries import ROOT, TINY, library
from issuer import NOW, NUMBER, OTHER_NUMBER, Issuer, claim_of, receipt

ALWAYS = [code for code in STEPS if code not in ("pdf", "recomputed")]


@pytest.fixture(scope="module")
def world():
    """An issuer with one certificate among other leaves; not to be changed."""
    made = Issuer()
    made.append_something(5)
    issued = made.issue()
    made.append_something(6)
    return made, issued


def findings(verdict):
    return {step.code: step.finding for step in verdict.steps}


def test_every_step_is_told_in_order_and_holds(world):
    issuer, issued = world
    verdict = check(issued.credential, issuer.sources(issued), at=NOW, trusted=issuer.fingerprint)
    assert [step.code for step in verdict.steps] == ALWAYS
    assert {step.code: step.state for step in verdict.steps if step.state != "held"} == {"witnesses": "not_asked"}
    assert verdict.state == "held"
    assert verdict.claim == issued.claim
    assert verdict.fingerprint == issuer.fingerprint
    assert findings(verdict)["keys"] == "pinned"
    assert findings(verdict)["witnesses"] == "nobody"


def test_whatever_cannot_be_read_still_has_every_step(world):
    issuer, issued = world
    verdict = check(b"{}", issuer.sources(issued), at=NOW, trusted=issuer.fingerprint)
    assert [step.code for step in verdict.steps] == ALWAYS
    assert findings(verdict)["readable"] == "no-credential"
    assert {step.state for step in verdict.steps if step.code not in ("readable", "keys", "witnesses")} == {
        "not_established"
    }
    assert verdict.state == "false"
    assert verdict.claim is None


@pytest.mark.parametrize("typed", [
    NUMBER, "cp7qf4m2xf", f"https://check.example.org/certificates/{NUMBER}", f"https://check.example.org/badges/{NUMBER}.svg",
    f"https://check.example.org/certificates/{NUMBER}/certificate.pdf?lang=km",
])  # fmt: skip
def test_a_number_or_an_address_leads_to_the_certificate(world, typed):
    issuer, issued = world
    verdict = check(typed, issuer.sources(issued, is_firsthand=True), at=NOW)
    assert verdict.state == "held"
    assert findings(verdict)["readable"] == "number"
    assert find_lead(typed, at=NOW).number == NUMBER


def test_a_badge_or_a_status_leads_to_the_certificate_and_proves_nothing_itself(world):
    issuer, issued = world
    for badge in ({"number": NUMBER, "status": "active"},
                  {"number": NUMBER, "verify": f"{issuer.base_url}/certificates/{NUMBER}"}):  # fmt: skip
        presented = json.dumps(badge).encode()
        assert check(presented, issuer.sources(issued, is_firsthand=True), at=NOW).state == "held"
        assert check(presented, issuer.sources(), at=NOW, trusted=issuer.fingerprint).state == "not_established"
        assert find_lead(presented, at=NOW).number == NUMBER


def test_a_credential_leads_to_its_issuer(world):
    issuer, issued = world
    lead = find_lead(issued.credential, at=NOW)
    assert (lead.number, lead.base_url) == (NUMBER, issuer.base_url)
    assert find_lead(b"\xff\xfe", at=NOW).base_url is None


def test_without_a_fingerprint_only_the_address_vouches(world):
    issuer, issued = world
    verdict = check(issued.credential, issuer.sources(issued, is_firsthand=True), at=NOW)
    assert findings(verdict)["keys"] == "unpinned"
    said = say_step(speaker("en"), verdict.step("keys")).sentence
    assert "nobody but that address vouches" in said
    assert issuer.base_url in said
    assert issuer.fingerprint in said


def test_keys_of_a_demonstration_are_called_so():
    issuer = Issuer()
    issued = issuer.issue()
    demo = write_key_list(issuer.sign_list(demo=True))
    verdict = check(issued.credential, issuer.sources(issued, keys=demo), at=NOW, trusted=issuer.fingerprint)
    assert "demonstration" in say_step(speaker("en"), verdict.step("keys")).sentence


def test_a_fingerprint_may_be_written_in_any_way(world):
    issuer, issued = world
    plain = issuer.fingerprint.replace(" ", "")
    for trusted in (plain, plain.upper(), ":".join(plain[at : at + 2] for at in range(0, 64, 2))):
        assert check(issued.credential, issuer.sources(issued), at=NOW, trusted=trusted).state == "held"
    assert check(issued.credential, issuer.sources(issued), at=NOW, trusted="").state == "false"


def test_a_newer_claim_is_not_called_false(world):
    issuer, issued = world
    subject = issued.document["credentialSubject"]
    subject["claim"]["v"] = 2
    again = issuer.sign(issued.claim, issued.evidence, credentialSubject=subject)
    verdict = check(again.credential, issuer.sources(again), at=NOW, trusted=issuer.fingerprint)
    assert findings(verdict)["claim"] == "newer"
    assert verdict.state == "not_established"


def test_a_questionnaire_that_this_program_does_not_know_is_not_called_false(world):
    issuer, issued = world
    sources = issuer.sources(issued, library=library(TINY))
    verdict = check(issued.credential, sources, at=NOW, trusted=issuer.fingerprint)
    assert findings(verdict)["questionnaire"] == "unknown"
    assert verdict.state == "not_established"


def test_a_credential_without_evidence_is_not_established(world):
    issuer, issued = world
    again = issuer.sign(issued.claim, issued.evidence, evidence=[])
    verdict = check(again.credential, issuer.sources(issued), at=NOW, trusted=issuer.fingerprint)
    assert (findings(verdict)["inclusion"], findings(verdict)["checkpoints"]) == ("without", "unread")
    assert verdict.state == "not_established"


# The receipt


def test_a_receipt_leads_to_the_result_that_was_committed_to(world):
    issuer, issued = world
    verdict = check(issued.credential, issuer.sources(issued), at=NOW, trusted=issuer.fingerprint, receipt=receipt())
    assert [step.code for step in verdict.steps] == [*ALWAYS, "recomputed"]
    assert verdict.state == "held"
    assert "hospitality@1.0, declared total 83.59 %" in say_step(speaker("en"), verdict.step("recomputed")).sentence


def test_a_receipt_that_does_not_fit_is_refused(world):
    issuer, issued = world

    def finding(content, claim=None):
        presented = issued if claim is None else issuer.sign(claim, issued.evidence)
        sources = issuer.sources(issued)
        return findings(check(presented.credential, sources, at=NOW, trusted=issuer.fingerprint, receipt=content))[
            "recomputed"
        ]

    whole = json.loads(receipt())
    answer = next(iter(whole["snapshot"]["answers"]))
    assert finding(receipt(number=2)) == "other-answers"
    assert finding(receipt(salt="00" * 32)) == "other-answers"
    assert finding(json.dumps({**whole, "attestation": None}).encode()) == "other-result"
    assert finding(json.dumps({**whole, "decisions": {answer: {"at": 7}}}).encode()) == "unreadable"
    assert finding(b'{"v": 1, "v": 1}') == "unreadable"
    assert finding(b"\xff") == "unreadable"
    assert finding(receipt(), replace(issued.claim, rule=2)) == "other-rule"
    assert finding(receipt(), replace(issued.claim, result_commitment="sha256:" + "0" * 64)) == "other-result"
    other = replace(issued.claim.questionnaire, structure="sha256:" + "0" * 64)
    assert finding(receipt(), replace(issued.claim, questionnaire=other)) == "unknown"


# Witnesses


def witnessed(note, *, name="witness.example", kind=COSIGNATURE, seen_at=1_795_338_000, forged=False, private=None):
    """The note with a witness' signature, and the witness' key."""
    private = private or Ed25519PrivateKey.generate()
    key = VerifierKey(name, private.public_key().public_bytes_raw(), kind)
    read = read_note(note)
    stamp = seen_at.to_bytes(8, "big")
    message = f"cosignature/v1\ntime {seen_at}\n{read.text}" if kind == COSIGNATURE else read.text
    signature = (stamp if kind == COSIGNATURE else b"") + private.sign(message.encode() + (b"x" if forged else b""))
    return write_note(read.text, [*read.signatures, NoteSignature(name, key.hash, signature)]), write_verifier_key(key)


def test_a_witness_that_was_named_vouches_for_the_log(world):
    issuer, issued = world
    for kind in (COSIGNATURE, 1):
        note, key = witnessed(issuer.checkpoint(), kind=kind)
        known = issuer.sources(issued, checkpoint=note, witnesses=(key,))
        verdict = check(issued.credential, known, at=NOW, trusted=issuer.fingerprint)
        assert verdict.state == "held"
        seen = " (2026-11-22T09:00:00Z)" if kind == COSIGNATURE else ""
        assert f": witness.example{seen}." in say_step(speaker("en"), verdict.step("witnesses")).sentence
        unknown = check(issued.credential, replace(known, witnesses=()), at=NOW, trusted=issuer.fingerprint)
        assert (findings(unknown)["witnesses"], unknown.state) == ("unnamed", "held")
        assert "witness.example" not in say_step(speaker("en"), unknown.step("witnesses")).sentence


def test_the_issuer_is_no_witness_of_itself(world):
    issuer, issued = world
    own = VerifierKey(issuer.origin, issuer.signer.public_key("checkpoints").public)
    private = issuer.private["checkpoints-1"]
    note, key = witnessed(issuer.checkpoint(), private=private)
    for named, wanted in (((write_verifier_key(own),), "own"), ((key,), "own"), ((key, witnessed(note)[1]), "absent")):
        sources = issuer.sources(issued, checkpoint=note, witnesses=named)
        verdict = check(issued.credential, sources, at=NOW, trusted=issuer.fingerprint)
        assert (findings(verdict)["witnesses"], verdict.state) == (wanted, "not_established")
    note, stranger = witnessed(note, name="other.example")
    sources = issuer.sources(issued, checkpoint=note, witnesses=(key, stranger))
    verdict = check(issued.credential, sources, at=NOW, trusted=issuer.fingerprint)
    assert verdict.state == "held"
    assert "witness.example" not in str(verdict.step("witnesses").facts)


def test_a_witness_from_beyond_all_calendars_is_named_without_its_time(world):
    issuer, issued = world
    note, key = witnessed(issuer.checkpoint(), seen_at=2**62)
    sources = issuer.sources(issued, checkpoint=note, witnesses=(key,))
    verdict = check(issued.credential, sources, at=NOW, trusted=issuer.fingerprint)
    assert verdict.step("witnesses").facts == {"names": "witness.example"}


def test_a_witness_that_was_named_and_did_not_sign_leaves_it_open(world):
    issuer, issued = world
    _, key = witnessed(issuer.checkpoint())
    for keys in ((key,), ("no key",)):
        verdict = check(issued.credential, issuer.sources(issued, witnesses=keys), at=NOW, trusted=issuer.fingerprint)
        assert (findings(verdict)["witnesses"], verdict.state) == ("absent", "not_established")
    note, key = witnessed(issuer.checkpoint(), forged=True)
    sources = issuer.sources(issued, checkpoint=note, witnesses=(key,))
    verdict = check(issued.credential, sources, at=NOW, trusted=issuer.fingerprint)
    assert (findings(verdict)["witnesses"], verdict.state) == ("wrong", "false")


# The bundle


def test_a_bundle_holds_all_that_is_needed(world):
    issuer, issued = world
    written = issuer.bundle(issued)
    sources = read_bundle(written)
    assert check(NUMBER, sources, at=NOW, trusted=issuer.fingerprint).state == "held"
    assert not sources.is_firsthand
    assert write_bundle(sources, made_at=NOW) == written
    document = json.loads(written)
    assert list(document) == ["type", "version", "made_at", "base_url", "keys", "status_lists", "checkpoint", "key_events",
                              "consistency", "credential"]  # fmt: skip
    assert set(document["consistency"]) == {"from", "to", "proof"}
    assert base64.b64decode(document["key_events"][0]["leaf"]) == issuer.leaves[0]


def test_an_empty_bundle_establishes_nothing(world):
    issuer, issued = world
    empty = read_bundle(write_bundle(Sources(base_url=issuer.base_url), made_at=NOW))
    verdict = check(issued.credential, empty, at=NOW, trusted=issuer.fingerprint)
    assert verdict.state == "not_established"
    assert findings(check(OTHER_NUMBER, empty, at=NOW))["readable"] == "nothing"


@pytest.mark.parametrize("spoil", [
    lambda _: b"", lambda _: b"[]", lambda bundle: bundle[:-9], lambda bundle: bundle.replace(b'"version": 1', b'"version": 2'),
    lambda bundle: bundle.replace(b'"base_url": "https', b'"base_url": "ftp'),
    lambda bundle: bundle.replace(b'"keys"', b'"checkpoint": "", "keys"'),
    lambda bundle: bundle.replace(b'"index": 0', b'"index": "0"'),
    lambda bundle: bundle.replace(b'"from": ', b'"from": 1e999, "x": '),
])  # fmt: skip
def test_what_is_no_bundle_is_refused(world, spoil):
    issuer, issued = world
    with pytest.raises(BundleInvalid) as refused:
        read_bundle(spoil(issuer.bundle(issued)))
    assert refused.value.problems


# Words


def placeholders(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_every_finding_has_a_sentence(language):
    words = CATALOGUES[language]
    for code, states in FINDINGS.items():
        assert words[f"verify-{code}"]
        for finding in (each for all_ in states.values() for each in all_):
            assert words[f"verify-{code}-{finding}"].endswith((".", "។")), (code, finding)
    for state in get_args(State):
        assert say_state(speaker(language), state)


def test_every_word_of_a_step_is_said_by_one():
    prefixes = ("verify-state-", "verify-verdict-", "verify-list-")
    said = {f"verify-{code}" for code in FINDINGS}
    said |= {f"verify-{code}-{each}" for code, states in FINDINGS.items() for all_ in states.values() for each in all_}
    verifying = {key for key in CATALOGUES["en"] if key.startswith("verify-") and not key.startswith(prefixes)}
    assert verifying == said


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_a_check_is_said_in_every_language(world, language):
    issuer, issued = world
    speaks = speaker(language)
    verdict = check(issued.credential, issuer.sources(issued), at=NOW, trusted=issuer.fingerprint, receipt=receipt())
    for step in verdict.steps:
        said = say_step(speaks, step)
        assert "{" not in said.sentence
        assert said.title
        assert said.state == say_state(speaks, "not_asked" if step.code == "witnesses" else "held")
    assert say_verdict(speaks, verdict)


def test_what_strangers_wrote_moves_no_cursor():
    step = found("number", "mistyped", given="CP\x1b[2J\u202e\n\tX" + "y" * 1000)
    assert step.facts["given"].startswith("CP[2J  Xyyy")
    assert len(step.facts["given"]) == 200
    assert printable("ផ្ទះ\u200bសំណាក់") == "ផ្ទះសំណាក់"


def test_there_is_no_finding_without_a_state():
    with pytest.raises(KeyError):
        found("keys", "invented")
    names = [finding for states in FINDINGS.values() for all_ in states.values() for finding in all_]
    assert len(names) > 80
    for states in FINDINGS.values():
        listed = [finding for all_ in states.values() for finding in all_]
        assert len(listed) == len(set(listed))


def test_steps_are_plain_data(world):
    issuer, issued = world
    verdict = check(issued.credential, issuer.sources(issued), at=NOW)
    steps = msgspec.json.decode(msgspec.json.encode(verdict.steps))
    assert steps[0] == {"code": "readable", "state": "held", "finding": "credential", "facts": {}}
    assert claim_of() == issued.claim


# With nothing of ours


def by_hand():
    page = (ROOT / "docs" / "verifying.md").read_text(encoding="utf-8")
    return page.partition("<!-- by hand: begin -->\n```python\n")[2].partition("```\n<!-- by hand: end -->")[0]


def test_a_stranger_checks_by_hand_what_the_page_says(world, tmp_path):
    issuer, issued = world
    (tmp_path / "by_hand.py").write_text(by_hand(), encoding="utf-8")
    (tmp_path / "compliance-keys.json").write_bytes(write_key_list(issuer.keys))

    def checked(credential, fingerprint=issuer.fingerprint):
        document = msgspec.json.decode(credential)
        listed = {**document, "proof": [document["proof"]]}  # as the service serves it, for Open Badges
        (tmp_path / "credential.json").write_bytes(msgspec.json.encode(listed))
        command = [sys.executable, "-I", "by_hand.py", fingerprint]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, text=True, encoding="utf-8")

    assert "import compliance" not in by_hand()
    assert checked(issued.credential).stdout == f"{NUMBER} Riverside Hotel until 2027-11-21\n"
    for spoilt, fingerprint in (
        (issued.credential.replace(b'"rule":1', b'"rule":2'), issuer.fingerprint),
        (issuer.sign(issued.claim, replace(issued.evidence, index=3)).credential, issuer.fingerprint),
        (issuer.sign(replace(issued.claim, rule=2), issued.evidence).credential, issuer.fingerprint),
        (issued.credential, Issuer().fingerprint),
    ):
        assert checked(spoilt, fingerprint).returncode == 1
