"""Everything that is wrong with a submission, at once; and what is ignored in it.

Scoring stops at the first value it cannot read; only then is the whole submission searched, so that the usual case
stays one pass. Decisions and samples are always checked.
"""

from collections.abc import Iterator, Mapping

from msgspec import UNSET, Struct

from compliance.domain.scoring.items import ItemRule, is_newly_asked, points_under
from compliance.domain.scoring.profile import FactRule, Facts, corrected_facts, submitted_facts
from compliance.domain.scoring.submission import Answer, Decision, Submission
from compliance.domain.scoring.values import ThereAreNone, Wrong
from compliance.errors import Problem

FACT_DECISIONS = frozenset({"fact_upheld", "fact_corrected"})
CLAIM_DECISIONS = frozenset({"not_applicable_accepted", "not_applicable_refused"})


class Rules(Struct, frozen=True):
    """What a submission is checked against."""

    facts: tuple[FactRule, ...]
    items: Mapping[str, ItemRule]
    text_ids: frozenset[str]


def find_problems(rules: Rules, submission: Submission) -> list[Problem]:
    """Every problem of a submission, in the order of the file format: profile, answers, decisions, sample."""
    problems: list[Problem] = []
    facts = submitted_facts(rules.facts, submission.profile, problems)
    complete = not problems
    known = frozenset(rule.id for rule in rules.facts)
    problems += [
        Problem("fact-unknown", f"profile.{name}", {"id": name}) for name in submission.profile if name not in known
    ]
    for name, answer in submission.answers.items():
        problems += _answer_problems(rules, name, answer, facts, submission)
    if complete:
        problems += _decision_problems(rules, submission, facts)
    problems += _sample_problems(rules, submission)
    return problems


def _answer_problems(
    rules: Rules, name: str, answer: Answer, facts: Facts, submission: Submission
) -> Iterator[Problem]:
    rule = rules.items.get(name)
    place = f"answers.{name}"
    try:
        if rule is not None:
            rule.read(answer, facts, submission.as_of)
        elif name in rules.text_ids:
            _check_text(answer)
        else:
            yield Problem("item-unknown", place, {"id": name})
    except Wrong as wrong:
        yield Problem(wrong.code, place, {"id": name, **wrong.facts})


def _check_text(answer: Answer) -> None:
    if answer.not_applicable is not None:
        raise Wrong("claim-on-text")
    if not isinstance(answer.value, str):
        raise Wrong("value-text")


def _decision_problems(rules: Rules, submission: Submission, facts: Facts) -> Iterator[Problem]:
    fact_rules = {rule.id: rule for rule in rules.facts}
    effective = corrected_facts(rules.facts, facts, submission.decisions)
    wholes = {rule.whole_fact for rule in rules.items.values()}
    for name, decision in submission.decisions.items():
        place = f"decisions.{name}"
        try:
            if name in fact_rules:
                _check_fact_decision(fact_rules[name], decision, is_whole=name in wholes)
            elif name in rules.items:
                _check_item_decision(rules.items[name], decision, submission, facts, effective)
            else:
                yield Problem("decision-unknown", place, {"id": name})
        except Wrong as wrong:
            yield Problem(wrong.code, place, {"id": name, **wrong.facts})


def _check_fact_decision(rule: FactRule, decision: Decision, *, is_whole: bool) -> None:
    if decision.decision not in FACT_DECISIONS and decision.decision != "needs_clarification":
        raise Wrong("decision-not-for-facts", given=decision.decision)
    if decision.evidence is not None:
        raise Wrong("decision-evidence-unwanted", given=decision.decision)
    if decision.decision == "fact_corrected":
        if decision.value is UNSET:
            raise Wrong("decision-value-missing", given=decision.decision)
        rule.check(decision.value)
        if is_whole and decision.value == 0:
            raise Wrong("value-whole-zero")
    elif decision.value is not UNSET:
        raise Wrong("decision-value-unwanted", given=decision.decision)


def _check_item_decision(
    rule: ItemRule, decision: Decision, submission: Submission, facts: Facts, effective: Facts
) -> None:
    kind = decision.decision
    if kind in FACT_DECISIONS:
        raise Wrong("decision-not-for-items", given=kind)
    if (kind in ("upheld", "lowered")) != (decision.evidence is not None):
        raise Wrong("decision-evidence-missing" if kind in ("upheld", "lowered") else "decision-evidence-unwanted",
                    given=kind)  # fmt: skip
    if (kind == "lowered") != (decision.value is not UNSET):
        raise Wrong("decision-value-missing" if kind == "lowered" else "decision-value-unwanted", given=kind)
    if rule.applies is not None and not rule.applies(facts) and not rule.applies(effective):
        raise Wrong("decision-on-unanswered")
    answer = submission.answers.get(rule.id)
    if answer is None or (is_newly_asked(rule, facts, effective) and rule.applies and rule.applies(effective)):
        raise Wrong("decision-on-unanswered")
    try:
        is_claim = rule.read(answer, facts, submission.as_of) is None
    except Wrong:
        return  # the answer itself is refused already
    if is_claim and kind != "needs_clarification" and kind not in CLAIM_DECISIONS:
        raise Wrong("decision-on-claim", given=kind)
    if not is_claim and kind in CLAIM_DECISIONS:
        raise Wrong("decision-not-a-claim", given=kind)
    if kind == "lowered":
        _check_lowers(rule, decision, answer, submission, effective)


def _check_lowers(rule: ItemRule, decision: Decision, answer: Answer, submission: Submission, effective: Facts) -> None:
    if rule.whole_fact is not None and rule.whole_fact not in effective:
        return  # the item is not asked any more
    try:
        found = points_under(rule, Answer(value=decision.value), effective, submission.as_of)
    except ThereAreNone:
        raise Wrong("value-whole-zero") from None
    declared = points_under(rule, answer, effective, submission.as_of)
    if found > declared:
        raise Wrong("decision-raises", found=found, declared=declared)


def _sample_problems(rules: Rules, submission: Submission) -> Iterator[Problem]:
    known = {rule.id for rule in rules.facts} | rules.items.keys()
    seen: set[str] = set()
    for name in submission.sample or ():
        if name not in known:
            yield Problem("sample-unknown", f"sample.{name}", {"id": name})
        elif name in seen:
            yield Problem("sample-repeated", f"sample.{name}", {"id": name})
        seen.add(name)


def find_ignored(rules: Rules, submission: Submission) -> list[Problem]:
    """What was given but does not count: facts that were not asked, answers to items that do not apply."""
    facts = submitted_facts(rules.facts, submission.profile, [])
    ignored = [
        Problem("fact-not-asked", f"profile.{rule.id}", {"id": rule.id})
        for rule in rules.facts
        if rule.id in submission.profile and rule.id not in facts
    ]
    ignored += [
        Problem("item-not-asked", f"answers.{name}", {"id": name})
        for name in submission.answers
        if (rule := rules.items.get(name)) and rule.applies is not None and not rule.applies(facts)
    ]
    return ignored
