"""The scoring rule written down a second time, as plainly as possible, to compare the real one against.

It follows docs/scoring.md and docs/questionnaire.md, shares no code with the first, checks no input and knows no speed.
"""

import json
from copy import deepcopy
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Data = dict[str, Any]
LEVELS = ["declared", "documented", "verified_remotely", "verified_on_site"]
PERCENTAGE_STEPS = [[0, 0], [50, 25], [80, 75], [95, 100]]


@cache
def load(path: Path) -> Data:
    """Read a questionnaire; what it includes comes first. All scalars stay words."""
    own = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    included = [reference.split("@") for reference in own.get("includes", [])]
    modules = [load(path.parent.parent / name / f"{version}.yaml") for name, version in included]
    facts, sections, scoring = [], {}, {}
    for part in deepcopy([*modules, own]):
        facts += part.get("facts", [])
        for section in part.get("sections", []):
            sections.setdefault(section["id"], {**section, "items": []})["items"] += section["items"]
        for key, value in part.get("scoring", {}).items():
            scoring[key] = {**scoring.get(key, {}), **value} if isinstance(value, dict) else value
    name = f"{own['questionnaire']}@{own['version']}"
    return {"name": name, "facts": facts, "sections": list(sections.values()), "scoring": scoring}


def holds(condition: Data | None, facts: Data) -> bool:
    """Whether a condition over facts holds; a comparison with an absent fact is false."""
    if condition is None:
        return True
    if "all" in condition:
        return all(holds(part, facts) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, facts) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], facts)
    value = facts.get(condition["fact"])
    checks = {
        "is": lambda wanted: str(value) == wanted,
        "in": lambda wanted: str(value) in wanted,
        "at_least": lambda wanted: value >= int(wanted),
        "at_most": lambda wanted: value <= int(wanted),
        "includes": lambda wanted: wanted in value,
    }
    return value is not None and all(checks[key](wanted) for key, wanted in condition.items() if key != "fact")


def first_cause(condition: Data, facts: Data) -> str:
    """Name the first fact, in written order, that made the condition what it is: true or false."""
    if "not" in condition:
        return first_cause(condition["not"], facts)
    if "all" in condition or "any" in condition:
        parts, outcome = condition.get("all") or condition["any"], holds(condition, facts)
        return next(first_cause(part, facts) for part in parts if holds(part, facts) == outcome)
    return str(condition["fact"])


def asked_facts(questionnaire: Data, given: Data) -> Data:
    """Keep the given facts that are asked, one after the other; the rest is as if it were not there."""
    asked: Data = {}
    for fact in questionnaire["facts"]:
        if fact["id"] in given and holds(fact.get("asked_if"), asked):
            asked[fact["id"]] = given[fact["id"]]
    return asked


def effective_facts(questionnaire: Data, submission: Data) -> Data:
    """Facts as the reviewers' corrections leave them."""
    decisions = (submission.get("decisions") or {}).items()
    corrected = {name: decision["value"] for name, decision in decisions if decision["decision"] == "fact_corrected"}
    return asked_facts(questionnaire, asked_facts(questionnaire, submission["profile"]) | corrected)


def months_between(earlier: str, later: str) -> int:
    """Age in whole months of one plain date at another."""
    year, month, day = (int(part) for part in earlier.split("-"))
    later_year, later_month, later_day = (int(part) for part in later.split("-"))
    return 12 * (later_year - year) + later_month - month - (later_day < day)


def points(item: Data, value: Any, facts: Data, as_of: str) -> int:
    """Points, 0 to 100, that a value of an item earns."""
    kind = item["type"]
    if kind == "maturity":
        return int(value) * 25
    if kind == "yes_no":
        return 100 if value == item.get("good", "yes") else 0
    if kind == "choice":
        return next(int(option["points"]) for option in item["options"] if option["id"] == value)
    if kind == "multiple":
        chosen = [option["id"] for option in item["options"] if option["id"] in value]
        complete = all(needed in chosen for needed in item.get("must_have", []))
        return 100 * len(chosen) // len(item["options"]) if complete else 0
    if value == "never":
        return 0
    if kind == "percentage":
        whole = facts[item["of_fact"]] if "of_fact" in item else value["of"]
        reached = Fraction(100 * min(value["is"], whole), whole)
    else:
        reached = Fraction(months_between(value, as_of) if kind == "date" else value)
    return [int(earned) for start, earned in item.get("steps", PERCENTAGE_STEPS) if reached >= int(start)][-1]


def stated_level(item: Data, answer: Data, as_of: str) -> str:
    """Evidence level of the respondent's own statement: documented as long as one piece of evidence is fresh."""
    dates = [piece["dated_on"] for piece in answer.get("pieces") or []]
    if not dates and answer.get("evidence") == "documented":
        dates = [answer.get("evidence_on") or as_of]
    fresh_for = int(item.get("evidence", {}).get("fresh_for_months", 24))
    return "documented" if any(months_between(day, as_of) < fresh_for for day in dates) else "declared"


def is_claim(item: Data, answer: Data) -> bool:
    """Whether an answer says that the item does not apply, or that there is nothing to count."""
    counted = answer.get("value") if item.get("may_be_none") == "yes" else None
    return bool(answer.get("not_applicable")) or (isinstance(counted, dict) and counted.get("of") == 0)


def needed_for(item: Data) -> int | None:
    """Points a critical item needs; None on an item that is not critical."""
    critical = item.get("critical", "no")
    return int(critical.get("at_least", 75)) if isinstance(critical, dict) else {"yes": 75, "no": None}[critical]


def score_item(item: Data, submission: Data, facts: Data, scoring: Data) -> Data:
    """Entry of one item in the result, under the effective facts."""
    condition, as_of = item.get("applies_if"), submission["as_of"]
    if not holds(condition, facts):
        cause = first_cause(condition, facts)
        return {"state": "not_asked", "because": {"fact": cause, "is": facts.get(cause)}}
    answer = submission["answers"].get(item["id"]) if holds(condition, submission["asked"]) else None
    decision = (submission.get("decisions") or {}).get(item["id"], {"decision": "needs_clarification"})
    if answer is not None and is_claim(item, answer):
        if decision["decision"] != "not_applicable_refused":
            accepted = decision["decision"] == "not_applicable_accepted"
            return {"state": "not_applicable", "claim": "accepted" if accepted else "pending"}
        answer = None
    entry = {"state": "unanswered", "points": 0, "found_points": 0, "assured_points": 0, "level": "declared"}
    if answer is not None:
        declared = points(item, answer["value"], facts, as_of)
        found = points(item, decision["value"], facts, as_of) if decision["decision"] == "lowered" else declared
        level = decision.get("evidence") or stated_level(item, answer, as_of)
        entry = {"state": "answered", "points": declared, "found_points": found, "level": level}
        entry["assured_points"] = min(found, int(scoring["caps"][level]))
    needed = needed_for(item)
    if needed is not None:
        passed = entry["found_points"] >= needed and entry["level"] != "declared"
        entry["critical"] = "passed" if passed else "failed"
    return entry


def share(pairs: list[tuple[int, int]]) -> Data | None:
    """Sum of (weight, points) pairs; None where there is nothing to score."""
    weight = sum(weight for weight, _ in pairs)
    if weight == 0:
        return None
    total = sum(weight * earned for weight, earned in pairs)
    hundredths = round(Fraction(100 * total, weight))  # a Fraction rounds half to even
    return {"points": total, "weight": weight, "percent": f"{hundredths // 100}.{hundredths % 100:02d}"}


def sums(items: list[Data], entries: Data) -> Data:
    """Sum up what some items earned, declared and assured."""
    both = [(int(item["weight"]), entries[item["id"]]) for item in items]
    counted = [(weight, entry) for weight, entry in both if entry["state"] in {"answered", "unanswered"}]
    pending = [(weight, 0) for weight, entry in both if entry.get("claim") == "pending"]
    assured = [(weight, entry["assured_points"]) for weight, entry in counted] + pending
    return {"declared": share([(weight, entry["points"]) for weight, entry in counted]), "assured": share(assured)}


def result(questionnaire: Data, submission: Data, structure: str) -> Data:
    """Whole result as plain data."""
    scoring = questionnaire["scoring"]
    submission = {**submission, "asked": asked_facts(questionnaire, submission["profile"])}
    facts = effective_facts(questionnaire, submission)
    card = {"rule": 1, "questionnaire": questionnaire["name"], "structure": structure, "as_of": submission["as_of"]}
    entries, scored, by_pillar, sections = {}, [], {}, {}
    for section in questionnaire["sections"]:
        items = [item for item in section["items"] if item["type"] != "text"]
        entries |= {item["id"]: score_item(item, submission, facts, scoring) for item in items}
        away = sum(int(item["weight"]) for item in items if entries[item["id"]]["state"] == "not_applicable")
        both = {"pillar": section["pillar"], **sums(items, entries)}
        asked = away + (both["declared"]["weight"] if both["declared"] else 0)
        flagged = 100 * away > int(scoring["flag_claimed_away_percent"]) * asked
        sections[section["id"]] = {**both, "claimed_away_weight": away, "flagged": flagged}
        by_pillar[section["pillar"]] = by_pillar.get(section["pillar"], []) + items
        scored += items
    pillars = {pillar: sums(items, entries) for pillar, items in by_pillar.items()}
    card |= {"items": entries, "sections": sections, "pillars": pillars, "total": sums(scored, entries)}
    card["reasons"] = reasons(card, {item["id"]: needed_for(item) for item in scored}, scoring)
    blocked = {outcome for reason in card["reasons"] for outcome in reason["blocks"]}
    card["outcome"] = "not_met" if "approaching" in blocked else "approaching" if "met" in blocked else "met"
    return {**card, "assurance": assurance(entries, submission)}


def reasons(card: Data, needed: dict[str, int | None], scoring: Data) -> list[Data]:
    """Everything that keeps the result from `met`: criticals, sections, pillars, total."""
    both, met = ["approaching", "met"], {key: int(value) for key, value in scoring["met"].items()}
    found: list[Data] = []
    for name, entry in card["items"].items():
        if entry.get("critical") == "failed":
            reason = {"kind": "critical", "item": name, "points": entry["found_points"], "needed": needed[name]}
            found.append({**reason, "level": entry["level"], "level_needed": "documented", "blocks": both})
    found.sort(key=lambda reason: (reason["points"] - reason["needed"], reason["item"]))
    for kind, from_weight in (("section", met["section_from_weight"]), ("pillar", 0)):
        short: list[Data] = []
        for name, entry in card[f"{kind}s"].items():
            part = entry["assured"]
            if part and part["weight"] >= from_weight and part["points"] < met[kind] * part["weight"]:
                reason = {"kind": kind, kind: name, "points": part["points"], "weight": part["weight"]}
                short.append({**reason, "needed": met[kind], "blocks": ["met"]})
        found += sorted(short, key=lambda r: (r["points"] - r["needed"] * r["weight"], r[r["kind"]]))
    total = card["total"]["assured"] or {"points": None, "weight": None}
    reason = {"kind": "total", "points": total["points"], "weight": total["weight"], "needed": met["total"]}
    if total["weight"] is None or total["points"] < int(scoring["approaching"]["total"]) * total["weight"]:
        found.append({**reason, "blocks": both})
    elif total["points"] < met["total"] * total["weight"]:
        found.append({**reason, "blocks": ["met"]})
    return found


def assurance(entries: Data, submission: Data) -> str | None:
    """How much of the result others have checked."""
    if not submission.get("attested"):
        return None
    decisions, sample = submission.get("decisions") or {}, submission.get("sample")
    levels = [LEVELS.index(entry["level"]) for entry in entries.values() if "critical" in entry]
    if sample is None or not levels:
        return "self_assessed"
    for name in sample:
        open_case = decisions.get(name, {}).get("decision", "needs_clarification") == "needs_clarification"
        if open_case and entries.get(name, {}).get("state") != "not_asked":
            return "self_assessed"
    return ["self_assessed", "self_assessed", "desk_verified", "site_verified"][min(levels)]


def score(questionnaire_path: Path, submission: Data, structure: str) -> bytes:
    """Canonical bytes (RFC 8785) of the result of a submission."""
    card = result(load(questionnaire_path), submission, structure)
    return json.dumps(card, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
