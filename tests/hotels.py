"""A hotel with its people, straight into the store, and requests as any of them; for tests of what follows an answer."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from litestar.testing import TestClient
from msgspec import json, to_builtins
from msgspec.structs import replace

from compliance.app import assemble, make_app
from compliance.domain.scoring import Answer
from compliance.http.chance import SeededChance
from compliance.intake.answers import read_answers_file
from compliance.store.organisations import Membership, Organisation, Profile, Site
from compliance.store.people import User
from compliance.store.sessions import Session
from compliance.usecases.credentials import hashed
from compliance.usecases.means import Passwords
from fixtures.libraries import ROOT

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MET = read_answers_file(ROOT / "examples" / "hotel-met.yaml").answers
"""Answers that meet the bar."""
POOR = replace(
    MET,
    answers=MET.answers
    | dict.fromkeys(("CORE-01", "CORE-04", "CORE-13", "CORE-16", "CORE-24", "HOS-01"), Answer(value=0)),
)
"""The same hotel with hardly a policy: not met, with tasks of every priority."""
NEW = {"if-none-match": "*"}


def seen(revision):
    """The header that says which revision was seen."""
    return {"if-match": f'"{revision}"'}


class Hotel:
    """An organisation with two sites; `ask` speaks as the person that `as_` names."""

    PEOPLE: ClassVar = {
        "Sok Dara": ("owner",),
        "Chan Thida": ("signatory",),
        "Lim Vuthy": ("contributor",),
        "Keo Sophea": ("contributor",),
        "Noun Nary": (),
    }

    def __init__(self, url, *, seals=None):
        self.now = NOW
        self.parts = assemble(url, clock=self.tick, chance=SeededChance("hotel"), seals=seals,
                              passwords=Passwords(memory_kib=64, passes=1))  # fmt: skip
        self.client = TestClient(make_app(self.parts, requests_per_minute=1_000_000, threads=4))
        self.client.__enter__()
        self.people = {}
        self.id = self.new_id()
        self.sites = {}
        self.at = f"/organisations/{self.id}"
        with self.unit() as unit:
            unit.organisations.add(
                Organisation(id=self.id, name="Riverside Hotel", country="KH", town=None, language="en",
                             kinds=("business",), profile=Profile(), revision=1, created_at=NOW)
            )  # fmt: skip
            for name in ("River", "Garden"):
                self.sites[name] = self.new_id()
                unit.organisations.add_site(self.id, Site(id=self.sites[name], name=name, town=None, country="KH",
                                                          reference=None, revision=1, created_at=NOW,
                                                          closed_at=None))  # fmt: skip
        for name, roles in self.PEOPLE.items():
            self.add_person(name)
            self.join(self.id, name, roles)

    def tick(self):
        """Goes on by a millisecond with every look, so that ids are in order."""
        self.now += timedelta(milliseconds=1)
        return self.now

    def close(self):
        self.client.__exit__(None, None, None)

    def new_id(self):
        return self.parts.desk.chance.new_id(self.now)

    def unit(self):
        return self.parts.desk.store.unit()

    def add_site(self, name):
        """One site more, in the same country."""
        self.sites[name] = self.new_id()
        with self.unit() as unit:
            unit.organisations.add_site(self.id, Site(id=self.sites[name], name=name, town=None, country="KH",
                                                      reference=None, revision=1, created_at=NOW, closed_at=None))  # fmt: skip

    def add_person(self, name, language="en"):
        self.people[name] = self.new_id()
        email = name.replace(" ", ".").lower() + "@hotel.example"
        with self.unit() as unit:
            unit.people.add(User(id=self.people[name], email=email, email_key=email, name=name, language=language,
                                 password_hash=None, email_verified_at=NOW, created_at=NOW))  # fmt: skip

    def join(self, organisation_id, name, roles, site_ids=None):
        with self.unit() as unit:
            unit.organisations.put_membership(
                Membership(organisation_id=organisation_id, user_id=self.people[name], roles=roles, site_ids=site_ids,
                           revision=1, created_at=NOW)
            )  # fmt: skip

    def limit_to(self, name, *sites):
        """Let a contributor work for some sites only."""
        with self.unit() as unit:
            membership, _ = unit.organisations.membership(self.id, self.people[name])
            limited = Membership(organisation_id=self.id, user_id=membership.user_id, roles=membership.roles,
                                 site_ids=tuple(self.sites[site] for site in sites), revision=2,
                                 created_at=NOW)  # fmt: skip
            assert unit.organisations.update_membership(limited, seen=1)

    def session(self, name):
        """A new session for a person, valid from now."""
        token = f"cs_{self.parts.desk.chance.octets(24).hex()}"
        with self.unit() as unit:
            unit.sessions.add(Session(token_hash=hashed(token), id=self.new_id(), user_id=self.people[name],
                                      device="test", created_at=self.now, last_seen_at=self.now,
                                      expires_at=self.now + timedelta(hours=8), second_factor_at=self.now))  # fmt: skip
        return token

    def ask(self, method, path, *, as_="Sok Dara", **sent):
        """A request below /api/v1; a path that begins with a dot stands below the organisation."""
        place = self.at + path[1:] if path.startswith("./") else path
        headers = {"authorization": f"Bearer {self.session(as_)}", **sent.pop("headers", {})}
        return self.client.request(method, f"/api/v1{place}", headers=headers, **sent)

    def must(self, method, path, **sent):
        """A request that succeeds; its body."""
        answer = self.ask(method, path, **sent)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def code(self, method, path, **sent):
        """A request that is refused: its status and code."""
        answer = self.ask(method, path, **sent)
        return answer.status_code, answer.json()["code"]

    def start(self, *, sector="hospitality", sites=("River",), **more):
        asked = {"sector": sector, "country": "KH", "site_ids": [self.sites[site] for site in sites], **more}
        return self.must("POST", "./assessments", json=asked)["id"]

    def fill(self, assessment_id, given=POOR):
        """Answer a draft."""
        place = f"./assessments/{assessment_id}"
        self.must("PATCH", f"{place}/facts", json={"facts": to_builtins(given.profile)}, headers=seen(0))
        answers = {item: {"answer": to_builtins(in_records(answer))} for item, answer in given.answers.items()}
        self.must("PATCH", f"{place}/answers", json={"answers": answers})

    def sign(self, assessment_id, *, as_="Chan Thida"):
        place = f"./assessments/{assessment_id}"
        checked = self.must("GET", f"{place}/completeness")
        assert checked["is_complete"], checked["gaps"]
        signed = {"name": "Chan Thida", "role": "General manager", "fingerprint": checked["fingerprint"],
                  "statement": checked["statement"]["version"]}  # fmt: skip
        return self.must("POST", f"{place}/submission", as_=as_, json=signed)

    def submitted(self, given=POOR, **scope):
        """An assessment that was answered and submitted."""
        assessment_id = self.start(**scope)
        self.fill(assessment_id, given)
        self.sign(assessment_id)
        return assessment_id

    def mails(self):
        """What is queued as mail: (address without its domain, kind, facts)."""
        with self.unit() as unit:
            jobs = [job.payload for job in unit.jobs.list(state=None, after=None, limit=200) if job.kind == "mail"]
        return [(job["to"].partition("@")[0], job["mail"], job["facts"]) for job in jobs]

    def journal(self):
        """Kinds and facts of the journal, oldest first."""
        with self.unit() as unit:
            return [(row.entry.kind, dict(row.entry.facts)) for row in unit.journal.every(self.id)]


def in_records(answer):
    """The answer with its evidence as records: the files of an example are on nobody's disk."""
    return replace(answer, pieces=tuple(replace(piece, form="record", what="In the office") for piece in answer.pieces))


def problem_codes(answer):
    """The codes of everything that a problem document lists."""
    return [error["code"] for error in json.decode(answer.content)["errors"]]
