"""Claims that an item does not apply; evidence, its age and its level."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build import (
    answered,
    claimed,
    decided,
    documented,
    evidence,
    maturity,
    percentage,
    questionnaire,
    scored,
    section,
    submission,
    yes_no,
)
from compliance.domain.scoring import EvidencePiece, ItemScore, Part, Scorer
from compliance.domain.scoring.values import whole_months

TWO = questionnaire(maturity("ONE-01", weight=3), maturity("ONE-02", weight=5))


def claim(decision=None, value=None):
    given = claimed() if value is None else answered(value)
    decisions = {} if decision is None else {"ONE-01": decided(decision)}
    return scored(TWO, {"ONE-01": given, "ONE-02": documented(4)}, decisions=decisions)


def weights(card) -> tuple[int, int, int]:
    return card.total.declared.weight, card.total.assured.weight, card.sections["GOV"].claimed_away_weight


@pytest.mark.parametrize(
    ("decision", "state", "counted"),
    [
        (None, "pending", (5, 8, 3)),
        ("needs_clarification", "pending", (5, 8, 3)),
        ("not_applicable_accepted", "accepted", (5, 5, 3)),
    ],
)
def test_a_claim_leaves_the_declared_sum_and_the_assured_sum_once_it_is_accepted(decision, state, counted):
    card = claim(decision)
    assert card.items["ONE-01"] == ItemScore(state="not_applicable", claim=state)
    assert weights(card) == counted


def test_a_pending_claim_stands_in_the_assured_score_with_no_points():
    card = claim()
    assert (card.total.declared.points, card.total.assured.points) == (500, 400)


def test_a_refused_claim_counts_as_unanswered_in_both():
    card = claim("not_applicable_refused")
    assert card.items["ONE-01"].state == "unanswered"
    assert card.items["ONE-01"].points == card.items["ONE-01"].assured_points == 0
    assert weights(card) == (8, 8, 0)


@pytest.mark.parametrize(("decision", "state"), [(None, "pending"), ("not_applicable_accepted", "accepted")])
def test_a_whole_of_none_is_a_claim_like_any_other_where_the_item_allows_it(decision, state):
    asked = questionnaire(percentage(may_be_none="yes", weight=3), maturity("ONE-02"))
    decisions = {} if decision is None else {"ONE-01": decided(decision)}
    card = scored(asked, {"ONE-01": Part(0, 0)}, decisions=decisions)
    assert card.items["ONE-01"] == ItemScore(state="not_applicable", claim=state)
    assert card.sections["GOV"].claimed_away_weight == 3


def test_a_refused_claim_that_there_are_none_is_unanswered():
    asked = questionnaire(percentage(may_be_none="yes"), maturity("ONE-02"))
    card = scored(asked, {"ONE-01": Part(0, 0)}, decisions={"ONE-01": decided("not_applicable_refused")})
    assert card.items["ONE-01"].state == "unanswered"


def test_an_item_that_may_have_none_scores_where_there_are_some():
    asked = questionnaire(percentage(may_be_none="yes"))
    assert scored(asked, {"ONE-01": Part(4, 5)}).items["ONE-01"].points == 75


def test_a_section_is_flagged_above_a_fifth_claimed_away_and_not_at_it():
    at_a_fifth = [maturity("ONE-01", weight=1), maturity("ONE-02", weight=1), maturity("ONE-03", weight=3)]
    for items, flagged in ((at_a_fifth, False), (at_a_fifth[::2], True)):
        card = scored(questionnaire(*items), {"ONE-01": claimed()})
        assert card.sections["GOV"].flagged is flagged


def test_an_accepted_claim_flags_as_well_and_another_section_does_not_count():
    asked = questionnaire(
        section("GOV", maturity("ONE-01", weight=3), maturity("ONE-02", weight=5)),
        section("REP", *(maturity(f"REP-0{n}") for n in range(5)), pillar="reporting"),
    )
    card = scored(asked, {"ONE-01": claimed()}, decisions={"ONE-01": decided("not_applicable_accepted")})
    assert (card.sections["GOV"].flagged, card.sections["REP"].flagged) == (True, False)
    assert (card.sections["GOV"].claimed_away_weight, card.sections["REP"].claimed_away_weight) == (3, 0)


def test_a_section_where_all_is_claimed_away_is_flagged():
    card = scored(questionnaire(maturity("ONE-01")), {"ONE-01": claimed()})
    assert (card.sections["GOV"].declared, card.sections["GOV"].flagged) == (None, True)


def test_a_note_and_the_reason_of_a_claim_change_nothing():
    scorer = Scorer(TWO)
    plain = submission({"ONE-01": claimed("We have no rooms"), "ONE-02": answered(3)})
    noted = submission({"ONE-01": claimed("They closed"), "ONE-02": answered(3, note="Written in May")})
    assert scorer.score(plain) == scorer.score(noted)


YEAR = yes_no(evidence=evidence("paper", fresh_for=12))


def level(item, **given) -> str:
    return scored(questionnaire(item), {"ONE-01": answered("yes", **given)}).items["ONE-01"].level


@pytest.mark.parametrize(
    ("dated_on", "found"),
    [
        (None, "documented"),
        (date(2026, 11, 21), "documented"),
        (date(2025, 11, 22), "documented"),
        (date(2025, 11, 21), "declared"),
        (date(2025, 11, 20), "declared"),
        (date(1990, 1, 1), "declared"),
    ],
)
def test_evidence_counts_while_its_age_is_below_its_months(dated_on, found):
    assert level(YEAR, evidence="documented", evidence_on=dated_on) == found


@pytest.mark.parametrize(("dated_on", "found"), [(date(2024, 11, 22), "documented"), (date(2024, 11, 21), "declared")])
def test_evidence_is_fresh_for_two_years_where_nothing_else_is_said(dated_on, found):
    assert level(yes_no(), evidence="documented", evidence_on=dated_on) == found


def test_a_declared_answer_stays_declared_whatever_its_day():
    assert level(YEAR, evidence="declared", evidence_on=date(2026, 11, 1)) == "declared"


def pieces(*days, form="file", expected=None):
    return tuple(EvidencePiece(form=form, dated_on=each, expected=expected) for each in days)


FRESH, STALE = date(2025, 11, 22), date(2025, 11, 21)


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ((FRESH,), "documented"),
        ((STALE,), "declared"),
        ((STALE, FRESH), "documented"),
        ((FRESH, STALE), "documented"),
        ((STALE, STALE), "declared"),
    ],
)
def test_one_fresh_piece_of_evidence_suffices(days, found):
    assert level(YEAR, pieces=pieces(*days)) == found
    assert level(YEAR, evidence="documented", pieces=pieces(*days)) == found


@pytest.mark.parametrize("form", ["file", "record"])
def test_a_file_and_a_record_document_alike(form):
    assert level(yes_no(evidence=evidence("paper", form=form)), pieces=pieces(FRESH, form=form)) == "documented"
    assert level(YEAR, pieces=pieces(FRESH, form=form, expected="paper")) == "documented"


@pytest.mark.parametrize(
    ("value", "stated", "assured"),
    [(4, "declared", 40), (1, "declared", 25), (4, "documented", 80), (3, "documented", 75), (2, "documented", 50)],
)
def test_a_level_carries_points_up_to_its_cap(value, stated, assured):
    item = scored(questionnaire(maturity()), {"ONE-01": answered(value, stated)}).items["ONE-01"]
    assert (item.points, item.found_points, item.assured_points) == (25 * value, 25 * value, assured)


@given(
    as_of=st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    age=st.one_of(st.integers(0, 5_000), st.sampled_from([28, 29, 30, 31, 365, 366, 730, 731])),
    months=st.sampled_from([1, 6, 12, 24, 120]),
)
def test_evidence_is_stale_from_the_day_on_which_its_age_reaches_its_months(as_of, age, months):
    day = as_of - timedelta(days=age)
    asked = questionnaire(yes_no(evidence=evidence("paper", fresh_for=months)))
    card = Scorer(asked).score(submission({"ONE-01": answered("yes", "documented", evidence_on=day)}, as_of=as_of))
    is_fresh = whole_months(day, as_of) < months
    assert card.items["ONE-01"].level == ("documented" if is_fresh else "declared")


@pytest.mark.parametrize(
    ("as_of", "dated_on", "found"),
    [
        ("2026-03-31", "2026-02-28", "declared"),  # February ends before the 31st: a whole month has passed
        ("2026-03-31", "2026-03-01", "documented"),
        ("2026-03-30", "2026-02-28", "declared"),
        ("2026-03-28", "2026-02-28", "declared"),
        ("2026-03-27", "2026-02-28", "documented"),
        ("2026-01-15", "2025-12-16", "documented"),
        ("2026-01-15", "2025-12-15", "declared"),
        ("0001-01-15", "0001-01-14", "documented"),
    ],
)
def test_ends_of_months_count_as_the_page_says(as_of, dated_on, found):
    asked = questionnaire(yes_no(evidence=evidence("paper", fresh_for=1)))
    given = answered("yes", "documented", evidence_on=date.fromisoformat(dated_on))
    card = Scorer(asked).score(submission({"ONE-01": given}, as_of=date.fromisoformat(as_of)))
    assert card.items["ONE-01"].level == found
