"""Invented answers reach what they aim at, in every questionnaire; invented papers are what they claim to be."""

import io
from datetime import date
from functools import cache

import pytest

from compliance.domain.questionnaire import YesNoFact
from compliance.domain.scoring import Scorer, Submission
from compliance.intake.library import Library
from compliance.intake.media_types import read_media_type
from compliance.usecases.demo_answers import Aim, invent_answers, invent_facts, outcome_of
from compliance.usecases.demo_papers import invent_papers
from compliance.usecases.demo_stories import FACTS
from fixtures.libraries import SHIPPED

ON = date(2026, 11, 22)
SECTORS = ("hospitality", "technology", "tour-operators", "tourism-activities", "transport")
FILE = "sha256:" + "a" * 64


@cache
def scorer(sector):
    return Scorer(Library(SHIPPED).load(f"{sector}@1.0").questionnaire)


def profile_of(sector, kind):
    facts = scorer(sector).questionnaire.facts
    known = {
        "all-no": {},
        "usual": FACTS[sector],
        "all-yes": {each.id: "yes" for each in facts if isinstance(each, YesNoFact)},
    }
    return invent_facts(scorer(sector).questionnaire, known[kind])


@pytest.mark.parametrize("sector", SECTORS)
@pytest.mark.parametrize("kind", ["all-no", "usual", "all-yes"])
@pytest.mark.parametrize("outcome", ["met", "approaching", "not_met"])
def test_answers_come_to_the_outcome_that_they_aim_at(sector, kind, outcome):
    profile = profile_of(sector, kind)
    for weak_percent in (0, 25, 70):
        aim = Aim(outcome=outcome, weak_percent=weak_percent, seed=f"{kind}{weak_percent}", on=ON)
        answers = invent_answers(scorer(sector), profile, aim)
        scorer(sector).check(Submission(as_of=ON, profile=profile, answers=answers))
        assert outcome_of(scorer(sector), profile, answers, ON) == outcome


def test_every_item_that_is_asked_is_answered():
    profile = profile_of("hospitality", "usual")
    aim = Aim(outcome="approaching", seed="any", on=ON)
    answers = invent_answers(scorer("hospitality"), profile, aim)
    card = scorer("hospitality").score(Submission(as_of=ON, profile=profile, answers=answers))
    assert {item.state for item in card.items.values()} <= {"answered", "not_asked"}


def test_the_same_seed_gives_the_same_answers_and_another_one_others():
    profile = profile_of("transport", "usual")
    aims = [Aim(outcome="approaching", seed=seed, on=ON) for seed in ("one", "one", "two")]
    first, again, other = (invent_answers(scorer("transport"), profile, aim) for aim in aims)
    assert first == again
    assert first != other


def test_some_answers_name_an_uploaded_file():
    profile = profile_of("hospitality", "usual")
    aim = Aim(outcome="met", weak_percent=0, seed="any", on=ON)
    answers = invent_answers(scorer("hospitality"), profile, aim, papers={FILE: "Policy"})
    named = [piece for answer in answers.values() for piece in answer.pieces if piece.file is not None]
    assert [(piece.form, piece.file) for piece in named] == [("file", FILE)]


def test_papers_are_of_the_kinds_that_evidence_takes():
    papers = invent_papers("Upside-Down Village Days (invented)", ON)
    kinds = [read_media_type(io.BytesIO(each.content), name=each.file_name).media_type for each in papers]
    assert kinds == ["application/pdf", "image/png", "text/csv", "text/plain"]


def test_no_two_businesses_and_no_two_years_have_the_same_papers():
    contents = [
        each.content
        for business in ("One", "Two")
        for on in (ON, date(2025, 11, 22))
        for each in invent_papers(business, on)
    ]
    assert len(set(contents)) == len(contents)
