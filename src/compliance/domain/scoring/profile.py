"""Which facts count: those that were asked and given, and what reviewers corrected.

Facts are asked in order; `asked_if` looks at earlier facts only. A fact that was not asked is ignored. After a
correction, facts newly asked are absent and facts no longer asked are dropped.
"""

from collections.abc import Mapping

from msgspec import UNSET, Struct

from compliance.domain.questionnaire.conditions import Holds, compile_condition
from compliance.domain.questionnaire.model import Fact
from compliance.domain.scoring.submission import Decision, FactValue
from compliance.domain.scoring.values import FactCheck, Wrong, compile_fact_check
from compliance.errors import Problem

Facts = dict[str, FactValue]


class FactRule(Struct, frozen=True):
    """A fact, compiled."""

    id: str
    asked: Holds | None
    check: FactCheck


def compile_fact(fact: Fact) -> FactRule:
    """Compile a fact's condition and the check of its values."""
    asked = compile_condition(fact.asked_if) if fact.asked_if else None
    return FactRule(fact.id, asked, compile_fact_check(fact))


def submitted_facts(rules: tuple[FactRule, ...], profile: Mapping[str, FactValue], problems: list[Problem]) -> Facts:
    """The facts that were asked, with their values; a missing one is a problem, never a no."""
    facts: Facts = {}
    for rule in rules:
        if rule.asked is not None and not rule.asked(facts):
            continue
        value = profile.get(rule.id)
        if value is None:
            problems.append(Problem("fact-missing", f"profile.{rule.id}", {"fact": rule.id}))
            continue
        try:
            rule.check(value)
        except Wrong as wrong:
            problems.append(Problem(wrong.code, f"profile.{rule.id}", {"id": rule.id, **wrong.facts}))
            continue
        facts[rule.id] = value
    return facts


def corrected_facts(rules: tuple[FactRule, ...], facts: Facts, decisions: Mapping[str, Decision]) -> Facts:
    """The facts after reviewers' corrections; the same object where nothing was corrected."""
    corrections: Facts = {}
    for rule in rules:
        decision = decisions.get(rule.id)
        if decision is not None and decision.decision == "fact_corrected" and decision.value is not UNSET:
            corrections[rule.id] = decision.value  # pyright: ignore[reportArgumentType]  # checked against the fact
    if not corrections:
        return facts
    effective: Facts = {}
    for rule in rules:
        value = corrections.get(rule.id, facts.get(rule.id))
        if value is not None and (rule.asked is None or rule.asked(effective)):
            effective[rule.id] = value
    return effective
