"""What a page quotes in another language than its own says so, so that it is read out rightly (WCAG 3.1.2)."""

import re

import pytest
from filled import fill, start, submit
from guest import Guest
from msgspec import to_builtins
from walking import walk

from compliance.errors import Conflict, Problem
from compliance.intake.answers import read_answers_file
from compliance.usecases.publishing import publish_questionnaire
from compliance.web.rendering import mistakes_of
from compliance.words import say_problem
from fixtures.libraries import ANSWERS, TINY, TODAY, copy_of, library
from visitor import Service

LEAVES_OUT = re.compile(r"\.(csv|ics|json|pdf|xlsx)$|/(form|sheet|file|journal|export)$|^/language/")
KHMER = re.compile("[\u1780-\u17ff]")
SHORT = 8
"""Texts with fewer characters than this may be words of ours as well."""


GIVEN = read_answers_file(ANSWERS / "good.yaml").answers


@pytest.fixture
def untranslated(migrated_url, clock, tmp_path):
    """The service with a tiny questionnaire that nobody has translated."""
    folder = copy_of(TINY, tmp_path)
    (folder / "inn" / "1.0.km.yaml").unlink()
    for name in ("core@1.0", "inn@1.0"):
        publish_questionnaire(library(folder), name, today=TODAY)
    with Service(migrated_url, clock=clock, questionnaires=folder) as service:
        yield service


def texts_of(questionnaire):
    """Every text of a questionnaire that is long enough to be no word of ours."""

    def leaves(value):
        if isinstance(value, dict):
            for each in value.values():
                yield from leaves(each)
        elif isinstance(value, list | tuple):
            for each in value:
                yield from leaves(each)
        elif isinstance(value, str):
            yield value

    return {" ".join(each.split()) for each in leaves(to_builtins(questionnaire)) if len(each) > SHORT and " " in each}


def pieces_in(page):
    """Every text of a page with the language that it says to be in."""
    for node in page.tree.xpath("//body//text()[normalize-space()]"):
        parent = node.getparent() if node.is_text else node.getparent().getparent()
        yield " ".join(node.split()), parent.xpath("ancestor-or-self::*[@lang][1]/@lang")[-1]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_texts_of_a_questionnaire_that_is_not_translated_are_marked(untranslated):
    visitor = untranslated.visitor("Sok Dara")
    visitor.begin()
    visitor.must("PATCH", visitor.at, json={"sectors": ["inn"]}, headers={"if-match": '"1"'})
    visitor.must("PATCH", "/me", json={"language": "km"})
    done = start(visitor, sector="inn")
    fill(visitor, done, GIVEN)
    submit(visitor, done)
    fill(visitor, start(visitor, sector="inn"), GIVEN, leave_out=("CORE-02", "INN-02"))
    guest = Guest(untranslated.client.app)
    guest.log_in(visitor.email, "seven ripe mangoes")
    shelf = untranslated.parts.desk.means.shelf
    texts = texts_of(shelf.questionnaire(shelf.named("inn@1.0").copy.digest))

    pages = walk(guest, [f"/organisations/{visitor.organisation_id}", "/"], leaves_out=LEAVES_OUT)
    assert {each.tree.get("lang") for each in pages} == {"km"}
    found = {
        (re.sub(r"[0-9a-f-]{36}", "*", page.path), text)
        for page in pages
        for text, language in pieces_in(page)
        if (language == "km" and any(each in text for each in texts)) or (language == "en" and KHMER.search(text))
    }
    assert not found, "\n".join(f"{path}: {text}" for path, text in sorted(found))


def test_a_mistake_that_is_said_in_english_says_so():
    class Unheard(Conflict):
        """Nobody has <translated> this."""

        code = "unheard-in-khmer"

    (said,) = mistakes_of(Unheard(), "km")
    assert said.text == '<span lang="en">Nobody has &lt;translated&gt; this.</span>'
    assert mistakes_of(Unheard(), "en")[0].text == "Nobody has <translated> this."
    (said,) = mistakes_of(Unheard([Problem("field-needed", "name")]), "km")
    assert said.text == say_problem(Problem("field-needed", "name"), "km")
