"""The least-effort path: the cheapest set of steps that reaches an outcome.

    1. choose for every item how many of its steps are done: an exact integer programme over half-days;
    2. among the cheapest, the fewest steps; among those, the smallest list of item positions: found by fixing what is
       known and solving again, so that the same card always gives the same path;
    3. prove it: score the chosen states with the integers of the rule. The solver's floats are never believed.

Profile, claims and decisions stay as they are; no step goes above `documented`. This is the shortest way to a
threshold, not the order of urgency.

Source: docs/scoring.md, "Remediation".
"""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from compliance.domain.remediation.steps import Step, steps_of
from compliance.domain.scoring import ItemScore, Outcome, Reason, Score, ScoreCard, Scorer
from compliance.domain.scoring.outcome import outcome_of, reasons_against_met, sum_up

Target = Literal["met", "approaching"]
_RANK: dict[Outcome, int] = {"not_met": 0, "approaching": 1, "met": 2}


class PathNotProven(Exception):
    """The solver's answer did not hold when it was scored. A fault of ours, never shown as a path."""


class Path(Struct, frozen=True, kw_only=True):
    """The cheapest way to an outcome, or why there is none."""

    target: Target
    reachable: bool
    effort_half_days: int
    steps: tuple[Step, ...]
    """In the questionnaire's order of items; empty where the outcome is reached already or out of reach."""
    total: Score | None
    """The total once all steps are done; None where the target is out of reach."""
    outcome: Outcome | None
    """The outcome once all steps are done; may be better than the target."""
    obstacles: tuple[Reason, ...]
    """Where out of reach: what still blocks the target after every possible step."""


class _Choice(Struct, frozen=True):
    """One item's possible states: none of its steps done, the first one, the first two, and so on."""

    item: str
    steps: tuple[Step, ...]
    points: tuple[int, ...]
    """Weight × assured points in each state."""
    effort: tuple[int, ...]
    """Half-days up to each state."""
    allowed: tuple[bool, ...]
    """Which states may be chosen: those in which a critical item passes; all, for other items."""


class _Row(Struct, frozen=True):
    """A sum over some choices that must reach a bound."""

    members: tuple[int, ...]
    bound: int


def least_effort(scorer: Scorer, card: ScoreCard, target: Target) -> Path:
    """Find the least-effort path from a score card to a target outcome.

    Raises:
        PathNotProven: the solver failed; never because of the submission.
    """
    if _RANK[card.outcome] >= _RANK[target]:
        return Path(target=target, reachable=True, effort_half_days=0, steps=(), total=card.total,
                    outcome=card.outcome, obstacles=())  # fmt: skip
    steps = {rule.id: steps_of(rule, card.items[rule.id]) for rule in scorer.items}
    obstacles = _obstacles(scorer, card, steps, target)
    if obstacles:
        return Path(target=target, reachable=False, effort_half_days=0, steps=(), total=None, outcome=None,
                    obstacles=obstacles)  # fmt: skip
    choices = [_choice(scorer, card, name, steps[name]) for name in steps if steps[name]]
    rows = _rows(scorer, card, choices, target)
    counts = _solve(choices, rows)
    chosen = tuple(step for choice, count in zip(choices, counts, strict=True) for step in choice.steps[:count])
    items = _with_steps(scorer, card, chosen)
    sums = sum_up(scorer.sections, items, scorer.questionnaire.scoring)
    outcome = outcome_of(reasons_against_met(scorer.items, items, sums, scorer.questionnaire.scoring))
    if _RANK[outcome] < _RANK[target]:
        raise PathNotProven
    effort = sum(step.effort_half_days for step in chosen)
    return Path(target=target, reachable=True, effort_half_days=effort, steps=chosen, total=sums.total,
                outcome=outcome, obstacles=())  # fmt: skip


def _with_steps(scorer: Scorer, card: ScoreCard, steps: Sequence[Step]) -> dict[str, ItemScore]:
    """The items of a card once steps are done; of several steps on an item the last counts."""
    rules = {rule.id: rule for rule in scorer.items}
    return {**card.items, **{step.item: rules[step.item].state(step.points, step.level) for step in steps}}


def _obstacles(
    scorer: Scorer, card: ScoreCard, steps: dict[str, tuple[Step, ...]], target: Target
) -> tuple[Reason, ...]:
    """What blocks the target even where every item is brought to its best state."""
    best = [max(each, key=lambda step: (step.passes, step.assured_points)) for each in steps.values() if each]
    worth = [step for step in best if step.passes or card.items[step.item].critical != "passed"]
    improving = [step for step in worth if _improves(card.items[step.item], step)]
    items = _with_steps(scorer, card, improving)
    scoring = scorer.questionnaire.scoring
    sums = sum_up(scorer.sections, items, scoring)
    reasons = reasons_against_met(scorer.items, items, sums, scoring)
    return tuple(reason for reason in reasons if target in reason.blocks)


def _improves(score: ItemScore, step: Step) -> bool:
    assert isinstance(score.assured_points, int)
    return step.assured_points > score.assured_points or (step.passes and score.critical == "failed")


def _choice(scorer: Scorer, card: ScoreCard, item: str, steps: tuple[Step, ...]) -> _Choice:
    weight = next(rule.weight for rule in scorer.items if rule.id == item)
    score = card.items[item]
    assert isinstance(score.assured_points, int)
    passes = [score.critical != "failed", *(step.passes for step in steps)]
    effort = [0]
    for step in steps:
        effort.append(effort[-1] + step.effort_half_days)
    points = [weight * score.assured_points, *(weight * step.assured_points for step in steps)]
    return _Choice(item, steps, tuple(points), tuple(effort), tuple(passes))


def _rows(scorer: Scorer, card: ScoreCard, choices: list[_Choice], target: Target) -> list[_Row]:
    """Total, sections and pillars as sums over the choices; what cannot change is taken off the bound."""
    position = {choice.item: index for index, choice in enumerate(choices)}
    weights = {rule.id: rule.weight for rule in scorer.items}
    met = scorer.questionnaire.scoring.met

    def row(ids: list[str], share_weight: int, percent: int) -> _Row:
        fixed = 0
        for name in ids:
            assured = card.items[name].assured_points
            if name not in position and isinstance(assured, int):
                fixed += weights[name] * assured
        members = tuple(position[name] for name in ids if name in position)
        return _Row(members, percent * share_weight - fixed)

    every = [rule.id for section in scorer.sections for rule in section.items]
    total = card.total.assured
    assert total is not None
    if target == "approaching":
        return [row(every, total.weight, scorer.questionnaire.scoring.approaching.total)]
    rows = [row(every, total.weight, met.total)]
    by_pillar: dict[str, list[str]] = {}
    for section in scorer.sections:
        ids = [rule.id for rule in section.items]
        by_pillar.setdefault(section.pillar, []).extend(ids)
        share = card.sections[section.id].assured
        if share is not None and share.weight >= met.section_from_weight:
            rows.append(row(ids, share.weight, met.section))
    for name, score in card.pillars.items():
        if score.assured is not None:
            rows.append(row(by_pillar[name], score.assured.weight, met.pillar))
    return rows


def _solve(choices: list[_Choice], rows: list[_Row]) -> list[int]:
    """How many steps of each choice are done: cheapest, then fewest, then the smallest list of item positions.

    One binary column for each state of each choice; HiGHS solves it exactly, the answer is read as integers.
    """
    import highspy  # here only: it costs 0.2 s to import, and nothing else in the domain needs a solver

    solver = highspy.Highs()
    solver.silent()
    for option, value in {"mip_rel_gap": 0.0, "mip_abs_gap": 0.0, "threads": 1, "random_seed": 0}.items():
        solver.setOptionValue(option, value)
    columns = _columns(solver, choices, rows)

    def best(costs: list[list[int]]) -> list[int]:
        pairs = [pair for states, each in zip(columns, costs, strict=True) for pair in zip(each, states, strict=True)]
        objective = solver.qsum(cost * state for cost, state in pairs)
        solver.minimize(objective)
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise PathNotProven
        values = solver.getSolution().col_value
        counts = [max(range(len(states)), key=lambda n: values[int(states[n].index)]) for states in columns]
        solver.addConstr(objective <= sum(each[count] for each, count in zip(costs, counts, strict=True)))
        return counts

    best([list(choice.effort) for choice in choices])
    counts = best([list(range(len(choice.points))) for choice in choices])
    for index, choice in enumerate(choices):
        most = len(choice.points) - 1
        if counts[index] < most:
            counts = best(_as_many_as_possible(choices, index))
        for number, state in enumerate(columns[index]):
            solver.addConstr(state == (1 if number == counts[index] else 0))
    return counts


def _columns(solver: Any, choices: list[_Choice], rows: list[_Row]) -> list[list[Any]]:
    """The solver's columns, a list for each choice: one state of each is taken, of those allowed, and every bound holds."""
    columns = [[solver.addBinary() for _ in choice.points] for choice in choices]
    for choice, states in zip(choices, columns, strict=True):
        solver.addConstr(solver.qsum(states) == 1)
        for state, is_allowed in zip(states, choice.allowed, strict=True):
            if not is_allowed:
                solver.addConstr(state == 0)
    for row in rows:
        if row.members:
            terms = [pair for index in row.members for pair in zip(choices[index].points, columns[index], strict=True)]
            solver.addConstr(solver.qsum(points * state for points, state in terms) >= row.bound)
    return columns


def _as_many_as_possible(choices: list[_Choice], index: int) -> list[list[int]]:
    """Costs that prefer as many steps as possible on one item: the smallest sorted list of positions comes first."""
    costs = [[0] * len(choice.points) for choice in choices]
    costs[index] = list(reversed(range(len(choices[index].points))))
    return costs
