"""Terms to avoid are found as words, the longest first; quoted titles and excepted phrases are left alone."""

import pytest

from build import choice, maturity, percentage, questionnaire, section, text, yes_no_fact
from compliance.domain.questionnaire import Glossary, ItemText, Term, Translation
from compliance.domain.questionnaire.terms import FoundTerm, TermFinder, texts_of

GLOSSARY = Glossary(
    reviewed="no",
    exempt_titles=("Convention on Child Labour",),
    terms=(
        Term(avoid=("child labour",), prefer=("work of children",), why="Too wide."),
        Term(avoid=("labour",), prefer=("work",), why="Old.", except_when=("labour law",)),
        Term(avoid=("victim's file",), prefer=("record",), why="Names people."),
        Term(avoid=("harmless",), prefer=("fine",), why="Not looked for.", lint="no"),
    ),
)


def found(words: str) -> list[tuple[str, str]]:
    return [(each.text, each.prefer) for each in TermFinder(GLOSSARY).find(words)]


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ("Labour is paid", [("Labour", "work")]),
        ("LABOUR and labour", [("LABOUR", "work"), ("labour", "work")]),
        ("child labour is not labour", [("child labour", "work of children"), ("labour", "work")]),
        ("child\n  labour", [("child\n  labour", "work of children")]),
        ("labourers, belabour", []),
        ("See the labour law", []),
        ("The Convention on Child Labour says so", []),
        ("a victim's file, a victim’s file", [("victim's file", "record"), ("victim’s file", "record")]),
        ("harmless", []),
        ("", []),
    ],
)
def test_a_term_to_avoid_is_found_with_the_better_word(words, terms):
    assert found(words) == terms


def test_a_term_is_found_where_it_stands_and_with_its_reason():
    assert list(TermFinder(GLOSSARY).find("All labour")) == [FoundTerm("labour", 4, "work", "Old.")]


def test_an_empty_glossary_finds_nothing():
    empty = Glossary(reviewed="no", exempt_titles=(), terms=())
    assert list(TermFinder(empty).find("child labour")) == []


def test_every_text_of_a_questionnaire_has_its_place():
    asked = questionnaire(
        section(
            "GOV", choice("ONE-01", options={"a": 0, "b": 1}), percentage("ONE-02"), text("ONE-03"), title="T", about="A"
        ),
        section("SUP", maturity("SUP-01"), title="S"),
        facts=[yes_no_fact("pool", decides="D")],
        title="Inns", intro="Hi",
    )  # fmt: skip
    texts = dict(texts_of(asked))
    assert (texts["title"], texts["intro"], texts["facts.pool.text"], texts["facts.pool.decides"]) == (
        "Inns",
        "Hi",
        "A fact",
        "D",
    )
    assert (texts["sections.GOV.title"], texts["sections.GOV.about"], texts["sections.SUP.title"]) == ("T", "A", "S")
    assert "sections.SUP.about" not in texts
    assert texts["items.ONE-01.options.1.text"] == "An option"
    assert texts["items.ONE-01.actions.0.do"] == "Do it"
    assert texts["items.ONE-01.evidence.expected.0.text"] == "A paper"
    assert (texts["items.ONE-02.counts.is_"], texts["items.ONE-02.counts.of"]) == ("those trained", "all of them")
    assert texts["items.SUP-01.levels.4"] == "All is done here"
    assert not any(place.endswith(".id") for place in texts)


def test_a_questionnaire_without_intro_has_no_place_for_it():
    assert "intro" not in dict(texts_of(questionnaire(maturity())))


def test_every_text_of_a_translation_has_its_place():
    words = Translation(
        questionnaire="inns", version="1.0", language="km", reviewed="no", title="ផ្ទះ",
        items={"ONE-01": ItemText(text="សំណួរ", options={"a": "ក"}, levels=("ខ",))},
    )  # fmt: skip
    assert dict(texts_of(words)) == {
        "title": "ផ្ទះ", "items.ONE-01.text": "សំណួរ", "items.ONE-01.options.a": "ក", "items.ONE-01.levels.0": "ខ"
    }  # fmt: skip
