"""The report: what it says first, what it says of every kind of answer, and that nothing breaks it."""

import re
from datetime import date

import pytest
from guesthouse import DECIDED, DECISIONS, GOOD, HOSTILE, LIBRARY, POOR, SHIPPED, check_golden, dossier, shipped_dossier

from compliance.documents.report import draw_report
from compliance.domain.scoring import Answer
from compliance.words import CATALOGUES, en_reports, km_reports


def words(poppler, pdf):
    """The text without line breaks and running lines, for sentences that wrap."""
    return re.sub(r"\s+", " ", poppler("pdftotext", pdf))


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("name", ["met", "not-met", "decided"])
def test_reports_say_what_the_golden_files_say(poppler, name, language):
    given = {
        "met": dossier(language=language),
        "not-met": dossier(POOR, language, attested=False, published=False, invented="made up for a test"),
        "decided": dossier(DECIDED, language, decisions=DECISIONS),
    }[name]
    check_golden(f"report-{name}-{language}", poppler("pdftotext", draw_report(given), "-layout"))


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_same_dossier_gives_the_same_bytes(language):
    given = dossier(POOR, language)
    assert draw_report(given) == draw_report(given)


@pytest.mark.parametrize("reference", SHIPPED)
def test_every_shipped_questionnaire_has_a_report_that_archives_take(reference, findings):
    for language in ["en", *LIBRARY.languages(reference)]:
        assert findings(draw_report(shipped_dossier(reference, language, good=False)), "2b") == []


def test_the_first_page_tells_the_outcome_before_any_number(poppler):
    text = words(poppler, draw_report(dossier(POOR, invented="made up for a test")))
    first, assurance, percent = (text.index(each) for each in ("Outcome: Not met", "Nobody else has checked", "%"))
    assert first < assurance < percent
    for sentence in (
        "This is where the work begins. Start with these three.",
        "Invented example: made up for a test",
        "Sok Dara, General manager",
        "Declared is what the answers earn as they were given.",
    ):
        assert sentence in text


def test_the_first_page_holds_reasons_and_first_tasks(poppler):
    page = re.sub(r"\s+", " ", poppler("pdftotext", draw_report(dossier(POOR)), "-l", "1"))
    assert "What weighs most: 3 of 8 reasons" in page
    assert "GHT-01 is critical and does not pass" in page
    assert "Is there a written policy?" in page
    assert "Write the policy on one page and sign it" in page
    assert "Train everybody" in page or "Attach the evidence" in page


@pytest.mark.parametrize(("changes", "sentence"), [
    ({}, "Nobody else has checked these answers."),
    ({"attested": False}, "Nobody has signed that these answers are true."),
    ({"attested": False}, "Attested by nobody"),
    ({"published": False}, "Questionnaire not published by the issuer"),
])  # fmt: skip
def test_what_must_be_admitted_is_printed(poppler, changes, sentence):
    assert sentence in words(poppler, draw_report(dossier(**changes)))


def test_every_kind_of_empty_is_told_apart(poppler):
    text = words(poppler, draw_report(dossier(POOR)))
    assert "Not asked, because you answered “no” to: Do you offer childcare?" in text
    assert "Claimed not to apply, because: Our telephone is being repaired." in text
    assert "Not answered: 0 points." in text
    assert "We have never reviewed it" in text


def test_items_say_what_they_earned_and_why(poppler):
    text = words(poppler, draw_report(dossier(POOR | {"GHT-03": GOOD["GHT-03"]})))
    assert "Declared answers carry at most 40 points, so 40 of 100 count as assured." in text
    assert "The evidence is older than 24 months, so the answer counts as declared." in text
    assert "Critical: not passed (75 points and evidence needed)." in text
    assert "A fact behind this question has not yet been confirmed by a person." in text
    assert "Own words We are still writing it." in text
    assert "Own words, not scored Answer Our cook." in text
    assert "more than 20 % of its weight" in text


def test_pieces_of_evidence_are_named_and_dated(poppler):
    text = words(poppler, draw_report(dossier()))
    assert "Policy: its date and who signed it: signed by the owner (record, dated" in text


def test_reviewers_decisions_stand_beside_the_answers(poppler):
    text = words(poppler, draw_report(dossier(DECIDED, decisions=DECISIONS)))
    assert "4 of 4: reviewed every year" in text
    assert "Reason: Nobody knows it. Found instead: 2 of 4: written and signed. Evidence: verified on site." in text
    assert "Claim refused" in text
    assert "Fact corrected" in text
    assert "Found instead: yes." in text


def test_a_text_item_that_is_not_asked_is_left_out(poppler):
    assert "What are you proud of?" in words(poppler, draw_report(dossier(POOR)))


def test_the_rule_is_told_with_the_numbers_of_the_questionnaire(poppler):
    text = words(poppler, draw_report(dossier()))
    for sentence in (
        "the assured total is at least 70 %",
        "at least 50 % in every section (of an assured weight of 8 or more)",
        "and the assured total is at least 55 %",
        "documented 80 points",
        "from 0 days: 100, from 31 days: 50, from 61 days: 0, “We do not train them”: 0",
        "0 if one of these is missing: The desk",
        "Never: 0; Every year: 60; Every month: 100",
        "A self-assessment earns no badge",
        "How this could be cheated",
        "It does not say that children are safe there",
        "sha256:",
    ):
        assert sentence in text


def test_khmer_can_be_found_again_and_says_that_nobody_reviewed_it(poppler):
    text = re.sub(r"\s+", "", poppler("pdftotext", draw_report(dossier(POOR, "km"))))
    for sentence in (
        "តើមានគោលនយោបាយគាំពារកុមារជាលាយលក្ខណ៍អក្សរដែរឬទេ?",
        "អត្ថបទភាសាខ្មែរមិនទាន់ត្រូវបាន",
        CATALOGUES["km"]["assurance-self_assessed-says"],
    ):
        assert re.sub(r"\s+", "", sentence) in text


@pytest.mark.parametrize("name", HOSTILE, ids=["long", "khmer", "arabic", "markup"])
def test_hostile_words_stay_words(name, poppler, findings):
    note = (name * 20)[:1000]
    answers = POOR | {"GHT-01": Answer(value=1, note=note), "GHT-08": Answer(not_applicable=note)}
    pdf = draw_report(dossier(answers, name=name, town=name, invented=name))
    assert findings(pdf, "2b") == []
    assert poppler("pdftotext", pdf)


def test_evidence_dates_are_said(poppler):
    answers = GOOD | {"GHT-07": Answer(value=("desk",), evidence="documented", evidence_on=date(2026, 1, 5))}
    assert re.search(r"documented, dated [^.]*2026", words(poppler, draw_report(dossier(answers))))


# Words


def test_every_sentence_is_said_in_both_languages_with_the_same_facts():
    english, khmer = en_reports.SENTENCES, km_reports.SENTENCES
    assert english.keys() == khmer.keys()
    fields = re.compile(r"\{(\w+)\}")
    for key, sentence in english.items():
        assert sorted(fields.findall(sentence)) == sorted(fields.findall(khmer[key])), key


def test_no_document_calls_anybody_certified():
    for sentences in (CATALOGUES["en"], en_reports.SENTENCES):
        assert not [key for key, sentence in sentences.items() if "certified" in sentence.lower()]
