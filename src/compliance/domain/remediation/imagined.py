"""What a result would be if some steps were done: nothing is stored, and no answer is changed.

The steps of one item build upon each other, so a later one brings the earlier ones with it.
"""

from collections.abc import Collection

from msgspec.structs import replace

from compliance.domain.remediation.steps import Step, steps_of
from compliance.domain.scoring import ScoreCard, Scorer
from compliance.domain.scoring.outcome import outcome_of, reasons_against_met, sum_up


def every_step(scorer: Scorer, card: ScoreCard) -> tuple[Step, ...]:
    """Every step that is left, in the questionnaire's order of items and each item's order of steps."""
    return tuple(step for rule in scorer.items for step in steps_of(rule, card.items[rule.id]))


def with_earlier(steps: Collection[Step], chosen: Collection[Step]) -> tuple[Step, ...]:
    """The chosen steps with all that must be done before them, in the order of `steps`."""
    last = {each.item: each for each in steps if each in chosen}
    found: list[Step] = []
    closed: set[str] = set()
    for each in steps:
        if each.item in last and each.item not in closed:
            found.append(each)
            if each == last[each.item]:
                closed.add(each.item)
    return tuple(found)


def card_after(scorer: Scorer, card: ScoreCard, steps: Collection[Step]) -> ScoreCard:
    """The score card once these steps are done; of several on an item the last counts. Facts and claims stay."""
    rules = {rule.id: rule for rule in scorer.items}
    items = {**card.items, **{step.item: rules[step.item].state(step.points, step.level) for step in steps}}
    scoring = scorer.questionnaire.scoring
    sums = sum_up(scorer.sections, items, scoring)
    reasons = reasons_against_met(scorer.items, items, sums, scoring)
    return replace(card, items=items, total=sums.total, pillars=sums.pillars, sections=sums.sections,
                   reasons=reasons, outcome=outcome_of(reasons))  # fmt: skip
