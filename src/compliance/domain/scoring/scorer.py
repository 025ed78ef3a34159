"""Score one submission in one forward pass.

    1. read the facts, as submitted and as corrected by reviewers;
    2. for every item: does it apply, what was answered, what does it earn;
    3. sum up sections, pillars and the total, declared and assured;
    4. list the reasons against `met`, and with them the outcome; decide the assurance.

Source: docs/scoring.md, rule 1.
"""

from collections.abc import Mapping
from datetime import date

from compliance.domain.questionnaire.digests import structure_digest
from compliance.domain.questionnaire.model import Questionnaire, TextItem
from compliance.domain.scoring.card import ScoreCard
from compliance.domain.scoring.checks import Rules, find_ignored, find_problems
from compliance.domain.scoring.items import ItemRule, score_item
from compliance.domain.scoring.outcome import (
    assurance_of,
    compile_section,
    outcome_of,
    reasons_against_met,
    sum_up,
)
from compliance.domain.scoring.profile import compile_fact, corrected_facts, submitted_facts
from compliance.domain.scoring.submission import Answer, FactValue, Submission
from compliance.domain.scoring.values import Wrong
from compliance.errors import Invalid, Problem


class SubmissionInvalid(Invalid):
    """These answers cannot be scored."""

    code = "submission-invalid"


class Scorer:
    """A questionnaire compiled once, scoring any number of submissions."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.structure = structure_digest(questionnaire)
        self.items = tuple(ItemRule(item, questionnaire.scoring) for item in questionnaire.scored_items)
        self._rules = Rules(
            tuple(compile_fact(fact) for fact in questionnaire.facts),
            {rule.id: rule for rule in self.items},
            frozenset(item.id for item in questionnaire.items if isinstance(item, TextItem)),
        )
        self._fact_ids = frozenset(rule.id for rule in self._rules.facts)
        self._item_ids = self._rules.items.keys() | self._rules.text_ids
        self.sections = tuple(compile_section(section, self._rules.items) for section in questionnaire.sections)

    def score(self, submission: Submission) -> ScoreCard:
        """Turn one submission into a score card.

        Unanswered items earn nothing; submitting, not scoring, refuses gaps. Answers to items that do not apply are
        read and then ignored.

        Raises:
            SubmissionInvalid: facts are missing, or values, evidence, claims or decisions are not right; with every
                problem that was found.
        """
        if submission.decisions or submission.sample or not self._names_known(submission):
            self.check(submission)
        try:
            return self._score(submission)
        except Wrong:
            raise SubmissionInvalid(find_problems(self._rules, submission)) from None

    def check(self, submission: Submission) -> None:
        """Refuse a submission with every problem it has.

        Raises:
            SubmissionInvalid: with all problems.
        """
        problems = find_problems(self._rules, submission)
        if problems:
            raise SubmissionInvalid(problems)

    def answer_problems(
        self, item: str, answer: Answer, profile: Mapping[str, FactValue], as_of: date
    ) -> list[Problem]:
        """Everything that is wrong with one answer; with the facts as far as they are given yet."""
        alone = Submission(as_of=as_of, profile=dict(profile), answers={item: answer})
        return [each for each in find_problems(self._rules, alone) if each.where.startswith("answers.")]

    def fact_problems(self, profile: Mapping[str, FactValue], as_of: date) -> list[Problem]:
        """Everything that is wrong with the facts that are given; missing ones are not."""
        alone = Submission(as_of=as_of, profile=dict(profile), answers={})
        return [each for each in find_problems(self._rules, alone) if each.code != "fact-missing"]

    def ignored(self, submission: Submission) -> list[Problem]:
        """What was given but does not count, to be warned of."""
        return find_ignored(self._rules, submission)

    def _names_known(self, submission: Submission) -> bool:
        texts = self._rules.text_ids and not self._rules.text_ids.isdisjoint(submission.answers)
        return not texts and submission.profile.keys() <= self._fact_ids and submission.answers.keys() <= self._item_ids

    def _score(self, submission: Submission) -> ScoreCard:
        missing: list[Problem] = []
        submitted = submitted_facts(self._rules.facts, submission.profile, missing)
        if missing:
            raise SubmissionInvalid(find_problems(self._rules, submission))
        effective = corrected_facts(self._rules.facts, submitted, submission.decisions)
        items = {rule.id: score_item(rule, submission, submitted, effective) for rule in self.items}
        scoring = self.questionnaire.scoring
        sums = sum_up(self.sections, items, scoring)
        reasons = reasons_against_met(self.items, items, sums, scoring)
        return ScoreCard(
            questionnaire=self.questionnaire.reference,
            structure=self.structure,
            as_of=submission.as_of,
            outcome=outcome_of(reasons),
            assurance=assurance_of(self.items, items, submission),
            total=sums.total,
            pillars=sums.pillars,
            sections=sums.sections,
            items=items,
            reasons=reasons,
        )


def score(questionnaire: Questionnaire, submission: Submission) -> ScoreCard:
    """Score one submission. Keep a `Scorer` to score many."""
    return Scorer(questionnaire).score(submission)
