"""What can be done about one item, step by step, and what it would then earn.

The actions of an item build upon each other, so what is done of them is always the first so many. Where an answer
lacks only its evidence, the first step is to attach it: half a day. An action that reaches no more points than the
item has already is not a step.
"""

from msgspec import Struct

from compliance.domain.questionnaire import EvidenceLevel
from compliance.domain.scoring import ItemScore
from compliance.domain.scoring.items import ItemRule

ATTACH_HALF_DAYS = 1
ATTACH_WITHIN_DAYS = 30
CRITICAL_WITHIN_DAYS = 30


class Step(Struct, frozen=True, kw_only=True):
    """One step on one item, and the state of the item once it is done."""

    item: str
    action: int | None
    """Index among the item's actions; None for attaching the evidence."""
    effort_half_days: int
    within_days: int
    points: int
    level: EvidenceLevel
    assured_points: int
    gain: int
    """Assured points gained by this step, times the item's weight. 0 where only a later step pays; below 0 where a step
    takes the place of a level that a reviewer had verified."""
    passes: bool
    """Whether a critical item passes once the step is done; True for an item that is not critical."""
    needed_to_pass: bool
    """Whether a failed critical item still fails before this step."""


def steps_of(rule: ItemRule, score: ItemScore) -> tuple[Step, ...]:
    """The steps left on one item, in order; empty where it does not apply or nothing is left to do.

    On an item that a reviewer decided, a step takes the place of found points and level.
    """
    if score.state not in ("answered", "unanswered"):
        return ()
    found, level = score.found_points, score.level
    assert isinstance(found, int)
    assert isinstance(level, str)
    steps: list[Step] = []
    before = rule.state(found, level)
    if level == "declared" and _evidence_alone_helps(rule, found):
        steps.append(_step(rule, None, rule.state(found, "documented"), before))
        before = rule.state(found, "documented")
    for index, action in enumerate(rule.item.actions):
        if action.reaches.points > found:
            after = rule.state(action.reaches.points, action.reaches.evidence)
            steps.append(_step(rule, index, after, before))
            before = after
    return tuple(steps)


def _evidence_alone_helps(rule: ItemRule, found: int) -> bool:
    attached, bare = rule.state(found, "documented"), rule.state(found, "declared")
    return attached.assured_points != bare.assured_points or attached.critical != bare.critical


def _step(rule: ItemRule, index: int | None, after: ItemScore, before: ItemScore) -> Step:
    action = None if index is None else rule.item.actions[index]
    effort = ATTACH_HALF_DAYS if action is None else 2 * action.effort_days
    within = ATTACH_WITHIN_DAYS if action is None else action.within_days
    needed_to_pass = before.critical == "failed"
    assured, earlier = after.assured_points, before.assured_points
    points, level = after.found_points, after.level
    assert isinstance(assured, int)
    assert isinstance(earlier, int)
    assert isinstance(points, int)
    assert isinstance(level, str)
    return Step(
        item=rule.id,
        action=index,
        effort_half_days=effort,
        within_days=min(within, CRITICAL_WITHIN_DAYS) if needed_to_pass else within,
        points=points,
        level=level,
        assured_points=assured,
        gain=rule.weight * (assured - earlier),
        passes=after.critical != "failed",
        needed_to_pass=needed_to_pass,
    )
