"""The printable form: what it asks, what it does not tell, and that it can be read again by machines."""

from datetime import date

import msgspec
import pytest
from small_dossiers import HOSTILE, matches

from build import (
    choice,
    choice_fact,
    day,
    evidence,
    maturity,
    multiple,
    multiple_fact,
    number,
    number_fact,
    percentage,
    questionnaire,
    section,
    text,
    yes_no,
    yes_no_fact,
)
from compliance.documents.form import draw_form
from compliance.intake.library import Library
from compliance.words import en_forms, en_reports, km_forms
from fixtures.libraries import SHIPPED

DAY = date(2026, 11, 21)
SAID = {"made_on": DAY, "reviewed": True, "published": True}


def everything(**more):
    """One question of each kind."""
    facts = [
        number_fact("workers", min=1, decides="The whole of a share."),
        yes_no_fact("pool"),
        choice_fact("kind", "house", "hotel", asked_if={"fact": "pool", "is": "yes"}),
        multiple_fact("services", "meals", "tours"),
    ]
    return questionnaire(
        section(
            "GOV",
            maturity("ONE-01", critical=75, micro_help="One page is enough."),
            yes_no("ONE-02", applies_if={"fact": "pool", "is": "yes"}),
            choice("ONE-03", options={"never_done": 0, "yearly": 100}),
            multiple("ONE-04", must_have=["a"], exclusive="nothing"),
            title="Governance",
            about="Who answers for it.",
        ),
        section(
            "NUM",
            percentage("ONE-05", of_fact="workers", evidence=evidence(form="record", fresh_for=12)),
            percentage("ONE-06", may_be_none="yes"),
            number("ONE-07", never="We have none"),
            day("ONE-08"),
            text("ONE-09"),
            title="Numbers",
            pillar="training",
        ),
        facts=facts,
        **{"intro": "For whoever knows the daily work.", **more},
    )


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_form_reads_as_it_did(poppler, language):
    pdf = draw_form(everything(language=language), made_on=DAY, reviewed=language == "en", published=False)
    matches(f"form.{language}.txt", poppler("pdftotext", pdf))


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_same_questionnaire_gives_the_same_bytes(language):
    asked = everything(language=language)
    assert draw_form(asked, **SAID) == draw_form(asked, **SAID)


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_form_can_be_archived(findings, language):
    assert findings(draw_form(everything(language=language), **SAID), "2b") == []


def test_what_is_indispensable_and_what_earns_points_is_not_told():
    one, other = everything(), everything()
    item = one.sections[0].items[3]
    sections = list(other.sections)
    items = [
        msgspec.structs.replace(each, must_have=("b", "c")) if each == item else each for each in sections[0].items
    ]
    sections[0] = msgspec.structs.replace(sections[0], items=tuple(items))
    assert draw_form(one, **SAID) == draw_form(msgspec.structs.replace(other, sections=tuple(sections)), **SAID)


def test_a_critical_item_names_its_threshold_and_cannot_be_claimed_away(poppler):
    asked = questionnaire(maturity("ONE-01", critical=50))
    said = " ".join(poppler("pdftotext", draw_form(asked, **SAID)).split())
    assert "at least 50 of 100 points" in said
    assert "it does not apply, because" not in said


def test_a_question_for_some_businesses_only_says_when_it_is_asked(poppler):
    asked = questionnaire(yes_no(applies_if={"fact": "pool", "is": "yes"}), facts=[yes_no_fact("pool")])
    assert "Asked if: “yes” to “A fact”" in " ".join(poppler("pdftotext", draw_form(asked, **SAID)).split())


@pytest.mark.parametrize("words", HOSTILE)
def test_any_words_can_be_printed(words):
    hostile = questionnaire(
        maturity(text=words, help=words * 8, why=words), facts=[yes_no_fact("pool", decides=words)], title=words
    )
    assert draw_form(hostile, **SAID).startswith(b"%PDF")


def test_the_shipped_questionnaire_is_found_again_in_khmer(poppler, findings):
    asked, reviewed = Library(SHIPPED).translated("hospitality@1.0", "km")
    pdf = draw_form(asked, made_on=DAY, reviewed=reviewed, published=False)
    said = "".join(poppler("pdftotext", pdf).split())
    for sentence in (asked.title, asked.facts[0].text, asked.scored_items[0].text, asked.scored_items[0].why):
        assert "".join(sentence.split()) in said
    assert "មិនទាន់ត្រូវបានអ្នកជំនាញ" in said
    assert findings(pdf, "2b") == []


def test_every_sentence_is_there_in_both_languages():
    assert en_forms.SENTENCES.keys() == km_forms.SENTENCES.keys()
    assert not en_forms.SENTENCES.keys() & en_reports.SENTENCES.keys()
    for key, sentence in en_forms.SENTENCES.items():
        assert _blanks(sentence) == _blanks(km_forms.SENTENCES[key]), key


def _blanks(sentence: str) -> list[str]:
    import string

    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name)
