"""The filled-in spreadsheet says what the answers said, whatever the questionnaire and its language."""

import pytest
from msgspec import UNSET

from compliance.documents.form_sheet import FilledIn, filled_sheet
from compliance.intake.answers import read_answers_file
from compliance.intake.library import Library
from compliance.usecases.spreadsheet_answers import read_sheet
from fixtures.libraries import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_filled_sheet_reads_back_as_it_was_filled(path):
    given = read_answers_file(path, decisions_allowed=True).answers
    library = Library(ROOT / "questionnaires")
    language = "km" if "km" in library.languages(given.questionnaire) else "en"
    questionnaire, is_reviewed = library.translated(given.questionnaire, language)
    filled = FilledIn(facts=given.profile, answers=given.answers)
    read = read_sheet(filled_sheet(questionnaire, filled, reviewed=is_reviewed))
    assert read.reference == given.questionnaire
    assert read.problems == ()
    assert {name: sorted(value) if isinstance(value, tuple) else value for name, value in read.facts.items()} == {
        name: sorted(value) if isinstance(value, tuple) else value
        for name, value in given.profile.items()
        if value != ()
    }
    for item, answer in given.answers.items():
        back = read.answers[item].answer if item in read.answers else None
        if answer.value is not UNSET:
            assert sorted_value(back.value) == sorted_value(answer.value), item
        assert (back.note if back else "") == answer.note.strip()
        assert (back.not_applicable if back else None) == answer.not_applicable


def sorted_value(value):
    return sorted(value) if isinstance(value, tuple) else value
