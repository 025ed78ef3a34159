"""Golden cases: answers with the result they must give, shipped beside a questionnaire and run by the gate."""

from datetime import date

from msgspec import Struct

from compliance.domain.questionnaire import Text
from compliance.domain.scoring.card import Assurance, Outcome, ScoreCard, Share
from compliance.domain.scoring.scorer import Scorer, SubmissionInvalid
from compliance.domain.scoring.submission import Answer, Decision, FactValue, Submission
from compliance.errors import Problem


class ExpectedTotal(Struct, frozen=True, forbid_unknown_fields=True):
    """The exact pairs [points, weight]; None where there is nothing to score."""

    declared: tuple[int, int] | None
    assured: tuple[int, int] | None


class Expected(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a golden case must give."""

    asked: tuple[str, ...] | None = None
    """All items that apply, in the questionnaire's order; left out: not compared."""
    total: ExpectedTotal
    outcome: Outcome
    assurance: Assurance | None = None
    failed_critical: tuple[str, ...] = ()


class GoldenCase(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A submission and what it must give."""

    name: Text
    as_of: date
    profile: dict[str, FactValue]
    answers: dict[str, Answer]
    decisions: dict[str, Decision] = {}
    sample: tuple[str, ...] | None = None
    attested: bool | None = None
    expect: Expected

    def submission(self) -> Submission:
        """What is scored."""
        return Submission(
            as_of=self.as_of,
            profile=self.profile,
            answers=self.answers,
            decisions=self.decisions,
            sample=self.sample,
            attested=bool(self.attested),
        )


class GoldenCases(Struct, frozen=True, forbid_unknown_fields=True):
    """`1.0.cases.yaml`."""

    cases: tuple[GoldenCase, ...]


def case_problems(scorer: Scorer, case: GoldenCase, *, place: str = "cases") -> list[Problem]:
    """How a case's result differs from what it must be; empty where it agrees. `place` is where the case stands."""
    try:
        card = scorer.score(case.submission())
    except SubmissionInvalid as refusal:
        return [
            Problem("case-refused", place, {"name": case.name, "code": problem.code, "at": problem.where})
            for problem in refusal.problems
        ]
    return [
        Problem("case-fails", place, {"name": case.name, "what": what, "given": str(given), "expected": str(wanted)})
        for what, given, wanted in _compared(card, case.expect)
        if given != wanted
    ]


def _compared(card: ScoreCard, expect: Expected) -> list[tuple[str, object, object]]:
    asked = tuple(name for name, item in card.items.items() if item.state != "not_asked")
    failed = tuple(name for name, item in card.items.items() if item.critical == "failed")
    return [
        ("the list of items asked", asked, expect.asked if expect.asked is not None else asked),
        ("the declared total", _pair(card.total.declared), expect.total.declared),
        ("the assured total", _pair(card.total.assured), expect.total.assured),
        ("the outcome", card.outcome, expect.outcome),
        ("the assurance", card.assurance, expect.assurance),
        ("the list of failed critical items", failed, expect.failed_critical),
    ]


def _pair(share: Share | None) -> tuple[int, int] | None:
    return None if share is None else (share.points, share.weight)
