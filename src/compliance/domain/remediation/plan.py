"""The plan: a task for every shortfall, the dangerous first.

Order: what failed critical items need (at most 30 days, cannot be dropped); then items in sections and pillars below
their floor; then the rest; within a group by assured points gained per effort. The steps of one item keep their order.
Tasks name items and actions; the words come from the questionnaire, in the reader's language.

Source: docs/scoring.md, "Remediation".
"""

from fractions import Fraction
from typing import Literal

from msgspec import Struct

from compliance.domain.remediation.path import Path, least_effort
from compliance.domain.remediation.steps import Step, steps_of
from compliance.domain.scoring import PillarReason, ScoreCard, Scorer, SectionReason

Priority = Literal["critical", "floor", "gain"]
_GROUPS: tuple[Priority, ...] = ("critical", "floor", "gain")


class Task(Struct, frozen=True, kw_only=True):
    """One thing to do, with why it stands where it stands."""

    step: Step
    priority: Priority

    @property
    def item(self) -> str:
        """The item it serves."""
        return self.step.item

    @property
    def can_be_dropped(self) -> bool:
        """Whether the business may decide against it: never for a failed critical item."""
        return self.priority != "critical"


class Plan(Struct, frozen=True, kw_only=True):
    """Everything to be done, in order, and the shortest ways to the next outcomes."""

    tasks: tuple[Task, ...]
    to_approaching: Path
    to_met: Path

    @property
    def effort_half_days(self) -> int:
        """The effort of all tasks."""
        return sum(task.step.effort_half_days for task in self.tasks)


def draw_plan(scorer: Scorer, card: ScoreCard) -> Plan:
    """The plan for a score card; empty where nothing falls short.

    Raises:
        PathNotProven: a fault of ours, never because of the submission.
    """
    return Plan(
        tasks=draw_tasks(scorer, card),
        to_approaching=least_effort(scorer, card, "approaching"),
        to_met=least_effort(scorer, card, "met"),
    )


def draw_tasks(scorer: Scorer, card: ScoreCard) -> tuple[Task, ...]:
    """The tasks of a plan alone, in order; no integer programme is solved for them."""
    low_sections = {reason.section for reason in card.reasons if isinstance(reason, SectionReason)}
    low_pillars = {reason.pillar for reason in card.reasons if isinstance(reason, PillarReason)}
    keyed: list[tuple[tuple[int, Fraction, int, int], Task]] = []
    position = 0
    for section in scorer.sections:
        is_low = section.id in low_sections or section.pillar in low_pillars
        for rule in section.items:
            keyed += _tasks_of(steps_of(rule, card.items[rule.id]), position, is_low=is_low)
            position += 1
    keyed.sort(key=lambda pair: pair[0])
    return tuple(task for _, task in keyed)


def _tasks_of(
    steps: tuple[Step, ...], position: int, *, is_low: bool
) -> list[tuple[tuple[int, Fraction, int, int], Task]]:
    tasks: list[tuple[tuple[int, Fraction, int, int], Task]] = []
    for number, step in enumerate(steps):
        priority: Priority = "critical" if step.needed_to_pass else "floor" if is_low else "gain"
        key = (_GROUPS.index(priority), Fraction(-step.gain, step.effort_half_days), position, number)
        if tasks:  # a later step never comes before an earlier one of the same item
            key = max(key, (*tasks[-1][0][:2], position, number))
        tasks.append((key, Task(step=step, priority=priority)))
    return tasks
