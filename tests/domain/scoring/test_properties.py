"""The seven properties of docs/scoring.md, over generated questionnaires and over every one that is shipped."""

import random
from collections.abc import Callable, Iterator

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from build import answered, decided
from compliance.domain.questionnaire import EVIDENCE_LEVELS
from compliance.domain.scoring import (
    Score,
    ScoreCard,
    Scorer,
    Share,
    Submission,
    result_bytes,
    result_document,
)
from domain.strategies import (
    SHIPPED,
    answers_to,
    facts_asked,
    fitting,
    holds,
    questionnaires,
    shipped,
    submissions,
    values_of,
)

RANK = {"not_met": 0, "approaching": 1, "met": 2}
Check = Callable[[Scorer, Submission, st.DataObject], None]


def everywhere(*, reviewed: bool | None = None, generated: int = 50, each_shipped: int = 4):
    """Check a property with generated questionnaires, and with fewer submissions of every shipped one."""

    def over(check: Check):
        def run(data: st.DataObject, scorer: Scorer) -> None:
            check(scorer, data.draw(submissions(scorer, reviewed=reviewed)), data)

        @pytest.mark.parametrize("source", ["generated", *SHIPPED])
        def test(source: str) -> None:
            if source == "generated":
                anywhere = given(st.data(), questionnaires().map(Scorer))(run)
                settings(max_examples=generated)(anywhere)()
            else:
                here = given(st.data(), st.just(shipped(source)))(run)
                settings(max_examples=each_shipped)(here)()

        return test

    return over


def scores(card: ScoreCard) -> Iterator[tuple[str, Score]]:
    yield "total", card.total
    yield from card.pillars.items()
    for name, section in card.sections.items():
        yield name, Score(section.declared, section.assured)


def at_most(lower: Share | None, higher: Share | None) -> bool:
    if lower is None or higher is None:
        return lower == higher
    return lower.points * higher.weight <= higher.points * lower.weight


def assert_no_better(lower: ScoreCard, higher: ScoreCard) -> None:
    before, after = dict(scores(lower)), dict(scores(higher))
    for name, score in before.items():
        assert at_most(score.declared, after[name].declared), name
        assert at_most(score.assured, after[name].assured), name
    assert RANK[lower.outcome] <= RANK[higher.outcome]


def with_answer(submission: Submission, name: str, answer) -> Submission:
    return msgspec.structs.replace(submission, answers={**submission.answers, name: answer})


def with_decision(submission: Submission, name: str, decision) -> Submission:
    return msgspec.structs.replace(submission, decisions={**submission.decisions, name: decision})


def an_answered_item(scorer: Scorer, submission: Submission, data: st.DataObject) -> str:
    states = scorer.score(submission).items
    names = [name for name, item in states.items() if item.state == "answered"]
    assume(names)
    return data.draw(st.sampled_from(names))


# 1


@everywhere()
def test_raising_the_points_of_one_answer_never_lowers_a_score_nor_worsens_the_outcome(scorer, submission, data):
    name = an_answered_item(scorer, submission, data)
    rule = next(each for each in scorer.items if each.id == name)
    facts = facts_asked(scorer.questionnaire, submission.profile)
    answer = submission.answers[name]
    whole = facts.get(rule.whole_fact) if rule.whole_fact else None
    now = rule.points_of(answer.value, whole, submission.as_of)
    better = [each for each in values_of(rule.item, facts) if rule.points_of(each, whole, submission.as_of) >= now]
    assume(better)
    raised = with_answer(submission, name, msgspec.structs.replace(answer, value=data.draw(st.sampled_from(better))))
    decision = submission.decisions.get(name)
    assume(decision is None or decision.decision != "lowered" or fitting(scorer, raised) == raised)
    assert_no_better(scorer.score(submission), scorer.score(raised))


@everywhere()
def test_answering_what_was_unanswered_never_lowers_a_score_nor_worsens_the_outcome(scorer, submission, data):
    name = an_answered_item(scorer, submission, data)
    answers = {other: answer for other, answer in submission.answers.items() if other != name}
    decisions = {other: decision for other, decision in submission.decisions.items() if other != name}
    unanswered = msgspec.structs.replace(submission, answers=answers, decisions=decisions)
    assert scorer.score(unanswered).items[name].state == "unanswered"
    assert_no_better(scorer.score(unanswered), scorer.score(submission))


@everywhere()
def test_raising_one_evidence_level_never_lowers_a_score_nor_worsens_the_outcome(scorer, submission, data):
    name = an_answered_item(scorer, submission, data)
    answer, decision = submission.answers[name], submission.decisions.get(name)
    if decision is not None and decision.evidence is not None:
        higher = EVIDENCE_LEVELS[EVIDENCE_LEVELS.index(decision.evidence) :]
        level = data.draw(st.sampled_from(higher))
        raised = with_decision(submission, name, msgspec.structs.replace(decision, evidence=level))
    else:
        raised = with_answer(submission, name, answered(answer.value, "documented"))
    assert_no_better(scorer.score(submission), scorer.score(raised))


# 2


@everywhere()
def test_the_order_of_answers_facts_and_decisions_in_a_file_changes_nothing(scorer, submission, data):
    chance = random.Random(data.draw(st.integers(0, 1_000)))  # shuffling needs no shrinking

    def shuffled(mapping):
        return dict(chance.sample(list(mapping.items()), len(mapping)))

    other = msgspec.structs.replace(
        submission,
        profile=shuffled(submission.profile),
        answers=shuffled(submission.answers),
        decisions=shuffled(submission.decisions),
        sample=submission.sample and tuple(chance.sample(submission.sample, len(submission.sample))),
    )
    assert result_bytes(scorer.score(other)) == result_bytes(scorer.score(submission))


@everywhere()
def test_the_order_of_items_and_sections_changes_nothing_but_the_structure_digest(scorer, submission, data):
    chance = random.Random(data.draw(st.integers(0, 1_000)))
    asked = scorer.questionnaire
    sections = [
        msgspec.structs.replace(section, items=tuple(chance.sample(section.items, len(section.items))))
        for section in chance.sample(asked.sections, len(asked.sections))
    ]
    other = Scorer(msgspec.structs.replace(asked, sections=tuple(sections)))
    document, moved = result_document(scorer.score(submission)), result_document(other.score(submission))
    assert document.pop("structure") == scorer.structure
    assert moved.pop("structure") == other.structure
    assert moved == document


# 3


@everywhere()
def test_assured_is_at_most_declared_where_no_claim_is_pending_and_every_score_is_a_percentage(
    scorer, submission, data
):
    card = scorer.score(submission)
    homes = {rule.id: (section.id, section.pillar) for section in scorer.sections for rule in section.items}
    pending = {"total"} & {"total" for item in card.items.values() if item.claim == "pending"}
    pending |= {place for name, item in card.items.items() if item.claim == "pending" for place in homes[name]}
    for name, score in scores(card):
        for share in (score.declared, score.assured):
            assert share is None or 0 <= share.points <= 100 * share.weight
        if name not in pending:
            assert at_most(score.assured, score.declared)
    for item in card.items.values():
        if item.state in ("answered", "unanswered"):
            assert 0 <= item.assured_points <= item.found_points <= item.points <= 100


# 4


@everywhere(generated=40, each_shipped=2)
def test_multiplying_all_weights_changes_no_score(scorer, submission, data):
    factor = data.draw(st.integers(2, 9))
    asked = scorer.questionnaire
    met = asked.scoring.met
    heavier = msgspec.structs.replace(
        asked,
        scoring=msgspec.structs.replace(
            asked.scoring, met=msgspec.structs.replace(met, section_from_weight=factor * met.section_from_weight)
        ),
        sections=tuple(
            msgspec.structs.replace(
                section,
                items=tuple(
                    msgspec.structs.replace(item, weight=factor * item.weight) if hasattr(item, "weight") else item
                    for item in section.items
                ),
            )
            for section in asked.sections
        ),
    )
    card, other = scorer.score(submission), Scorer(heavier).score(submission)
    for (name, score), (_, heavy) in zip(scores(card), scores(other), strict=True):
        for share, scaled in ((score.declared, heavy.declared), (score.assured, heavy.assured)):
            wanted = None if share is None else Share(factor * share.points, factor * share.weight)
            assert scaled == wanted, name
            assert share is None or scaled.percent == share.percent
    assert (other.outcome, other.assurance, other.items) == (card.outcome, card.assurance, card.items)
    assert [type(reason) for reason in other.reasons] == [type(reason) for reason in card.reasons]
    assert [part.flagged for part in other.sections.values()] == [part.flagged for part in card.sections.values()]


# 5


@everywhere()
def test_answers_to_items_that_do_not_apply_change_nothing(scorer, submission, data):
    facts = facts_asked(scorer.questionnaire, submission.profile)
    hidden = [
        rule.item
        for rule in scorer.items
        if not holds(rule.item.applies_if, facts) and rule.id not in submission.decisions
    ]
    answers = dict(submission.answers)
    for item in hidden:
        answers.pop(item.id, None)
        if data.draw(st.booleans()):
            answers[item.id] = data.draw(answers_to(item, facts))
    other = msgspec.structs.replace(submission, answers=answers)
    assert result_bytes(scorer.score(other)) == result_bytes(scorer.score(submission))


# 6


@everywhere(reviewed=False)
def test_a_lowered_value_at_the_same_level_never_raises_a_score_nor_improves_the_outcome(scorer, submission, data):
    name = an_answered_item(scorer, submission, data)
    card = scorer.score(submission)
    rule = next(each for each in scorer.items if each.id == name)
    facts = facts_asked(scorer.questionnaire, submission.profile)
    value = data.draw(st.sampled_from(values_of(rule.item, facts)))
    lowered = with_decision(submission, name, decided("lowered", value=value, evidence=card.items[name].level))
    assume(fitting(scorer, lowered) == lowered)
    assert_no_better(scorer.score(lowered), card)


@everywhere()
def test_a_lower_level_alone_never_raises_a_score_nor_improves_the_outcome(scorer, submission, data):
    name = an_answered_item(scorer, submission, data)
    card = scorer.score(submission)
    level = data.draw(st.sampled_from(EVIDENCE_LEVELS[: EVIDENCE_LEVELS.index(card.items[name].level) + 1]))
    decision = submission.decisions.get(name)
    if decision is not None and decision.decision == "lowered":
        stated = msgspec.structs.replace(decision, evidence=level)
    else:
        stated = decided("upheld", evidence=level)
    assert_no_better(scorer.score(with_decision(submission, name, stated)), card)


# 7


@everywhere()
def test_a_result_recomputed_from_its_stored_receipt_is_the_same_bytes(scorer, submission, data):
    stored = msgspec.json.encode(submission)
    again = Scorer(msgspec.json.decode(msgspec.json.encode(scorer.questionnaire), type=type(scorer.questionnaire)))
    receipt = msgspec.json.decode(stored, type=Submission)
    assert receipt == submission
    assert result_bytes(again.score(receipt)) == result_bytes(scorer.score(submission))
    assert msgspec.json.encode(receipt) == stored
