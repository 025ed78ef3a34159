"""The examples that newcomers read are assessed as they say, and the golden cases pass through the gate."""

import re
from datetime import date
from pathlib import Path

import msgspec
import pytest

from compliance.domain.scoring.cases import GoldenCases
from compliance.intake.answers import AnswersInvalid, read_answers_file
from compliance.usecases.assess import Assessed, Assessor
from compliance.usecases.publishing import check_questionnaire

from .businesses import EXAMPLES, LIBRARY

SECTORS = ("hospitality", "tour-operators", "tourism-activities", "transport", "technology")
REVIEWED = EXAMPLES / "decisions" / "hotel-reviewed.yaml"
OUTCOMES = {
    "guesthouse-of-four": "met",
    "hotel-first-try": "not_met",
    "hotel-met": "met",
    "travel-site": "approaching",
    "trekking-company": "met",
    "tuk-tuk-association": "approaching",
    "village-activity": "approaching",
}
KHMER = re.compile("[\u1780-\u17ff]")


def assessed(path: Path, *, decisions_allowed: bool = False) -> Assessed:
    return Assessor(LIBRARY).assess(read_answers_file(path, decisions_allowed=decisions_allowed))


def test_every_example_has_an_expected_outcome() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.yaml")} == set(OUTCOMES)


def test_every_sector_has_an_example() -> None:
    sectors = {assessed(path).answers.questionnaire for path in EXAMPLES.glob("*.yaml")}
    assert sectors == {f"{sector}@1.0" for sector in SECTORS}


@pytest.mark.parametrize("name", OUTCOMES)
def test_an_example_is_assessed_as_it_says(name: str) -> None:
    result = assessed(EXAMPLES / f"{name}.yaml")
    assert result.card.outcome == OUTCOMES[name]
    assert result.card.assurance == "self_assessed"
    assert result.ignored == ()
    assert result.answers.organisation.invented == "This business does not exist"


def test_the_first_try_shows_what_an_honest_file_may_hold() -> None:
    result = assessed(EXAMPLES / "hotel-first-try.yaml")
    states = [item.state for item in result.card.items.values()]
    assert {"answered", "unanswered", "not_applicable", "not_asked"} <= set(states)
    assert result.card.items["HOS-13"].claim == "pending"
    assert result.card.items["CORE-09"].level == "declared", "its roster has gone stale"
    assert any(KHMER.search(answer.note) for answer in result.answers.answers.values())


def test_a_reviewers_file_is_refused_unless_decisions_are_read() -> None:
    with pytest.raises(AnswersInvalid) as refusal:
        assessed(REVIEWED)
    assert {problem.code for problem in refusal.value.problems} == {"evidence-not-yours-to-claim"}


def test_the_reviewers_file_holds_the_same_answers_and_is_verified_at_the_desk() -> None:
    reviewed = assessed(REVIEWED, decisions_allowed=True)
    alone = assessed(EXAMPLES / "hotel-met.yaml")
    assert msgspec.structs.replace(reviewed.answers, decisions={}, sample=None) == alone.answers
    assert (reviewed.card.outcome, reviewed.card.assurance) == ("met", "desk_verified")


@pytest.mark.parametrize("sector", SECTORS)
def test_all_golden_cases_pass_through_the_gate(sector: str) -> None:
    report = check_questionnaire(LIBRARY, f"{sector}@1.0", today=date(2026, 11, 21))
    assert report.problems == ()
    assert report.cases >= 7


def test_the_golden_cases_walk_every_way_to_an_outcome() -> None:
    cases = [case for sector in SECTORS for case in LIBRARY.cases(f"{sector}@1.0", GoldenCases).cases]
    decisions = {each.decision for case in cases for each in case.decisions.values()}
    assert {case.expect.outcome for case in cases} == {"met", "approaching", "not_met"}
    assert {case.expect.assurance for case in cases} == {"self_assessed", "desk_verified", "site_verified"}
    wanted = {"upheld", "lowered", "not_applicable_accepted", "not_applicable_refused", "fact_upheld", "fact_corrected"}
    assert wanted <= decisions
