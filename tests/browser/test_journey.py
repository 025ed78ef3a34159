"""A hotel's whole first assessment in a real browser: register, profile, answers, evidence, signature, certificate, plan.

In English and in Khmer, with scripts and without, on a phone and at a desk. Every page on the way is looked at, with
scripts only: without them it is the same page, and axe is one. In English the first question of each type is answered as
people do, field by field; all others in one step a page.
"""

import itertools
import re
from datetime import date

import msgspec
import pytest
from browsing import DESK, PHONE, opened
from traveller import Traveller

from compliance.domain.questionnaire import MaturityItem
from compliance.domain.scoring import Answer
from compliance.intake.answers import AnswersFile, read_answers_file
from compliance.store.identities import Identity
from compliance.web.item_fields import fields_from
from fixtures.libraries import ROOT
from visitor import PASSWORD

JOURNEYS = list(itertools.product(("en", "km"), (True, False), (PHONE, DESK)))
EMAIL = "dara@riverside.example"


def evidenced_on(answer: Answer) -> date | None:
    """The day of the paper that the answer rests on; None where it rests on none."""
    return answer.pieces[0].dated_on if answer.pieces else answer.evidence_on


def whole_hotel() -> AnswersFile:
    """The hotel that meets the bar, with remote check-in and childcare, so that all 38 questions are asked."""
    file = read_answers_file(ROOT / "examples" / "hotel-met.yaml", decisions_allowed=True).answers
    like = file.answers["HOS-01"]
    return msgspec.structs.replace(
        file, profile={**file.profile, "remote_check_in": "yes", "offers_childcare": "yes"},
        answers={**file.answers, **{item: msgspec.structs.replace(like, value=4, pieces=(), evidence="documented",
                                                                  evidence_on=date(2026, 10, 2)) for item in ("HOS-07", "HOS-08")}},
    )  # fmt: skip


def confirm_identity(service, email):
    """The operator looked the register number up."""
    with service.deed(writes=True) as deed:
        user = deed.unit.people.find_by_email(email)
        organisation = deed.unit.organisations.of_person(user.id)[0][0]
        deed.unit.identities.add(Identity(
            organisation_id=organisation.id, country="KH", state="confirmed", how="register_operator",
            register="Register of the test", number="1", asked_at=deed.now, decided_at=deed.now, revision=1,
            created_at=deed.now))  # fmt: skip
    return organisation.id


def register(me: Traveller, service):
    """From nobody to somebody with a hotel."""
    me.go("/register").look("register")
    me.fill(name="", email="not an address", password="short").press().look("register-mistakes", refused=True)
    me.fill(name="Sok Dara", email=EMAIL, password=PASSWORD).press().look("check-mail")
    me.fill(code=service.mail(EMAIL, "verify_email")["code"]).press()
    if "/log-in" in me.path:
        me.look("log-in").fill(email=EMAIL, password=PASSWORD).press()
    me.go("/organisations/new").look("organisation-new")
    me.fill(name="Riverside Hotel", country="KH", town="Siem Reap").press().look("overview-empty")


def answer_everything(me: Traveller, service, draft, file: AnswersFile, *, details):
    """One thing per page, until nothing is asked any more. `details`: what is opened to add evidence, where the first
    question of each type is answered by hand."""
    with service.deed() as deed:
        questionnaire = deed.means.shelf.questionnaire(deed.means.shelf.named("hospitality@1.0").copy.digest)
    items = {item.id: item for section in questionnaire.sections for item in section.items}
    looked: set[type] = set()
    count = 0
    for item_id, answer in file.answers.items():
        item = items[item_id]
        if me.path != f"{draft}/items/{item_id}":  # the answer before leads to the next question of its section
            me.go(f"{draft}/items/{item_id}")
        given = fields_from(item, answer)
        if given.get("reason"):
            given["not_applicable"] = "yes"
        fields = {f"{item_id}.{name}": value for name, value in given.items() if value and name != "note"}
        day = evidenced_on(answer)
        evidence = {f"{item_id}.what": "A folder in the office", f"{item_id}.dated": day} if day else {}
        is_first = type(item) not in looked
        if is_first:
            looked.add(type(item))
            me.look(f"item-{type(item).__name__.lower()}")
            if isinstance(item, MaturityItem) and count == 0:
                me.press().look("item-mistake", refused=True)
        if is_first and details:
            me.fill_in(fields)
            if evidence:
                me.open_details(details).fill_in(evidence)
            me.press()
        else:
            me.send_at_once(f"/items/{item_id}", fields | evidence)
        assert not me.said, f"{item_id}: {me.said}"
        count += 1
    return count


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: f"{journey[0]}-{journey[2]['width']}-{journey[1]}")
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_hotel_from_registration_to_its_plan(service, url, chromium, journey, tmp_path):
    language, has_script, size = journey
    context = opened(chromium, url, language=language, size=size, java_script_enabled=has_script)
    me = Traveller(context.new_page(), url, prefix=f"journey-{language}-{size['width']}", has_script=has_script,
                   takes_pictures=has_script)  # fmt: skip

    register(me, service)
    organisation_id = confirm_identity(service, EMAIL)
    at = f"/organisations/{organisation_id}"
    me.go(f"{at}/profile").look("profile")
    me.go(f"{at}/sites").look("sites")

    me.go(f"{at}/assessments/new").look("assessment-new")
    site = me.page.locator('[name="site"]').first.get_attribute("value")
    me.fill(sector="hospitality", site=[site]).press().look("tasks-new")
    draft = re.sub(r"\?.*", "", me.path)
    file = whole_hotel()
    me.go(f"{draft}/facts").look("facts")
    me.fill_in({name: value if isinstance(value, list) else str(value) for name, value in file.profile.items()})
    me.press()
    assert not me.said, me.said
    assert answer_everything(me, service, draft, file, details="Add evidence" if language == "en" else "") == 38
    me.go(draft).look("tasks-done")

    paper = tmp_path / "policy.txt"
    paper.write_text("Our policy: every worker is trained, and every concern is reported the same day.\n")
    me.go(f"{draft}/items/CORE-01/evidence").look("item-evidence")
    me.fill_in({"file": str(paper), "dated_on": date(2026, 10, 2)}).press("/evidence")
    me.go(f"{draft}/items/CORE-01").look("item-answered")
    assert "policy" in me.page.locator("main").inner_text()

    me.go(f"{draft}/check").look("check")
    me.go(f"{draft}/sign").look("sign")
    me.fill(name="Sok Dara", role="General manager", agree="yes").press().look("result")
    assert "/result" in me.path
    me.go(f"{draft}/what-if").look("what-if")
    me.go(f"{draft}/plan").look("plan")
    certificates = service_certificates(service, organisation_id)
    assert len(certificates) == 1
    me.go(f"/certificates/{certificates[0]}").look("certificate")
    me.go(at).look("overview")
    context.close()


def service_certificates(service, organisation_id):
    with service.deed() as deed:
        return [each.number for each in deed.unit.certificates.every(organisation_id)]
