"""Carry-over: renewal, a new version, a second sector. What a person said once is asked again, shorter."""

from datetime import date

import msgspec
from hypothesis import given as examples
from hypothesis import strategies as st

from build import (
    TODAY,
    answered,
    claimed,
    decided,
    documented,
    maturity,
    number_fact,
    questionnaire,
    submission,
    text,
    yes_no,
    yes_no_fact,
)
from compliance.domain.assessment import Carried, carried_draft, gaps, plan_carry
from compliance.domain.questionnaire import carry_over
from compliance.domain.scoring import EvidencePiece, Scorer, Submission
from domain.drafts import AT, FILE
from domain.strategies import questionnaires, submissions

PIECE = EvidencePiece(form="file", dated_on=date(2026, 1, 5), file=FILE)
OLD = questionnaire(
    maturity("GOV-01"), maturity("GOV-02"), yes_no("GOV-03"), yes_no("GOV-04"), text("GOV-05"),
    facts=[yes_no_fact("pool"), number_fact("workers", max=50)],
)  # fmt: skip
NEW = questionnaire(
    text("GOV-05"), maturity("GOV-01"), maturity("GOV-02", weight=3), maturity("GOV-03"), yes_no("GOV-06"),
    facts=[number_fact("workers", max=90), yes_no_fact("pool"), yes_no_fact("bar")], version="2.0",
)  # fmt: skip
GIVEN = submission(
    {
        "GOV-01": answered(3, pieces=(PIECE,), note="Since May"),
        "GOV-02": 2,
        "GOV-03": "yes",
        "GOV-04": "no",
        "GOV-05": "Words",
    },
    profile={"pool": "no", "workers": 12},
    decisions={"GOV-01": decided("upheld", evidence="verified_on_site")},
    sample=("GOV-01",),
)


def test_what_is_unchanged_is_carried_and_the_rest_is_history():
    carried = plan_carry(OLD, NEW, GIVEN)
    assert list(carried.answers) == ["GOV-05", "GOV-01"]
    assert list(carried.history) == ["GOV-02", "GOV-03", "GOV-04"]
    assert carried.new == ("GOV-02", "GOV-03", "GOV-06")
    assert (carried.facts, carried.history_facts) == ({"pool": "no"}, {"workers": 12})


def test_evidence_is_carried_with_the_day_it_bears():
    assert plan_carry(OLD, OLD, GIVEN).answers["GOV-01"] == answered(3, pieces=(PIECE,), note="Since May")


def test_evidence_without_a_day_bears_the_day_of_its_submission():
    given = submission({"GOV-01": documented(3), "GOV-02": answered(3), "GOV-03": claimed()})
    carried = plan_carry(OLD, OLD, given).answers
    assert carried["GOV-01"] == answered(3, evidence="documented", evidence_on=TODAY)
    assert (carried["GOV-02"], carried["GOV-03"]) == (answered(3), claimed())


def test_evidence_does_not_stay_fresh_by_being_carried():
    scorer = Scorer(questionnaire(maturity("GOV-01")))
    carried = plan_carry(scorer.questionnaire, scorer.questionnaire, submission({"GOV-01": documented(4)}))
    later = Submission(as_of=TODAY.replace(year=2028), profile={}, answers=carried.answers)
    assert scorer.score(later).items["GOV-01"].level == "declared"


def test_a_draft_of_what_was_carried_waits_for_a_person():
    made = carried_draft(plan_carry(OLD, NEW, GIVEN), as_of=TODAY, by="u7", at=AT, scans={FILE: "clean"})
    assert {(each.source, each.confirmed, each.changed_by, each.revision) for each in made.answers.values()} == {
        ("carried", False, "u7", 1)
    }
    assert [(gap.kind, gap.id) for gap in gaps(Scorer(NEW), made)] == [
        ("gap-fact-missing", "workers"), ("gap-fact-unconfirmed", "pool"), ("gap-fact-missing", "bar"),
        ("gap-unconfirmed", "GOV-05"), ("gap-unconfirmed", "GOV-01"),
        ("gap-unanswered", "GOV-02"), ("gap-unanswered", "GOV-03"), ("gap-unanswered", "GOV-06"),
    ]  # fmt: skip


@st.composite
def drawn(draw):
    old = draw(questionnaires())
    new = draw(st.one_of(questionnaires(), st.just(old)))
    return old, new, draw(submissions(Scorer(old)))


@examples(drawn())
def test_every_answer_is_carried_or_history_and_nothing_attested_carries(case):
    old, new, given = case
    carried = plan_carry(old, new, given)
    assert carried.answers.keys() | carried.history.keys() == given.answers.keys()
    assert not carried.answers.keys() & carried.history.keys()
    assert set(carried.answers) == set(carry_over(old, new).carried) & given.answers.keys()
    assert carried.new == tuple(item.id for item in new.items if item.id not in carried.answers)
    made = carried_draft(carried, as_of=given.as_of, by="u7", at=AT)
    assert not [each for each in [*made.answers.values(), *made.facts.values()] if each.counts]
    assert {field.name for field in msgspec.structs.fields(Carried)} == {
        "facts", "answers", "history_facts", "history", "new",
    }  # fmt: skip


@examples(drawn())
def test_the_order_of_answers_does_not_matter(case):
    old, new, given = case
    turned = msgspec.structs.replace(given, answers=dict(reversed(given.answers.items())))
    assert plan_carry(old, new, turned) == plan_carry(old, new, given)
    assert list(plan_carry(old, new, turned).answers) == list(plan_carry(old, new, given).answers)
