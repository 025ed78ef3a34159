"""Forms to print are drawn once and kept: so many, and those that were asked for last."""

from datetime import timedelta

import pytest

from compliance.usecases.printed_forms import MOST_KEPT, PrintedForm
from fixtures.libraries import TINY, TODAY, library


@pytest.fixture(scope="module")
def drawn_on():
    """The form of a tiny questionnaire as it is drawn on a day; the digest keeps it apart from other tests."""
    asked = library(TINY).load("inn@1.0").questionnaire

    def on(day):
        return PrintedForm(questionnaire=asked, digest="test", is_reviewed=True, made_on=TODAY + timedelta(days=day))

    return on


def test_what_is_asked_for_again_and_again_stays_and_the_rest_makes_room(drawn_on):
    first, second = drawn_on(0).sheet(), drawn_on(1).sheet()
    for day in range(2, MOST_KEPT + 1):
        drawn_on(day).sheet()
        assert drawn_on(0).sheet() is first
    again = drawn_on(1).sheet()
    assert again == second
    assert again is not second
    # One made room for another: the rest is still there.
    newest = drawn_on(MOST_KEPT).sheet()
    assert drawn_on(MOST_KEPT).sheet() is newest
    assert drawn_on(0).sheet() is first


def test_what_is_printed_and_what_is_filled_in_are_kept_apart(drawn_on):
    form = drawn_on(100)
    assert form.pdf().startswith(b"%PDF")
    assert form.sheet().startswith(b"PK")
    assert form.pdf() is drawn_on(100).pdf()
