"""Files that strangers bring to be checked: every step is told, nothing is kept, nothing in them becomes part of the page."""

import json
from io import BytesIO

import pytest
from guest import Guest, Shown
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from test_checks import states

from compliance.usecases.certificate_statuses import suspend_certificate
from compliance.usecases.public_checks import MOST_FILE_BYTES
from sealed import certified_hotel

EVIL = "<script>alert(1)</script>"
OTHER = {"issuer": {"id": "did:web:other.example"}, "credentialSubject": {"claim": {"number": EVIL}}}


@pytest.fixture(scope="module")
def hotel(sqlite_template, tmp_path_factory):
    """A hotel with a signed certificate, for all tests that look at it only."""
    folder = tmp_path_factory.mktemp("hotel")
    with certified_hotel(sqlite_template, folder) as hotel:
        yield hotel


@pytest.fixture(scope="module")
def suspended(hotel):
    """The number of another certificate of it, which was suspended after it was signed."""
    number = hotel.certified(sites=("Garden",))
    with hotel.parts.desk.deed(writes=True) as deed:
        suspend_certificate(deed, number, "Shown for another hotel")
    hotel.work(2)
    return number


def brought(hotel, content, name="certificate.json", *, language="en", **headers):
    """The page on what was found in a file that was sent as a browser without scripts sends it."""
    guest = Guest(hotel.client.app).speak(language)
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = {"sec-fetch-site": "same-origin", **headers}
    return Shown(guest, guest.client.post("/check", files={"file": (name, content)}, headers=headers))


def credential(hotel):
    return json.loads(hotel.file(hotel.number, "credential").content)


def test_the_signed_files_hold_in_every_step(hotel):
    for kind in ("credential", "pdf"):
        page = brought(hotel, hotel.file(hotel.number, kind).content)
        assert (page.status, page.heading) == (200, "This file is genuine, and valid today")
        assert {code: state for code, state in states(page).items() if state != "held"} == {
            "witnesses": "not asked for"
        }
        assert ("pdf" in states(page)) == (kind == "pdf")
        assert f"/certificates/{hotel.number}" in page.links
        assert "Only the business itself." in page.text


def test_the_step_that_fails_is_unfolded_and_leads_to_what_was_really_issued(hotel):
    altered = credential(hotel)
    altered["credentialSubject"]["claim"]["holder"]["name"] = EVIL
    page = brought(hotel, altered, name=f"folder\\{EVIL}.json")
    assert page.heading == "Do not rely on this file"
    assert {code: state for code, state in states(page).items() if "*" in state} == {"signature": "false*"}
    assert not page.tree.find_class("app-valid")
    assert not page.tree.xpath("//main//script")
    assert page.text.count(EVIL) >= 2
    assert f"See what we really issued under {hotel.number}" in page.text


def test_what_was_drawn_over_a_signed_page_is_named(hotel):
    """As another code over that of the page; what a phone then reads, tests/usecases/test_verifying_attacks.py shows."""
    writer = IncrementalPdfFileWriter(BytesIO(hotel.file(hotel.number, "pdf").content))
    writer.add_stream_to_page(0, writer.add_object(StreamObject(stream_data=b"q 0 g 0 0 90 90 re f Q")))
    drawn_over = BytesIO()
    writer.write(drawn_over)
    page = brought(hotel, drawn_over.getvalue(), name="certificate.pdf")
    assert page.heading == "Do not rely on this file"
    assert {code for code, state in states(page).items() if state == "false*"} == {"pdf"}
    assert "What the page shows, and where its code leads, may be other than what was signed." in page.text


def test_a_genuine_file_of_a_suspended_certificate_is_not_to_be_relied_on(hotel, suspended):
    page = brought(hotel, hotel.file(suspended, "pdf").content)
    assert {code for code, state in states(page).items() if state.startswith("false")} == {"status"}
    assert page.heading == "Do not rely on this file"


def test_a_longer_log_is_proven_to_go_on_where_the_files_ended(hotel, suspended):
    page = brought(hotel, hotel.file(hotel.number, "credential").content)
    assert states(page)["checkpoints"] == "held"
    assert "and the longer one begins with the shorter one" in page.text


def test_what_only_leads_to_a_certificate_is_followed(hotel):
    status = hotel.client.get(f"/certificates/{hotel.number}/status.json").content
    page = brought(hotel, status)
    assert page.heading == "This file is genuine, and valid today"
    unknown = brought(hotel, {"number": "CP-0000-0000"})
    assert unknown.heading == "Do not rely on this file"
    assert "The issuer has issued no certificate with the number CP-0000-0000." in unknown.text


def test_of_another_issuer_the_page_says_that_it_knows_nothing(hotel):
    page = brought(hotel, OTHER)
    assert page.heading == "This certificate is from another issuer"
    assert "This page only knows certificates of this service." in page.text
    assert "did:web:other.example" in page.text
    assert not states(page)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is not JSON that can be read"), (b"\xff\xfe", "The file is no text in UTF-8."),
        (b'{"a": 1, "a": 2}', "“a” stands twice in one object."), (b'{"a":' + b"[" * 90_000, "nested deeper than 32"),
        (b"[]", "This is no certificate of this kind, and leads to none."), (b"%PDF-1.7 broken", "The PDF is broken"),
        (b'{"credentialSubject": []}', "The credential holds no claim of a certificate."),
        (b'{"number": 7}', "This is no certificate of this kind"), (b'{"proof": 1, "issuer": 5}', "There is no claim"),
        (json.dumps({EVIL: 1, "number": EVIL}).encode(), "cannot be a number of a certificate"),
    ],
)  # fmt: skip
def test_whatever_is_brought_gets_an_answer(hotel, content, says):
    page = brought(hotel, content)
    assert page.status == 200
    assert says in page.text or says == "There is no claim"
    assert any(state.startswith("false") for state in states(page).values())
    assert not page.tree.xpath("//main//script")


def test_no_file_and_one_that_is_too_large_are_said_at_the_field(hotel):
    guest = Guest(hotel.client.app)
    empty = Shown(
        guest, guest.client.post("/check", files={"file": ("", b"")}, headers={"sec-fetch-site": "same-origin"})
    )
    large = brought(hotel, b"x" * (MOST_FILE_BYTES + 1))
    for page in (empty, large, guest.post("/check", {"file": "no upload"})):
        assert page.status == 422
        assert page.mistakes
    assert [field for _, field in empty.mistakes + large.mistakes] == ["file", "file"]


def test_another_site_cannot_send_files_in_a_visitors_name(hotel):
    assert brought(hotel, b"{}", **{"sec-fetch-site": "cross-site"}).status == 403


def test_in_khmer_every_step_is_said_in_khmer(hotel):
    page = brought(hotel, hotel.file(hotel.number, "credential").content, language="km")
    assert not page.tree.xpath("//*[contains(@class, 'app-steps')]//*[@lang='en']")
    assert len(states(page)) == 12
