"""The worked example of docs/scoring.md, and the bytes of a result."""

import json
from typing import Any

import msgspec
import pytest

from build import (
    SCORING,
    answered,
    claimed,
    day,
    decided,
    documented,
    maturity,
    multiple_fact,
    questionnaire,
    scored,
    section,
    submission,
    yes_no,
    yes_no_fact,
)
from compliance.domain.questionnaire import structure_digest
from compliance.domain.scoring import RULE, Scorer, Share, Submission, result_bytes, result_document, score
from compliance.domain.scoring.cases import Expected, ExpectedTotal, GoldenCase, case_problems

EXAMPLE = questionnaire(
    maturity("CORE-01", weight=5, critical=True),
    day("CORE-03", weight=3, steps=((0, 100), (25, 0))),
    maturity("CORE-04", weight=3),
    questionnaire="example",
)
ANSWERS = {"CORE-01": documented(4), "CORE-03": answered("2026-01-05"), "CORE-04": documented(2)}


def document_of(card) -> dict[str, Any]:
    return json.loads(result_bytes(card))


def test_the_worked_example_gives_its_numbers():
    card = scored(EXAMPLE, ANSWERS)
    assert card.total.declared == Share(950, 11)
    assert card.total.assured == Share(670, 11)
    assert (card.total.declared.percent, card.total.assured.percent) == ("86.36", "60.91")
    assert card.items["CORE-01"].critical == "passed"
    assert (card.outcome, card.assurance) == ("approaching", "self_assessed")


def test_the_document_of_the_worked_example_is_that_of_the_page():
    both = {
        "declared": {"points": 950, "weight": 11, "percent": "86.36"},
        "assured": {"points": 670, "weight": 11, "percent": "60.91"},
    }
    assert document_of(scored(EXAMPLE, ANSWERS)) == {
        "rule": RULE,
        "questionnaire": "example@1.0",
        "structure": structure_digest(EXAMPLE),
        "as_of": "2026-11-21",
        "outcome": "approaching",
        "assurance": "self_assessed",
        "total": both,
        "pillars": {"policy": both},
        "sections": {"GOV": {"pillar": "policy", **both, "claimed_away_weight": 0, "flagged": False}},
        "items": {
            "CORE-01": {"state": "answered", "points": 100, "found_points": 100, "assured_points": 80,
                        "level": "documented", "critical": "passed"},
            "CORE-03": {"state": "answered", "points": 100, "found_points": 100, "assured_points": 40,
                        "level": "declared"},
            "CORE-04": {"state": "answered", "points": 50, "found_points": 50, "assured_points": 50,
                        "level": "documented"},
        },
        "reasons": [{"kind": "total", "points": 670, "weight": 11, "needed": 70, "blocks": ["met"]}],
    }  # fmt: skip


def test_the_rule_is_number_one():
    assert RULE == 1


def test_every_kind_of_entry_and_reason_is_plain_data():
    asked = questionnaire(
        section("GOV", maturity("ONE-01", critical=True), maturity("ONE-02"), maturity("ONE-03")),
        section("WAT", yes_no("WAT-01", applies_if={"fact": "services", "includes": "tours"}), pillar="practice"),
        facts=[yes_no_fact("pool"), multiple_fact("services", "beds", "tours")],
    )
    card = scored(asked, {"ONE-03": claimed()}, profile={"pool": "no", "services": ("beds",)}, attested=False)
    document = document_of(card)
    assert document["items"] == {
        "ONE-01": {"state": "unanswered", "points": 0, "found_points": 0, "assured_points": 0, "level": "declared",
                   "critical": "failed"},
        "ONE-02": {"state": "unanswered", "points": 0, "found_points": 0, "assured_points": 0, "level": "declared"},
        "ONE-03": {"state": "not_applicable", "claim": "pending"},
        "WAT-01": {"state": "not_asked", "because": {"fact": "services", "is": ["beds"]}},
    }  # fmt: skip
    assert document["reasons"] == [
        {"kind": "critical", "item": "ONE-01", "points": 0, "needed": 75, "level": "declared",
         "level_needed": "documented", "blocks": ["approaching", "met"]},
        {"kind": "section", "section": "GOV", "points": 0, "weight": 15, "needed": 50, "blocks": ["met"]},
        {"kind": "pillar", "pillar": "policy", "points": 0, "weight": 15, "needed": 50, "blocks": ["met"]},
        {"kind": "total", "points": 0, "weight": 15, "needed": 70, "blocks": ["approaching", "met"]},
    ]  # fmt: skip
    assert document["assurance"] is None
    assert document["pillars"]["practice"] == {"declared": None, "assured": None}
    assert document["sections"]["GOV"]["declared"] == {"points": 0, "weight": 10, "percent": "0.00"}
    assert document["sections"]["GOV"]["flagged"] is True


def test_a_fact_that_was_not_asked_is_null_in_because():
    facts = [yes_no_fact("pool"), yes_no_fact("night", {"fact": "pool", "is": "yes"})]
    asked = questionnaire(maturity(applies_if={"fact": "night", "is": "yes"}), facts=facts)
    document = document_of(scored(asked, profile={"pool": "no"}))
    assert document["items"]["ONE-01"]["because"] == {"fact": "night", "is": None}


def test_the_bytes_are_canonical_json():
    raw = result_bytes(scored(EXAMPLE, ANSWERS))
    plain = json.loads(raw)
    assert raw == json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert plain == json.loads(json.dumps(result_document(scored(EXAMPLE, ANSWERS))))
    assert raw.startswith(b'{"as_of":"2026-11-21","assurance":"self_assessed","items":{"CORE-01":{"assured_points":80,')


def test_the_bytes_of_the_worked_example_are_these_for_ever():
    raw = result_bytes(scored(EXAMPLE, ANSWERS)).replace(structure_digest(EXAMPLE).encode(), b"sha256:0")
    share = b'{"assured":{"percent":"60.91","points":670,"weight":11},"declared":{"percent":"86.36","points":950,"weight":11}'
    assert raw == (
        b'{"as_of":"2026-11-21","assurance":"self_assessed","items":{'
        b'"CORE-01":{"assured_points":80,"critical":"passed","found_points":100,"level":"documented","points":100,'
        b'"state":"answered"},'
        b'"CORE-03":{"assured_points":40,"found_points":100,"level":"declared","points":100,"state":"answered"},'
        b'"CORE-04":{"assured_points":50,"found_points":50,"level":"documented","points":50,"state":"answered"}},'
        b'"outcome":"approaching","pillars":{"policy":' + share + b'}},"questionnaire":"example@1.0",'
        b'"reasons":[{"blocks":["met"],"kind":"total","needed":70,"points":670,"weight":11}],"rule":1,'
        b'"sections":{"GOV":{"assured":{"percent":"60.91","points":670,"weight":11},"claimed_away_weight":0,'
        b'"declared":{"percent":"86.36","points":950,"weight":11},"flagged":false,"pillar":"policy"}},'
        b'"structure":"sha256:0","total":' + share + b"}}"
    )


def test_scoring_once_and_keeping_a_scorer_give_the_same_card():
    given = submission(ANSWERS)
    scorer = Scorer(EXAMPLE)
    assert score(EXAMPLE, given) == scorer.score(given) == scorer.score(given)


def test_a_receipt_is_the_submission_as_stored():
    given = submission(
        ANSWERS,
        decisions={"CORE-01": decided("upheld", evidence="verified_on_site")},
        sample=("CORE-01",),
    )
    stored = msgspec.json.encode(given)
    assert msgspec.json.decode(stored, type=Submission) == given


def test_a_result_names_its_questionnaire_and_its_day():
    card = scored(EXAMPLE, ANSWERS)
    assert (card.questionnaire, card.as_of.isoformat()) == ("example@1.0", "2026-11-21")
    assert card.structure.startswith("sha256:")


def case(**changed) -> GoldenCase:
    expect = {
        "asked": ("CORE-01", "CORE-03", "CORE-04"),
        "total": ExpectedTotal((950, 11), (670, 11)),
        "outcome": "approaching",
        "assurance": "self_assessed",
        **changed,
    }
    given = submission(ANSWERS)
    return GoldenCase(
        name="the worked example", as_of=given.as_of, profile={}, answers=given.answers, attested=True,
        expect=Expected(**expect),
    )  # fmt: skip


def test_a_golden_case_that_agrees_has_no_problems():
    assert case_problems(Scorer(EXAMPLE), case()) == []
    assert case_problems(Scorer(EXAMPLE), case(asked=None)) == []


@pytest.mark.parametrize(
    ("changed", "what", "given", "expected"),
    [
        ({"asked": ("CORE-01",)}, "the list of items asked", "('CORE-01', 'CORE-03', 'CORE-04')", "('CORE-01',)"),
        ({"total": ExpectedTotal((950, 12), (670, 11))}, "the declared total", "(950, 11)", "(950, 12)"),
        ({"total": ExpectedTotal((950, 11), None)}, "the assured total", "(670, 11)", "None"),
        ({"outcome": "met"}, "the outcome", "approaching", "met"),
        ({"assurance": None}, "the assurance", "self_assessed", "None"),
        ({"failed_critical": ("CORE-01",)}, "the list of failed critical items", "()", "('CORE-01',)"),
    ],
)
def test_a_golden_case_that_fails_says_what_differs(changed, what, given, expected):
    (problem,) = case_problems(Scorer(EXAMPLE), case(**changed))
    assert problem.code == "case-fails"
    assert problem.facts == {"name": "the worked example", "what": what, "given": given, "expected": expected}


def test_a_golden_case_whose_submission_is_refused_says_why():
    broken = msgspec.structs.replace(case(), answers={"CORE-01": answered(9)}, attested=None)
    assert broken.submission().attested is False
    (problem,) = case_problems(Scorer(EXAMPLE), broken)
    assert problem.code == "case-refused"
    assert problem.facts == {"name": "the worked example", "code": "value-maturity", "at": "answers.CORE-01"}


def test_a_golden_case_may_carry_decisions_and_a_sample():
    decisions = {"CORE-01": decided("upheld", evidence="verified_on_site")}
    reviewed = msgspec.structs.replace(case(), decisions=decisions, sample=("CORE-01",))
    assert (reviewed.submission().decisions, reviewed.submission().sample) == (decisions, ("CORE-01",))
    expect = Expected(total=ExpectedTotal((950, 11), (770, 11)), outcome="met", assurance="site_verified")
    assert case_problems(Scorer(EXAMPLE), msgspec.structs.replace(reviewed, expect=expect)) == []


def test_a_golden_case_is_named_by_its_place():
    for given in (case(outcome="met"), msgspec.structs.replace(case(), answers={"CORE-01": answered(9)})):
        problems = case_problems(Scorer(EXAMPLE), given, place="cases.7")
        assert [problem.where for problem in problems] == ["cases.7"]
        assert [problem.where for problem in case_problems(Scorer(EXAMPLE), given)] == ["cases"]


def test_a_golden_case_may_expect_nothing_to_score_and_failed_criticals():
    asked = questionnaire(
        maturity(critical=True, applies_if={"fact": "pool", "is": "yes"}), facts=[yes_no_fact("pool")]
    )
    given = submission(profile={"pool": "no"})
    nothing = GoldenCase(
        name="nothing", as_of=given.as_of, profile=given.profile, answers={},
        expect=Expected(asked=(), total=ExpectedTotal(None, None), outcome="not_met"),
    )  # fmt: skip
    assert case_problems(Scorer(asked), nothing) == []
    failed = msgspec.structs.replace(
        nothing,
        profile={"pool": "yes"},
        expect=Expected(
            asked=("ONE-01",), total=ExpectedTotal((0, 5), (0, 5)), outcome="not_met", failed_critical=("ONE-01",)
        ),
    )
    assert case_problems(Scorer(asked), failed) == []


def test_the_usual_scoring_of_these_tests_is_that_of_the_page():
    assert msgspec.to_builtins(SCORING) == {
        "caps": {"declared": 40, "documented": 80, "verified_remotely": 100, "verified_on_site": 100},
        "met": {"total": 70, "section": 50, "section_from_weight": 8, "pillar": 50},
        "approaching": {"total": 55},
        "flag_claimed_away_percent": 20,
    }
