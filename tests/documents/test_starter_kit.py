"""The starter kit: one page each, in both languages, with the country's own numbers or none."""

import io
from datetime import date

import pikepdf
import pytest
from small_dossiers import HOSTILE, matches

from compliance.documents.starter_kit import TemplateTooLong, draw_kit_document
from compliance.domain.questionnaire import Channel
from compliance.domain.questionnaire.starter_kit import KIT_NAMES, KitBlock, KitDocument, KitTable
from compliance.intake.library import Library, RegisterInvalid
from compliance.intake.starter_kit import NoSuchKit, read_kit
from fixtures.libraries import SHIPPED

DAY = date(2026, 11, 21)
KIT = {
    language: {each.document: each for each in read_kit(SHIPPED / "starter-kit", language)} for language in ("en", "km")
}
CHANNELS = Library(SHIPPED).channels().channels
SHIPPED_DOCUMENTS = [(language, name) for language in KIT for name in KIT_NAMES]


def drawn(document: KitDocument, *, country: str = "KH", channels: tuple[Channel, ...] = CHANNELS) -> bytes:
    return draw_kit_document(document, channels=channels, country=country, made_on=DAY)


def kit(*blocks: KitBlock, **more) -> KitDocument:
    named = {
        "document": "policy",
        "language": "en",
        "reviewed": "yes",
        "title": "A policy",
        "items": ("CORE-01",),
        "note": "It counts once people know it.",
        **more,
    }
    return KitDocument(blocks=blocks, **named)


def channel(**more) -> Channel:
    named = {
        "id": "kh_line",
        "country": "KH",
        "name": {"en": "A line"},
        "operator_type": "helpline",
        "purpose": ("child in danger",),
        "phone": "1280",
        "source": "example.org",
        "source_on": DAY,
        "verify_again_by": date(2027, 5, 21),
        "status": "unverified",
        **more,
    }
    return Channel(**named)


def said(poppler, pdf: bytes) -> str:
    return " ".join(poppler("pdftotext", pdf).split())


@pytest.mark.parametrize(("language", "name"), SHIPPED_DOCUMENTS)
def test_each_document_is_one_page_and_can_be_archived(findings, language, name):
    pdf = drawn(KIT[language][name])
    assert len(pikepdf.open(io.BytesIO(pdf)).pages) == 1
    assert findings(pdf, "2b") == []
    assert pdf == drawn(KIT[language][name])


@pytest.mark.parametrize("country", ["KH", "GB", "TH", "FR", ""])
@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("name", ["staff-notice", "reporting-procedure"])
def test_documents_with_channels_are_one_page_in_every_country(language, name, country):
    pdf = drawn(KIT[language][name], country=country)
    assert len(pikepdf.open(io.BytesIO(pdf)).pages) == 1


@pytest.mark.parametrize(("language", "name"), SHIPPED_DOCUMENTS)
def test_what_it_takes_to_count_and_which_items_it_serves_stand_on_the_page(poppler, language, name):
    document = KIT[language][name]
    words = "".join(poppler("pdftotext", drawn(document)).split())
    assert "".join(document.note.split()) in words
    assert "CCBY4.0" in words
    assert all(item in words for item in document.items)
    assert ("មិនទាន់ត្រូវបានអ្នកជំនាញ" in words) == (document.reviewed == "no")


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("name", ["staff-notice", "wallet-cards"])
def test_the_pages_read_as_they_did(poppler, language, name):
    matches(f"kit-{name}.{language}.txt", poppler("pdftotext", drawn(KIT[language][name], channels=())))


def test_no_type_is_below_nine_points():
    for language, name in SHIPPED_DOCUMENTS:
        with pikepdf.open(io.BytesIO(drawn(KIT[language][name]))) as pdf:
            drawing = pikepdf.parse_content_stream(pdf.pages[0])
            sizes = [float(operands[0]) for operands, operator in drawing if str(operator) == "Tm"]
        assert min(sizes) >= 9, (language, name)


def test_the_local_police_come_first_and_need_no_list(poppler):
    words = said(poppler, drawn(kit(KitBlock(channels="yes")), country="FR"))
    assert "In danger: the local police, at once" in words
    assert "We have not confirmed any other reporting channel" in words


@pytest.mark.parametrize("country", ["FR", "TH", ""])
def test_no_number_of_another_country_is_printed(poppler, country):
    words = said(poppler, drawn(kit(KitBlock(channels="yes")), country=country))
    foreign = {each.phone for each in CHANNELS if each.phone and each.country != country}
    assert not [phone for phone in foreign if phone in words]


def test_an_unverified_number_says_so_and_asks_who_called(poppler):
    words = said(poppler, drawn(kit(KitBlock(channels="yes")), channels=(channel(),)))
    assert "A line: 1280 (child in danger) · not verified by us" in words
    assert "We called on" in words


def test_nobody_is_asked_to_try_out_the_police(poppler):
    words = said(poppler, drawn(kit(KitBlock(channels="yes")), channels=(channel(operator_type="police"),)))
    assert "Compared on" in words
    assert "We called on" not in words


def test_a_verified_number_says_when_until_it_is_to_be_verified_again(poppler):
    verified = {"status": "active", "verified_on": date(2026, 10, 1)}
    words = said(poppler, drawn(kit(KitBlock(channels="yes")), channels=(channel(**verified),)))
    assert "verified on" in words
    assert "not verified by us" not in words
    late = channel(**verified, verify_again_by=date(2026, 11, 20))
    assert "verification out of date" in said(poppler, drawn(kit(KitBlock(channels="yes")), channels=(late,)))


def test_a_dead_number_is_not_printed(poppler):
    assert "1280" not in said(poppler, drawn(kit(KitBlock(channels="yes")), channels=(channel(status="dead"),)))


@pytest.mark.parametrize("words", HOSTILE)
def test_any_words_can_be_printed(words):
    document = kit(
        KitBlock(text=words),
        KitBlock(fill=(words, words)),
        KitBlock(box=words),
        KitBlock(tick=(words,)),
        KitBlock(table=KitTable((words[:60], "b"), 3)),
        title=words[:150],
    )
    assert len(pikepdf.open(io.BytesIO(drawn(document))).pages) == 1


def test_a_text_too_long_for_a_page_is_refused_rather_than_made_unreadable():
    with pytest.raises(TemplateTooLong):
        drawn(kit(*(KitBlock(text="Word " * 700) for _ in range(4))))


def test_a_block_is_exactly_one_thing():
    with pytest.raises(ValueError, match="exactly one"):
        KitBlock(heading="A", text="B")


def test_a_kit_in_an_unknown_language_is_not_there():
    with pytest.raises(NoSuchKit):
        read_kit(SHIPPED / "starter-kit", "../en")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("document: policy", "document: staff-notice", "name-differs"),
        ("title:", "titel:", "unknown-key-near"),
        ("{heading: What we do}", "{heading: What we do, text: And say}", "wrong-shape"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path, old, new, code):
    source = SHIPPED / "starter-kit" / "policy.en.yaml"
    (tmp_path / source.name).write_text(source.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RegisterInvalid) as refusal:
        read_kit(tmp_path, "en")
    assert code in [problem.code for problem in refusal.value.problems]
    assert "policy.en.yaml" in refusal.value.problems[0].where
