"""The preview of a certificate: one page, two languages, and nothing on it that could be taken for a certificate."""

import re

import pytest
from guesthouse import GOOD, HOSTILE, LIBRARY, POOR, SHIPPED, check_golden, dossier, shipped_dossier

from compliance.documents.certificate_preview import draw_certificate_preview
from compliance.words import CATALOGUES


def squeezed(text):
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("language", ["en", "km"])
def test_previews_say_what_the_golden_files_say(poppler, language):
    given = dossier(language=language, published=False, invented="made up for a test")
    check_golden(f"certificate-preview-{language}", poppler("pdftotext", draw_certificate_preview(given), "-layout"))


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_same_dossier_gives_the_same_bytes(language):
    given = dossier(language=language)
    assert draw_certificate_preview(given) == draw_certificate_preview(given)


@pytest.mark.parametrize("reference", SHIPPED)
def test_every_shipped_questionnaire_has_a_preview_on_one_page(reference, poppler, findings):
    for language in ["en", *LIBRARY.languages(reference)]:
        pdf = draw_certificate_preview(shipped_dossier(reference, language))
        assert findings(pdf, "2b") == []
        assert re.search(r"Pages:\s+1\n", poppler("pdfinfo", pdf))


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("key", [
    "certificate-band", "certificate-title-self_assessed", "assurance-self_assessed-says", "unpublished", "limits",
    "certificate-not-issued", "certificate-not-checked", "outcome-met",
])  # fmt: skip
def test_both_languages_are_always_spoken(poppler, key, language):
    text = squeezed(poppler("pdftotext", draw_certificate_preview(dossier(language=language, published=False))))
    for catalogue in CATALOGUES.values():
        assert squeezed(catalogue[key]) in text


def test_what_was_not_checked_is_counted_and_facts_are_named(poppler):
    text = re.sub(r"\s+", " ", poppler("pdftotext", draw_certificate_preview(dossier())))
    assert "Answers that no reviewer has checked: 7" in text
    assert "Governance 2 · Training 2 · Practice on the floor 3" in text
    assert "Critical questions not asked, because of facts that nobody has checked: GHT-06" in text
    assert "Do you offer childcare? (no)" in text


def test_notes_validity_scope_and_holder_stand_on_it(poppler):
    text = poppler("pdftotext", draw_certificate_preview(dossier()))
    for words in (
        "Volunteers have contact with children", "Would be valid 12 months", "Sites: 2", "Riverside Hotel",
        "Kampot, Cambodia", "Guesthouses (test)", "guesthouse@1.0", "sha256:",
    ):  # fmt: skip
        assert words in text


def test_it_has_no_number_and_certifies_nothing(poppler):
    text = poppler("pdftotext", draw_certificate_preview(dossier()))
    assert not re.search(r"\bCP-", text)
    assert "certified" not in text.lower()


def test_no_natural_person_is_named(poppler):
    assert "Sok Dara" not in poppler("pdftotext", draw_certificate_preview(dossier()))


def test_answers_that_nobody_attested_are_previewed_as_such(poppler):
    text = poppler("pdftotext", draw_certificate_preview(dossier(attested=False)))
    assert "Nobody has signed that these answers are true." in text


def test_the_assurance_is_set_no_smaller_than_the_title(poppler):
    sizes = {}
    for name in ["Riverside Hotel", "W" * 150]:
        html = poppler("pdftotext", draw_certificate_preview(dossier(name=name)), "-bbox-layout")
        lines = re.findall(
            r'<line xMin="[\d.]+" yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">(.*?)</line>', html, re.DOTALL
        )
        for top, bottom, inner in lines:
            sizes["".join(re.findall(r">([^<>]+)</word>", inner))] = float(bottom) - float(top)
        title, said = sizes["Certificateofself-assessment"], sizes["Self-assessment.Nobodyelsehascheckedtheseanswers."]
        assert said >= title - 0.01


def test_a_published_questionnaire_is_not_called_unpublished(poppler):
    assert "not published" not in poppler("pdftotext", draw_certificate_preview(dossier(published=True)))


def test_there_is_nothing_to_preview_before_the_outcome_is_met():
    with pytest.raises(ValueError, match="met"):
        draw_certificate_preview(dossier(POOR))


@pytest.mark.parametrize("name", HOSTILE, ids=["long", "khmer", "arabic", "markup"])
def test_hostile_names_stay_on_the_page(name, poppler, findings):
    pdf = draw_certificate_preview(dossier(GOOD, name=name, town=name, invented=name))
    assert findings(pdf, "2b") == []
    words = [line.split("\t") for line in poppler("pdftotext", pdf, "-tsv").splitlines()[1:]]
    boxes = [tuple(map(float, word[6:10])) for word in words if word[0] == "5"]
    assert boxes
    for left, top, width, height in boxes:
        assert left > 20
        assert top > 20
        assert left + width < 822
        assert top + height < 576
