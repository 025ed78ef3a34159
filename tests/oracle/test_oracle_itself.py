"""The oracle against the worked example of the design and cases computed by hand."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from .generator import submissions
from .oracle import score

HERE = Path(__file__).parent
NUMBERS = count()
SCORING = {
    "caps": {"declared": 40, "documented": 80, "verified_remotely": 100, "verified_on_site": 100},
    "met": {"total": 70, "section": 50, "section_from_weight": 8, "pillar": 50},
    "approaching": {"total": 55},
    "flag_claimed_away_percent": 20,
}
YES = {"value": "yes", "evidence": "documented"}
Data = dict[str, Any]


def yes_no(name: str, weight: int = 5, **more: Any) -> Data:
    """Make a plain item."""
    return {"id": name, "type": "yes_no", "weight": weight, **more}


class Desk:
    """Writes small questionnaires and has them scored."""

    def __init__(self, folder: Path) -> None:
        """Use a folder of its own."""
        self.folder = folder

    def score(self, items: list[Data] | dict[str, list[Data]], facts: list[Data], submission: Data) -> Data:
        """Score a submission of a questionnaire with these items (JSON is YAML as well)."""
        by_section = items if isinstance(items, dict) else {"GOV": items}
        pillars = {"GOV": "policy", "TRN": "training", "REP": "reporting"}
        sections = [{"id": name, "pillar": pillars[name], "items": listed} for name, listed in by_section.items()]
        path = self.folder / f"{next(NUMBERS)}.yaml"
        whole = {"questionnaire": "small", "version": "1.0", "scoring": SCORING, "facts": facts, "sections": sections}
        path.write_text(json.dumps(whole), encoding="utf-8")
        given = {"as_of": "2026-11-21", "profile": {}, "answers": {}, "decisions": {}, "sample": None, **submission}
        card: Data = json.loads(score(path, {"attested": True, **given}, "sha256:0"))
        return card

    def points(self, item: Data, value: Any) -> int:
        """Score one value of one item of weight 1."""
        submission = {"answers": {"ONE-01": {"value": value}}}
        card = self.score([{"id": "ONE-01", "weight": 1, **item}], [], submission)
        return int(card["items"]["ONE-01"]["points"])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a desk with an empty folder."""
    return Desk(tmp_path)


def test_the_worked_example_of_the_design_page_gives_its_numbers(desk: Desk) -> None:
    items = [
        {"id": "CORE-01", "type": "maturity", "weight": 5, "critical": "yes"},
        {"id": "CORE-03", "type": "date", "weight": 3, "never": "never", "steps": [[0, 100], [25, 0]]},
        {"id": "CORE-04", "type": "maturity", "weight": 3},
    ]
    answers = {
        "CORE-01": {"value": 4, "evidence": "documented"},
        "CORE-03": {"value": "2026-01-05"},
        "CORE-04": {"value": 2, "evidence": "documented"},
    }
    declared = {"points": 950, "weight": 11, "percent": "86.36"}
    assured = {"points": 670, "weight": 11, "percent": "60.91"}
    both = {"declared": declared, "assured": assured}
    plain = {"state": "answered"}
    documented = {"level": "documented", **plain}
    assert desk.score(items, [], {"answers": answers}) == {
        "rule": 1,
        "questionnaire": "small@1.0",
        "structure": "sha256:0",
        "as_of": "2026-11-21",
        "outcome": "approaching",
        "assurance": "self_assessed",
        "total": both,
        "pillars": {"policy": both},
        "sections": {"GOV": {"pillar": "policy", **both, "claimed_away_weight": 0, "flagged": False}},
        "items": {
            "CORE-01": {"points": 100, "found_points": 100, "assured_points": 80, "critical": "passed", **documented},
            "CORE-03": {"points": 100, "found_points": 100, "assured_points": 40, "level": "declared", **plain},
            "CORE-04": {"points": 50, "found_points": 50, "assured_points": 50, **documented},
        },
        "reasons": [{"kind": "total", "points": 670, "weight": 11, "needed": 70, "blocks": ["met"]}],
    }


def test_the_bytes_are_sorted_dense_and_not_escaped() -> None:
    path = HERE / "questionnaires" / "core" / "1.0.yaml"
    submission = {"as_of": "2026-11-21", "profile": {"workers": 1, "country_kind": "coast"}, "answers": {}}
    assert (
        score(path, submission, "ខ្មែរ")
        == (
            '{"as_of":"2026-11-21","assurance":null,"items":{"CORE-01":{"assured_points":0,"critical":"failed",'
            '"found_points":0,"level":"declared","points":0,"state":"unanswered"}},"outcome":"not_met",'
            '"pillars":{"policy":{"assured":{"percent":"0.00","points":0,"weight":5},'
            '"declared":{"percent":"0.00","points":0,"weight":5}}},"questionnaire":"core@1.0","reasons":['
            '{"blocks":["approaching","met"],"item":"CORE-01","kind":"critical","level":"declared",'
            '"level_needed":"documented","needed":75,"points":0},'
            '{"blocks":["met"],"kind":"pillar","needed":50,"pillar":"policy","points":0,"weight":5},'
            '{"blocks":["approaching","met"],"kind":"total","needed":70,"points":0,"weight":5}],"rule":1,'
            '"sections":{"GOV":{"assured":{"percent":"0.00","points":0,"weight":5},"claimed_away_weight":0,'
            '"declared":{"percent":"0.00","points":0,"weight":5},"flagged":false,"pillar":"policy"}},'
            '"structure":"ខ្មែរ","total":{"assured":{"percent":"0.00","points":0,"weight":5},'
            '"declared":{"percent":"0.00","points":0,"weight":5}}}'
        ).encode()
    )


def test_every_type_earns_the_points_of_the_design_page(desk: Desk) -> None:
    options = [{"id": name} for name in ("a", "b", "c")]
    multiple = {"type": "multiple", "options": options, "must_have": ["a"], "exclusive": {"id": "none_of_these"}}
    assert [desk.points(multiple, v) for v in (["a"], ["a", "b"], ["b", "c"], ["none_of_these"])] == [33, 66, 0, 0]
    percentage = {"type": "percentage"}
    parts = [(19, 20), (18, 19), (4, 5), (79, 100), (1, 2), (0, 7), (7, 7)]
    assert [desk.points(percentage, {"is": i, "of": o}) for i, o in parts] == [100, 75, 75, 25, 25, 0, 100]
    number = {"type": "number", "never": "never", "steps": [[0, 100], [31, 50], [61, 0]]}
    assert [desk.points(number, v) for v in (0, 30, 31, 60, 61, "never")] == [100, 100, 50, 50, 0, 0]
    assert [desk.points({"type": "yes_no", "good": "no"}, v) for v in ("yes", "no")] == [0, 100]
    assert desk.points({"type": "choice", "options": [{"id": "x", "points": 67}]}, "x") == 67


def test_a_date_and_a_piece_of_evidence_age_in_whole_months(desk: Desk) -> None:
    review = {"type": "date", "never": "never", "steps": [[0, 100], [25, 0]]}
    days = ("2024-10-22", "2024-10-21", "2026-11-21", "never")
    assert [desk.points(review, day) for day in days] == [100, 0, 100, 0]
    record = {"evidence": {"fresh_for_months": 12}}
    for shown, level in [
        ({"evidence": "documented"}, "documented"),
        ({"evidence": "documented", "evidence_on": "2025-11-22"}, "documented"),
        ({"evidence": "documented", "evidence_on": "2025-11-21"}, "declared"),
        ({"pieces": [{"dated_on": "2020-01-01"}, {"dated_on": "2026-11-01"}]}, "documented"),
        ({"pieces": [{"dated_on": "2020-01-01"}]}, "declared"),
    ]:
        card = desk.score([yes_no("ONE-01", **record)], [], {"answers": {"ONE-01": {"value": "yes", **shown}}})
        assert card["items"]["ONE-01"]["level"] == level


def test_percent_is_rounded_half_to_even(desk: Desk) -> None:
    options = [{"id": "none", "points": 0}, {"id": "one", "points": 1}]
    items = [{"id": f"ONE-0{weight}", "type": "choice", "options": options, "weight": weight} for weight in (3, 5)]
    first = desk.score(items, [], {"answers": {"ONE-03": {"value": "one"}}})["total"]["declared"]
    second = desk.score(items, [], {"answers": {"ONE-05": {"value": "one"}}})["total"]["declared"]
    assert first == {"points": 3, "weight": 8, "percent": "0.38"}
    assert second == {"points": 5, "weight": 8, "percent": "0.62"}


def test_a_claim_leaves_the_sums_as_its_state_says(desk: Desk) -> None:
    items = [yes_no("ONE-01", 5), yes_no("ONE-02", 5), yes_no("ONE-03", 3), yes_no("ONE-04", 3)]
    answers = {"ONE-01": YES, "ONE-02": YES, "ONE-03": YES, "ONE-04": {"not_applicable": "no rooms"}}

    def sums(decision: str) -> tuple[int, int, int, bool]:
        decisions = {"ONE-04": {"decision": decision}}
        card = desk.score(items, [], {"answers": answers, "decisions": decisions})
        total, part = card["total"], card["sections"]["GOV"]
        return total["declared"]["weight"], total["assured"]["weight"], part["claimed_away_weight"], part["flagged"]

    assert sums("needs_clarification") == (13, 16, 3, False)
    assert sums("not_applicable_accepted") == (13, 13, 3, False)
    assert sums("not_applicable_refused") == (16, 16, 0, False)


def test_a_section_is_flagged_above_a_fifth_and_not_at_it(desk: Desk) -> None:
    away = {"ONE-01": {"not_applicable": "none"}}
    at_a_fifth = [yes_no("ONE-01", 1), yes_no("ONE-02", 1), yes_no("ONE-03", 3)]
    above = [yes_no("ONE-01", 1), yes_no("ONE-03", 3)]
    assert not desk.score(at_a_fifth, [], {"answers": away})["sections"]["GOV"]["flagged"]
    assert desk.score(above, [], {"answers": away})["sections"]["GOV"]["flagged"]


def test_there_are_none_is_a_pending_claim(desk: Desk) -> None:
    items = [{"id": "ONE-01", "type": "percentage", "may_be_none": "yes", "weight": 1}]
    card = desk.score(items, [], {"answers": {"ONE-01": {"value": {"is": 0, "of": 0}}}})
    assert card["items"]["ONE-01"] == {"state": "not_applicable", "claim": "pending"}
    assert card["total"] == {"declared": None, "assured": {"points": 0, "weight": 1, "percent": "0.00"}}


def test_nothing_to_score_is_null_and_not_met(desk: Desk) -> None:
    items = [yes_no("ONE-01", applies_if={"fact": "pool", "is": "yes"}, critical="yes")]
    card = desk.score(items, [{"id": "pool"}], {"profile": {"pool": "no"}, "answers": {"ONE-01": YES}})
    assert card["items"]["ONE-01"] == {"state": "not_asked", "because": {"fact": "pool", "is": "no"}}
    assert card["pillars"] == {"policy": {"declared": None, "assured": None}}
    total = {"kind": "total", "points": None, "weight": None, "needed": 70, "blocks": ["approaching", "met"]}
    assert (card["outcome"], card["reasons"]) == ("not_met", [total])


@pytest.mark.parametrize(
    ("condition", "cause"),
    [
        ({"all": [{"fact": "a", "is": "yes"}, {"fact": "n", "at_least": 9}, {"fact": "b", "is": "yes"}]}, ("n", 5)),
        ({"any": [{"fact": "b", "is": "yes"}, {"fact": "a", "is": "no"}]}, ("b", "no")),
        ({"not": {"all": [{"fact": "n", "at_most": 5}, {"fact": "a", "is": "yes"}]}}, ("n", 5)),
        ({"not": {"any": [{"fact": "b", "is": "yes"}, {"fact": "a", "in": ["yes"]}]}}, ("a", "yes")),
        ({"not": {"not": {"fact": "gone", "is": "yes"}}}, ("gone", None)),
        ({"all": [{"fact": "a", "is": "yes"}, {"any": [{"fact": "gone", "is": "yes"}]}]}, ("gone", None)),
    ],
)
def test_because_names_the_first_fact_that_made_it_false(desk: Desk, condition: Data, cause: tuple[str, Any]) -> None:
    facts = [{"id": "a"}, {"id": "b"}, {"id": "n"}, {"id": "gone", "asked_if": {"fact": "b", "is": "yes"}}]
    profile = {"a": "yes", "b": "no", "n": 5, "gone": "yes"}
    entry = desk.score([yes_no("ONE-01", applies_if=condition)], facts, {"profile": profile})["items"]["ONE-01"]
    assert entry == {"state": "not_asked", "because": dict(zip(("fact", "is"), cause, strict=True))}


def test_a_corrected_fact_switches_items_and_changes_wholes(desk: Desk) -> None:
    items = [
        yes_no("ONE-01", applies_if={"fact": "pool", "is": "yes"}, critical="yes"),
        yes_no("ONE-02", applies_if={"fact": "pool", "is": "no"}),
        {"id": "ONE-03", "type": "percentage", "of_fact": "workers", "weight": 1},
    ]
    answers = {"ONE-01": YES, "ONE-02": YES, "ONE-03": {"value": {"is": 10}}}
    submission = {"profile": {"pool": "no", "workers": 20}, "answers": answers}
    before = desk.score(items, [{"id": "pool"}, {"id": "workers"}], submission)["items"]
    assert (before["ONE-02"]["points"], before["ONE-03"]["points"]) == (100, 25)
    decisions = {name: {"decision": "fact_corrected", "value": v} for name, v in (("pool", "yes"), ("workers", 8))}
    card = desk.score(items, [{"id": "pool"}, {"id": "workers"}], {**submission, "decisions": decisions})
    entries = card["items"]
    assert (entries["ONE-01"]["state"], entries["ONE-01"]["critical"]) == ("unanswered", "failed")
    assert entries["ONE-02"]["because"] == {"fact": "pool", "is": "yes"}
    assert entries["ONE-03"]["points"] == 100


def test_reasons_stand_in_the_order_of_the_design_page(desk: Desk) -> None:
    maturity = {"type": "maturity", "critical": "yes", "weight": 5}
    items = {
        "TRN": [{"id": "TWO-01", **maturity}, {"id": "TWO-02", **maturity, "critical": {"at_least": 100}}],
        "GOV": [{"id": "ONE-01", **maturity}, {"id": "ONE-02", **maturity}],
        "REP": [yes_no("REP-01", 5)],
    }
    answers = {"ONE-01": {"value": 2, "evidence": "documented"}, "ONE-02": {"value": 4}, "TWO-01": {"value": 2}}
    reasons = desk.score(items, [], {"answers": answers})["reasons"]
    names = [reason.get("item") or reason.get(reason["kind"]) for reason in reasons]
    criticals, sections = ["TWO-02", "ONE-01", "TWO-01", "ONE-02"], ["TRN", "GOV"]
    assert names == [*criticals, *sections, "training", "reporting", "policy", None]
    assert [reason.get("points") for reason in reasons[:4]] == [0, 50, 50, 100]
    # TRN 5*40 + 0 of 10, GOV 5*50 + 5*40 of 10, REP weighs too little for a floor of its own
    assert [reason["points"] for reason in reasons[4:]] == [200, 450, 200, 0, 450, 650]


@pytest.mark.parametrize(
    ("changes", "assurance"),
    [
        ({}, "desk_verified"),
        ({"attested": False}, None),
        ({"sample": None}, "self_assessed"),
        ({"sample": ["ONE-01", "pool"]}, "self_assessed"),
        ({"sample": ["ONE-01", "ONE-02"]}, "self_assessed"),
        ({"level": "verified_on_site"}, "site_verified"),
        ({"level": "documented"}, "self_assessed"),
        ({"critical": "no"}, "self_assessed"),
    ],
)
def test_assurance_needs_what_the_design_page_says(desk: Desk, changes: Data, assurance: str | None) -> None:
    asks = {"level": "verified_remotely", "critical": "yes", "sample": ["ONE-01"], "attested": True, **changes}
    decisions = {
        "ONE-01": {"decision": "upheld", "evidence": asks.pop("level")},
        "ONE-02": {"decision": "needs_clarification"},
    }
    items = [yes_no("ONE-01", critical=asks.pop("critical")), yes_no("ONE-02")]
    submission = {"profile": {"pool": "no"}, "answers": {"ONE-01": YES, "ONE-02": YES}, "decisions": decisions, **asks}
    assert desk.score(items, [{"id": "pool"}], submission)["assurance"] == assurance


def test_a_lowered_value_counts_as_found_and_not_as_declared(desk: Desk) -> None:
    items = [{"id": "ONE-01", "type": "maturity", "weight": 5, "critical": "yes"}]
    decisions = {"ONE-01": {"decision": "lowered", "value": 2, "evidence": "verified_on_site"}}
    card = desk.score(items, [], {"answers": {"ONE-01": {"value": 4}}, "decisions": decisions})
    numbers = {"points": 100, "found_points": 50, "assured_points": 50, "level": "verified_on_site"}
    assert card["items"]["ONE-01"] == {"state": "answered", "critical": "failed", **numbers}


def test_a_sector_joins_a_section_of_core_and_raises_its_values() -> None:
    path = HERE / "questionnaires" / "everything" / "1.0.yaml"
    answers = {"CORE-01": {"value": 4, "evidence": "documented"}}
    profile = {"workers": 1, "country_kind": "inland", "services": ["meals"], "has_pool": "no"}
    card = json.loads(score(path, {"as_of": "2026-11-21", "profile": profile, "answers": answers}, "x"))
    assert card["items"]["CORE-01"]["assured_points"] == 85
    # CORE-01 (5), EVE-01 (3) and EVE-02 (3) stand in GOV; EVE-03 is not asked, EVE-04 is text
    assert card["sections"]["GOV"]["assured"] == {"points": 425, "weight": 11, "percent": "38.64"}
    assert card["reasons"][1]["needed"] == 55


@pytest.mark.parametrize("name", ["core", "everything"])
def test_the_generator_repeats_itself_and_reaches_every_outcome_and_assurance(name: str) -> None:
    path = HERE / "questionnaires" / name / "1.0.yaml"
    made = list(submissions(path, 7, 400))
    assert made == list(submissions(path, 7, 400))
    cards = [json.loads(score(path, submission, "x")) for submission in made]
    levels = {None, "self_assessed", "desk_verified", "site_verified"}
    assert {card["assurance"] for card in cards} == levels
    expected = {"met", "not_met"} if name == "core" else {"met", "approaching", "not_met"}
    assert {card["outcome"] for card in cards} == expected
