"""The least-effort path is exact: over generated questionnaires it is what trying every choice of prefixes finds."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compliance.domain.remediation import Path, least_effort
from compliance.domain.scoring import Scorer
from domain.remediation.brute_force import RANK, cheapest, outcome_with, possibilities
from domain.strategies import SHIPPED, actions, questionnaires, shipped, submissions

SMALL = questionnaires(most_items=2, plans=actions()).map(Scorer)


@pytest.mark.parametrize("target", ["approaching", "met"])
@given(scorer=SMALL, data=st.data())
@settings(max_examples=60)
def test_the_path_is_the_cheapest_then_the_shortest_then_the_earliest_choice_of_prefixes(target, scorer, data):
    card = scorer.score(data.draw(submissions(scorer)))
    assume(possibilities(scorer, card) <= 5_000)
    path = least_effort(scorer, card, target)
    best = cheapest(scorer, card, target)
    assert path.reachable is (best is not None)
    if best is not None:
        positions = {rule.id: position for position, rule in enumerate(scorer.items)}
        worked_on = tuple(positions[step.item] for step in path.steps)
        assert (path.effort_half_days, len(path.steps), worked_on) == best
    assert_proven(scorer, card, path)


@pytest.mark.parametrize("name", SHIPPED)
@settings(max_examples=2)
@given(data=st.data())
def test_a_path_through_a_shipped_questionnaire_holds_when_it_is_scored_and_comes_out_the_same_twice(name, data):
    scorer = shipped(name)
    card = scorer.score(data.draw(submissions(scorer)))
    for target in ("approaching", "met"):
        path = least_effort(scorer, card, target)
        assert_proven(scorer, card, path)
        assert least_effort(scorer, card, target) == path


def assert_proven(scorer: Scorer, card, path: Path) -> None:
    """What a path claims is what its steps give, and a path that is none says what stands in the way."""
    done = [tuple(step for step in path.steps if step.item == rule.id) for rule in scorer.items]
    if not path.reachable:
        assert path.obstacles
        assert all(path.target in reason.blocks for reason in path.obstacles)
        assert (path.steps, path.effort_half_days, path.total, path.outcome) == ((), 0, None, None)
        return
    assert path.obstacles == ()
    assert path.outcome == outcome_with(scorer, card, done)
    assert RANK[path.outcome] >= RANK[path.target]
    assert path.effort_half_days == sum(step.effort_half_days for step in path.steps)
    assert [step.item for step in path.steps] == [step.item for steps in done for step in steps]
