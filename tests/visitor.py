"""Drives the service as its visitors do: over its door only, with a clock that tests set and mails that tests read."""

from datetime import UTC, datetime, timedelta

import pyotp
from litestar.testing import TestClient

from compliance.app import assemble, make_app
from compliance.http.chance import SeededChance
from compliance.usecases.means import Passwords
from compliance.usecases.operators import appoint_operator

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PASSWORD = "seven ripe mangoes"


class Clock:
    """Goes on by a millisecond with every look, so that ids are in order; tests move it further."""

    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        self.now += timedelta(milliseconds=1)
        return self.now

    def forward(self, **by):
        self.now += timedelta(**by)


class Service:
    """The service on a migrated database. `with Service(url) as service:`"""

    def __init__(self, url, *, clock=None, requests_per_minute=1_000_000, **parts):
        self.clock = clock or Clock()
        self.parts = assemble(url, clock=self.clock, chance=SeededChance("visitors"), secret_key=b"k" * 32,
                              passwords=Passwords(memory_kib=64, passes=1), **parts)  # fmt: skip
        self.client = TestClient(make_app(self.parts, requests_per_minute=requests_per_minute, threads=4))

    def __enter__(self):
        self.client.__enter__()
        return self

    def __exit__(self, *exception):
        self.client.__exit__(*exception)

    def ask(self, method, path, *, credential=None, seen=None, headers=None, **sent):
        """A request below /api/v1; `seen` is the revision for If-Match."""
        headers = dict(headers or {})
        if credential is not None:
            headers["authorization"] = f"Bearer {credential}"
        if seen is not None:
            headers["if-match"] = f'"{seen}"'
        return self.client.request(method, f"/api/v1{path}", headers=headers, **sent)

    def deed(self, *, writes=False):
        return self.parts.desk.deed(writes=writes)

    def jobs(self, kind):
        """What was queued and not yet done, oldest first."""
        with self.deed() as deed:
            return [
                job.payload for job in deed.unit.jobs.list(state=None, after=None, limit=10_000) if job.kind == kind
            ]

    def mails(self, to=None, kind=None):
        """Mails that were queued, oldest first: `to`, `mail` (the kind), `language`, `facts`."""
        return [each for each in self.jobs("mail") if to in (None, each["to"]) and kind in (None, each["mail"])]

    def mail(self, to, kind):
        """The facts of the newest mail of a kind."""
        return self.mails(to, kind)[-1]["facts"]

    def link(self, to, kind):
        """The secret at the end of the link in the newest mail of a kind."""
        return self.mail(to, kind)["link"].rpartition("/")[2]

    def journal(self, organisation_id):
        """Kind and facts of every entry, oldest first."""
        with self.deed() as deed:
            return [(row.entry.kind, dict(row.entry.facts)) for row in deed.unit.journal.every(organisation_id)]

    def visitor(self, name="Sok Dara", *, settled=True):
        """Somebody with an account, logged in; or only about to register."""
        visitor = Visitor(self, name)
        if settled:
            visitor.register()
            visitor.confirm()
            visitor.sign_in()
        return visitor

    def operator(self, name="Ada Admin", *, has_phone=True):
        """An administrator of the service, logged in; without a phone, they are kept from everything until they have one."""
        visitor = Visitor(self, name)
        with self.deed(writes=True) as deed:
            appoint_operator(deed, email=visitor.email, name=name, country="KH", language="en")
        chosen = {"token": self.link(visitor.email, "reset_password"), "password": PASSWORD}
        assert self.ask("POST", "/password-resets/confirmation", json=chosen).status_code == 204
        visitor.sign_in()
        if has_phone:
            visitor.set_phone_up()
        return visitor


class Visitor:
    """A person. `get`, `post`, … ask with their session and give the response; `must` gives the body of a success."""

    def __init__(self, service, name, *, email=None, password=PASSWORD):
        self.service = service
        self.name = name
        self.email = email or f"{name.lower().replace(' ', '.')}@example.org"
        self.password = password
        self.token = None
        self.organisation_id = None

    def register(self, **other):
        given = {"email": self.email, "name": self.name, "password": self.password, **other}
        response = self.service.ask("POST", "/registrations", json=given)
        assert response.status_code == 202, response.text
        return response

    def confirm(self):
        response = self.service.ask("POST", "/email-confirmations",
                                    json={"token": self.service.link(self.email, "verify_email")})  # fmt: skip
        assert response.status_code == 204, response.text

    def sign_in(self, **other):
        self.token = None
        given = {"email": self.email, "password": self.password, **other}
        response = self.service.ask("POST", "/sessions", json=given)
        assert response.status_code == 201, response.text
        self.token = response.json()["token"]
        return response

    def set_phone_up(self):
        """From now on this session counts as proven by a code; the secret that makes codes."""
        secret = self.must("POST", "/me/second-factor", json={"password": self.password})["secret"]
        code = pyotp.TOTP(secret).at(self.service.clock.now)
        self.must("POST", "/me/second-factor/confirmation", json={"code": code})
        return secret

    def ask(self, method, path, **sent):
        return self.service.ask(method, path, credential=self.token, **sent)

    def get(self, path, **sent):
        return self.ask("GET", path, **sent)

    def post(self, path, json=None, **sent):
        return self.ask("POST", path, json=json, **sent) if json is not None else self.ask("POST", path, **sent)

    def put(self, path, json, **sent):
        return self.ask("PUT", path, json=json, **sent)

    def patch(self, path, json, **sent):
        return self.ask("PATCH", path, json=json, **sent)

    def delete(self, path, **sent):
        return self.ask("DELETE", path, **sent)

    def must(self, method, path, **sent):
        response = self.ask(method, path, **sent)
        assert response.status_code < 300, response.text
        return response.json() if response.content else None

    @property
    def user_id(self):
        return self.must("GET", "/me")["id"]

    def user_id_in(self, deed):
        """The same, from the store: inside a deed, asking would wait for the deed to end."""
        return deed.unit.people.find_by_email(self.email).id

    def begin(self, name="Riverside Hotel", country="KH", **other):
        """Begin an organisation; from now on `at` is the path below it."""
        made = self.must("POST", "/organisations", json={"name": name, "country": country, **other})
        self.organisation_id = made["organisation"]["id"]
        return made

    @property
    def at(self):
        return f"/organisations/{self.organisation_id}"

    def invite(self, name, *roles, site_ids=None):
        """Bring somebody into the organisation, all the way: invited, registered, logged in, accepted."""
        other = self.service.visitor(name)
        given = {"email": other.email, "roles": list(roles), **({"site_ids": site_ids} if site_ids else {})}
        self.must("POST", f"{self.at}/invitations", json=given)
        other.must("POST", "/invitations/accept", json={"token": self.service.link(other.email, "invitation")})
        other.organisation_id = self.organisation_id
        return other


def code_of(response):
    """Status and code of a refusal."""
    return response.status_code, response.json()["code"]


def problems_of(response):
    """The codes and places of everything that a refusal names."""
    return [(each["code"], each["where"]) for each in response.json().get("errors", [])]
