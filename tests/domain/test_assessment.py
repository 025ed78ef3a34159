"""What a business hands in becomes what is scored."""

from datetime import date

import msgspec
import pytest

from build import decided, documented
from compliance.domain.assessment import AnswersFile, Attestation, Organisation
from compliance.domain.scoring import Submission

ORGANISATION = Organisation(name="Riverside Hotel", country="KH")
FILE = AnswersFile(
    questionnaire="hospitality@1.0",
    as_of=date(2026, 11, 21),
    organisation=ORGANISATION,
    attested_by=Attestation(name="Sok Dara", role="General manager", on=date(2026, 11, 21)),
    profile={"pool": "yes"},
    answers={"ONE-01": documented(3)},
    decisions={"ONE-01": decided("needs_clarification")},
    sample=("ONE-01",),
)


def test_everything_that_is_scored_comes_from_the_file():
    assert FILE.submission() == Submission(
        as_of=date(2026, 11, 21),
        profile={"pool": "yes"},
        answers={"ONE-01": documented(3)},
        decisions={"ONE-01": decided("needs_clarification")},
        sample=("ONE-01",),
        attested=True,
    )


def test_without_a_senior_person_nothing_is_attested():
    bare = AnswersFile(questionnaire="hospitality@1.0", as_of=date(2026, 11, 21), organisation=ORGANISATION)
    assert bare.submission() == Submission(as_of=date(2026, 11, 21), profile={}, answers={})


@pytest.mark.parametrize(
    "changed",
    [
        {"questionnaire": "hospitality"},
        {"organisation": {"name": "", "country": "KH"}},
        {"organisation": {"name": "x" * 151, "country": "KH"}},
        {"organisation": {"name": "Inn", "country": "kh"}},
        {"organisation": {"name": "Inn", "country": "KHM"}},
        {"as_of": "yesterday"},
        {"guests": 5},
    ],
)
def test_a_file_of_the_wrong_shape_is_refused(changed):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**msgspec.to_builtins(FILE), **changed}, AnswersFile)


def test_a_file_is_read_back_as_it_was_written():
    assert msgspec.json.decode(msgspec.json.encode(FILE), type=AnswersFile) == FILE
