"""Simulated businesses: honest ones, and shells that only look like one. Each says what it must come out as, and why.

An honest business is an answers file, in `examples/` or in `businesses/` beside this page. A shell is made here from
the questionnaire itself: the best value for every question, with or without evidence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from compliance.domain.assessment import AnswersFile
from compliance.domain.questionnaire import (
    ChoiceItem,
    DateItem,
    MaturityItem,
    MultipleItem,
    NumberItem,
    PercentageItem,
    Questionnaire,
    ScoredItem,
    TextItem,
    YesNoItem,
)
from compliance.domain.scoring import Answer, Decision, ScoreCard, Scorer
from compliance.domain.scoring.card import Assurance, Outcome
from compliance.domain.scoring.submission import EvidencePiece, Part, Value
from compliance.intake.answers import read_answers_file
from compliance.intake.library import Library

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
HERE = Path(__file__).parent / "businesses"
LIBRARY = Library(ROOT / "questionnaires")

Answers = dict[str, Answer]


@dataclass(frozen=True, kw_only=True)
class Business:
    name: str
    answers: AnswersFile
    outcome: Outcome
    assurance: Assurance = "self_assessed"
    fair: str
    """Whether the outcome is fair, in plain words; a column of the table in docs/scoring.md."""
    file: Path | None = None
    """Where its answers can be read; None where they are made here."""

    @property
    def card(self) -> ScoreCard:
        return scored(self.answers)


@cache
def scorer(reference: str) -> Scorer:
    return Scorer(LIBRARY.load(reference).questionnaire)


def scored(answers: AnswersFile) -> ScoreCard:
    return scorer(answers.questionnaire).score(answers.submission())


def read(path: Path) -> AnswersFile:
    return read_answers_file(path, decisions_allowed=True).answers


def changed(answers: AnswersFile, changes: Answers) -> AnswersFile:
    """The same business with some answers changed."""
    return msgspec.structs.replace(answers, answers=answers.answers | changes)


def documented(value: Value) -> Answer:
    return Answer(value=value, evidence="documented")


# Shells


def best_value(item: ScoredItem, answers: AnswersFile, maturity: int) -> Value:
    """The value that earns most; maturity as high as stated."""
    match item:
        case MaturityItem():
            return maturity
        case YesNoItem():
            return item.good
        case ChoiceItem():
            return max(item.options, key=lambda option: option.points).id
        case MultipleItem():
            return tuple(option.id for option in item.options)
        case PercentageItem(of_fact=None):
            return Part(10, 10)
        case PercentageItem():
            whole = answers.profile[item.of_fact]
            assert isinstance(whole, int)
            return Part(whole)
        case NumberItem():
            return max(item.steps, key=lambda step: step[1])[0]
        case DateItem():
            return answers.as_of.isoformat()


def filled_in(like: AnswersFile, answer: Callable[[ScoredItem], Answer]) -> AnswersFile:
    """A business of the same profile that answers every question asked in one way."""
    asked = {name for name, item in scored(like).items.items() if item.state != "not_asked"}
    given = {item.id: answer(item) for item in items(scorer(like.questionnaire).questionnaire) if item.id in asked}
    return msgspec.structs.replace(like, answers=given, decisions={}, sample=None)


def items(questionnaire: Questionnaire) -> list[ScoredItem]:
    return [item for section in questionnaire.sections for item in section.items if not isinstance(item, TextItem)]


def at_maturity_3(like: AnswersFile) -> AnswersFile:
    return filled_in(like, lambda item: documented(best_value(item, like, maturity=3)))


def ticks_everything(like: AnswersFile) -> AnswersFile:
    return filled_in(like, lambda item: Answer(value=best_value(item, like, maturity=4)))


def invents_records(like: AnswersFile) -> AnswersFile:
    piece = EvidencePiece(form="record", dated_on=like.as_of, what="Seen by the manager, kept in the office")
    return filled_in(like, lambda item: Answer(value=best_value(item, like, maturity=4), pieces=(piece,)))


def claims_the_rest_away(like: AnswersFile) -> AnswersFile:
    def answer(item: ScoredItem) -> Answer:
        if scored(like).items[item.id].critical is msgspec.UNSET:
            return Answer(not_applicable="We think that this does not fit our house")
        return documented(best_value(item, like, maturity=4))

    return filled_in(like, answer)


def found_empty(shell: AnswersFile, *names: str) -> AnswersFile:
    """The same business after a reviewer asked to see some of the records."""
    values = {item.id: 0 if isinstance(item, MaturityItem) else Part(0) for item in items_named(shell, *names)}
    decisions = {
        name: Decision(decision="lowered", value=value, evidence="declared", on=date(2026, 11, 20), reason="Not there")
        for name, value in values.items()
    }
    return msgspec.structs.replace(shell, decisions=decisions)


def items_named(answers: AnswersFile, *names: str) -> list[ScoredItem]:
    return [item for item in items(scorer(answers.questionnaire).questionnaire) if item.id in names]


# The list


def honest(file: Path, **more: str) -> Business:
    return Business(answers=read(file), file=file, **more)


@cache
def businesses() -> tuple[Business, ...]:
    hotel = read(EXAMPLES / "hotel-met.yaml")
    tuk_tuks = read(EXAMPLES / "tuk-tuk-association.yaml")
    platform = read(HERE / "big-platform.yaml")
    inventor = invents_records(hotel)
    return (
        honest(
            EXAMPLES / "hotel-first-try.yaml",
            name="Hotel with 50 workers, first try",
            outcome="not_met",
            fair="Yes. Training, contacts and named persons are missing; the plan begins with them.",
        ),
        honest(
            EXAMPLES / "hotel-met.yaml",
            name="The same hotel, eight months later",
            outcome="met",
            fair="Yes. It still has gaps, but none where a child is at risk whatever else is done.",
        ),
        Business(
            name="Hotel where everything is done, with records, and nothing is checked further (maturity 3)",
            answers=at_maturity_3(hotel),
            outcome="met",
            fair="Yes. “Done, with records” is what the bar asks for; level 4 is not needed.",
        ),
        honest(
            EXAMPLES / "guesthouse-of-four.yaml",
            name="Careful family guesthouse of four",
            outcome="met",
            fair="Yes. A notebook, one page on the wall and a shared free lesson are enough.",
        ),
        honest(
            EXAMPLES / "tuk-tuk-association.yaml",
            name="Tuk-tuk association with an office of two",
            outcome="approaching",
            fair="Yes. All that is critical holds; the rest needs another season.",
        ),
        Business(
            name="The same association with seven of 38 drivers unchecked",
            answers=changed(tuk_tuks, {"TRA-01": documented(Part(31))}),
            outcome="not_met",
            fair="Yes, and hard: seven people nobody has checked carry children every day.",
        ),
        honest(
            HERE / "one-tuk-tuk.yaml",
            name="One careful driver with one tuk-tuk",
            outcome="met",
            fair="Yes. Checks are seen by the association, the stand-in is his wife, the records fit in a notebook.",
        ),
        honest(
            HERE / "ferry.yaml",
            name="Ferry company with two boats",
            outcome="approaching",
            fair="Yes. The crew is checked and trained; contracts and partners lag behind.",
        ),
        honest(
            EXAMPLES / "trekking-company.yaml",
            name="Small tour operator (trekking)",
            outcome="met",
            fair="Yes. It gave up what harms, vets every guide and screens every stop.",
        ),
        honest(
            EXAMPLES / "village-activity.yaml",
            name="Village that receives guests",
            outcome="approaching",
            fair="Yes. What protects children is there; risks and complaints are still talked about rather than written.",
        ),
        honest(
            EXAMPLES / "travel-site.yaml",
            name="Travel site without uploads",
            outcome="approaching",
            fair="Yes. It is asked nothing about posts or messages; its search and partner checks are half done.",
        ),
        honest(
            HERE / "big-platform.yaml",
            name="Big platform with uploads, videos not matched yet",
            outcome="not_met",
            fair="Yes, and hard: everything else is good, but known abuse videos can be shared.",
        ),
        Business(
            name="The same platform, once videos are matched too",
            answers=changed(platform, {"TEC-06": documented(3)}),
            outcome="met",
            fair="Yes. One gap kept it out, and closing that gap lets it in.",
        ),
        Business(
            name="Shell: signs and answers nothing",
            answers=msgspec.structs.replace(hotel, answers={}),
            outcome="not_met",
            fair="Yes. Silence earns nothing.",
        ),
        Business(
            name="Shell: ticks the best answer everywhere, without evidence",
            answers=ticks_everything(hotel),
            outcome="not_met",
            fair="Yes. Words alone carry 40 points and pass no critical item.",
        ),
        Business(
            name="Shell: documents the critical items and claims that nothing else applies",
            answers=claims_the_rest_away(hotel),
            outcome="not_met",
            fair="Yes. Claims that nobody has accepted stay in the assured sum with 0 points.",
        ),
        Business(
            name="Shell: invents a record for every item",
            answers=inventor,
            outcome="met",
            fair=(
                "As far as a rule can go. It cannot see through a lie, only make it dated and signed: so `met` by "
                "self-assessment earns no badge and no entry in the register."
            ),
        ),
        Business(
            name="The same shell, when a reviewer asks to see two of the records",
            answers=found_empty(inventor, "CORE-09", "HOS-01"),
            outcome="not_met",
            fair="Yes. A review looks at every critical item, and one that is empty is enough.",
        ),
    )
