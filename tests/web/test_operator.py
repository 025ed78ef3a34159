from datetime import UTC, datetime, timedelta

import pytest
from guest import Guest
from phone import set_up_phone

from compliance.app import settings_shown
from compliance.domain.actor import ROLES_OF
from compliance.notify import FolderPost, Mail
from compliance.settings import every_setting, read_settings
from compliance.store.identities import Identity
from compliance.store.organisations import Organisation, Profile
from compliance.store.sessions import Session
from compliance.usecases.credentials import hashed
from compliance.usecases.jobs import claim_jobs, fail_job
from hotels import MET, Hotel
from visitor import PASSWORD, Service

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
PAGES = ["", "/identities", "/jobs", "/mail", "/organisations", "/channels", "/translations", "/settings",
         "/certificates", "/people", "/regulators", "/regulators/new"]  # fmt: skip
REGISTER = {"register": "Chamber of Commerce", "number": "KH-00 123/4"}


@pytest.fixture
def operator(service, guest):
    """The operator's browser."""
    guest.log_in(service.operator(has_phone=False).email, PASSWORD)
    set_up_phone(service, guest)
    return guest


@pytest.fixture
def owner(service):
    """A business that gave its register number."""
    owner = service.visitor("Sok Dara")
    owner.begin("River <script>alert(1)</script> Hotel")
    owner.must("POST", f"{owner.at}/identities/KH/register", json=REGISTER)
    return owner


def state_of(owner):
    return owner.must("GET", f"{owner.at}/identities/KH")["state"]


@ONE_ENGINE
@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_the_operators_alone(service, operator, path):
    page = operator.open(f"/operator{path}")
    assert (page.status, len(page.tree.xpath("//h1"))) == (200, 1)
    stranger = Guest(service.client.app)
    assert stranger.open(f"/operator{path}").path.startswith("/log-in?to=")
    visitor = service.visitor("Chan Thida")
    visitor.begin()
    stranger.log_in(visitor.email, PASSWORD)
    assert stranger.open(f"/operator{path}").status == 403


@ONE_ENGINE
def test_what_waits_is_counted_on_the_first_page(operator, owner):
    page = operator.open("/operator")
    assert "Register numbers to look up 1" in page.text
    assert "Jobs that were given up Nothing waits" in page.text


def test_a_number_that_was_looked_up_is_confirmed(service, operator, owner):
    page = operator.open("/operator/identities")
    assert "<script>" not in page.answer.text.replace("<script src", "")
    page = page.follow("River <script>alert(1)</script> Hotel")
    assert "KH-00 123/4" in page.text
    done = page.send("/confirmation")
    assert "The number is confirmed." in done.text
    assert "Nothing waits." in done.text
    assert state_of(owner) == "confirmed"
    assert "KH-00 123/4" in operator.open("/operator/identities?state=confirmed").text
    again = operator.open(f"/operator/identities/{owner.organisation_id}/KH")
    assert [form for form in again.forms if form.method == "POST"] == []


def test_a_refusal_needs_its_reason_and_mails_it(service, operator, owner):
    page = operator.open(f"/operator/identities/{owner.organisation_id}/KH")
    page = page.send("/refusal", reason="  ")
    assert (page.status, [field for _, field in page.mistakes]) == (422, ["reason"])
    assert state_of(owner) == "waiting"
    done = page.send("/refusal", reason="The name is <b>another</b>.")
    assert "The number is refused." in done.text
    assert state_of(owner) == "refused"
    assert service.mail(owner.email, "identity_refused")["reason"] == "The name is <b>another</b>."


@ONE_ENGINE
def test_a_number_that_was_changed_meanwhile_is_shown_anew_and_not_confirmed(operator, owner):
    page = operator.open(f"/operator/identities/{owner.organisation_id}/KH")
    owner.must("POST", f"{owner.at}/identities/KH/register", json=REGISTER | {"number": "999"})
    page = page.send("/confirmation")
    assert page.status in (409, 412)
    assert "The number was changed while you were looking it up." in page.text
    assert "999" in page.text
    assert state_of(owner) == "waiting"
    page.send("/confirmation")
    assert state_of(owner) == "confirmed"


@ONE_ENGINE
def test_addresses_that_take_forms_only_lead_to_their_page(operator, owner):
    at = f"/operator/identities/{owner.organisation_id}/KH"
    assert operator.open(f"{at}/confirmation").path == at
    assert operator.open(f"{at}/refusal").path == at


@ONE_ENGINE
@pytest.mark.parametrize("country", ["TH", "<b>"])
def test_an_identity_that_nobody_gave_is_no_page(operator, owner, country):
    assert operator.open(f"/operator/identities/{owner.organisation_id}/{country}").status == 404
    assert operator.open(f"/operator/identities/no-id/{country}").status == 404
    assert operator.post(f"/operator/identities/{owner.organisation_id}/{country}/confirmation",
                         {"seen": "1"}).status == 404  # fmt: skip


def test_a_job_that_was_given_up_is_tried_again(service, operator, owner):
    desk = service.parts.desk
    for job in claim_jobs(desk, lease_s=60, most=100):
        fail_job(desk, job, "out-of-reach", wait=None)
    page = operator.open("/operator/jobs")
    assert "out-of-reach" in page.text
    assert owner.email not in page.answer.text
    done = page.send("/retry")
    assert "The job is tried again now." in done.text
    assert "Waiting (1)" in operator.open("/operator/jobs?state=ready").text
    assert operator.post("/operator/jobs/00000000-0000-7000-8000-000000000000/retry", {}).status == 404


@ONE_ENGINE
def test_a_state_or_place_that_is_none_is_said_or_passed_over(operator):
    assert operator.open("/operator/jobs?state=%3Cb%3E").status == 200
    assert operator.open("/operator/jobs?cursor=nonsense").status == 422
    assert operator.open("/operator/identities?state=stated").status == 200


@ONE_ENGINE
def test_mails_that_lie_in_a_folder_can_be_read(migrated_url, clock, tmp_path):
    (tmp_path / "mail").mkdir()
    with Service(migrated_url, clock=clock, mail_folder=tmp_path / "mail") as service:
        guest = Guest(service.client.app)
        guest.log_in(service.operator(has_phone=False).email, PASSWORD)
        set_up_phone(service, guest)
        assert "No mail was written yet." in guest.open("/operator/mail").text
        post = FolderPost(tmp_path / "mail", sender="us@service.example")
        for number in range(30):
            post.send(Mail("sok@hotel.example", f"Mail {number}", "Please look.\n", f"<{number}@a.example>",
                           datetime(2026, 11, 22, 9, number, tzinfo=UTC)))  # fmt: skip
        first = guest.open("/operator/mail")
        assert ("Mail 29" in first.text, "Mail 5 " in first.text, "Mail 4 " in first.text) == (True, True, False)
        second = first.follow("Next page")
        assert ("Mail 5 " in second.text, "Mail 4 " in second.text, "Next page" in second.text) == (False, True, False)
        assert guest.open("/operator/mail?cursor=nonsense").status == 422


@ONE_ENGINE
def test_where_a_mail_server_takes_them_the_page_says_so(operator):
    assert "A mail server takes the mails here" in operator.open("/operator/mail").text


@ONE_ENGINE
def test_every_setting_is_shown_with_where_it_comes_from_and_no_secret(migrated_url, clock, tmp_path):
    (tmp_path / "token").write_text("the-metrics-token-nobody-may-see-1234567\n")
    secrets = {"SECRET_KEY": "a2V5IG9mIHRoaXMgbWFjaGluZSwgMzIgb2N0ZXRzISE=", "SMTP_PASSWORD": "topsecret1",
               "DATABASE_PASSWORD": "topsecret2", "EVIDENCE_S3_ACCESS_KEY": "topsecret3",
               "EVIDENCE_S3_SECRET_KEY": "topsecret4"}  # fmt: skip
    given = {"DATABASE_URL": "postgresql://check@db.example/check", "SMTP_HOST": "mail.example.org", "SMTP_USERNAME": "check",
             "MAIL_FROM": "check@example.org", "EVIDENCE_S3_BUCKET": "evidence",
             "EVIDENCE_S3_ENDPOINT": "https://s3.example", "METRICS_TOKEN_FILE": str(tmp_path / "token"), **secrets}  # fmt: skip
    settings = read_settings({f"COMPLIANCE_{name}": value for name, value in given.items()})
    with Service(migrated_url, clock=clock, settings=settings_shown(settings)) as service:
        guest = Guest(service.client.app)
        guest.log_in(service.operator(has_phone=False).email, PASSWORD)
        set_up_phone(service, guest)
        page = guest.open("/operator/settings")
        khmer = guest.open("/language/km?to=/operator/settings")
    rows = {row.findtext(".//th/bdi"): [" ".join(cell.text_content().split()) for cell in row.xpath("./td")]
            for row in page.tree.xpath("//tbody/tr")}  # fmt: skip
    assert list(rows) == [each.name for each in every_setting()]
    assert rows["COMPLIANCE_SMTP_HOST"] == ["mail.example.org", "environment"]
    assert rows["COMPLIANCE_PORT"] == ["8000", "default"]
    assert rows["COMPLIANCE_METRICS_TOKEN"][1] == f"file {tmp_path / 'token'}"
    assert "End after 60 minutes without use" in page.text
    assert khmer.tree.get("lang") == "km"
    for shown in (page, khmer):
        for value in (*secrets.values(), "the-metrics-token-nobody-may-see-1234567"):
            assert value not in shown.answer.text


@ONE_ENGINE
def test_organisations_are_listed_without_their_people(operator, owner):
    page = operator.open("/operator/organisations")
    assert "River <script>alert(1)</script> Hotel" in page.text
    assert owner.name not in page.text
    assert owner.email not in page.answer.text


@ONE_ENGINE
def test_channels_and_translations_that_wait_are_named(operator):
    assert "Police hotline" in operator.open("/operator/channels").text
    assert "/questionnaires/hospitality@1.0?language=km" in operator.open("/operator/translations").links


# Certificates


@pytest.fixture
def hotel(migrated_url):
    """A hotel with a certificate, and an operator."""
    hotel = Hotel(migrated_url)
    operator_id = hotel.new_id()
    with hotel.unit() as unit:
        unit.identities.add(
            Identity(organisation_id=hotel.id, country="KH", state="confirmed", how="register_operator",
                     register="Ministry of Commerce", number="00012345", decided_by=hotel.people["Sok Dara"],
                     decided_at=hotel.now, revision=1, created_at=hotel.now)
        )  # fmt: skip
        unit.organisations.add(Organisation(id=operator_id, name="Operator", country="KH", town=None, language="en",
                                            kinds=("operator",), profile=Profile(), revision=1,
                                            created_at=hotel.now))  # fmt: skip
    hotel.add_person("Admin")
    hotel.join(operator_id, "Admin", ROLES_OF["operator"])
    hotel.submitted(MET)
    yield hotel
    hotel.parts.close()


@pytest.fixture
def number(hotel):
    return hotel.must("GET", "./certificates")["certificates"][0]["number"]


@pytest.fixture
def admin(hotel):
    guest = Guest(hotel.client.app)
    token = f"cs_{'a' * 48}"
    with hotel.unit() as unit:
        unit.sessions.add(Session(token_hash=hashed(token), id=hotel.new_id(), user_id=hotel.people["Admin"],
                                  device="test", created_at=hotel.now, last_seen_at=hotel.now,
                                  expires_at=hotel.now + timedelta(hours=8), second_factor_at=hotel.now))  # fmt: skip
    guest.client.cookies.set("session", token)
    return guest


def status(hotel):
    return hotel.must("GET", "./certificates")["certificates"][0]["status"]


def test_a_misused_certificate_is_suspended_reinstated_and_withdrawn(hotel, admin, number):
    page = admin.open(f"/operator/certificates?number={number.lower()}")
    assert page.path == f"/operator/certificates/{number}"
    done = page.follow("Suspend it").send("/suspension", reason="Shown for another hotel")
    assert "The certificate is suspended." in done.text
    assert status(hotel) == "suspended"
    done = done.follow("Reinstate it").send("/reinstatement", reason="It was a mistake")
    assert "The certificate is valid again." in done.text
    assert status(hotel) == "active"
    done = done.follow("Withdraw it for good").send("/withdrawal", reason="Again, on purpose", final=["yes"])
    assert "The certificate is withdrawn." in done.text
    assert "This state is final" in done.text
    assert status(hotel) == "withdrawn"
    assert [kind for _, kind, _ in hotel.mails() if kind.startswith("certificate_")] == [
        "certificate_suspended", "certificate_reinstated", "certificate_withdrawn"]  # fmt: skip


@ONE_ENGINE
def test_a_decision_needs_its_reason_and_a_final_one_a_tick(hotel, admin, number):
    page = admin.open(f"/operator/certificates/{number}/suspension").send("/suspension", reason="")
    assert (page.status, [field for _, field in page.mistakes]) == (422, ["reason"])
    page = admin.open(f"/operator/certificates/{number}/withdrawal")
    page = page.send("/withdrawal", reason="Two <script>")
    assert [field for _, field in page.mistakes] == ["final"]
    assert page.form("/withdrawal").fields["reason"].strip() == "Two <script>"
    assert status(hotel) == "active"


@ONE_ENGINE
def test_what_cannot_be_decided_is_said_where_it_was_tried(hotel, admin, number):
    page = admin.post(f"/operator/certificates/{number}/reinstatement", {"reason": "It is active already"})
    assert page.status == 409
    assert len(page.mistakes) == 1
    assert page.heading == "Reinstate this certificate"
    assert admin.open(f"/operator/certificates/{number}/reinstatement").path == f"/operator/certificates/{number}"


@ONE_ENGINE
def test_a_number_that_nobody_has_is_said_at_the_field(admin):
    assert admin.open("/operator/certificates?number=CP-0000-0000").status == 422
    assert [field for _, field in admin.open("/operator/certificates?number=x").mistakes] == ["number"]
    assert admin.open("/operator/certificates/CP-0000-0000").status == 404


@ONE_ENGINE
def test_the_owner_of_a_business_decides_about_no_certificate(hotel, number):
    guest = Guest(hotel.client.app)
    guest.client.cookies.set("session", hotel.session("Sok Dara"))
    assert guest.open(f"/operator/certificates/{number}").status == 403
    assert guest.post(f"/operator/certificates/{number}/suspension", {"reason": "No"}).status == 403
    assert status(hotel) == "active"
