"""The catalogues of the pages: up to date, whole, and with the same names to fill in."""

import re
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po

from compliance.words.pages import (
    LOCALE,
    MADE_UP,
    RIGHT_TO_LEFT,
    language_name,
    page_languages,
    reads_from_right,
    translations,
)
from fixtures.libraries import ROOT

NAMES = re.compile(r"%\((\w+)\)s|%%")


def catalogue(language):
    with (LOCALE / language / "pages.po").open("rb") as file:
        return read_po(file, locale=language)


def test_every_catalogue_holds_what_the_pages_say_now():
    done = subprocess.run([sys.executable, ROOT / "tools" / "gather_words.py", "--check"], capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.returncode == 0, f"Run ./dev words\n{done.stdout}"


@pytest.mark.parametrize("language", [each for each in page_languages() if each != "en"])
def test_a_language_of_ours_lacks_nothing_and_fills_in_the_same_names(language):
    for message in catalogue(language):
        if not message.id:
            continue
        english = message.id[1] if message.pluralizable else message.id
        said = message.string[0] if message.pluralizable else message.string
        assert said, f"{english!r} is not translated"
        assert not message.fuzzy, f"{english!r} changed: look at its translation"
        assert set(NAMES.findall(said)) == set(NAMES.findall(english)), english


NEVER_ONE = {
    "%(always)s to %(most)s questions": "a range, which a single question is not",
    "At least %(least)s characters": "always 12",
    "no answer counts more than %(points)s points": "a cap that a questionnaire sets, never near one",
}
"""Texts that count without a singular of their own, each with its reason."""


def test_what_counts_has_a_singular():
    counting = [
        message.id
        for message in catalogue("km")
        if message.id and not message.pluralizable and re.search(r"%\(\w+\)s (?!ends|rests)[a-z]+s\b", message.id)
    ]
    assert [text for text in counting if not any(known in text for known in NEVER_ONE)] == []


def test_a_language_is_called_by_its_own_name():
    assert [language_name(each) for each in page_languages()] == ["English", "ខ្មែរ"]
    assert [reads_from_right(each) for each in (*page_languages(), *MADE_UP)] == [False, False, False, True]


def test_the_made_up_languages_say_everything_otherwise():
    for language in MADE_UP:
        said = translations(language).gettext("Save")
        assert "Save" in said
        assert len(said) > len("Save")
    assert translations(RIGHT_TO_LEFT).ngettext("one", "many", 2).strip("\u202b\u202c") == "many"
