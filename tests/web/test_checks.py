from contextlib import closing

import pytest
from guest import Guest
from sqlalchemy import text

from compliance.domain.certificate import SYMBOLS, number_is_valid
from compliance.store.identities import Identity
from compliance.usecases.certificate_statuses import reinstate_certificate, suspend_certificate, withdraw_certificate
from compliance.usecases.public_pages import near_numbers
from hotels import MET, Hotel
from sealed import SignedHotel

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def hotel(migrated_url):
    hotel = Hotel(migrated_url)
    yield hotel
    hotel.parts.close()


@pytest.fixture
def guest(hotel):
    return Guest(hotel.client.app)


@pytest.fixture
def number(hotel):
    """The number of a certificate that was issued, and is not signed yet."""
    with hotel.unit() as unit:
        unit.identities.add(
            Identity(organisation_id=hotel.id, country="KH", state="confirmed", how="register_operator",
                     register="Ministry of Commerce", number="00012345", decided_by=hotel.people["Sok Dara"],
                     decided_at=hotel.now, revision=1, created_at=hotel.now)
        )  # fmt: skip
    hotel.submitted(MET)
    return hotel.must("GET", "./certificates")["certificates"][0]["number"]


@pytest.fixture
def signed(migrated_url, tmp_path):
    """A hotel at a service that has keys."""
    with closing(SignedHotel(migrated_url, tmp_path)) as hotel:
        yield hotel


@pytest.fixture
def stranger(signed):
    return Guest(signed.client.app)


def decide(hotel, do, number, reason="Shown for <b>another</b> hotel"):
    with hotel.parts.desk.deed(writes=True) as deed:
        do(deed, number, reason)
    hotel.work(2)


def states(page):
    """Step → what came of it, on a page that shows them; with a star where it is unfolded."""
    return {each.get("id").removeprefix("step-"): each.xpath(".//strong")[0].text_content().lower() + "*" * ("open" in each.attrib)
            for each in page.tree.xpath("//*[contains(@class, 'app-steps')]//details")}  # fmt: skip


def put_claim(hotel, number, **replaced):
    """Write a claim into the store in which some words are others."""
    with hotel.unit() as unit:
        connection = unit.certificates._connection
        claim = connection.execute(text("SELECT claim FROM certificates WHERE number = :n"), {"n": number}).scalar_one()
        claim = bytes(claim)
        for before, after in replaced.items():
            claim = claim.replace(before.encode(), after.encode())
        connection.execute(text("UPDATE certificates SET claim = :c WHERE number = :n"), {"c": claim, "n": number})


def mistyped(number):
    """The number with one symbol that is another, and looks like none of the likely ones."""
    return next(number[:-1] + each for each in SYMBOLS if each != number[-1])


def test_a_certificate_that_is_being_signed_is_not_called_valid_yet(guest, number):
    page = guest.open(f"/certificates/{number}")
    assert (page.status, page.heading) == (200, "Riverside Hotel")
    assert "Issued, and being signed" in page.text
    assert "Valid today" not in page.text
    assert not page.tree.find_class("app-valid")
    assert "Only the business itself." in page.text
    assert "River" in page.text
    assert "Cambodia" in page.text
    assert "Sok Dara" not in page.text
    assert "It does not say that children are safe there" in page.text
    assert "The operator of this service looked up its register number" in page.text


def test_only_what_is_active_and_signed_is_shown_in_green(signed, stranger):
    number = signed.certified()
    page = stranger.open(f"/certificates/{number}")
    assert "Valid today" in page.text
    assert page.tree.find_class("app-valid")
    assert "Only the business itself has checked its answers." in page.text
    assert f"/certificates/{number}/certificate.pdf" in page.links
    assert {code: state for code, state in states(page).items() if state != "held"} == {"witnesses": "not asked for"}
    decide(signed, suspend_certificate, number)
    page = stranger.open(f"/certificates/{number}")
    assert "Not valid: it is suspended" in page.text
    assert not page.tree.find_class("app-valid")
    assert states(page)["status"] == "false*"
    assert "another" not in page.text.replace("another organisation", "").replace("another business", "").replace(
        "another number", "")  # fmt: skip


@ONE_ENGINE
def test_its_owner_is_led_to_the_signed_file_once_it_is_there(signed, stranger):
    stranger.client.cookies.set("session", signed.session("Sok Dara"), domain="testserver.local", path="/")
    assessment = signed.submitted(MET)
    result = f"{signed.at}/assessments/{assessment}/result"
    assert "It is being signed. In a minute you can download it here." in stranger.open(result).text
    assert not [each for each in stranger.open(signed.at).links if each.endswith("certificate.pdf")]
    signed.work()
    for path in (result, signed.at):
        link = next(each for each in stranger.open(path).links if each.endswith("/certificate.pdf"))
        assert stranger.open(link).answer.content.startswith(b"%PDF-")


@ONE_ENGINE
def test_what_changes_is_seen_at_once_though_verdicts_are_kept(signed, stranger):
    number = signed.certified()
    shown = []
    for do in (suspend_certificate, reinstate_certificate, withdraw_certificate):
        stranger.open(f"/certificates/{number}")
        decide(signed, do, number)
        page = stranger.open(f"/certificates/{number}")
        shown.append((bool(page.tree.find_class("app-valid")), states(page)["status"]))
    assert shown == [(False, "false*"), (True, "held"), (False, "false*")]
    assert "It will not come back." in page.text


@ONE_ENGINE
def test_every_file_that_the_page_names_is_there(signed, stranger):
    number = signed.certified()
    page = stranger.open(f"/certificates/{number}")
    for link in [each for each in page.links if each.endswith((".pdf", ".json", ".html", "checkpoint"))]:
        assert stranger.open(link).status == 200, link
    saved = stranger.open("/check/standalone.html").answer.headers
    assert saved["content-disposition"].startswith("attachment")
    assert "html" not in saved["content-type"]


@ONE_ENGINE
def test_what_reads_as_valid_and_fails_its_own_check_is_not_called_valid(signed, stranger):
    number = signed.certified()
    altered = signed.file(number, "credential").content.replace(b"Riverside", b"Roverside")
    with signed.unit() as unit:
        unit.signed._connection.execute(
            text("UPDATE signed_files SET content = :c, digest = 'other' WHERE kind = 'credential'"), {"c": altered}
        )
    page = stranger.open(f"/certificates/{number}")
    assert "Not confirmed: our own check found something wrong" in page.text
    assert not page.tree.find_class("app-valid")
    assert states(page)["signature"] == "false*"


@ONE_ENGINE
def test_one_that_ends_within_a_month_says_so(signed, stranger):
    number = signed.certified()
    assert "It ends soon." not in stranger.open(f"/certificates/{number}").text
    signed.now = signed.now.replace(year=2027, month=11, day=1)
    assert "It ends soon." in stranger.open(f"/certificates/{number}").text


@ONE_ENGINE
def test_after_its_last_day_it_has_expired(signed, stranger):
    number = signed.certified()
    signed.now = signed.now.replace(year=2028)
    page = stranger.open(f"/certificates/{number}")
    assert "Not valid: it has expired" in page.text
    assert "Its last day was 22 November 2027." in page.text
    assert states(page)["days"].startswith("false")


@ONE_ENGINE
def test_a_script_for_a_name_is_shown_as_text(signed, stranger):
    number = signed.certified()
    put_claim(signed, number, **{"Riverside Hotel": "<script>alert(1)</script>"})
    page = stranger.open(f"/certificates/{number}")
    assert page.heading == "<script>alert(1)</script>"
    assert not page.tree.xpath("//main//script")
    assert "Not confirmed: our own check found something wrong" in page.text, "nobody signed that name"


@ONE_ENGINE
def test_in_khmer_every_step_is_said_in_khmer(signed, stranger):
    number = signed.certified()
    page = stranger.speak("km").open(f"/certificates/{number}")
    assert not page.tree.xpath("//*[contains(@class, 'app-steps')]//*[@lang='en']")
    assert "មានសុពលភាពនៅថ្ងៃនេះ" in page.text


@ONE_ENGINE
def test_a_number_is_read_however_it_is_typed(guest, number):
    bare = number.removeprefix("CP-").replace("-", "")
    for typed in (
        number,
        number.lower(),
        bare,
        f"  cp {bare[:3]} {bare[3:]} ",
        bare.replace("0", "O").replace("1", "l"),
    ):
        page = Guest(guest.client.app).open(f"/check?number={typed.replace(' ', '%20')}")
        assert page.path == f"/certificates/{number}"
    assert guest.open(f"/certificates/{bare.lower()}").path == f"/certificates/{number}"


@ONE_ENGINE
def test_a_mistyped_number_is_said_kindly_and_stays_in_the_field(guest, number):
    page = guest.open(f"/check?number={mistyped(number)}")
    assert page.status == 422
    assert [field for _, field in page.mistakes] == ["number"]
    assert page.tree.xpath("//input[@id='number']/@value") == [mistyped(number)]
    assert "Look again at what is easily mistaken" in page.text
    assert guest.open(f"/certificates/{mistyped(number)}").path.startswith("/check?number=")


@ONE_ENGINE
def test_a_number_that_is_too_short_is_counted(guest):
    page = guest.open("/check?number=CP-7QF4")
    assert "You typed 4 letters and digits; after CP there are 8." in page.text


@ONE_ENGINE
def test_nothing_typed_is_said_at_the_field(guest):
    assert guest.open("/check?number=").mistakes == [("Number of the certificate: Fill this in.", "number")]
    assert guest.open("/check").mistakes == []


@ONE_ENGINE
def test_what_is_typed_is_shown_as_text_only(guest):
    page = guest.open("/check?number=%3Cscript%3Ealert(1)%3C/script%3E")
    assert page.status == 422
    assert not page.tree.xpath("//main//script")
    assert guest.open("/certificates/%3Cscript%3E").status == 422


@ONE_ENGINE
def test_a_number_that_nobody_has_gets_a_kind_page(guest):
    page = guest.open("/certificates/CP-0000-0000")
    assert (page.status, page.heading) == (404, "No certificate has this number")
    assert "/check" in page.links


def test_one_symbol_that_looks_alike_leads_to_the_numbers_that_may_be_meant():
    good = next(f"CP-7QF8-{each}2X{last}" for each in SYMBOLS for last in SYMBOLS
                if number_is_valid(f"CP-7QF8-{each}2X{last}"))  # fmt: skip
    assert good in near_numbers(good.replace("8", "B"))
    swapped = f"CP-Q7{good[5:]}"
    assert good in near_numbers(swapped)
    assert near_numbers("no number") == []
    assert len(near_numbers("CP-8B5S-2Z6G")) <= 3
