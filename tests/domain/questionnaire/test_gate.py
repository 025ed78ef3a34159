"""The publishing gate: each code by a small questionnaire that has just that against it."""

import msgspec
import pytest

from build import (
    action,
    choice,
    choice_fact,
    day,
    maturity,
    multiple,
    multiple_fact,
    number,
    number_fact,
    percentage,
    questionnaire,
    scoring,
    text,
    when,
    yes_no,
    yes_no_fact,
)
from compliance.domain.questionnaire import Counts, gate_problems, passing_share, points_possible
from compliance.domain.questionnaire.checks.profiles import (
    MOST_PROFILES,
    TooManyProfiles,
    can_hold,
    holds_always,
    is_asked_whenever,
    profiles_for,
)
from compliance.errors import Problem

STANDARDS = {"KCS": object(), "CRBP": object()}
CRITICAL = yes_no("ALL-01", critical=75, universal="Everyone can.")
FACTS = [
    yes_no_fact("pool", decides="Whether we ask about the pool."),
    number_fact("workers", min=1, decides="The whole."),
    choice_fact("place", "inland", "coast", "island", decides="Where."),
]
POOL = {"fact": "pool", "is": "yes"}


def problems(*items, facts=FACTS, rule=None, **more):
    asked = questionnaire(CRITICAL, *items, facts=facts, scoring=rule or scoring(), **more)
    return gate_problems(asked, STANDARDS)


def test_a_questionnaire_that_is_complete_and_fair_passes():
    assert (
        problems(
            maturity("ONE-01", critical=100, applies_if=POOL, maps_to=("KCS", "CRBP")),
            choice("ONE-02", options={"a": 0, "b": 75}, critical=75, universal="Everyone can."),
            multiple("ONE-03"),
            percentage("ONE-04"),
            percentage("ONE-05", of_fact="workers", critical=75, applies_if=POOL, text="At least 80 % are trained."),
            number("ONE-06"),
            number("ONE-07", direction="lower_is_better", steps=((0, 100), (31, 0)), never="Never"),
            day("ONE-08"),
            text("ONE-09"),
        )
        == []
    )


SCORING = [
    ({"caps": {"documented": 100, "verified_remotely": 99}}, "caps-fall", "scoring.caps", {}),
    ({"caps": {"declared": 81}}, "caps-fall", "scoring.caps", {}),
    ({"approaching": {"total": 0}}, "thresholds-unreachable", "scoring", {"cap": 80}),
    ({"approaching": {"total": 70}}, "thresholds-unreachable", "scoring", {"cap": 80}),
    ({"met": {"total": 81}}, "thresholds-unreachable", "scoring", {"cap": 80}),
    ({"met": {"section": 81}}, "thresholds-unreachable", "scoring.met.section", {"cap": 80}),
    ({"met": {"pillar": 81}}, "thresholds-unreachable", "scoring.met.pillar", {"cap": 80}),
]


@pytest.mark.parametrize(("changed", "code", "place", "facts"), SCORING)
def test_caps_do_not_fall_and_thresholds_can_be_reached(changed, code, place, facts):
    assert problems(rule=scoring(**changed)) == [Problem(code, place, facts)]


@pytest.mark.parametrize(
    "changed",
    [
        {"caps": {"declared": 80, "documented": 80, "verified_remotely": 80, "verified_on_site": 80}},
        {"met": {"total": 80, "section": 80, "pillar": 80}},
        {"approaching": {"total": 1}},
        {"approaching": {"total": 69}},
    ],
)
def test_caps_may_be_equal_and_thresholds_may_lie_at_the_cap(changed):
    assert problems(rule=scoring(**changed)) == []


@pytest.mark.parametrize(
    ("fact", "code", "place", "facts"),
    [
        (yes_no_fact("wifi"), "fact-decides-nothing", "facts.wifi", {"fact": "wifi"}),
        (
            number_fact("rooms", min=5, max=4, decides="Size."),
            "fact-bounds",
            "facts.rooms",
            {"min": 5, "max": 4},
        ),
        (
            yes_no_fact("deep", {"all": [POOL, {"fact": "pool", "is": "no"}]}, decides="Depth."),
            "condition-never-holds",
            "facts.deep.asked_if",
            {},
        ),
        (
            yes_no_fact("deep", {"fact": "workers", "at_least": 2_000_000}, decides="Depth."),
            "condition-never-holds",
            "facts.deep.asked_if",
            {},
        ),
    ],
)
def test_a_fact_decides_something_within_its_bounds_and_can_be_asked(fact, code, place, facts):
    assert problems(facts=[*FACTS, fact]) == [Problem(code, place, facts)]


@pytest.mark.parametrize(
    "item",
    [
        maturity(applies_if={"fact": "wifi", "at_least": 1}),
        percentage(of_fact="wifi"),
        text(applies_if={"fact": "wifi", "at_least": 1}),
    ],
)
def test_a_fact_that_something_refers_to_need_not_say_what_it_decides(item):
    assert problems(item, facts=[number_fact("wifi", min=1)]) == []


def test_a_fact_that_decides_whether_another_is_asked_need_not_say_it():
    assert (
        problems(facts=[yes_no_fact("wifi"), yes_no_fact("open", {"fact": "wifi", "is": "yes"}, decides="It.")]) == []
    )


@pytest.mark.parametrize(
    "critical",
    [
        maturity("ALL-01", critical=75, applies_if=POOL),
        maturity("ALL-01", critical=75, applies_if={"not": {"fact": "workers", "is": 3}}),
        maturity("ALL-01"),
    ],
)
def test_some_critical_item_is_asked_of_everyone(critical):
    found = gate_problems(questionnaire(critical, facts=FACTS), STANDARDS)
    assert found == [Problem("no-critical-for-all", "sections")]


def test_a_critical_item_whose_condition_always_holds_is_asked_of_everyone():
    always = {"any": [POOL, {"fact": "pool", "is": "no"}]}
    assert gate_problems(questionnaire(maturity(critical=75, applies_if=always), facts=FACTS), STANDARDS) == []


RISING = "rising"
ITEMS = [
    (maturity(critical=75), "critical-not-universal", "", {}),
    (maturity(critical=0, universal="All"), "critical-unreachable", ".critical", {"needed": 0}),
    (
        choice(options={"a": 0, "b": 74}, critical=75, universal="All"),
        "critical-unreachable",
        ".critical",
        {"needed": 75},
    ),
    (
        maturity(critical=75, universal="All", actions=(action(100, "declared"),)),
        "critical-without-way",
        ".actions",
        {"needed": 75},
    ),
    (
        maturity(critical=75, universal="All", actions=(action(50), action(74))),
        "critical-without-way",
        ".actions",
        {"needed": 75},
    ),
    (percentage(critical=75, universal="All"), "critical-whole-zero", "", {}),
    (maturity(maps_to=("KCS", "OLD")), "standard-unknown", ".maps_to", {"code": "OLD"}),
    (maturity(actions=(action(50), action(40))), "action-does-not-rise", ".actions.1", {"number": 2}),
    (maturity(actions=(action(50), action(50), action())), "action-does-not-rise", ".actions.1", {"number": 2}),
    (maturity(actions=(action(50), action(60, "declared"))), "action-does-not-rise", ".actions.1", {"number": 2}),
    (maturity(actions=(action(0, "declared"), action())), "action-does-not-rise", ".actions.0", {"number": 1}),
    (maturity(actions=(action(100, "verified_remotely"),)), "action-beyond-documented", ".actions.0", {"number": 1}),
    (number(steps=()), "steps-start", ".steps", {}),
    (number(steps=((1, 0), (5, 100))), "steps-start", ".steps", {}),
    (number(steps=((0, 0), (9, 50), (5, 100))), "steps-order", ".steps", {}),
    (day(steps=((0, 100), (5, 50), (5, 0))), "steps-order", ".steps", {}),
    (number(steps=((0, 0), (5, 60), (9, 50))), "steps-direction", ".steps", {"direction": RISING}),
    (percentage(steps=((0, 50), (50, 0))), "steps-direction", ".steps", {"direction": RISING}),
    (day(steps=((0, 0), (5, 100))), "steps-direction", ".steps", {"direction": "falling"}),
    (
        number(direction="lower_is_better", never="Never", steps=((0, 0), (5, 100))),
        "steps-direction",
        ".steps",
        {"direction": "falling"},
    ),
    (percentage(steps=((0, 0), (101, 100))), "steps-beyond", ".steps", {"most": 100}),
    (number(max=40, steps=((0, 0), (41, 100))), "steps-beyond", ".steps", {"most": 40}),
    (number(direction="lower_is_better", steps=((0, 100), (5, 0))), "never-missing", "", {}),
    (percentage(counts=Counts("those")), "percentage-without-whole", ".counts", {}),
    (percentage(of_fact="workers", counts=Counts("those", "all")), "percentage-two-wholes", ".counts", {}),
    (percentage(of_fact="workers", may_be_none="yes"), "percentage-never-none", ".may_be_none", {}),
    (
        percentage(of_fact="workers", critical=75, applies_if=POOL, text="At least 90 % are trained."),
        "share-misnamed",
        ".text",
        {"named": 90, "passes": 80},
    ),
    (
        percentage(of_fact="workers", critical=75, applies_if=POOL, text="80% by day, 95 per cent by night"),
        "share-misnamed",
        ".text",
        {"named": 95, "passes": 80},
    ),
    (
        maturity(applies_if={"all": [{"fact": "place", "is": "coast"}, {"fact": "place", "is": "island"}]}),
        "condition-never-holds",
        ".applies_if",
        {},
    ),
    (
        maturity(applies_if={"all": [{"fact": "workers", "at_least": 5}, {"fact": "workers", "at_most": 4}]}),
        "condition-never-holds",
        ".applies_if",
        {},
    ),
    (percentage(of_fact="guests"), "whole-may-be-zero", ".of_fact", {"fact": "guests"}),
    (percentage(of_fact="guests", critical=75, universal="All"), "critical-whole-zero", ".of_fact", {"fact": "guests"}),
    (percentage(of_fact="guards"), "whole-not-asked", ".of_fact", {"fact": "guards"}),
    (
        percentage(of_fact="guards", applies_if={"fact": "workers", "at_least": 5}),
        "whole-not-asked",
        ".of_fact",
        {"fact": "guards"},
    ),
    (maturity(text=" ".join(["word"] * 26)), "too-many-words", ".text", {"words": 26, "most": 25}),
    (text(), "too-many-words", ".text", {"words": 26, "most": 25}),
]


@pytest.mark.parametrize(("item", "code", "place", "facts"), ITEMS)
def test_an_item_that_is_not_fit_to_be_published_is_named(item, code, place, facts):
    if code == "too-many-words":
        item = msgspec.structs.replace(item, text=" ".join(["word"] * 26))
    more = [number_fact("guests", decides="Guests."), number_fact("guards", POOL, min=1, decides="Guards.")]
    assert problems(item, facts=[*FACTS, *more]) == [Problem(code, f"items.ONE-01{place}", facts)]


@pytest.mark.parametrize(
    "item",
    [
        percentage(of_fact="guards", applies_if=POOL),
        percentage(of_fact="guards", applies_if={"all": [{"fact": "workers", "at_least": 5}, POOL]}),
        percentage(of_fact="workers", critical=75, applies_if=POOL, text="At least 80 % are trained."),
        percentage(of_fact="workers", text="At least 12 % are trained."),
        maturity(text=" ".join(["word"] * 25)),
        maturity(actions=(action(50, "declared"), action(50), action(60), action())),
        number(max=40, steps=((0, 0), (40, 100))),
        percentage(steps=((0, 0), (100, 100))),
        number(direction="lower_is_better", never="Never", steps=((0, 100), (5, 100), (9, 0))),
    ],
)
def test_what_lies_just_within_the_gate_passes(item):
    assert problems(item, facts=[*FACTS, number_fact("guards", POOL, min=1, decides="The whole.")]) == []


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (POOL, []),
        ({"all": [POOL, {"fact": "pool", "is": "no"}]}, ["condition-never-holds"]),
        ({"all": [POOL, {"fact": "pool", "is": "no"}, {"answered": "ALL-01"}]}, []),
    ],
)
def test_the_condition_of_a_text_can_hold_as_far_as_facts_can_say(condition, found):
    assert [(each.code, each.where) for each in problems(text("ONE-01", applies_if=condition))] == [
        (code, "items.ONE-01.applies_if") for code in found
    ]


def test_words_are_counted_in_english_only():
    long = maturity("ONE-01", text=" ".join(["ពាក្យ"] * 40))
    assert problems(long, language="km") == []


def levels(*changed):
    return ("Nobody has done this yet", "One person did it once", "Some of us do it now", "Most of us do it now",
            *changed)[:5]  # fmt: skip


def test_a_level_is_a_sentence_of_its_own():
    first = maturity("ONE-01", levels=levels("All of us do it now."))
    same = maturity("ONE-02", levels=("Nobody is here to say", "One is here to say", "Two are here to say",
                                      "All of us  do it NOW", "Ten are here to say"))  # fmt: skip
    assert problems(first, same) == [Problem("level-not-specific", "items.ONE-02.levels.3", {"other": "ONE-01"})]


def test_a_level_has_at_least_four_words():
    assert problems(maturity("ONE-01", levels=levels("We do it"))) == [
        Problem("level-too-short", "items.ONE-01.levels.4")
    ]


@pytest.mark.parametrize(
    ("item", "points"),
    [
        (maturity(), {0, 25, 50, 75, 100}),
        (yes_no(), {0, 100}),
        (multiple(), {0, 100}),
        (choice(options={"a": 5, "b": 67}), {5, 67}),
        (percentage(), {0, 25, 75, 100}),
        (number(steps=((0, 10), (5, 90))), {0, 10, 90}),
        (day(), {0, 50, 100}),
    ],
)
def test_the_points_that_answers_can_earn_are_known(item, points):
    assert points_possible(item) == points


@pytest.mark.parametrize(("needed", "share"), [(25, 50), (26, 80), (75, 80), (76, 95), (100, 95), (False, None)])
def test_the_share_from_which_a_critical_percentage_passes_is_known(needed, share):
    assert passing_share(percentage(critical=needed)) == share


def test_a_share_that_no_step_reaches_is_none():
    assert passing_share(percentage(critical=75, steps=((0, 0), (50, 74)))) is None


# Profiles


def test_every_profile_that_matters_is_tried_and_no_other():
    asked = questionnaire(maturity(), facts=[*FACTS, number_fact("guards", POOL, min=1, max=9)])
    assert profiles_for(asked, []) == [{}]
    assert profiles_for(asked, [when(POOL)]) == [{"pool": "yes"}, {"pool": "no"}]
    guards = profiles_for(asked, [when({"fact": "guards", "at_least": 5})])
    assert guards == [
        *({"pool": "yes", "guards": number} for number in (1, 4, 5, 6, 9)), {"pool": "no"}
    ]  # fmt: skip
    assert profiles_for(asked, [], ["guards"]) == [
        {"pool": "yes", "guards": 1}, {"pool": "yes", "guards": 9}, {"pool": "no"}
    ]  # fmt: skip


def test_numbers_are_tried_just_around_what_is_compared_and_within_their_bounds():
    asked = questionnaire(maturity(), facts=[number_fact("n", min=2, max=20)])
    condition = when({"any": [{"fact": "n", "is": 2}, {"fact": "n", "in": [7, 20]}, {"fact": "n", "at_most": 12}]})
    assert [each["n"] for each in profiles_for(asked, [condition])] == [2, 3, 6, 7, 8, 11, 12, 13, 19, 20]


def test_of_a_list_only_the_options_named_are_tried_in_every_combination():
    asked = questionnaire(maturity(), facts=[multiple_fact("m", "a", "b", "c"), choice_fact("c", "x", "y")])
    condition = when({"all": [{"fact": "m", "includes": "c"}, {"fact": "m", "includes": "a"}]})
    assert [each["m"] for each in profiles_for(asked, [condition])] == [(), ("a",), ("c",), ("a", "c")]
    assert profiles_for(asked, [when({"fact": "c", "is": "x"})]) == [{"c": "x"}, {"c": "y"}]


def test_whether_a_condition_can_hold_or_always_holds_is_decided_by_trying():
    asked = questionnaire(maturity(), facts=FACTS)
    assert can_hold(asked, when(POOL))
    assert not holds_always(asked, when(POOL))
    assert holds_always(asked, when({"fact": "workers", "at_least": 1}))
    assert not can_hold(asked, when({"fact": "workers", "at_most": 0}))


def test_whether_a_fact_is_asked_whenever_a_condition_holds_is_decided_by_trying():
    asked = questionnaire(maturity(), facts=[*FACTS, number_fact("guards", POOL, min=1, max=9)])
    assert is_asked_whenever(asked, "workers", None)
    assert not is_asked_whenever(asked, "guards", None)
    assert is_asked_whenever(asked, "guards", when(POOL))
    assert is_asked_whenever(asked, "guards", when({"fact": "guards", "at_least": 3}))
    assert not is_asked_whenever(asked, "guards", when({"fact": "place", "is": "coast"}))


WIDE = [f"option_{number}" for number in range(18)]
EVERYTHING = {"all": [{"fact": "wide", "includes": option} for option in WIDE]}


def test_a_condition_that_names_too_much_is_not_tried():
    asked = questionnaire(maturity(), facts=[multiple_fact("wide", *WIDE)])
    assert 2**18 > MOST_PROFILES > 2**17
    with pytest.raises(TooManyProfiles):
        can_hold(asked, when(EVERYTHING))


def test_an_item_whose_condition_names_too_much_is_refused_and_a_fact_is_let_be():
    facts = [*FACTS, multiple_fact("wide", *WIDE), yes_no_fact("rare", EVERYTHING, decides="Rarely.")]
    assert problems(text("ONE-02", applies_if=EVERYTHING), maturity("ONE-01", applies_if=EVERYTHING), facts=facts) == [
        Problem("condition-too-wide", "items.ONE-01.applies_if")
    ]


def test_a_critical_item_whose_condition_names_too_much_is_refused_and_not_a_fault():
    wide = maturity("ONE-01", critical=75, applies_if=EVERYTHING)
    asked = questionnaire(wide, CRITICAL, facts=[*FACTS, multiple_fact("wide", *WIDE)])
    assert gate_problems(asked, STANDARDS) == [Problem("condition-too-wide", "items.ONE-01.applies_if")]


def test_a_share_with_a_fraction_is_not_taken_for_the_one_that_passes():
    item = percentage(of_fact="workers", critical=75, applies_if=POOL, text="At least 80.5 % are trained.")
    assert [each.code for each in problems(item)] == ["share-misnamed"]
