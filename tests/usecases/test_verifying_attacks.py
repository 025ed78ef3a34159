"""The table of attacks: each is refused with a sentence that says what is wrong. The issuer is tests/issuer.py."""

import copy
import json
import re
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from msgspec.structs import replace
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject

from codes import read_code
from compliance.documents._qr import qr_path
from compliance.domain.certificate import claim_bytes
from compliance.signing import write_key_list
from compliance.usecases.verifying import check, say_step
from compliance.words import speaker
from issuer import LIMITS, NOW, NUMBER, OTHER_NUMBER, Issuer, claim_of

EXIT = {"false", "not_established"}


@pytest.fixture
def issuer():
    made = Issuer()
    made.append_something(5)
    return made


@pytest.fixture(scope="module")
def sealed():
    """An issuer with a certificate and its PDF, which nobody may change."""
    made = Issuer()
    issued = made.issue()
    return made, issued, made.pdf(issued)


def verdict_of(presented, issuer, issued=None, *, at=NOW, trusted=None, **changes):
    sources = issuer.sources(issued, **changes)
    return check(presented, sources, at=at, trusted=trusted or issuer.fingerprint)


def refused(verdict, code, finding, *words):
    """What the step says; after making sure that it refuses, and with it the verdict."""
    step = verdict.step(code)
    assert step.finding == finding, [(each.code, each.finding) for each in verdict.steps]
    assert step.state in EXIT
    assert verdict.state == "false" or (verdict.state, step.state) == ("not_established", "not_established")
    said = say_step(speaker("en"), step).sentence
    assert all(word in said for word in words), said
    return said


def states(verdict):
    return {step.code: step.state for step in verdict.steps}


def changed(issued, change):
    document = issued.document
    change(document)
    return json.dumps(document).encode()


# Contents


def test_a_letter_changed_in_the_claim_breaks_the_signature_and_the_proof(issuer):
    issued = issuer.issue()
    presented = issued.credential.replace(b'"outcome":"met"', b'"outcome":"not_met"')
    assert presented != issued.credential
    verdict = verdict_of(presented, issuer, issued)
    refused(verdict, "signature", "wrong", "changed after it was signed")
    refused(verdict, "inclusion", "other-leaf", "belongs to something else")


def test_no_flipped_byte_of_a_credential_goes_through(issuer):
    issued = issuer.issue()
    sources = issuer.sources(issued)
    for place in range(0, len(issued.credential), 61):
        spoilt = bytearray(issued.credential)
        spoilt[place] ^= 1
        assert check(bytes(spoilt), sources, at=NOW, trusted=issuer.fingerprint).state == "false", place


def test_a_swapped_holder_breaks_the_signature(issuer):
    issued = issuer.issue()

    def swap(document):
        document["credentialSubject"]["claim"]["holder"]["name"] = "Other Hotel"
        document["credentialSubject"]["identifier"][0]["identityHash"] = "Other Hotel"

    refused(verdict_of(changed(issued, swap), issuer, issued), "signature", "wrong")


@pytest.mark.parametrize(("member", "value", "finding", "word"), [
    ("id", "https://check.example.org/certificates/CP-TE57-BAGQ/credential.json", "number", NUMBER),
    ("validUntil", "2036-11-22T23:59:59Z", "days", "days"),
    ("validFrom", "2020-11-22T00:00:00Z", "days", "days"),
    ("issuer", {"id": "did:web:check.example.org", "name": "Somebody"}, "issuer", "issuer"),
    ("credentialStatus", [], "status", "place"),
])  # fmt: skip
def test_a_credential_says_nothing_else_than_its_claim_even_if_the_issuer_signs_it(
    issuer, member, value, finding, word
):
    claim = claim_of()
    issued = issuer.sign(claim, issuer.evidence(*issuer.enter(claim)), **{member: value})
    refused(verdict_of(issued.credential, issuer, issued), "claim", finding, word)


def test_another_holder_beside_the_claim_is_refused_even_if_the_issuer_signs_it(issuer):
    issued = issuer.issue()
    subject = issued.document["credentialSubject"]
    subject["identifier"][0]["identityHash"] = "Other Hotel"
    again = issuer.sign(issued.claim, issued.evidence, credentialSubject=subject)
    refused(verdict_of(again.credential, issuer, issued), "claim", "holder", "Riverside Hotel", "somebody else")


def test_somebody_elses_valid_signature_does_not_fit(issuer):
    mine, other = issuer.issue(), issuer.issue(number=OTHER_NUMBER, status_index=7)
    presented = changed(mine, lambda document: document.update(proof=other.document["proof"]))
    refused(verdict_of(presented, issuer, mine), "signature", "wrong")


def test_somebody_elses_valid_place_in_the_log_does_not_fit(issuer):
    other = issuer.issue(number=OTHER_NUMBER, status_index=7)
    issued = issuer.sign(claim_of(), other.evidence)
    refused(verdict_of(issued.credential, issuer, issued), "inclusion", "other-leaf", "not that of this claim")


def test_a_back_dated_claim_is_refused(issuer):
    claim = claim_of()
    issued = issuer.sign(claim, issuer.evidence(*issuer.enter(claim, on=claim.issued_on + timedelta(days=30))))
    refused(
        verdict_of(issued.credential, issuer, issued), "inclusion", "other-day", "22 December 2026", "22 November 2026"
    )


def test_names_that_stand_twice_are_refused_at_any_depth(issuer):
    issued = issuer.issue()
    for name in (b'"validUntil":', b'"name":', b'"outcome":', b'"statusPurpose":', b'"proofValue":'):
        presented = issued.credential.replace(name, name + b'"x",' + name, 1)
        word = name.strip(b'":').decode()
        refused(verdict_of(presented, issuer, issued), "readable", "twice", f"“{word}”", "twice")


def test_a_questionnaire_that_was_changed_under_its_name_is_refused(issuer):
    claim = claim_of()
    pinned = replace(claim.questionnaire, structure="sha256:" + "0" * 64)
    issued = issuer.issue(replace(claim, questionnaire=pinned))
    refused(verdict_of(issued.credential, issuer, issued), "questionnaire", "other", "hospitality@1.0", "another")


# Status and time


def test_an_expired_certificate_is_refused(issuer):
    issued = issuer.issue()
    for days, finding in ((365, "over"), (-1, "early")):
        at = NOW + timedelta(days=days)
        fresh = {purpose: issuer.status_list(purpose, at=at) for purpose in ("revocation", "suspension")}
        verdict = verdict_of(issued.credential, issuer, issued, at=at, **fresh)
        refused(verdict, "days", finding)
        assert verdict.step("status").state == "held"


@pytest.mark.parametrize(("bits", "finding", "word"), [
    ("revoked", "revoked", "withdrawn"), ("suspended", "suspended", "suspended"),
])  # fmt: skip
def test_a_bit_that_is_set_refuses(issuer, bits, finding, word):
    issued = issuer.issue()
    assert verdict_of(issued.credential, issuer, issued).state == "held"
    getattr(issuer, bits).add(issued.claim.status_index)
    refused(verdict_of(issued.credential, issuer, issued), "status", finding, word)
    getattr(issuer, bits).clear()
    getattr(issuer, bits).update((issued.claim.status_index - 1, issued.claim.status_index + 1))
    assert verdict_of(issued.credential, issuer, issued).state == "held"


@pytest.mark.parametrize("purpose", ["revocation", "suspension"])
def test_an_old_status_list_proves_nothing(issuer, purpose):
    issued = issuer.issue()
    old = issuer.status_list(purpose)
    at = NOW + timedelta(hours=24, seconds=1)
    other = {"revocation": "suspension", "suspension": "revocation"}[purpose]
    verdict = verdict_of(
        issued.credential, issuer, issued, at=at, **{purpose: old, other: issuer.status_list(other, at=at)}
    )
    said = refused(verdict, "status", "stale", "old", "2026-11-23 09:00 UTC")
    assert "not verified" not in said
    assert verdict.state == "not_established"


def test_a_replayed_list_of_before_a_withdrawal_is_good_for_its_day_and_no_longer(issuer):
    issued = issuer.issue()
    before = {purpose: issuer.status_list(purpose) for purpose in ("revocation", "suspension")}
    issuer.revoked.add(issued.claim.status_index)
    now = issuer.status_list("revocation")

    def told(at, **lists):
        return verdict_of(issued.credential, issuer, issued, at=at, **{**before, **lists})

    # What docs/verifying.md says of it: that is what a list costs that works without a network.
    assert told(NOW + timedelta(hours=24)).state == "held"
    refused(told(NOW + timedelta(hours=24, seconds=1)), "status", "stale", "Nobody knows from them what happened since")
    refused(told(NOW, revocation=now), "status", "revoked", "withdrawn")


def test_an_old_list_of_what_is_final_still_refuses(issuer):
    issued = issuer.issue()
    issuer.revoked.add(issued.claim.status_index)
    verdict = verdict_of(issued.credential, issuer, issued, at=NOW + timedelta(days=30))
    refused(verdict, "status", "revoked")


def test_a_status_list_cannot_be_made_to_last(issuer):
    issued = issuer.issue()
    until = {"validUntil": "2036-11-22T09:00:00Z"}
    longer = json.dumps({**json.loads(issuer.status_list("revocation")), **until}).encode()
    refused(verdict_of(issued.credential, issuer, issued, revocation=longer), "status", "unsigned", "withdrawn")
    signed = issuer.status_list("revocation", **until)
    refused(verdict_of(issued.credential, issuer, issued, revocation=signed), "status", "too-long", "day")


def test_a_list_of_another_kind_or_issuer_is_refused(issuer):
    issued = issuer.issue()
    swapped = issuer.status_list("suspension")
    refused(verdict_of(issued.credential, issuer, issued, revocation=swapped), "status", "other-list")
    foreign = Issuer().status_list("revocation")
    refused(verdict_of(issued.credential, issuer, issued, revocation=foreign), "status", "unsigned")
    by_another_key = issuer.signed(json.loads(issuer.status_list("revocation")), purpose="credentials")
    refused(verdict_of(issued.credential, issuer, issued, revocation=by_another_key), "status", "unsigned")


def test_a_status_list_from_the_future_tells_of_a_wrong_clock(issuer):
    issued = issuer.issue()
    verdict = verdict_of(
        issued.credential, issuer, issued, suspension=issuer.status_list("suspension", at=NOW + timedelta(hours=2))
    )
    refused(verdict, "status", "early", "clock")
    assert verdict_of(issued.credential, issuer, issued,
                      suspension=issuer.status_list("suspension", at=NOW + timedelta(minutes=4))).state == "held"  # fmt: skip


def test_a_status_index_outside_the_lists_is_refused(issuer):
    issued = issuer.issue(status_index=131_072)
    refused(verdict_of(issued.credential, issuer, issued), "status", "index", "131072", "outside")
    issued = issuer.issue(status_index=-1)
    refused(verdict_of(issued.credential, issuer, issued), "status", "index", "outside")


# The log


def rewritten(issuer, leaves):
    """The same issuer with another past."""
    other = copy.copy(issuer)
    other.leaves, other.nodes = [], {}
    for leaf in leaves:
        other.append(leaf)
    return other


@pytest.mark.parametrize("rewrite", [
    lambda leaves: leaves[:4] + leaves[5:] + [leaves[5]],
    lambda leaves: [*leaves[:5], leaves[6], leaves[5], *leaves[7:]],
    lambda leaves: [*leaves[:5], leaves[4], *leaves[5:-1]],
], ids=["removed", "reordered", "slipped in"])  # fmt: skip
def test_a_log_that_was_rewritten_is_noticed(issuer, rewrite):
    issued = issuer.issue()
    issuer.append_something(3)
    other = rewritten(issuer, rewrite(issuer.leaves))
    assert len(other.leaves) == len(issuer.leaves)
    verdict = verdict_of(issued.credential, other, issued)
    refused(verdict, "checkpoints", "forked", "forked log")
    refused(verdict, "key-times", "no-log")


def test_two_logs_of_one_length_are_a_fork(issuer):
    issued = issuer.issue()
    other = rewritten(issuer, [*issuer.leaves[:-2], issuer.leaves[-1], issuer.leaves[-2]])
    refused(verdict_of(issued.credential, other, issued), "checkpoints", "forked", "forked log", "10")


def test_a_log_that_became_shorter_is_refused(issuer):
    issued = issuer.issue()
    verdict = verdict_of(issued.credential, issuer, issued, checkpoint=issuer.checkpoint(issued.evidence.size - 1))
    refused(verdict, "checkpoints", "shrunk", "shorter")


def test_an_entry_that_was_added_later_has_no_place_in_the_checkpoint_it_names(issuer):
    early = issuer.checkpoint()
    claim = claim_of()
    late = issuer.evidence(*issuer.enter(claim))
    for evidence in (
        replace(late, checkpoint=early),
        replace(late, checkpoint=early, size=late.size - 1, index=late.size - 2),
        replace(late, index=late.index - 1),
        replace(late, proof=late.proof[1:]),
    ):
        issued = issuer.sign(claim, evidence)
        refused(verdict_of(issued.credential, issuer, issued), "inclusion", "not-in-tree", "never there")


def test_a_checkpoint_of_somebody_else_is_refused(issuer):
    issued = issuer.issue()
    verdict = verdict_of(issued.credential, issuer, issued, checkpoint=Issuer().checkpoint())
    refused(verdict, "checkpoints", "unsigned-newest")
    claim = claim_of()
    evidence = issuer.evidence(*issuer.enter(claim), checkpoint=Issuer().checkpoint())
    again = issuer.sign(claim, evidence)
    refused(verdict_of(again.credential, issuer, again), "checkpoints", "unsigned-own")
    other_log = issuer.checkpoint(origin="elsewhere.example")
    refused(verdict_of(issued.credential, issuer, issued, checkpoint=other_log), "checkpoints", "other-log")


def test_a_proof_for_other_trees_is_none(issuer):
    issued = issuer.issue()
    issuer.append_something(3)
    verdict = verdict_of(
        issued.credential,
        issuer,
        issued,
        consistency=issuer.consistency(issued.evidence.size, issued.evidence.size + 1),
    )
    refused(verdict, "checkpoints", "no-consistency")
    spoilt = replace(issuer.consistency(issued.evidence.size), proof=())
    refused(verdict_of(issued.credential, issuer, issued, consistency=spoilt), "checkpoints", "forked")


# Keys


def test_what_was_signed_before_a_key_was_retired_stays_good(issuer):
    issued = issuer.issue()
    issuer.add_key("credentials")
    issuer.retire("credentials-1")
    assert verdict_of(issued.credential, issuer, issued).state == "held"


def test_what_was_signed_after_a_key_was_retired_is_refused(issuer):
    old = issuer.signer
    issuer.add_key("credentials")
    retired = issuer.retire("credentials-1")
    claim = claim_of()
    issued = issuer.sign(claim, issuer.evidence(*issuer.enter(claim)), signer=old)
    refused(
        verdict_of(issued.credential, issuer, issued),
        "key-times",
        "after-retirement",
        "credentials-1",
        f"entry {retired}",
    )


def test_a_checkpoint_that_was_signed_after_its_key_was_retired_is_refused(issuer):
    issued, old = issuer.issue(), issuer.signer
    issuer.add_key("checkpoints")
    issuer.retire("checkpoints-1")
    assert verdict_of(issued.credential, issuer, issued).state == "held"
    verdict = verdict_of(issued.credential, issuer, issued, checkpoint=issuer.checkpoint(signer=old))
    refused(verdict, "key-times", "after-retirement", "checkpoints-1")


def test_a_compromised_key_is_believed_up_to_the_stated_leaf(issuer):
    before, old = issuer.issue(), issuer.signer
    since = len(issuer.leaves)
    claim = claim_of(number=OTHER_NUMBER, status_index=7)
    after = issuer.sign(claim, issuer.evidence(*issuer.enter(claim)), signer=old)
    issuer.add_key("credentials")
    issuer.compromise("credentials-1", since_leaf=since)
    assert verdict_of(before.credential, issuer, before).state == "held"
    refused(verdict_of(after.credential, issuer, after), "key-times", "compromised", "credentials-1", f"entry {since}")


@pytest.mark.parametrize("event", ["retired", "compromised"])
def test_an_old_list_of_keys_is_noticed_by_the_log(issuer, event):
    issued, old = issuer.issue(), issuer.keys
    issuer.add_key("credentials")
    listed = issuer.keys
    _ = issuer.retire("credentials-1") if event == "retired" else issuer.compromise("credentials-1", since_leaf=0)
    for keys in (old, listed):
        verdict = verdict_of(issued.credential, issuer, issued, keys=write_key_list(keys))
        refused(verdict, "key-times", "list-older", "an old list is shown")


def test_an_old_list_of_keys_is_noticed_by_whoever_knows_a_newer_one(issuer):
    issued, old = issuer.issue(), write_key_list(issuer.keys)
    issuer.add_key("credentials")
    verdict = verdict_of(issued.credential, issuer, issued, keys=old, least_sequence=issuer.keys.sequence)
    refused(verdict, "keys", "older", "number 4", "number 5")
    assert verdict_of(issued.credential, issuer, issued, least_sequence=issuer.keys.sequence).state == "held"


def test_entries_about_keys_that_are_held_back_leave_it_open(issuer):
    issued = issuer.issue()
    issuer.add_key("credentials")
    issuer.retire("credentials-1")
    events = issuer.key_events()
    for kept in (None, (), events[:-1], events[1:]):
        verdict = verdict_of(issued.credential, issuer, issued, key_events=kept)
        refused(verdict, "key-times", "no-events", "credentials-1")
        assert verdict.state == "not_established"


def test_entries_about_keys_that_the_log_does_not_have_are_refused(issuer):
    issued = issuer.issue()
    events = issuer.key_events()
    invented = Issuer().key_events()
    for wrong in (replace(events[0], index=1), replace(events[0], proof=()), replace(events[0], content=b"{}"),
                  replace(events[0], leaf=b"x"), invented[0]):  # fmt: skip
        verdict = verdict_of(issued.credential, issuer, issued, key_events=(*events, wrong))
        refused(verdict, "key-times", "not-in-log")


def test_a_log_that_says_something_else_of_a_key_than_the_list_is_refused(issuer):
    issued = issuer.issue()
    issuer.change_key("credentials-1", added_on=NOW.date() - timedelta(days=9))
    refused(verdict_of(issued.credential, issuer, issued), "key-times", "not-the-list", "credentials-1")


def test_a_key_that_somebody_made_with_our_name_is_not_ours(issuer):
    issuer.append_something(9)
    impostor = Issuer()
    forged = impostor.issue()
    refused(verdict_of(forged.credential, issuer, forged), "signature", "wrong", "never signed it")
    impostor.add_key("credentials")
    forged = impostor.issue()
    refused(verdict_of(forged.credential, issuer, forged), "signature", "foreign", "not one of the issuer's")
    verdict = check(forged.credential, impostor.sources(forged), at=NOW, trusted=issuer.fingerprint)
    refused(verdict, "keys", "other-root", "another root than the one that you trust")


def test_keys_that_come_with_the_certificate_prove_nothing_by_themselves(issuer):
    forged = Issuer()
    issued = forged.issue()
    verdict = check(issued.credential, forged.sources(issued), at=NOW)
    refused(verdict, "keys", "unvouched", "nobody vouches")
    assert {state for code, state in states(verdict).items() if code not in ("keys", "witnesses")} == {"held"}


def test_a_list_of_keys_that_the_root_did_not_sign_is_refused(issuer):
    issued = issuer.issue()
    slipped = replace(issuer.keys, keys=(*issuer.keys.keys[:3], Issuer().keys.keys[3]))
    refused(verdict_of(issued.credential, issuer, issued, keys=write_key_list(slipped)), "keys", "unsigned", "changed")
    refused(verdict_of(issued.credential, issuer, issued, keys=b"{"), "keys", "unreadable")
    verdict = verdict_of(issued.credential, issuer, issued, keys=None)
    refused(verdict, "keys", "missing")
    assert {states(verdict)[code] for code in ("signature", "checkpoints", "key-times", "status")} == {
        "not_established"
    }


@pytest.mark.parametrize("purpose", ["status"])
def test_a_key_for_something_else_signs_no_credential(issuer, purpose):
    issued = issuer.issue()
    document = {name: value for name, value in issued.document.items() if name != "proof"}
    presented = issuer.signed(document, purpose=purpose)
    refused(verdict_of(presented, issuer, issued), "signature", "purpose", "status-1")
    named_otherwise = issuer.signed(document, purpose=purpose, method=f"{issuer.did}#credentials-1")
    refused(verdict_of(named_otherwise, issuer, issued), "signature", "wrong")


def test_a_key_of_another_address_is_not_the_issuers(issuer):
    issued = issuer.issue()
    document = {name: value for name, value in issued.document.items() if name != "proof"}
    presented = issuer.signed(document, method="did:web:evil.example#credentials-1")
    refused(verdict_of(presented, issuer, issued), "signature", "foreign", "evil.example")


def test_a_retired_key_signs_no_new_list_and_a_compromised_one_none(issuer):
    issued, old = issuer.issue(), issuer.signer
    issuer.add_key("status")
    issuer.retire("status-1")
    assert (
        verdict_of(issued.credential, issuer, issued, revocation=issuer.status_list("revocation", signer=old)).state
        == "held"
    )
    at = NOW + timedelta(days=1)
    lists = {purpose: issuer.status_list(purpose, signer=old, at=at) for purpose in ("revocation", "suspension")}
    refused(verdict_of(issued.credential, issuer, issued, at=at, **lists), "status", "unsigned")
    issuer.compromise("status-1", since_leaf=0)
    lists = {purpose: issuer.status_list(purpose, signer=old) for purpose in ("revocation", "suspension")}
    refused(verdict_of(issued.credential, issuer, issued, **lists), "status", "unsigned")


# Numbers and addresses


def test_a_number_with_a_typing_error_is_told_at_once(issuer):
    issued = issuer.issue()
    for typed in ("CP-7QF4-M2XG", "CP-7FQ4-M2XF", "CP-7QF4-M2X", "hotel"):
        refused(verdict_of(typed, issuer, issued), "number", "mistyped", "typing error")
    assert verdict_of("cp 7qf4 m2xf", issuer, issued).state == "held"


def test_another_number_than_that_of_the_certificate_is_refused(issuer):
    issued = issuer.issue()
    refused(verdict_of(OTHER_NUMBER, issuer, issued), "number", "other", OTHER_NUMBER, NUMBER)


def test_a_code_that_leads_elsewhere_is_refused(issuer):
    issued = issuer.issue()
    assert verdict_of(f"https://Check.example.org/certificates/{NUMBER}", issuer, issued).state == "held"
    for address in (f"https://check.example.org.evil.example/certificates/{NUMBER}",
                    f"https://check.example.org:444/certificates/{NUMBER}",
                    f"http://check.example.org/certificates/{NUMBER}",
                    f"https://check.example.org/evil/certificates/{NUMBER}"):  # fmt: skip
        verdict = verdict_of(address, issuer, issued)
        refused(verdict, "number", "elsewhere", "leads to", "check.example.org")


def test_a_number_that_the_issuer_never_gave_is_refused(issuer):
    refused(verdict_of(NUMBER, issuer, absent="unknown"), "readable", "unknown", NUMBER)
    refused(verdict_of(NUMBER, issuer, absent="pending"), "readable", "pending")
    issued = issuer.issue()
    refused(verdict_of(issued.credential, issuer, issued, absent="unknown"), "number", "unissued", NUMBER)


# PDF


def test_a_sealed_pdf_holds(sealed):
    issuer, issued, pdf = sealed
    assert verdict_of(pdf, issuer, issued).state == "held"


def test_no_flipped_byte_of_a_pdf_goes_through(sealed):
    issuer, issued, pdf = sealed
    sources = issuer.sources(issued)
    # Beside the signature stand copies of certificates, and zeros. A signature cannot be over itself, and what is trusted
    # is the issuer's list, so that there nothing depends on them.
    beside = range(pdf.index(b"/Contents <"), pdf.index(b"0" * 200))
    padding = range(beside.stop, pdf.index(b">", beside.stop))
    places = [each for each in range(20, len(pdf), len(pdf) // 24) if each not in beside and each not in padding]
    for place in (*places, padding.start - 30):
        spoilt = bytearray(pdf)
        spoilt[place] ^= 1
        verdict = check(bytes(spoilt), sources, at=NOW, trusted=issuer.fingerprint)
        assert verdict.state == "false", place
        assert "false" in (verdict.step("pdf").state, verdict.step("readable").state), place


def test_a_byte_flipped_in_an_attachment_is_named(sealed):
    issuer, issued, pdf = sealed
    spoilt, place = bytearray(pdf), pdf.index(b"/EmbeddedFile")
    spoilt[pdf.index(b"stream", place) + 40] ^= 1
    verdict = verdict_of(bytes(spoilt), issuer, issued)
    assert verdict.state == "false"
    assert {verdict.step("pdf").finding, verdict.step("readable").finding} & {
        "altered",
        "broken",
        "pdf-broken",
        "not-text",
    }


def test_a_page_added_to_a_pdf_is_noticed(sealed):
    issuer, issued, pdf = sealed
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    empty = writer.add_object(_empty_stream())
    writer.insert_page(PageObject(contents=empty, media_box=(0, 0, 100, 100)))
    grown = BytesIO()
    writer.write(grown)
    refused(verdict_of(grown.getvalue(), issuer, issued), "pdf", "added", "added to the PDF after it was signed")
    refused(verdict_of(pdf + b"\n% more", issuer, issued), "pdf", "added")


def _empty_stream():
    return StreamObject(stream_data=b"")


EVIL = f"https://check.example.org.evil.example/certificates/{NUMBER}"
OURS = f"https://check.example.org/certificates/{NUMBER}"


def covered(pdf, address):
    """A signed PDF with another code drawn over that of its page, appended as an editor of PDFs does it."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.pages[0].contents_coalesce()
        drawn = opened.pages[0].Contents.read_bytes().decode("latin-1")
    unit, left, top = re.search(r"q ([\d.]+) 0 0 -\1 ([\d.]+) ([\d.]+) cm", drawn).groups()
    _, before = qr_path(OURS)
    path, modules = qr_path(address)
    side = float(unit) * before
    over = f"q 1 g {left} {float(top) - side} {side} {side} re f 0 g {side / modules:.5f} 0 0 -{side / modules:.5f} {left} {top} cm"
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    stream = writer.add_object(StreamObject(stream_data=f"{over} {path} f Q".encode()))
    writer.add_stream_to_page(0, stream)
    grown = BytesIO()
    writer.write(grown)
    return grown.getvalue()


def test_a_page_drawn_anew_with_a_code_that_leads_elsewhere_is_refused(sealed, tmp_path):
    issuer, issued, genuine = sealed
    assert read_code(genuine, tmp_path) == OURS
    redrawn = issuer.drawn(issued, verify_url=EVIL)
    assert read_code(redrawn, tmp_path) == EVIL
    refused(verdict_of(redrawn, issuer, issued), "readable", "pdf-unsigned", "not signed", "check its number")
    impostor = Issuer()
    by_another = impostor.pdf(issued, verify_url=EVIL)
    assert read_code(by_another, tmp_path) == EVIL
    refused(
        verdict_of(by_another, issuer, issued), "pdf", "foreign", "not one of the issuer's", "wherever its code leads"
    )
    # Whoever follows the code, and asks about what it says.
    refused(
        verdict_of(EVIL, issuer, issued), "number", "elsewhere", "check.example.org.evil.example", "leads elsewhere"
    )


def test_a_certificate_of_an_issuer_that_is_not_ours_is_refused_whose_code_leads_there_too(sealed, tmp_path):
    ours, _, _ = sealed
    theirs = Issuer("https://check.example.org.evil.example")
    forged = theirs.issue()
    pdf = theirs.pdf(forged)
    assert read_code(pdf, tmp_path) == EVIL
    verdict = check(pdf, theirs.sources(forged, is_firsthand=True), at=NOW, trusted=ours.fingerprint)
    refused(verdict, "keys", "other-root", "another root than the one that you trust")
    refused(verdict_of(pdf, ours), "claim", "issuer", "another issuer")
    refused(verdict_of(pdf, ours), "signature", "foreign", "evil.example")


def test_another_code_drawn_over_that_of_a_signed_page_is_noticed(sealed, tmp_path):
    issuer, issued, genuine = sealed
    overlaid = covered(genuine, EVIL)
    assert overlaid.startswith(genuine)
    assert read_code(overlaid, tmp_path) == EVIL
    refused(
        verdict_of(overlaid, issuer, issued), "pdf", "added", "added to the PDF after it was signed", "its code leads"
    )


def test_a_pdf_that_is_not_signed_is_none(sealed):
    issuer, issued, _ = sealed
    refused(verdict_of(issuer.drawn(issued), issuer, issued), "readable", "pdf-unsigned", "not signed")


def test_a_pdf_that_somebody_signed_with_our_name_is_refused(sealed):
    issuer, issued, _ = sealed
    forged = Issuer().pdf(issued)
    refused(verdict_of(forged, issuer, issued), "pdf", "foreign", "not one of the issuer's")


def test_files_in_a_pdf_that_say_different_things_are_refused(sealed):
    issuer, issued, _ = sealed
    other = claim_bytes(claim_of(number=OTHER_NUMBER))
    refused(verdict_of(issuer.pdf(issued, stored_claim=other), issuer, issued), "claim", "attachment", "claim.json")


def test_a_pdf_around_a_changed_credential_is_refused_whoever_signs_it(sealed):
    issuer, issued, _ = sealed
    spoilt = issued.credential.replace(LIMITS.encode(), LIMITS.upper().encode())
    refused(verdict_of(issuer.pdf(issued, credential=spoilt), issuer, issued), "signature", "wrong")


# Without a network


def test_a_verifier_that_has_nothing_establishes_nothing(sealed):
    issuer, issued, pdf = sealed
    from compliance.usecases.verifying import Sources

    nothing = Sources(base_url=issuer.base_url)
    for presented in (issued.credential, pdf, NUMBER):
        verdict = check(presented, nothing, at=NOW, trusted=issuer.fingerprint)
        assert verdict.state == "not_established"
        refused(verdict, "keys", "missing")
        assert verdict.step("status").state == "not_established"
