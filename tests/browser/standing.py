"""A business with something in every state, for tests that look at pages: drafts, results, people, what was refused."""

from datetime import timedelta
from pathlib import Path

from browsing import Port
from filled import MET, fill, start, submit
from guest import Guest
from phone import Phone
from sqlalchemy import text
from test_spreadsheets_pages import saved as save_sheet
from test_spreadsheets_pages import sheet_of
from test_spreadsheets_pages import write as write_sheet

from compliance.usecases.certificate_statuses import suspend_certificate
from compliance.usecases.jobs import claim_jobs, fail_job
from compliance.usecases.means import Terms
from visitor import PASSWORD, Clock, Service

__all__ = ["Standing", "save_sheet", "write_sheet"]
TERMS = Terms(session_idle=timedelta(days=90), session_longest=timedelta(days=90), evidence_max_bytes=64 * 1024)
UNKNOWN = "CP-0000-0000"
"""A number that is spelt well and that no certificate has."""


def copied(template, path, **parts):
    """A service on a copy of a migrated database, with a folder for mails."""
    path.write_bytes(Path(template).read_bytes())
    mails = path.with_suffix(".mail")
    mails.mkdir()
    return Service(f"sqlite:///{path}", clock=Clock(), terms=TERMS, mail_folder=mails, **parts)


class Standing:
    """The world; `people` by what they are, `at` the parts of addresses: {o}, {draft}, {task} …"""

    def __init__(self, service, template, folder):
        self.service = service
        self._template, self._folder = template, folder
        owner = service.visitor("Sok Dara")
        owner.begin()
        colleague = owner.invite("Chan Thida", "contributor")
        self.people = {
            "owner": owner, "colleague": colleague, "newcomer": service.visitor("Lim Vuthy"),
            "fresh": service.visitor("Keo Sophea"), "phoned": service.visitor("Noun Nary"), "operator": service.operator(),
            "unproven": service.visitor("Bun Rith", settled=False), "spare": service.visitor("Meas Kosal"),
        }  # fmt: skip
        self.people["fresh"].begin("Garden Inn")
        self.people["phoned"].set_phone_up()
        self.people["unproven"].register()
        self.people["unproven"].sign_in()
        self.at = {"o": owner.at, "organisation": owner.organisation_id, "fresh": self.people["fresh"].at,
                   "owner": owner.user_id, "colleague": colleague.user_id, "unknown": UNKNOWN}  # fmt: skip
        self._prove_identity()
        self._invite()
        self._put_evidence()
        self._assess()
        self._give_jobs_up()

    @property
    def owner(self):
        return self.people["owner"]

    def _prove_identity(self):
        """Confirmed in one country, refused in one, waiting in one."""
        for country in ("KH", "TH", "VN"):
            register = {"register": "Ministry of Commerce", "number": f"{country}-00 123/4"}
            self.owner.must("POST", f"{self.owner.at}/identities/{country}/register", json=register)
        operator = self.people["operator"]
        waiting = {each["country"]: each["revision"] for each in operator.must("GET", "/operator/identities")["items"]}
        at = f"/operator/identities/{self.owner.organisation_id}"
        operator.must("POST", f"{at}/KH/confirmation", seen=waiting["KH"])
        operator.must("POST", f"{at}/TH/refusal", seen=waiting["TH"], json={"reason": "The number is another hotel's."})

    def _invite(self):
        """One invitation that is open, one that was taken back."""
        for name in ("invited", "revoked"):
            email = f"{name}@example.org"
            made = self.owner.must(
                "POST", f"{self.owner.at}/invitations", json={"email": email, "roles": ["contributor"]}
            )
            self.at[name] = f"/invitations/{self.service.link(email, 'invitation')}"
        self.owner.must("DELETE", f"{self.owner.at}/invitations/{made['id']}")

    def _put_evidence(self):
        for name in ("paper", "purged"):
            paper = self.owner.must("POST", f"{self.owner.at}/evidence", content=f"A {name}".encode(),
                                    params={"title": "Child protection policy", "file_name": "policy.txt"})  # fmt: skip
            self.at[name] = paper["id"]
        purge = {"reason": "It showed the names of guests."}
        self.owner.must("POST", f"{self.owner.at}/evidence/{self.at['purged']}/purge", json=purge)

    def _assess(self):
        """Assessments, each of a site of its own: being answered, ready to be signed, submitted, closed, withdrawn."""
        sites = {}
        for name in ("garden", "draft", "bare", "whole", "result", "met", "suspended", "broken", "closed", "withdrawn"):
            reference = {"reference": "G-1"} if name == "garden" else {}
            site = {"name": f"{name.title()} Hotel", "town": "Siem Reap", "country": "KH", **reference}
            sites[name] = self.owner.must("POST", f"{self.owner.at}/sites", json=site)
        self.at["garden"] = sites.pop("garden")["id"]
        for name, site in sites.items():
            draft = start(self.owner, site_ids=[site["id"]])
            self.at[name] = f"{self.owner.at}/assessments/{draft}"
            if name == "draft":
                fill(self.owner, draft, MET, leave_out=set(MET.answers) - {"CORE-01", "CORE-07"})
            elif name != "bare":
                fill(self.owner, draft, *([] if name == "result" else [MET]))
            if name not in ("draft", "bare", "whole"):
                submit(self.owner, draft)
        self.owner.must(
            "POST", f"{self.owner.at}/sites/{sites['closed']['id']}/closing", seen=sites["closed"]["revision"]
        )
        self.owner.must("POST", f"{self.at['withdrawn']}/withdrawal", json={"reason": "It was of the wrong site."})
        again = self.owner.must("POST", f"{self.at['met']}/successor", json={})
        self.at["again"] = f"{self.owner.at}/assessments/{again.get('id') or again['assessment']['id']}"
        self.owner.must("PUT", f"{self.at['draft']}/assignments/GUE", json={"user_id": self.owner.user_id})
        tasks = self.owner.must("GET", f"{self.at['result']}/plan")["tasks"]
        self.at["task"] = tasks[0]["id"]
        self.at["small"] = next(each["id"] for each in tasks if each["can_be_dropped"])
        for each in self.owner.must("GET", f"{self.owner.at}/certificates")["certificates"]:
            for name in ("met", "suspended", "broken"):
                if self.at[name].endswith(each["assessment_id"]):
                    self.at["number" if name == "met" else name] = each["number"]
        with self.service.deed(writes=True) as deed:
            suspend_certificate(deed, self.at["suspended"], "Shown for another hotel.")
            garbled = text("UPDATE certificates SET claim = :claim WHERE number = :number")
            deed.unit.certificates._connection.execute(garbled, {"claim": b"no claim", "number": self.at["broken"]})

    def _give_jobs_up(self):
        desk = self.service.parts.desk
        for job in claim_jobs(desk, lease_s=60, most=5):
            fail_job(desk, job, "out-of-reach", wait=None)

    # What happens meanwhile

    def change_town(self):
        """Somebody changes the profile."""
        self._touch("PATCH", self.owner.at, {"town": "Kampot"}, read=lambda body: body["revision"])

    def change_site(self):
        """Somebody changes the garden."""
        self._touch("PATCH", f"{self.owner.at}/sites/{self.at['garden']}", {"town": "Kampot"},
                    read=lambda body: body["revision"])  # fmt: skip

    def note_task(self):
        """Somebody writes a note to the task."""
        self._touch("PATCH", f"{self.owner.at}/tasks/{self.at['task']}", {"note": f"Theirs, {self.service.clock.now}"},
                    read=lambda body: body["revision"])  # fmt: skip

    def _touch(self, method, path, change, *, read):
        self.owner.must(method, path, seen=read(self.owner.must("GET", path)), json=change)

    def change_number(self):
        """The business gives another number."""
        register = {"register": "Ministry of Commerce", "number": f"VN-{self.service.clock.now.timestamp():.0f}"}
        self.owner.must("POST", f"{self.owner.at}/identities/VN/register", json=register)

    def answer(self, name="CORE-01", draft="draft"):
        """The colleague answers a question."""
        revision = self.owner.must("GET", self.at[draft])["answers"][name]["revision"]
        note = f"Theirs, number {revision}"
        self.people["colleague"].must("PUT", f"{self.at[draft]}/answers/{name}", json={"value": 3, "note": note},
                                      seen=revision)  # fmt: skip

    def annotate(self):
        """The colleague changes an answer of what is about to be signed."""
        self.answer("CORE-04", "whole")

    def give_workers(self):
        """The colleague gives another number of workers."""
        shown = self.owner.ask("GET", self.at["draft"]).json()
        revision = shown["facts_revision"]
        workers = 40 + revision % 20
        self.people["colleague"].must(
            "PATCH", f"{self.at['draft']}/facts", json={"facts": {"workers": workers}}, seen=revision
        )

    # What only a test does

    def reset_link(self, who):
        """The address for a new password that was mailed to somebody."""
        return f"/password-resets/{self.service.link(self.people[who].email, 'reset_password')}"

    def sheet(self):
        """The spreadsheet of the draft, to be written into."""
        guest = Guest(self.service.client.app)
        guest.client.cookies.set("session", self.owner.token, domain="testserver.local", path="/")
        return sheet_of(guest, self.at["draft"])

    def set_up_phone(self, me):
        """Somebody who has none sets a second factor up; the page of recovery codes stands there."""
        spare = self.service.visitor(f"Spare {self.service.clock.now.timestamp():.0f}")
        me.page.context.clear_cookies(name="session")
        me.page.context.add_cookies([{"name": "session", "value": spare.token, "url": me.url}])
        me.go("/account/second-factor").fill(password=PASSWORD).press("/second-factor")
        phone = Phone(self.service, me.page.locator('[name="secret"]').input_value())
        me.fill(code=phone.code()).press("/confirmation")

    def fail_with(self, me, status):
        """Ask a service that answers so: it takes one request a minute, or its database lacks a table."""
        path = self._folder / f"failing-{status}-{self.service.clock.now.timestamp():.0f}.sqlite"
        with copied(self._template, path, requests_per_minute=1 if status == 429 else 1_000_000) as service:
            with service.parts.desk.store.unit() as unit:
                unit.certificates._connection.execute(text("DROP TABLE certificate_numbers"))
            with Port(service.client.app) as port:
                language = me.page.context.cookies(me.url)
                me.page.context.add_cookies([{"name": each["name"], "value": each["value"], "url": port.url}
                                             for each in language if each["name"] == "language"])  # fmt: skip
                statuses = [me.page.goto(f"{port.url}/certificates/{UNKNOWN}").status for _ in range(2)]
                assert statuses[-1] == status, statuses
