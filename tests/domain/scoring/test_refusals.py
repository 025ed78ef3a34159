"""Every way in which a submission is refused: the code, the place, and what the sentence will name."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from build import (
    answered,
    choice,
    choice_fact,
    claimed,
    corrected,
    day,
    decided,
    evidence,
    maturity,
    multiple,
    multiple_fact,
    number,
    number_fact,
    pairs,
    percentage,
    questionnaire,
    refused,
    scored,
    submission,
    text,
    yes_no,
    yes_no_fact,
)
from compliance.domain.scoring import (
    Answer,
    EvidencePiece,
    Part,
    Scorer,
    SubmissionInvalid,
    checks,
    items,
    profile,
    values,
)
from compliance.errors import Invalid, Problem

OPTIONS = {"a": 0, "b": 100}
NUMBER_NEVER = number(direction="lower_is_better", steps=((0, 100), (31, 0)), never="Never")
OF_WORKERS = percentage(of_fact="workers")
RECORD = maturity(evidence=evidence("vetting_log", "rota", form="record"))
FUTURE = date(2026, 11, 22)


def piece(form="file", dated_on=date(2026, 11, 1), expected=None):
    return EvidencePiece(form=form, dated_on=dated_on, expected=expected)


VALUES = [
    (maturity(), 5, "value-maturity", {"given": "5"}),
    (maturity(), -1, "value-maturity", {"given": "-1"}),
    (maturity(), "3", "value-maturity", {"given": "'3'"}),
    (maturity(), True, "value-maturity", {"given": "True"}),
    (yes_no(), "maybe", "value-yes-no", {"given": "'maybe'"}),
    (yes_no(), True, "value-yes-no", {"given": "True"}),
    (yes_no(), ("yes",), "value-yes-no", {"given": "('yes',)"}),
    (yes_no(good="no"), "none", "value-yes-no", {"given": "'none'"}),
    (choice(options=OPTIONS), "c", "value-choice", {"given": "'c'", "options": "a, b"}),
    (choice(options=OPTIONS), 1, "value-choice", {"given": "1", "options": "a, b"}),
    (choice(options=OPTIONS), ("a",), "value-choice", {"given": "('a',)", "options": "a, b"}),
    (multiple(exclusive="none"), "a", "value-multiple", {"given": "'a'", "options": "a, b, c, none"}),
    (multiple(), 0, "value-multiple", {"given": "0", "options": "a, b, c"}),
    (multiple(), (), "value-empty-list", {"options": "a, b, c"}),
    (multiple(must_have=("a",)), (), "value-empty-list", {"options": "a, b, c"}),
    (multiple(exclusive="none"), (), "value-empty-list", {"options": "a, b, c, none"}),
    (multiple(), ("a", "z"), "value-unknown-option", {"given": "'z'", "options": "a, b, c"}),
    (multiple(), ("none",), "value-unknown-option", {"given": "'none'", "options": "a, b, c"}),
    (multiple(exclusive="none"), ("z",), "value-unknown-option", {"given": "'z'", "options": "a, b, c, none"}),
    (multiple(), ("c", "b", "b"), "value-repeated-option", {"option": "b"}),
    (multiple(exclusive="none"), ("none", "none"), "value-repeated-option", {"option": "none"}),
    (multiple(exclusive="none"), ("a", "none"), "value-exclusive", {"option": "none"}),
    (percentage(), 5, "value-part", {"given": "5"}),
    (percentage(), "5", "value-part", {"given": "'5'"}),
    (percentage(), Part(5), "value-part", {"given": 5}),
    (percentage(), Part(-1, 5), "value-negative", {}),
    (percentage(), Part(0, -1), "value-negative", {}),
    (percentage(), Part(6, 5), "value-part-larger", {"part": 6, "whole": 5}),
    (percentage(may_be_none="yes"), Part(1, 0), "value-part-larger", {"part": 1, "whole": 0}),
    (percentage(), Part(0, 0), "value-whole-zero", {}),
    (OF_WORKERS, 5, "value-part-of-fact", {"given": "5"}),
    (OF_WORKERS, Part(5, 20), "value-whole-from-fact", {"fact": "workers"}),
    (OF_WORKERS, Part(-1), "value-negative", {}),
    (OF_WORKERS, Part(21), "value-part-larger", {"part": 21, "whole": 20}),
    (number(), -1, "value-number", {"given": "-1", "max": 1_000_000}),
    (number(), 1_000_001, "value-number", {"given": "1000001", "max": 1_000_000}),
    (number(max=40), 41, "value-number", {"given": "41", "max": 40}),
    (number(), "14", "value-number", {"given": "'14'", "max": 1_000_000}),
    (number(), True, "value-number", {"given": "True", "max": 1_000_000}),
    (number(), "never", "value-number", {"given": "'never'", "max": 1_000_000}),
    (NUMBER_NEVER, "always", "value-number-or-never", {"given": "'always'", "max": 1_000_000}),
    (NUMBER_NEVER, -1, "value-number-or-never", {"given": "-1", "max": 1_000_000}),
    (day(), 20261121, "value-date", {"given": "20261121"}),
    (day(), "2026-11-31", "value-date", {"given": "'2026-11-31'"}),
    (day(), "yesterday", "value-date", {"given": "'yesterday'"}),
    (day(), "2026-11-22", "value-date-future", {"given": "2026-11-22", "as_of": "2026-11-21"}),
    (maturity(), "x" * 80, "value-maturity", {"given": "'" + "x" * 56 + "…"}),
]
ANSWERS = [
    (maturity(), Answer(), "answer-empty", {}),
    (maturity(), Answer(value=3, not_applicable="We have none"), "answer-both", {}),
    (maturity(critical=True), claimed(), "claim-critical", {}),
    (maturity(), claimed("   "), "claim-without-reason", {}),
    (maturity(), claimed(""), "claim-without-reason", {}),
    (text(), claimed(), "claim-on-text", {}),
    (text(), answered(3), "value-text", {}),
    (text(), Answer(), "value-text", {}),
    (maturity(), answered(3, "verified_remotely"), "evidence-not-yours-to-claim", {"given": "verified_remotely"}),
    (maturity(), answered(3, "verified_on_site"), "evidence-not-yours-to-claim", {"given": "verified_on_site"}),
    (
        maturity(),
        answered(3, "verified_on_site", pieces=(piece(),)),
        "evidence-not-yours-to-claim",
        {"given": "verified_on_site"},
    ),
    (maturity(), answered(3, evidence_on=date(2026, 1, 1), pieces=(piece(),)), "evidence-twice", {}),
    (RECORD, answered(3, pieces=(piece(),)), "evidence-form", {"form": "record", "given": "file"}),
    (
        RECORD,
        answered(3, pieces=(piece("record", expected="rota"), piece("record", expected="roster"))),
        "evidence-unknown",
        {"given": "roster", "expected": "rota, vetting_log"},
    ),
    (
        maturity(),
        answered(3, "documented", evidence_on=FUTURE),
        "evidence-date-future",
        {"given": "2026-11-22", "as_of": "2026-11-21"},
    ),
    (
        maturity(),
        answered(3, pieces=(piece(), piece(dated_on=FUTURE))),
        "evidence-date-future",
        {"given": "2026-11-22", "as_of": "2026-11-21"},
    ),
]


ANSWERS += [
    (
        maturity(),
        answered(3, evidence_on=FUTURE),
        "evidence-date-future",
        {"given": "2026-11-22", "as_of": "2026-11-21"},
    ),
    (
        maturity(),
        Answer(not_applicable="None here", evidence="verified_on_site"),
        "evidence-not-yours-to-claim",
        {"given": "verified_on_site"},
    ),
    (percentage(may_be_none="yes", critical=True), Part(0, 0), "value-whole-zero", {}),
]


@pytest.mark.parametrize(("item", "given", "code", "facts"), [*VALUES, *ANSWERS])
def test_an_item_refuses_what_it_does_not_take(item, given, code, facts):
    asked = questionnaire(item, facts=[number_fact("workers", min=1)])
    problems = refused(asked, {"ONE-01": given}, profile={"workers": 20})
    assert problems == [Problem(code, "answers.ONE-01", {"id": "ONE-01", **facts})]


FACTS = [
    (yes_no_fact("pool"), "maybe", "value-yes-no", {"given": "'maybe'"}),
    (yes_no_fact("pool"), 1, "value-yes-no", {"given": "1"}),
    (yes_no_fact("pool"), ("yes",), "value-yes-no", {"given": "('yes',)"}),
    (number_fact("pool", min=1, max=9), 0, "fact-number", {"given": "0", "min": 1, "max": 9}),
    (number_fact("pool", min=1, max=9), 10, "fact-number", {"given": "10", "min": 1, "max": 9}),
    (number_fact("pool"), "5", "fact-number", {"given": "'5'", "min": 0, "max": 1_000_000}),
    (number_fact("pool"), True, "fact-number", {"given": "True", "min": 0, "max": 1_000_000}),
    (choice_fact("pool", "sea", "hill"), "lake", "value-choice", {"given": "'lake'", "options": "hill, sea"}),
    (choice_fact("pool", "sea", "hill"), 3, "value-choice", {"given": "3", "options": "hill, sea"}),
    (choice_fact("pool", "sea", "hill"), ("sea",), "value-choice", {"given": "('sea',)", "options": "hill, sea"}),
    (multiple_fact("pool", "sea", "hill"), "sea", "fact-multiple", {"given": "'sea'", "options": "sea, hill"}),
    (multiple_fact("pool", "sea", "hill"), ("x",), "value-unknown-option", {"given": "'x'", "options": "sea, hill"}),
    (multiple_fact("pool", "sea", "hill"), ("sea", "sea"), "value-repeated-option", {"option": "sea"}),
]


@pytest.mark.parametrize(("fact", "given", "code", "facts"), FACTS)
def test_a_fact_refuses_what_it_does_not_take(fact, given, code, facts):
    problems = refused(questionnaire(maturity(), facts=[fact]), {"ONE-01": 4}, profile={"pool": given})
    assert problems == [Problem(code, "profile.pool", {"id": "pool", **facts})]


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        (yes_no_fact("pool"), "yes"),
        (yes_no_fact("pool"), "no"),
        (number_fact("pool", min=1, max=9), 1),
        (number_fact("pool", min=1, max=9), 9),
        (choice_fact("pool", "sea", "hill"), "hill"),
        (multiple_fact("pool", "sea", "hill"), ()),
        (multiple_fact("pool", "sea", "hill"), ("hill", "sea")),
    ],
)
def test_a_fact_takes_what_it_asks_for(fact, value):
    assert scored(questionnaire(maturity(), facts=[fact]), profile={"pool": value}).outcome == "not_met"


def test_a_missing_fact_is_refused_and_never_taken_as_no():
    asked = questionnaire(maturity(applies_if={"fact": "pool", "is": "yes"}), facts=[yes_no_fact("pool")])
    assert refused(asked, {"ONE-01": 4}) == [Problem("fact-missing", "profile.pool", {"fact": "pool"})]


def test_every_missing_fact_is_named_at_once():
    asked = questionnaire(maturity(), facts=[yes_no_fact("pool"), number_fact("workers"), yes_no_fact("wifi")])
    problems = refused(asked, {"ONE-01": 9}, profile={"workers": -1})
    assert pairs(problems) == [
        ("fact-missing", "profile.pool"),
        ("fact-number", "profile.workers"),
        ("fact-missing", "profile.wifi"),
        ("value-maturity", "answers.ONE-01"),
    ]


def test_names_that_the_questionnaire_does_not_know_are_refused():
    assert refused(questionnaire(maturity()), {"ONE-02": 4}, profile={"pool": "yes"}) == [
        Problem("fact-unknown", "profile.pool", {"id": "pool"}),
        Problem("item-unknown", "answers.ONE-02", {"id": "ONE-02"}),
    ]


DECISIONS = [
    (maturity(), 3, decided("fact_upheld"), "decision-not-for-items", {"given": "fact_upheld"}),
    (maturity(), 3, corrected(3), "decision-not-for-items", {"given": "fact_corrected"}),
    (maturity(), 3, decided("upheld"), "decision-evidence-missing", {"given": "upheld"}),
    (maturity(), 3, decided("lowered", value=2), "decision-evidence-missing", {"given": "lowered"}),
    (
        maturity(),
        3,
        decided("needs_clarification", evidence="documented"),
        "decision-evidence-unwanted",
        {"given": "needs_clarification"},
    ),
    (
        maturity(),
        claimed(),
        decided("not_applicable_accepted", evidence="documented"),
        "decision-evidence-unwanted",
        {"given": "not_applicable_accepted"},
    ),
    (maturity(), 3, decided("lowered", evidence="documented"), "decision-value-missing", {"given": "lowered"}),
    (
        maturity(),
        3,
        decided("upheld", value=3, evidence="documented"),
        "decision-value-unwanted",
        {"given": "upheld"},
    ),
    (
        maturity(),
        claimed(),
        decided("not_applicable_refused", value=0),
        "decision-value-unwanted",
        {"given": "not_applicable_refused"},
    ),
    (maturity(), None, decided("upheld", evidence="documented"), "decision-on-unanswered", {}),
    (maturity(), None, decided("needs_clarification"), "decision-on-unanswered", {}),
    (maturity(), None, decided("not_applicable_accepted"), "decision-on-unanswered", {}),
    (maturity(), claimed(), decided("upheld", evidence="documented"), "decision-on-claim", {"given": "upheld"}),
    (
        maturity(),
        claimed(),
        decided("lowered", value=0, evidence="documented"),
        "decision-on-claim",
        {"given": "lowered"},
    ),
    (
        percentage(may_be_none="yes"),
        Part(0, 0),
        decided("upheld", evidence="documented"),
        "decision-on-claim",
        {"given": "upheld"},
    ),
    (
        maturity(),
        3,
        decided("not_applicable_accepted"),
        "decision-not-a-claim",
        {"given": "not_applicable_accepted"},
    ),
    (
        maturity(),
        3,
        decided("not_applicable_refused"),
        "decision-not-a-claim",
        {"given": "not_applicable_refused"},
    ),
    (
        maturity(),
        2,
        decided("lowered", value=3, evidence="documented"),
        "decision-raises",
        {"found": 75, "declared": 50},
    ),
    (maturity(), 2, decided("lowered", value=9, evidence="documented"), "value-maturity", {"given": "9"}),
    (
        percentage(),
        Part(4, 5),
        decided("lowered", value=Part(5, 5), evidence="documented"),
        "decision-raises",
        {"found": 100, "declared": 75},
    ),
    (
        percentage(may_be_none="yes"),
        Part(4, 5),
        decided("lowered", value=Part(0, 0), evidence="documented"),
        "value-whole-zero",
        {},
    ),
    (
        OF_WORKERS,
        Part(4),
        decided("lowered", value=Part(2, 5), evidence="documented"),
        "value-whole-from-fact",
        {"fact": "workers"},
    ),
    (
        OF_WORKERS,
        Part(10),
        decided("lowered", value=Part(16), evidence="documented"),
        "decision-raises",
        {"found": 75, "declared": 25},
    ),
]


@pytest.mark.parametrize(("item", "answer", "decision", "code", "facts"), DECISIONS)
def test_a_decision_that_does_not_fit_its_answer_is_refused(item, answer, decision, code, facts):
    asked = questionnaire(item, facts=[number_fact("workers", min=1)])
    answers = {} if answer is None else {"ONE-01": answer}
    problems = refused(asked, answers, profile={"workers": 20}, decisions={"ONE-01": decision})
    assert problems == [Problem(code, "decisions.ONE-01", {"id": "ONE-01", **facts})]


FACT_DECISIONS = [
    (decided("upheld", evidence="documented"), "decision-not-for-facts", {"given": "upheld"}),
    (decided("not_applicable_accepted"), "decision-not-for-facts", {"given": "not_applicable_accepted"}),
    (decided("fact_corrected"), "decision-value-missing", {"given": "fact_corrected"}),
    (decided("fact_upheld", value=3), "decision-value-unwanted", {"given": "fact_upheld"}),
    (decided("needs_clarification", value=3), "decision-value-unwanted", {"given": "needs_clarification"}),
    (decided("fact_upheld", evidence="documented"), "decision-evidence-unwanted", {"given": "fact_upheld"}),
    (corrected(0), "fact-number", {"given": "0", "min": 1, "max": 1_000_000}),
]


@pytest.mark.parametrize(("decision", "code", "facts"), FACT_DECISIONS)
def test_a_decision_that_does_not_fit_its_fact_is_refused(decision, code, facts):
    asked = questionnaire(maturity(), facts=[number_fact("workers", min=1)])
    problems = refused(asked, {"ONE-01": 4}, profile={"workers": 20}, decisions={"workers": decision})
    assert problems == [Problem(code, "decisions.workers", {"id": "workers", **facts})]


@pytest.mark.parametrize("decision", [decided("fact_upheld"), decided("needs_clarification"), corrected(9)])
def test_a_fact_is_upheld_corrected_or_asked_about(decision):
    asked = questionnaire(maturity(), facts=[number_fact("workers", min=1)])
    card = scored(asked, {"ONE-01": 4}, profile={"workers": 20}, decisions={"workers": decision})
    assert card.items["ONE-01"].points == 100


def test_a_decision_on_nothing_known_is_refused():
    asked = questionnaire(maturity(), text("ONE-02"))
    decisions = {"ONE-02": decided("needs_clarification"), "ONE-03": decided("needs_clarification")}
    assert refused(asked, {"ONE-01": 4, "ONE-02": "Since May"}, decisions=decisions) == [
        Problem("decision-unknown", "decisions.ONE-02", {"id": "ONE-02"}),
        Problem("decision-unknown", "decisions.ONE-03", {"id": "ONE-03"}),
    ]


def test_a_decision_on_an_item_that_never_applied_is_refused():
    asked = questionnaire(maturity(applies_if={"fact": "pool", "is": "yes"}), facts=[yes_no_fact("pool")])
    decisions = {"ONE-01": decided("upheld", evidence="documented")}
    assert refused(asked, {"ONE-01": 4}, profile={"pool": "no"}, decisions=decisions) == [
        Problem("decision-on-unanswered", "decisions.ONE-01", {"id": "ONE-01"})
    ]


def test_a_decision_on_an_item_that_a_correction_brings_in_is_refused_for_it_was_not_answered():
    asked = questionnaire(maturity(applies_if={"fact": "pool", "is": "yes"}), facts=[yes_no_fact("pool")])
    decisions = {"pool": corrected("yes"), "ONE-01": decided("upheld", evidence="documented")}
    assert refused(asked, {"ONE-01": 4}, profile={"pool": "no"}, decisions=decisions) == [
        Problem("decision-on-unanswered", "decisions.ONE-01", {"id": "ONE-01"})
    ]


def test_a_decision_on_an_item_that_a_correction_takes_away_is_taken():
    asked = questionnaire(maturity(applies_if={"fact": "pool", "is": "yes"}), facts=[yes_no_fact("pool")])
    decisions = {"pool": corrected("no"), "ONE-01": decided("upheld", evidence="documented")}
    card = scored(asked, {"ONE-01": 4}, profile={"pool": "yes"}, decisions=decisions)
    assert card.items["ONE-01"].state == "not_asked"


def test_a_decision_on_an_answer_that_is_refused_itself_is_not_refused_again():
    decisions = {"ONE-01": decided("upheld", evidence="documented")}
    assert pairs(refused(questionnaire(maturity()), {"ONE-01": 9}, decisions=decisions)) == [
        ("value-maturity", "answers.ONE-01")
    ]


@pytest.mark.parametrize("value", [0, 1, 2])
def test_a_lowered_value_may_earn_as_much_as_the_answer_but_no_more(value):
    decisions = {"ONE-01": decided("lowered", value=value, evidence="documented")}
    card = scored(questionnaire(maturity()), {"ONE-01": 2}, decisions=decisions)
    assert (card.items["ONE-01"].points, card.items["ONE-01"].found_points) == (50, 25 * value)


def test_a_lowered_part_is_measured_by_the_whole_that_the_profile_states():
    asked = questionnaire(OF_WORKERS, facts=[number_fact("workers", min=1)])
    decisions = {"ONE-01": decided("lowered", value=Part(20), evidence="documented")}
    assert scored(asked, {"ONE-01": Part(20)}, profile={"workers": 20}, decisions=decisions).items
    decisions = {"ONE-01": decided("lowered", value=Part(16), evidence="documented")}
    card = scored(asked, {"ONE-01": Part(20)}, profile={"workers": 20}, decisions=decisions)
    assert card.items["ONE-01"].found_points == 75


def test_a_sample_names_known_items_and_facts_once_each():
    asked = questionnaire(maturity(), text("ONE-02"), facts=[yes_no_fact("pool")])
    problems = refused(
        asked, {"ONE-01": 4}, profile={"pool": "no"}, sample=("ONE-01", "pool", "ONE-02", "pool", "wifi")
    )
    assert problems == [
        Problem("sample-unknown", "sample.ONE-02", {"id": "ONE-02"}),
        Problem("sample-repeated", "sample.pool", {"id": "pool"}),
        Problem("sample-unknown", "sample.wifi", {"id": "wifi"}),
    ]


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_file():
    asked = questionnaire(maturity(), yes_no("ONE-02"), text("ONE-03"), facts=[yes_no_fact("pool")])
    answers = {"ONE-03": 3, "ONE-02": True, "ONE-09": 1, "ONE-01": 9}
    decisions = {"ONE-02": decided("upheld"), "pool": decided("upheld")}
    problems = refused(asked, answers, profile={"pool": "no", "wifi": "no"}, decisions=decisions, sample=("x",))
    assert pairs(problems) == [
        ("fact-unknown", "profile.wifi"),
        ("value-text", "answers.ONE-03"),
        ("value-yes-no", "answers.ONE-02"),
        ("item-unknown", "answers.ONE-09"),
        ("value-maturity", "answers.ONE-01"),
        ("decision-evidence-missing", "decisions.ONE-02"),
        ("decision-not-for-facts", "decisions.pool"),
        ("sample-unknown", "sample.x"),
    ]


def test_decisions_are_judged_only_where_the_profile_is_complete():
    asked = questionnaire(maturity(), facts=[yes_no_fact("pool")])
    problems = refused(asked, {"ONE-01": 4}, decisions={"ONE-01": decided("upheld")}, sample=("x",))
    assert pairs(problems) == [("fact-missing", "profile.pool"), ("sample-unknown", "sample.x")]


def test_an_unknown_fact_does_not_keep_decisions_from_being_judged():
    problems = refused(
        questionnaire(maturity()), {"ONE-01": 4}, profile={"pool": "no"}, decisions={"ONE-01": decided("upheld")}
    )
    assert pairs(problems) == [("fact-unknown", "profile.pool"), ("decision-evidence-missing", "decisions.ONE-01")]


def test_an_answer_to_an_item_that_does_not_apply_is_read_all_the_same():
    asked = questionnaire(maturity(applies_if={"fact": "pool", "is": "yes"}), facts=[yes_no_fact("pool")])
    assert pairs(refused(asked, {"ONE-01": 9}, profile={"pool": "no"})) == [("value-maturity", "answers.ONE-01")]


def test_a_part_of_a_fact_that_was_not_asked_is_only_read():
    facts = [yes_no_fact("pool"), number_fact("guards", {"fact": "pool", "is": "yes"}, min=1)]
    item = percentage(of_fact="guards", applies_if={"fact": "pool", "is": "yes"})
    asked = questionnaire(item, maturity("ONE-02"), facts=facts)
    assert scored(asked, {"ONE-01": Part(5)}, profile={"pool": "no"}).items["ONE-01"].state == "not_asked"
    assert pairs(refused(asked, {"ONE-01": Part(-5)}, profile={"pool": "no"})) == [("value-negative", "answers.ONE-01")]
    assert pairs(refused(asked, {"ONE-01": Part(5, 5)}, profile={"pool": "no"})) == [
        ("value-whole-from-fact", "answers.ONE-01")
    ]


def test_a_submission_can_be_checked_without_being_scored():
    scorer = Scorer(questionnaire(maturity()))
    assert scorer.check(submission({"ONE-01": 4})) is None
    with pytest.raises(SubmissionInvalid) as refusal:
        scorer.check(submission({"ONE-01": 5}))
    assert pairs(refusal.value.problems) == [("value-maturity", "answers.ONE-01")]


def test_what_a_scorer_remembers_of_one_value_is_not_taken_for_another():
    scorer = Scorer(questionnaire(maturity("ONE-01"), number("ONE-02"), yes_no("ONE-03")))
    for _ in range(2):
        card = scorer.score(submission({"ONE-01": 1, "ONE-02": 1, "ONE-03": "yes"}))
        assert [item.points for item in card.items.values()] == [25, 0, 100]
        for name in ("ONE-01", "ONE-02", "ONE-03"):
            with pytest.raises(SubmissionInvalid):
                scorer.score(submission({name: True}))
        documented = scorer.score(submission({"ONE-01": answered(1, "documented")}))
        assert documented.items["ONE-01"].level == "documented"


def test_a_scorer_may_read_any_number_of_values():
    scorer = Scorer(questionnaire(number("ONE-01")))
    for value in [*range(1_200), *range(1_200)]:
        points = scorer.score(submission({"ONE-01": value})).items["ONE-01"].points
        assert points == (0 if value < 14 else 50 if value < 30 else 100)


def test_the_refusal_says_in_one_sentence_what_it_is():
    assert SubmissionInvalid().summary == "These answers cannot be scored."
    assert (SubmissionInvalid.code, SubmissionInvalid.__mro__[1]) == ("submission-invalid", Invalid)


def test_what_does_not_count_is_warned_of_and_not_refused():
    facts = [yes_no_fact("pool"), number_fact("guards", {"fact": "pool", "is": "yes"}, min=1), yes_no_fact("wifi")]
    asked = questionnaire(
        maturity(applies_if={"fact": "pool", "is": "yes"}),
        maturity("ONE-02", applies_if={"fact": "pool", "is": "no"}),
        maturity("ONE-03"),
        text("ONE-04"),
        facts=facts,
    )
    given = submission(
        {"ONE-04": "Since May", "ONE-03": 4, "ONE-02": 4, "ONE-01": 4},
        profile={"wifi": "no", "guards": 3, "pool": "no"},
    )
    scorer = Scorer(asked)
    assert scorer.ignored(given) == [
        Problem("fact-not-asked", "profile.guards", {"id": "guards"}),
        Problem("item-not-asked", "answers.ONE-01", {"id": "ONE-01"}),
    ]
    assert scorer.score(given).items["ONE-01"].state == "not_asked"


@pytest.mark.parametrize("module", [values, items, checks, profile])
def test_every_code_of_the_scoring_room_is_refused_somewhere_on_this_page(module):
    source = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    words = [node.value for node in ast.walk(source) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    raised = {word for word in words if re.fullmatch(r"[a-z]+(-[a-z]+)+", word)}
    page = Path(__file__).read_text(encoding="utf-8")
    assert raised
    assert {code for code in raised if f'"{code}"' not in page} == set()
