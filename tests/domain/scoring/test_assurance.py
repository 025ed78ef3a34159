"""How far the answers were looked at: a second axis that never touches the outcome."""

import pytest

from build import claimed, corrected, decided, documented, maturity, questionnaire, scored, yes_no, yes_no_fact

ASKED = questionnaire(
    maturity("ONE-01", critical=True),
    maturity("ONE-02"),
    maturity("ONE-03", critical=True, applies_if={"fact": "pool", "is": "yes"}),
    facts=[yes_no_fact("pool"), yes_no_fact("wifi")],
)
ANSWERS = {"ONE-01": documented(4), "ONE-02": documented(4)}
REMOTELY = decided("upheld", evidence="verified_remotely")
ON_SITE = decided("upheld", evidence="verified_on_site")


def assurance(answers=None, asked=ASKED, **given) -> str | None:
    usual = {"profile": {"pool": "no", "wifi": "no"}, "sample": ("ONE-01",), "decisions": {"ONE-01": REMOTELY}}
    return scored(asked, ANSWERS if answers is None else answers, **{**usual, **given}).assurance


def test_without_an_attestation_there_is_no_assurance():
    assert assurance(attested=False) is None
    assert assurance(attested=False, decisions={}, sample=None) is None


def test_an_attested_submission_is_self_assessed():
    assert assurance(decisions={}, sample=None) == "self_assessed"


def test_without_a_sample_decisions_alone_verify_nothing():
    assert assurance(sample=None) == "self_assessed"


@pytest.mark.parametrize(
    ("decision", "found"),
    [
        (REMOTELY, "desk_verified"),
        (ON_SITE, "site_verified"),
        (decided("upheld", evidence="documented"), "self_assessed"),
        (decided("upheld", evidence="declared"), "self_assessed"),
        (decided("lowered", value=0, evidence="verified_remotely"), "desk_verified"),
        (decided("lowered", value=0, evidence="verified_on_site"), "site_verified"),
        (decided("needs_clarification"), "self_assessed"),
    ],
)
def test_every_critical_item_must_be_verified(decision, found):
    assert assurance(decisions={"ONE-01": decision}) == found


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (REMOTELY, ON_SITE, "desk_verified"),
        (ON_SITE, ON_SITE, "site_verified"),
        (ON_SITE, REMOTELY, "desk_verified"),
        (ON_SITE, decided("upheld", evidence="documented"), "self_assessed"),
    ],
)
def test_the_weakest_critical_item_decides(first, second, found):
    answers = {**ANSWERS, "ONE-03": documented(4)}
    profile = {"pool": "yes", "wifi": "no"}
    assert assurance(answers, profile=profile, decisions={"ONE-01": first, "ONE-03": second}) == found


def test_an_unanswered_critical_item_keeps_everything_self_assessed():
    assert assurance(profile={"pool": "yes", "wifi": "no"}) == "self_assessed"


def test_an_item_that_is_not_critical_need_not_be_verified():
    decisions = {"ONE-01": REMOTELY, "ONE-02": decided("upheld", evidence="documented")}
    assert assurance(decisions=decisions, sample=("ONE-01", "ONE-02")) == "desk_verified"


@pytest.mark.parametrize(
    ("drawn", "decision", "found"),
    [
        ("ONE-02", None, "self_assessed"),
        ("ONE-02", decided("needs_clarification"), "self_assessed"),
        ("ONE-02", decided("upheld", evidence="declared"), "desk_verified"),
        ("ONE-02", decided("lowered", value=1, evidence="declared"), "desk_verified"),
        ("wifi", None, "self_assessed"),
        ("wifi", decided("needs_clarification"), "self_assessed"),
        ("wifi", decided("fact_upheld"), "desk_verified"),
        ("wifi", corrected("yes"), "desk_verified"),
    ],
)
def test_everything_drawn_must_be_decided(drawn, decision, found):
    decisions = {"ONE-01": REMOTELY, **({} if decision is None else {drawn: decision})}
    assert assurance(decisions=decisions, sample=(drawn, "ONE-01")) == found
    assert assurance(decisions=decisions, sample=("ONE-01", drawn)) == found


@pytest.mark.parametrize("decision", ["not_applicable_accepted", "not_applicable_refused"])
def test_a_drawn_claim_is_decided_when_it_is_accepted_or_refused(decision):
    decisions = {"ONE-01": REMOTELY, "ONE-02": decided(decision)}
    answers = {**ANSWERS, "ONE-02": claimed()}
    assert assurance(answers, decisions=decisions, sample=("ONE-02",)) == "desk_verified"


def test_a_drawn_item_that_a_correction_takes_away_needs_no_decision():
    answers = {**ANSWERS, "ONE-03": documented(4)}
    decisions = {"ONE-01": REMOTELY, "pool": corrected("no")}
    given = {"profile": {"pool": "yes", "wifi": "no"}, "decisions": decisions}
    assert assurance(answers, **given, sample=("ONE-03", "ONE-01")) == "desk_verified"
    assert assurance(answers, **given, sample=("ONE-03", "ONE-02")) == "self_assessed"


def test_without_an_applicable_critical_item_there_is_nothing_to_verify_by():
    asked = questionnaire(yes_no("ONE-01"), yes_no("ONE-02"))
    decisions = {"ONE-01": ON_SITE, "ONE-02": ON_SITE}
    found = assurance({"ONE-01": "yes", "ONE-02": "yes"}, asked, profile={}, decisions=decisions, sample=("ONE-01",))
    assert found == "self_assessed"


def test_assurance_and_outcome_do_not_touch():
    decisions = {"ONE-01": decided("lowered", value=0, evidence="verified_on_site")}
    card = scored(ASKED, ANSWERS, profile={"pool": "no", "wifi": "no"}, decisions=decisions, sample=("ONE-01",))
    assert (card.outcome, card.assurance) == ("not_met", "site_verified")
