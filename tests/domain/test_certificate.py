"""When a certificate is earned, what it must admit, and what its number catches."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from build import (
    claimed,
    corrected,
    decided,
    documented,
    maturity,
    questionnaire,
    scored,
    section,
    submission,
    text,
    yes_no,
    yes_no_fact,
)
from compliance.domain.certificate import (
    SYMBOLS,
    NotChecked,
    certificate_notes,
    check_symbol,
    earns_certificate,
    normal_number,
    not_checked,
    number_is_valid,
    number_of,
    validity_months,
)

drawn = st.text(SYMBOLS, min_size=7, max_size=7)
numbers = drawn.map(number_of).filter(bool)


# Earned


@pytest.mark.parametrize(("value", "attested", "earned"), [
    ("yes", True, True),
    ("yes", False, False),
    ("no", True, False),
])  # fmt: skip
def test_a_certificate_is_earned_by_a_met_outcome_that_somebody_attested(value, attested, earned):
    card = scored(questionnaire(yes_no()), {"ONE-01": documented(value)}, attested=attested)
    assert earns_certificate(card) is earned


@pytest.mark.parametrize(("assurance", "months"), [("self_assessed", 12), ("desk_verified", 12), ("site_verified", 36)])
def test_validity_depends_on_the_assurance(assurance, months):
    assert validity_months(assurance) == months


# Not checked


def test_answers_below_a_reviewers_eye_are_counted_by_section():
    asked = questionnaire(
        section("AAA", maturity("AAA-01"), maturity("AAA-02"), text("AAA-03")),
        section("BBB", maturity("BBB-01"), maturity("BBB-02"), maturity("BBB-03")),
        section("CCC", maturity("CCC-01")),
    )
    answers = {
        "AAA-01": documented(4),
        "BBB-01": 4,
        "BBB-02": claimed(),
        "BBB-03": claimed(),
        "CCC-01": documented(4),
    }
    decisions = {
        "BBB-03": decided("not_applicable_accepted"),
        "CCC-01": decided("upheld", evidence="verified_remotely"),
    }
    found = not_checked(asked, scored(asked, answers, decisions=decisions))
    assert found == NotChecked({"AAA": 2, "BBB": 2}, (), ())
    assert found.count == 4


def test_facts_that_switched_off_a_critical_item_are_named_once_and_in_order():
    facts = [yes_no_fact("pool"), yes_no_fact("bar"), yes_no_fact("club")]
    asked = questionnaire(
        maturity("ONE-01", critical=True, applies_if={"fact": "club", "is": "yes"}),
        maturity("ONE-02", critical=True, applies_if={"fact": "pool", "is": "yes"}),
        maturity("ONE-03", critical=True, applies_if={"fact": "club", "is": "yes"}),
        maturity("ONE-04", applies_if={"fact": "bar", "is": "yes"}),
        facts=facts,
    )
    found = not_checked(asked, scored(asked, profile={"pool": "no", "bar": "no", "club": "no"}))
    assert found.facts == ("pool", "club")
    assert found.switched_off == ("ONE-01", "ONE-02", "ONE-03")
    assert found.sections == {}


def test_notes_come_from_facts_that_were_asked_and_answered_yes():
    asked = questionnaire(
        yes_no(),
        facts=[
            yes_no_fact("pool", on_certificate="There is a pool"),
            yes_no_fact("slide", {"fact": "pool", "is": "yes"}, on_certificate="There is a slide"),
            yes_no_fact("bar", on_certificate="There is a bar"),
        ],
    )
    said = certificate_notes(asked, submission(profile={"pool": "no", "slide": "yes", "bar": "yes"}))
    assert said == ("There is a bar",)


def test_a_corrected_fact_changes_the_notes():
    asked = questionnaire(yes_no(), facts=[yes_no_fact("pool", on_certificate="There is a pool")])
    said = certificate_notes(asked, submission(profile={"pool": "no"}, decisions={"pool": corrected("yes")}))
    assert said == ("There is a pool",)


# Numbers


def test_the_number_of_the_design_is_valid():
    assert number_of("7QF4M2X") == "CP-7QF4-M2XF"
    assert number_is_valid("CP-7QF4-M2XF")


@pytest.mark.parametrize("typed", [
    "cp-7qf4-m2xf", " CP 7QF4 M2XF ", "CP7QF4M2XF", "7qf4m2xf", "C P-7QF4–M2XF",
])  # fmt: skip
def test_case_hyphens_and_spaces_do_not_matter(typed):
    assert normal_number(typed) == "CP-7QF4-M2XF"


@pytest.mark.parametrize("typed", [
    "", "CP", "CP-7QF4-M2X", "CP-7QF4-M2XFF", "XX-7QF4-M2XF", "CP-7QF4-M2XU", "CP-7QF4-M2X*", "CP-7QF4-M2Xក", "ＣP-7QF4-M2XF",
])  # fmt: skip
def test_what_is_no_number_has_no_spelling(typed):
    assert normal_number(typed) is None
    assert not number_is_valid(typed)


@given(numbers)
def test_letters_that_look_like_digits_are_read_as_digits(number):
    for digit, lookalikes in (("1", "IiLl"), ("0", "Oo")):
        for lookalike in lookalikes:
            assert normal_number(number.replace(digit, lookalike)) == number


@given(numbers)
def test_a_number_keeps_its_spelling_and_is_valid(number):
    assert normal_number(number) == number
    assert number_is_valid(number)


@given(numbers, st.integers(0, 7), st.sampled_from(SYMBOLS))
def test_one_wrong_symbol_is_noticed(number, at, other):
    symbols = number[3:].replace("-", "")
    assume(symbols[at] != other)
    assert not number_is_valid(f"CP{symbols[:at]}{other}{symbols[at + 1 :]}")


@given(numbers, st.integers(0, 6))
def test_swapped_neighbours_are_noticed(number, at):
    symbols = number[3:].replace("-", "")
    assume(symbols[at] != symbols[at + 1])
    assert not number_is_valid(f"CP{symbols[:at]}{symbols[at + 1]}{symbols[at]}{symbols[at + 2 :]}")


@given(drawn)
def test_the_check_value_is_the_number_modulo_37(symbols):
    value = sum(SYMBOLS.index(symbol) * 32**at for at, symbol in enumerate(reversed(symbols)))
    check = check_symbol(symbols)
    if value % 37 < 32:
        assert check == SYMBOLS[value % 37]
    else:
        assert check is None
        assert number_of(symbols) is None


@given(st.text(max_size=14))
def test_nothing_that_is_typed_breaks_the_reader(typed):
    number = normal_number(typed)
    assert number is None or normal_number(number) == number
    assert number is not None or not number_is_valid(typed)


@pytest.mark.parametrize("symbols", ["", "7QF4M2", "7QF4M2XX", "7qf4m2x", "7QF4M2I"])
def test_only_seven_symbols_have_a_check_symbol(symbols):
    with pytest.raises(ValueError, match="7 symbols"):
        check_symbol(symbols)
