"""docs/walkthrough.md once more, by the functions of the generated client instead of `curl`."""

import io
import json
import re
from datetime import timedelta
from importlib import import_module

from sqlalchemy import select

from compliance.store.tables import records
from fixtures.libraries import ROOT

HOTEL = ROOT / "docs" / "walkthrough" / "hotel.json"
PASSWORD = "four walls and a roof"
OWNER, COLLEAGUE = "dara@river-bend.example", "chanthou@river-bend.example"
COLLEAGUES_SECTIONS = ("FRO", "OPS", "CHD", "GUE")


class Walker:
    """Calls operations of the generated client, each with the body that it makes, and expects them to succeed."""

    def __init__(self, drive, world):
        self.drive = drive
        self.world = world
        self.credential = None

    def ask(self, name, *path, model=None, given=None, **more):
        body = {} if model is None else {"body": self.drive.make(model, given)}
        answer = self.drive.call(name, *path, credential=self.credential, **body, **more)
        assert answer.status_code < 300, answer.content
        return answer.parsed

    def sign_in(self, email, password=PASSWORD):
        self.credential = None
        given = {"email": email, "password": password, "device": "a program"}
        self.credential = self.ask("log_in", model="Login", given=given).token
        return self.credential

    def register(self, email, name):
        self.credential = None
        self.ask("register", model="Registration", given={"email": email, "name": name, "password": PASSWORD})
        self.ask("confirm_address", model="LinkToken", given={"token": self.mailed(email, "verify_email")})
        return self.sign_in(email)

    def mailed(self, address, kind):
        """The secret at the end of the link in the mail of a kind that waits to be sent."""
        with self.world.parts.desk.store.database.transaction(writes=False) as connection:
            found = connection.execute(select(records.jobs.c.payload).order_by(records.jobs.c.id.desc())).scalars()
            queued = [json.loads(each) for each in found]
        letter = next(each for each in queued if each.get("to") == address and each["mail"] == kind)
        return letter["facts"]["link"].rpartition("/")[2]


def hotel(today):
    """The invented hotel's facts and answers, with its days counted back."""

    def day(found):
        return str(today - timedelta(days=int(found[1]) + 1))

    return json.loads(re.sub(r"([0-9]+) days ago", day, HOTEL.read_text("utf-8")))


def walk(drive, world):
    """The whole way; what came of it, by name."""
    walker = Walker(drive, world)
    owner = walker.register(OWNER, "Sok Dara")
    organisation_id, site_id = begin(walker)
    colleague = join(walker, organisation_id)
    confirm(walker, organisation_id, owner=owner)
    here = organisation_id, answer(walker, organisation_id, site_id, owner=owner, colleague=colleague)
    attach(walker, here)
    submitted = submit(walker, here)
    return look(walker, here, submitted)


def begin(walker):
    wish = {"name": "River Bend Hotel (invented)", "country": "KH", "sectors": ["hospitality"], "workers": 52}
    begun = walker.ask("make_organisation", model="NewOrganisation", given=wish)
    organisation_id = begun.organisation.id
    return organisation_id, walker.ask("list_some_sites", organisation_id).items[0].id


def join(walker, organisation_id):
    wish = {"email": COLLEAGUE, "roles": ["contributor"]}
    assert walker.ask("invite", organisation_id, model="NewInvitation", given=wish).state == "sent"
    invited = walker.mailed(COLLEAGUE, "invitation")
    colleague = walker.register(COLLEAGUE, "Meas Chanthou")
    walker.ask("accept", model="LinkToken", given={"token": invited})
    return colleague


def confirm(walker, organisation_id, *, owner):
    walker.credential = owner
    number = {"register": "Ministry of Tourism licence (invented)", "number": "KH-4711"}
    asked = walker.ask("name_register", organisation_id, "KH", model="RegisterNamed", given=number)
    walker.credential = walker.world.admin
    waiting = walker.ask("list_identities_for_operator").items
    assert organisation_id in {each.organisation_id for each in waiting}
    confirmed = walker.ask("confirm_as_operator", organisation_id, "KH", if_match=f'"{asked.revision}"')
    assert confirmed.state == "confirmed"


def answer(walker, organisation_id, site_id, *, owner, colleague):
    """Both answer their sections; the id of the assessment."""
    walker.credential = owner
    wish = {"sector": "hospitality", "country": "KH", "site_ids": [site_id]}
    started = walker.ask("start_new_assessment", organisation_id, model="NewAssessment", given=wish)
    here, given = (organisation_id, started.id), hotel(walker.world.parts.desk.clock().date())
    walker.ask("change_facts", *here, model="FactChanges", given={"facts": given["facts"]}, if_match='"0"')
    for section, answers in given["sections"].items():
        walker.credential = colleague if section in COLLEAGUES_SECTIONS else owner
        walker.ask("answer_section", *here, section, model="SectionChanges", given={"answers": answers},
                   if_match='"0"')  # fmt: skip
    walker.credential = owner
    return started.id


def attach(walker, here):
    """A paper, and the answer that names it."""
    file = import_module("compliance_client.types").File(
        payload=io.BytesIO(b"Policy of the River Bend Hotel (invented)\n")
    )
    paper = walker.ask("upload_evidence", here[0], title="Signed policy", file_name="policy.txt", body=file)
    today = walker.world.parts.desk.clock().date().isoformat()
    piece = {"expected": "signed_policy", "form": "file", "dated_on": today, "what": "Policy", "file": paper.digest}
    answered = walker.ask("answer_item", *here, "CORE-01", model="Answer", given={"value": 3, "pieces": [piece]},
                          if_match='"1"')  # fmt: skip
    assert answered.revision == 2


def submit(walker, here):
    checked = walker.ask("read_completeness", *here)
    assert checked.is_complete, checked.gaps
    signature = {"name": "Sok Dara", "role": "Owner", "statement": checked.statement.version,
                 "fingerprint": checked.fingerprint}  # fmt: skip
    return walker.ask("submit", *here, model="Signature", given=signature, idempotency_key="walk-submission")


def look(walker, here, submitted):
    """What is there after the submission, and next year's beginning."""
    number = submitted.certificate.number
    task = walker.ask("read_assessment_plan", *here).tasks[0]
    taken_up = walker.ask("change_one_task", here[0], task.id, model="TaskChange", given={"state": "in_progress"},
                          if_match=f'"{task.revision}"')  # fmt: skip
    preview = walker.ask("preview_successor", *here)
    following = walker.ask("start_next_assessment", *here, model="NewSuccessor", given={})
    return {
        "outcome": submitted.outcome,
        "said": walker.ask("read_result_in_words", *here).total_says,
        "status": walker.ask("look_up_certificate", number).status,
        "preview": walker.ask("download_certificate_preview", *here).payload.read(5),
        "plan": walker.ask("download_plan_pdf", *here).payload.read(5),
        "task": taken_up.state,
        "carried": (len(preview.carried), following.carried),
        "gaps": walker.ask("read_completeness", here[0], following.assessment.id).gaps[0].kind,
        "journal": len(walker.ask("list_journal_entries", here[0]).items),
    }
