"""Assess one answers file: load the questionnaire, score, draw the plan."""

from typing import cast

from msgspec import Struct

from compliance.domain.assessment import AnswersFile
from compliance.domain.remediation import Plan, draw_plan
from compliance.domain.scoring import ScoreCard, Scorer, SubmissionInvalid
from compliance.errors import Invalid, Problem, Refusal
from compliance.intake.answers import AnswersInvalid, ReadAnswers
from compliance.intake.library import Library, NoSuchQuestionnaire
from compliance.intake.places import Places, line_of


class QuestionnaireNotOpen(Invalid):
    """This version of the questionnaire takes no answers."""

    code = "questionnaire-not-open"


class Assessed(Struct, frozen=True, kw_only=True):
    """Answers, scored."""

    answers: AnswersFile
    scorer: Scorer
    card: ScoreCard
    ignored: tuple[Problem, ...]
    """What was given but does not count."""
    places: Places
    """Where the parts of the answers file stand."""
    published: bool
    """Whether this very questionnaire stands in the library's lock."""


class Assessor:
    """Assesses answers against one library; compiles each questionnaire once."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._scorers: dict[str, Scorer] = {}

    def assess(self, read: ReadAnswers) -> Assessed:
        """Score an answers file.

        Raises:
            QuestionnaireInvalid, UnreadableFile: the questionnaire itself cannot be used.
            AnswersInvalid: the answers cannot be scored, with every problem and its place.
            QuestionnaireNotOpen: the version is closed, or was changed after it was published.
        """
        answers, places = read.answers, read.places
        try:
            scorer = self._scorer(answers.questionnaire)
        except NoSuchQuestionnaire as refusal:
            known = refusal.problems[0].facts.get("known", "")
            facts = {"reference": answers.questionnaire, "known": cast("str", known)}
            raise AnswersInvalid(places.located([Problem("questionnaire-unknown", "questionnaire", facts)])) from None
        problems = self._state_problems(answers, scorer)
        if problems:
            raise QuestionnaireNotOpen(places.located(problems))
        submission = answers.submission()
        try:
            card = scorer.score(submission)
        except SubmissionInvalid as refusal:
            raise AnswersInvalid(places.located(refusal.problems)) from None
        return Assessed(
            answers=answers,
            scorer=scorer,
            card=card,
            places=places,
            ignored=tuple(places.located(scorer.ignored(submission))),
            published=self.library.is_published(answers.questionnaire),
        )

    def with_value_problems(self, refusal: AnswersInvalid) -> AnswersInvalid:
        """The same refusal, with what is wrong about the values that could be read all the same."""
        read = refusal.readable
        if read is None:
            return refusal
        seen = {problem.where.rpartition(" ")[2] for problem in refusal.problems}
        try:
            self.assess(read)
        except (AnswersInvalid, QuestionnaireNotOpen) as more:
            # A fact or answer that was left out because of its type is not missing.
            others = [each for each in more.problems if not _is_within(each.where.rpartition(" ")[2], seen)]
            return AnswersInvalid(sorted([*refusal.problems, *others], key=line_of))
        except Refusal:
            return refusal
        return refusal

    def _scorer(self, reference: str) -> Scorer:
        if reference not in self._scorers:
            self._scorers[reference] = Scorer(self.library.load(reference).questionnaire)
        return self._scorers[reference]

    def _state_problems(self, answers: AnswersFile, scorer: Scorer) -> list[Problem]:
        reference = answers.questionnaire
        if scorer.questionnaire.module == "yes":
            return [Problem("questionnaire-is-module", "questionnaire", {"reference": reference})]
        locked = self.library.lock().find(reference)
        if locked is None:
            return []
        if self.library.changed_since_published(reference):
            return [Problem("published-changed", "questionnaire", {"reference": reference})]
        state = locked.state_on(answers.as_of)
        if state.state == "closed":
            facts = {"reference": reference, "on": state.on.isoformat()}
            return [Problem("questionnaire-closed", "questionnaire", facts)]
        if state.state == "closing" and state.finish_by is not None and answers.as_of > state.finish_by:
            facts = {"reference": reference, "on": state.finish_by.isoformat()}
            return [Problem("questionnaire-closed", "questionnaire", facts)]
        return []


def _is_within(place: str, places: set[str]) -> bool:
    return any(other == place or other.startswith(f"{place}.") for other in places)


def plan_for(assessed: Assessed) -> Plan:
    """The plan for what was assessed."""
    return draw_plan(assessed.scorer, assessed.card)
