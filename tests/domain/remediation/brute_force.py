"""The least-effort path by trying everything: no solver, no sharing with the rule but the steps of one item."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

from compliance.domain.remediation import Step, steps_of
from compliance.domain.scoring import ScoreCard, Scorer

RANK = {"not_met": 0, "approaching": 1, "met": 2}
Found = tuple[int, int, tuple[int, ...]]
"""Half-days, number of steps, positions of the items worked on, one for each step."""


def cheapest(scorer: Scorer, card: ScoreCard, target: str) -> Found | None:
    """The cheapest choice of prefixes that reaches a target, ties broken; None where nothing does."""
    steps = [steps_of(rule, card.items[rule.id]) for rule in scorer.items]
    found = [_cost(chosen) for chosen in _choices(steps) if RANK[outcome_with(scorer, card, chosen)] >= RANK[target]]
    return min(found, default=None)


def possibilities(scorer: Scorer, card: ScoreCard) -> int:
    count = 1
    for rule in scorer.items:
        count *= len(steps_of(rule, card.items[rule.id])) + 1
    return count


def _choices(steps: Sequence[tuple[Step, ...]]) -> Iterator[list[tuple[Step, ...]]]:
    for counts in product(*(range(len(each) + 1) for each in steps)):
        yield [each[:count] for each, count in zip(steps, counts, strict=True)]


def _cost(chosen: list[tuple[Step, ...]]) -> Found:
    positions = tuple(position for position, steps in enumerate(chosen) for _ in steps)
    return sum(step.effort_half_days for steps in chosen for step in steps), len(positions), positions


def outcome_with(scorer: Scorer, card: ScoreCard, chosen: list[tuple[Step, ...]]) -> str:
    """The outcome once these steps are done, from the page docs/scoring.md once more."""
    met, approaching = scorer.questionnaire.scoring.met, scorer.questionnaire.scoring.approaching
    done = {rule.id: steps[-1] for rule, steps in zip(scorer.items, chosen, strict=True) if steps}
    by_section: dict[str, list[tuple[int, int]]] = {}
    by_pillar: dict[str, list[tuple[int, int]]] = {}
    passed = True
    for section in scorer.sections:
        for rule in section.items:
            item, step = card.items[rule.id], done.get(rule.id)
            passed = passed and (step.passes if step else item.critical != "failed")
            points = step.assured_points if step else item.assured_points if item.state != "not_applicable" else 0
            if item.state in ("answered", "unanswered") or item.claim == "pending":
                by_section.setdefault(section.id, []).append((rule.weight, points))
                by_pillar.setdefault(section.pillar, []).append((rule.weight, points))
    everything = [pair for pairs in by_pillar.values() for pair in pairs]
    if not passed or not everything or _share(everything) < approaching.total:
        return "not_met"
    heavy = [pairs for pairs in by_section.values() if sum(weight for weight, _ in pairs) >= met.section_from_weight]
    floors = all(_share(pairs) >= met.section for pairs in heavy)
    floors = floors and all(_share(pairs) >= met.pillar for pairs in by_pillar.values())
    return "met" if floors and _share(everything) >= met.total else "approaching"


def _share(pairs: list[tuple[int, int]]) -> Fraction:
    return Fraction(sum(weight * points for weight, points in pairs), sum(weight for weight, _ in pairs))
