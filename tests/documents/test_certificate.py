"""The certificate before it is signed: one page in two languages, and claim and credential inside."""

import re
from datetime import date
from io import BytesIO

import pikepdf
import pytest
from guesthouse import DAY, HOSTILE, LIBRARY, SHIPPED, check_golden, dossier, shipped_dossier
from issued import FINGERPRINT, NUMBER, URL, issued, sites

from codes import read_code
from compliance.documents.certificate import draw_certificate
from compliance.domain.assessment import Scope
from compliance.domain.certificate import IdentityConfirmed, NotChecked
from compliance.words import CATALOGUES

VIETNAMESE = "Khách sạn Đại lộ Nguyễn Huệ và các dịch vụ lưu trú của gia đình chúng tôi ở Thành phố Hồ Chí Minh "
LONG_NAMES = [
    *HOSTILE, ("โรงแรมริมแม่น้ำเจ้าพระยา" * 10)[:150], (VIETNAMESE * 2)[:150],
    (VIETNAMESE + "โรงแรมริมแม่น้ำ" + "ក្រុមហ៊ុនសណ្ឋាគារ" * 4)[:150],
]  # fmt: skip
LABELS = {"en": "What was not checked", "km": "របៀបដែលអត្តសញ្ញាណត្រូវបានបញ្ជាក់"}


def squeezed(text):
    return re.sub(r"\s+", "", text)


def flat(text):
    return re.sub(r"\s+", " ", text)


def said(poppler, certificate):
    return flat(poppler("pdftotext", draw_certificate(certificate)))


def blocks(poppler, pdf):
    """Each line with its text and box: left, top, right, bottom, in points from the upper left corner."""
    lines = {}
    for row in poppler("pdftotext", pdf, "-tsv").splitlines()[1:]:
        level, *place, _word, left, top, width, height, _conf, text = row.split("\t")
        if level == "5":
            left, top, width, height = map(float, (left, top, width, height))
            box = (squeezed(text), left, top, left + width, top + height)
            lines[tuple(place)] = joined(lines[tuple(place)], box) if tuple(place) in lines else box
    return list(lines.values())


def joined(line, word):
    return (
        line[0] + word[0], min(line[1], word[1]), min(line[2], word[2]), max(line[3], word[3]), max(line[4], word[4])
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "km"])
def test_certificates_say_what_the_golden_files_say(poppler, language):
    pdf = draw_certificate(issued(dossier(language=language)))
    check_golden(f"certificate-{language}", poppler("pdftotext", pdf, "-layout"))


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_same_certificate_gives_the_same_bytes(language):
    drawn = draw_certificate(issued(dossier(language=language), is_demo=True))
    draw_certificate(issued(dossier(language=language), name="Another in between"))
    assert draw_certificate(issued(dossier(language=language), is_demo=True)) == drawn


@pytest.mark.parametrize("reference", SHIPPED)
def test_every_shipped_questionnaire_has_a_certificate_on_one_page(reference, poppler, findings):
    for language in ["en", *LIBRARY.languages(reference)]:
        pdf = draw_certificate(issued(shipped_dossier(reference, language)))
        assert findings(pdf, "3b") == []
        assert re.search(r"Pages:\s+1\n", poppler("pdfinfo", pdf))
        assert "Tagged:          yes" in poppler("pdfinfo", pdf)


def test_claim_and_credential_are_inside_byte_for_byte():
    given = issued()
    with pikepdf.open(BytesIO(draw_certificate(given))) as opened:
        assert sorted(opened.attachments) == ["claim.json", "credential.json"]
        assert opened.attachments["claim.json"].get_file().read_bytes() == given.stored_claim
        assert opened.attachments["credential.json"].get_file().read_bytes() == given.credential
        for spec in opened.Root.AF:
            assert spec.AFRelationship == pikepdf.Name.Data
            assert spec.EF.F.Subtype == pikepdf.Name("/application/json")
            assert re.search(r"[ក-៿]", str(spec.Desc))


@pytest.mark.parametrize("language", ["en", "km"])
def test_a_phone_reads_the_address_of_the_verify_page(language, tmp_path):
    assert read_code(draw_certificate(issued(dossier(language=language))), tmp_path) == URL


def test_a_long_address_is_read_too(tmp_path, poppler):
    url = f"https://certificates.child-protection-in-tourism.ministry-of-tourism.example.gov.kh/certificates/{NUMBER}"
    pdf = draw_certificate(issued(url=url))
    assert read_code(pdf, tmp_path) == url
    assert squeezed(f"Valid only while {url} says so.") in squeezed(poppler("pdftotext", pdf))


def test_the_address_can_be_clicked():
    with pikepdf.open(BytesIO(draw_certificate(issued()))) as opened:
        assert [str(each.A.URI) for each in opened.pages[0].Annots] == [URL, URL]


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("key", [
    "certificate-title-self_assessed", "certificate-about", "assurance-self_assessed-says", "certificate-number",
    "certificate-issued", "certificate-valid-until", "certificate-not-checked", "certificate-identity",
    "certificate-code", "certificate-root", "certificate-structure", "limits", "outcome-met",
])  # fmt: skip
def test_both_languages_are_spoken_whatever_the_reader_reads(poppler, key, language):
    text = squeezed(poppler("pdftotext", draw_certificate(issued(dossier(language=language)))))
    for catalogue in CATALOGUES.values():
        assert squeezed(catalogue[key]) in text


def test_what_the_claim_says_stands_on_the_page(poppler):
    text = said(poppler, issued())
    for words in (
        NUMBER, "Riverside Hotel", "21 November 2026", "21 November 2027", "21 វិច្ឆិកា 2026", "21 វិច្ឆិកា 2027",
        "Cambodia · កម្ពុជា", "Sites: 2", "Riverside · Old Market", "Guesthouses (test)", "guesthouse@1.0",
        f"Valid only while {URL} says so.", f"មានសុពលភាព លុះត្រាតែ {URL} បញ្ជាក់ដូច្នេះ។", FINGERPRINT,
        "Issued by Compliance for Children (did:web:certificates.example.org)",
        "ចេញដោយ Compliance for Children (did:web:certificates.example.org)", "Volunteers have contact with children",
        "Answers that no reviewer has checked: 7", "Governance 2 · Training 2 · Practice on the floor 3", "GHT-06",
        "Do you offer childcare?",
    ):  # fmt: skip
        assert words in text
    assert "Preview" not in text
    assert "Demonstration" not in text


def test_a_reader_of_khmer_finds_notes_and_questions_in_khmer_too(poppler):
    text = said(poppler, issued(dossier(language="km")))
    source, read = dossier().source, dossier(language="km").questionnaire
    for questionnaire in (source, read):
        for fact in questionnaire.facts:
            if fact.id == "volunteers":
                assert fact.on_certificate in text
    assert read.title in text


def test_a_note_that_the_questionnaire_lacks_stands_as_the_claim_has_it(poppler):
    text = said(poppler, issued(dossier(language="km"), notes=("Something else is known",)))
    assert text.count("Something else is known") == 1


@pytest.mark.parametrize(("identity", "words"), [
    (("domain_dns", "service", "hotel.example"), "It controls the web domain hotel.example, as seen on 2 May 2026."),
    (("domain_file", "service", "hotel.example"), "It controls the web domain hotel.example, as seen on 2 May 2026."),
    (("register", "service", None), "Its register number was looked up on 2 May 2026."),
    (("register", "operator", None), "The operator of this service looked up its register number on 2 May 2026."),
    (("register", "regulator", None), "A regulator looked up its register number on 2 May 2026."),
    (("register", "regulator", None), "និយ័តករបានពិនិត្យលេខក្នុងបញ្ជីរបស់អាជីវកម្មនេះ នៅថ្ងៃ 2 ឧសភា 2026។"),
])  # fmt: skip
def test_it_says_how_the_identity_was_confirmed(poppler, identity, words):
    proof, by, domain = identity
    confirmed = IdentityConfirmed(proof=proof, by=by, domain=domain, on=date(2026, 5, 2))
    assert squeezed(words) in squeezed(said(poppler, issued(identity=confirmed)))


def test_a_holder_from_elsewhere_has_its_seat_named(poppler):
    text = said(poppler, issued(country="TH", scope=Scope(country="KH", sector="guesthouse", sites=sites("Kep"))))
    assert "Cambodia · កម្ពុជា" in text
    assert "Seat of the business: Thailand" in text
    assert "Seat" not in said(poppler, issued())


def test_a_demonstration_says_so_across_the_top(poppler, findings):
    pdf = draw_certificate(issued(is_demo=True))
    assert findings(pdf, "3b") == []
    lines = blocks(poppler, pdf)
    title = next(line for line in lines if line[0] == "Certificateofself-assessment")
    for catalogue in CATALOGUES.values():
        band = next(line for line in lines if squeezed(catalogue["certificate-demonstration"]) in line[0])
        assert band[4] < title[2]


def test_no_status_is_printed(poppler):
    text = said(poppler, issued()).lower()
    for word in ("suspended", "withdrawn", "superseded", "expired", "active"):
        assert word not in text


@pytest.mark.parametrize("assurance", ["self_assessed", "desk_verified", "site_verified"])
@pytest.mark.parametrize("name", ["Riverside Hotel", "W" * 150])
def test_who_has_checked_stands_directly_under_the_name_and_no_smaller_than_the_title(poppler, name, assurance):
    lines = blocks(poppler, draw_certificate(issued(name=name, assurance=assurance)))
    texts = [text for text, *_ in lines]
    title = lines[texts.index(squeezed(CATALOGUES["en"][f"certificate-title-{assurance}"]))]
    told = lines[texts.index(squeezed(CATALOGUES["en"][f"assurance-{assurance}-says"]))]
    holder = [line for line in lines if re.fullmatch("RiversideHotel|W+", line[0])]
    assert told[4] - told[2] >= title[4] - title[2] - 0.01
    bottom = max(line[4] for line in holder)
    between = [line for line in lines if min(line[2] for line in holder) < (line[2] + line[4]) / 2 < told[2]]
    assert between == holder
    assert bottom - 6 < told[2] < bottom + 20


@pytest.mark.parametrize("count", [1, 5, 100])
def test_all_sites_are_named_or_counted(poppler, count):
    names = [f"House {at} by the river" for at in range(1, count + 1)]
    text = said(poppler, issued(places=names))
    shown = [name for name in names if name in text]
    left = re.search(r"(\d+) more: see the address", text)
    assert f"Sites: {count}" in text
    assert shown == names[: len(shown)]
    assert len(shown) + (int(left[1]) if left else 0) == count
    assert bool(left) == (count == 100)


def test_long_lists_of_what_was_not_checked_are_counted(poppler):
    many = tuple(f"GHT-{at:02}" for at in range(200))
    missing = NotChecked({"GOV": 2}, ("offers_childcare",) * 60, many)
    text = said(poppler, issued(not_checked=missing, notes=("Volunteers have contact with children",) * 60))
    shown = len(set(re.findall(r"GHT-\d\d\d?", text)))
    left = [int(number) for number in re.findall(r"(\d+) more: see the address", text)]
    assert 0 < shown < 200
    assert left[0] == 200 - shown
    assert len(left) == 3
    assert text.count("Volunteers have contact with children") == 60 - left[2]


@pytest.mark.parametrize("name", LONG_NAMES)
@pytest.mark.parametrize("is_demo", [False, True])
def test_nothing_overlaps_or_leaves_the_page(name, is_demo, poppler, findings):
    given = shipped_dossier("tourism-activities@1.0", "km")
    issuer = "Ministry of Tourism " * 7
    pdf = draw_certificate(issued(given, name=name, places=[name] * 30, is_demo=is_demo, issuer_name=issuer))
    assert findings(pdf, "3b") == []
    lines = blocks(poppler, pdf)
    assert len(lines) > 30
    for _, left, top, right, bottom in lines:
        assert left > 28
        assert top > 28
        assert right < 814
        assert bottom < 567
    for at, one in enumerate(lines):
        for other in lines[at + 1 :]:
            assert not overlap(one, other), (one, other)


def overlap(one, other):
    """Whether two lines cover each other by more than the air within them."""
    _, left, top, right, bottom = one
    wide = min(right, other[3]) - max(left, other[1])
    high = min(bottom, other[4]) - max(top, other[2])
    return wide > 1 and high > 0.5 * min(bottom - top, other[4] - other[2])


def test_khmer_is_copied_exactly(poppler):
    name = "ក្រុមហ៊ុនសណ្ឋាគារមាត់ទន្លេកំពត"
    text = said(poppler, issued(dossier(language="km"), name=name, places=["ផ្ទះសំណាក់ស្រីមុំ"]))
    for words in (name, "ផ្ទះសំណាក់ស្រីមុំ", CATALOGUES["km"]["assurance-self_assessed-says"]):
        assert words in text


def test_the_files_title_names_number_and_holder():
    with pikepdf.open(BytesIO(draw_certificate(issued(name="សណ្ឋាគារ (Angkor)")))) as opened:
        assert str(opened.docinfo["/Title"]) == f"Certificate {NUMBER}: សណ្ឋាគារ (Angkor)"
        assert str(opened.docinfo["/CreationDate"]) == f"D:{DAY:%Y%m%d}000000Z"


def test_no_natural_person_is_named(poppler):
    assert "Sok Dara" not in said(poppler, issued())
