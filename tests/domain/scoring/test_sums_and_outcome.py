"""Sums, thresholds by cross-multiplication, floors by weight, and the reasons against `met` in their order."""

import pytest

from build import (
    answered,
    choice,
    claimed,
    decided,
    documented,
    maturity,
    questionnaire,
    scored,
    scoring,
    section,
    yes_no,
    yes_no_fact,
)
from compliance.domain.scoring import CriticalReason, PillarReason, Score, SectionReason, Share, TotalReason

BOTH, MET = ("approaching", "met"), ("met",)
EVERY = {str(points): points for points in range(101)}
NO_CAPS = {"declared": 100, "documented": 100}


def exactly(points: int, weight: int = 5, name: str = "ONE-01", **more):
    """An item and a documented answer of so many points."""
    return choice(name, options=EVERY, weight=weight, **more), documented(str(points))


def card_of(*parts, rule=None):
    """Items with their answers, each given as (section, pillar, points, weight)."""
    rule = rule or scoring(caps=NO_CAPS)
    sections, answers = [], {}
    for name, pillar, *shares in parts:
        items = []
        for number, (points, weight) in enumerate(shares):
            item, answer = exactly(points, weight, f"{name}-{number:02d}")
            items.append(item)
            answers[item.id] = answer
        sections.append(section(name, *items, pillar=pillar))
    return scored(questionnaire(*sections, scoring=rule), answers)


def test_a_score_is_the_exact_pair_of_sums_and_never_a_quotient():
    card = card_of(("GOV", "policy", (100, 5), (50, 3)), ("SUP", "policy", (33, 1)), ("REP", "reporting", (7, 3)))
    assert card.sections["GOV"].declared == card.sections["GOV"].assured == Share(650, 8)
    assert card.sections["SUP"].declared == Share(33, 1)
    assert card.pillars == {
        "policy": Score(Share(683, 9), Share(683, 9)),
        "reporting": Score(Share(21, 3), Share(21, 3)),
    }
    assert card.total == Score(Share(704, 12), Share(704, 12))


def test_declared_and_assured_are_summed_each_by_itself():
    asked = questionnaire(maturity("ONE-01", weight=5), maturity("ONE-02", weight=3), maturity("ONE-03", weight=1))
    answers = {"ONE-01": answered(4), "ONE-02": documented(4)}
    assert scored(asked, answers).total == Score(Share(800, 9), Share(440, 9))


def test_an_unanswered_item_stands_in_both_sums_with_nothing():
    asked = questionnaire(maturity("ONE-01"), maturity("ONE-02", weight=3))
    assert scored(asked, {"ONE-01": documented(3)}).total == Score(Share(375, 8), Share(375, 8))


def test_pillars_are_listed_in_the_order_of_the_rule_and_only_where_they_have_sections():
    card = card_of(("AAA", "practice", (1, 1)), ("BBB", "training", (1, 1)), ("CCC", "policy", (1, 1)))
    assert list(card.pillars) == ["policy", "training", "practice"]


def test_a_section_without_applicable_items_is_listed_with_nothing_to_score():
    hidden = {"fact": "pool", "is": "yes"}
    asked = questionnaire(
        section("GOV", maturity("ONE-01")),
        section("WAT", maturity("WAT-01", applies_if=hidden), pillar="practice"),
        section("NIL", pillar="reporting"),
        facts=[yes_no_fact("pool")],
    )
    card = scored(asked, {"ONE-01": documented(4)}, profile={"pool": "no"})
    for name in ("WAT", "NIL"):
        part = card.sections[name]
        assert (part.declared, part.assured, part.claimed_away_weight, part.flagged) == (None, None, 0, False)
    assert card.pillars["practice"] == card.pillars["reporting"] == Score(None, None)
    assert card.outcome == "met", "nothing to score meets a floor"


def test_nothing_to_score_at_all_is_null_and_not_met():
    asked = questionnaire(maturity(applies_if={"fact": "pool", "is": "yes"}), facts=[yes_no_fact("pool")])
    card = scored(asked, profile={"pool": "no"})
    assert card.total == Score(None, None)
    assert card.outcome == "not_met"
    assert card.reasons == (TotalReason(None, None, 70, BOTH),)


def test_declared_may_be_null_by_itself():
    card = scored(questionnaire(maturity(weight=3)), {"ONE-01": claimed()})
    assert card.total == Score(None, Share(0, 3))
    card = scored(
        questionnaire(maturity(weight=3)),
        {"ONE-01": claimed()},
        decisions={"ONE-01": decided("not_applicable_accepted")},
    )
    assert card.total == Score(None, None)


@pytest.mark.parametrize(
    ("share", "outcome"),
    [
        (Share(70, 1), "met"),
        (Share(7_000, 100), "met"),
        (Share(6_999, 100), "approaching"),
        (Share(69, 1), "approaching"),
        (Share(5_500, 100), "approaching"),
        (Share(5_499, 100), "not_met"),
        (Share(0, 1), "not_met"),
    ],
)
def test_the_total_decides_exactly_at_its_thresholds_and_not_one_point_below(share, outcome):
    shares = [(share.points // share.weight, 1)] * share.weight
    left = share.points - share.weight * (share.points // share.weight)
    shares[:left] = [(points + 1, weight) for points, weight in shares[:left]]
    free = scoring(caps=NO_CAPS, met={"section_from_weight": 10_000, "pillar": 1})
    card = card_of(("GOV", "policy", *shares), rule=free)
    assert card.total.assured == share
    assert card.outcome == outcome


@pytest.mark.parametrize(("points", "reaches"), [(70 * 7, True), (70 * 7 - 1, False), (70 * 7 + 1, True)])
def test_a_share_reaches_a_percentage_by_cross_multiplication(points, reaches):
    assert Share(points, 7).reaches(70) is reaches


@pytest.mark.parametrize(
    ("weights", "points", "short"),
    [
        ((1, 1, 5), 0, False),  # weight 7: too light for a floor of its own
        ((5, 3), 50, False),  # weight 8: exactly at the floor
        ((5, 3), 49, True),
        ((5, 5), 49, True),
        ((5, 5), 50, False),
    ],
)
def test_a_section_has_a_floor_from_weight_eight_on(weights, points, short):
    card = card_of(
        ("GOV", "policy", *((points, weight) for weight in weights)),
        ("SUP", "policy", *((100, 5) for _ in range(6))),
    )
    weight = sum(weights)
    reasons = (SectionReason("GOV", points * weight, weight, 50, MET),) if short else ()
    assert card.reasons == reasons
    assert card.outcome == ("approaching" if short else "met")


def test_a_section_of_weight_eight_misses_its_floor_by_one_point():
    card = card_of(("GOV", "policy", (50, 5), (49, 3)), ("SUP", "policy", (100, 5), (100, 5), (100, 5)))
    assert card.reasons == (SectionReason("GOV", 397, 8, 50, MET),)


def test_the_weight_of_a_floor_is_the_assured_weight():
    asked = questionnaire(
        section("GOV", maturity("ONE-01", weight=5), maturity("ONE-02", weight=3)),
        section("SUP", *(maturity(f"SUP-0{n}") for n in range(4)), pillar="policy"),
        scoring=scoring(caps=NO_CAPS),
    )
    answers = {f"SUP-0{n}": documented(4) for n in range(4)} | {"ONE-01": documented(1), "ONE-02": claimed()}
    pending = scored(asked, answers)
    assert pending.reasons == (SectionReason("GOV", 125, 8, 50, MET),)
    accepted = scored(asked, answers, decisions={"ONE-02": decided("not_applicable_accepted")})
    assert accepted.outcome == "met"


@pytest.mark.parametrize(("points", "outcome"), [(50, "met"), (49, "approaching"), (0, "approaching")])
def test_a_pillar_has_a_floor_whatever_its_weight(points, outcome):
    card = card_of(("GOV", "policy", *((100, 5) for _ in range(4))), ("REP", "reporting", (points, 1)))
    assert card.outcome == outcome
    assert card.reasons == (() if outcome == "met" else (PillarReason("reporting", points, 1, 50, MET),))


def test_floors_do_not_matter_for_approaching():
    card = card_of(("GOV", "policy", (100, 5), (100, 5), (100, 5)), ("REP", "reporting", (0, 5), (0, 5)))
    assert card.outcome == "approaching"
    assert [reason.blocks for reason in card.reasons] == [MET, MET, MET]


def test_a_failed_critical_item_blocks_everything_whatever_the_total():
    asked = questionnaire(yes_no("ONE-01", weight=1, critical=True), *(maturity(f"ONE-1{n}") for n in range(9)))
    answers = {f"ONE-1{n}": documented(4) for n in range(9)} | {"ONE-01": answered("yes")}
    card = scored(asked, answers)
    assert card.outcome == "not_met"
    assert card.reasons == (CriticalReason("ONE-01", 100, 75, "declared", "documented", BOTH),)
    assert scored(asked, answers | {"ONE-01": documented("yes")}).outcome == "met"


def test_a_critical_item_that_does_not_apply_blocks_nothing():
    asked = questionnaire(
        maturity("ONE-01", critical=True, applies_if={"fact": "pool", "is": "yes"}),
        maturity("ONE-02"),
        facts=[yes_no_fact("pool")],
    )
    assert scored(asked, {"ONE-02": documented(4)}, profile={"pool": "no"}).outcome == "met"


def test_the_thresholds_are_the_questionnaires():
    rule = scoring(
        caps=NO_CAPS,
        met={"total": 80, "section": 60, "section_from_weight": 5, "pillar": 65},
        approaching={"total": 62},
    )
    card = card_of(("GOV", "policy", (59, 5)), ("REP", "reporting", (64, 3)), rule=rule)
    assert card.reasons == (
        SectionReason("GOV", 295, 5, 60, MET),
        PillarReason("policy", 295, 5, 65, MET),
        PillarReason("reporting", 192, 3, 65, MET),
        TotalReason(487, 8, 80, BOTH),
    )


def test_the_total_is_named_once_with_what_met_needs():
    card = card_of(("GOV", "policy", (60, 5)))
    assert card.reasons == (TotalReason(300, 5, 70, MET),)
    card = card_of(("GOV", "policy", (54, 5)))
    assert card.reasons == (TotalReason(270, 5, 70, BOTH),)


def test_criticals_come_by_how_far_they_fell_short_and_then_by_id():
    asked = questionnaire(
        maturity("TWO-02", critical=100, weight=1),
        maturity("TWO-01", critical=75),
        maturity("ONE-02", critical=50),
        maturity("ONE-01", critical=75),
        maturity("ONE-03", critical=75),
        maturity("ONE-04", critical=50),
    )
    answers = {"TWO-01": 2, "TWO-02": 1, "ONE-01": 2, "ONE-02": 1, "ONE-03": documented(3), "ONE-04": 4}
    card = scored(asked, answers)
    criticals = [reason for reason in card.reasons if isinstance(reason, CriticalReason)]
    assert [(reason.item, reason.needed - reason.points) for reason in criticals] == [
        ("TWO-02", 75), ("ONE-01", 25), ("ONE-02", 25), ("TWO-01", 25), ("ONE-04", -50)
    ]  # fmt: skip
    assert all(reason.blocks == BOTH and reason.level_needed == "documented" for reason in criticals)


def test_a_critical_reason_tells_found_points_and_the_level_in_force():
    asked = questionnaire(maturity(critical=75))
    decisions = {"ONE-01": decided("lowered", value=1, evidence="verified_remotely")}
    card = scored(asked, {"ONE-01": documented(4)}, decisions=decisions)
    assert card.reasons[0] == CriticalReason("ONE-01", 25, 75, "verified_remotely", "documented", BOTH)


def test_sections_come_before_pillars_and_each_by_how_far_it_fell_short_and_then_by_name():
    card = card_of(
        ("SUP", "policy", (40, 5), (40, 5)),  # 100 short
        ("GOV", "training", (40, 5), (40, 5)),  # 100 short
        ("TRN", "practice", (20, 5), (20, 3)),  # 240 short
        ("REP", "reporting", (0, 1)),  # 50 short, too light for a section
    )
    named = [getattr(reason, "section", None) or getattr(reason, "pillar", "total") for reason in card.reasons]
    assert named == ["TRN", "GOV", "SUP", "practice", "policy", "training", "reporting", "total"]


def test_points_short_count_by_weight_and_not_by_percent():
    card = card_of(("AAA", "policy", (0, 5), (0, 3)), ("BBB", "policy", *((40, 5) for _ in range(12))))
    shortfalls = [50 * each.weight - each.points for each in card.reasons if isinstance(each, SectionReason)]
    assert shortfalls == [600, 400]


@pytest.mark.parametrize(
    ("share", "percent"),
    [
        (Share(0, 1), "0.00"),
        (Share(100, 1), "100.00"),
        (Share(950, 11), "86.36"),
        (Share(670, 11), "60.91"),
        (Share(1, 8), "0.12"),  # 0.125: the half goes to the even neighbour
        (Share(3, 8), "0.38"),  # 0.375
        (Share(5, 8), "0.62"),  # 0.625
        (Share(7, 8), "0.88"),  # 0.875
        (Share(1, 200), "0.00"),  # 0.005
        (Share(3, 200), "0.02"),  # 0.015
        (Share(101, 201), "0.50"),
        (Share(1, 199), "0.01"),  # 0.00502…: just above a half
        (Share(1, 201), "0.00"),  # 0.00497…: just below
        (Share(1999, 20), "99.95"),
        (Share(99_999, 1000), "100.00"),
        (Share(7, 1), "7.00"),
        (Share(10, 3), "3.33"),
        (Share(20, 3), "6.67"),
    ],
)
def test_a_percent_is_for_display_with_two_decimals_half_to_even(share, percent):
    assert share.percent == percent
