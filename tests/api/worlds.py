"""Two organisations that know nothing of each other, each with one of everything; for tests that walk every endpoint.

`belongings` is the one place where a new kind of id is added: every parameter of every path needs an entry there.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from litestar.testing import TestClient
from msgspec import Struct, to_builtins
from sqlalchemy import select

from compliance.app import Parts, assemble, make_app
from compliance.http.chance import SeededChance
from compliance.intake.answers import read_answers_file
from compliance.store.identities import Identity
from compliance.store.organisations import Jurisdiction, Membership, Organisation, Profile, Site
from compliance.store.people import User
from compliance.store.sessions import Session
from compliance.store.tables import records
from compliance.usecases.credentials import hashed
from compliance.usecases.means import Passwords
from fixtures.libraries import ROOT

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOTEL = ROOT / "examples" / "hotel-met.yaml"
PASSWORD = "seven ripe mangoes"
SIGNATURE = {"role": "General manager", "statement": "1"}


class Side(Struct, kw_only=True):
    """One organisation with its people and its things."""

    marker: str
    """Stands in everything that the side wrote; nobody else may ever be shown it."""
    organisation_id: str
    site_id: str
    users: dict[str, str]
    """Role → user id."""
    credentials: dict[str, str]
    """Role → session."""
    belongings: dict[str, str] = {}
    """Name of a parameter in a path → this side's value for it."""


class World(Struct, kw_only=True):
    """A service with two sides and an operator."""

    parts: Parts
    client: TestClient[Any]
    a: Side
    b: Side
    regulator: Side
    """Of another country's tourism; it may see who waits to be confirmed there."""
    admin: str
    """The operator's session."""

    def ask(self, method: str, path: str, *, credential: str | None = None, **sent: Any) -> Any:
        """A request below /api/v1."""
        headers = dict(sent.pop("headers", {}))
        if credential is not None:
            headers["authorization"] = f"Bearer {credential}"
        return self.client.request(method.upper(), f"/api/v1{path}", headers=headers, **sent)

    def must(self, method: str, path: str, *, credential: str, **sent: Any) -> Any:
        """A request that succeeds; its body."""
        answer = self.ask(method, path, credential=credential, **sent)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None


PUBLIC = {
    "reference": "hospitality@1.0",
    "code": "not-signed-in",
    "country": "VN",
    "item": "HOS-08",
    "section": "GOV",
}
"""Parameters that are nobody's."""


def belongings(world: World, side: Side) -> dict[str, str]:
    """One of everything for a side: the name of each parameter that a path may have, with the id of what is theirs."""
    owner = side.credentials["owner"]
    place = f"/organisations/{side.organisation_id}"
    submitted = submit(world, side)
    draft = start(world, side)
    identity = {"register": "Ministry of Tourism", "number": f"{side.marker}-7"}
    world.must("POST", f"{place}/sites", credential=owner,
               json={"name": f"{side.marker} annexe", "country": "VN"})  # fmt: skip
    world.must("POST", f"{place}/identities/VN/register", credential=owner, json=identity)
    wish = {"name": f"{side.marker} token", "scopes": ["read"], "expires_on": "2026-12-24"}
    token = world.must("POST", "/me/tokens", credential=owner, json=wish)
    guest = {"email": f"guest@{side.marker}.example", "roles": ["contributor"]}
    invitation = world.must("POST", f"{place}/invitations", credential=owner, json=guest)
    paper = world.must("POST", f"{place}/evidence", credential=owner, content=f"{side.marker} paper".encode(),
                       params={"title": f"{side.marker} paper", "file_name": f"{side.marker}.txt"})  # fmt: skip
    sections = world.must("GET", f"/questionnaires/{PUBLIC['reference']}", credential=owner)["sections"]
    section = next(each for each in sections if any(item["id"] == PUBLIC["item"] for item in each["items"]))["id"]
    answer = f"{place}/assessments/{draft}/answers/{PUBLIC['item']}"
    given = {"value": 2, "note": f"{side.marker} note"}
    world.must("PUT", answer, credential=owner, json=given, headers={"if-none-match": "*"})
    comment = world.must("POST", f"{place}/assessments/{draft}/comments/{PUBLIC['item']}", credential=owner,
                         json={"text": f"{side.marker} comment"})  # fmt: skip
    plan = world.must("GET", f"{place}/assessments/{submitted}/plan", credential=owner)
    certificates = world.must("GET", f"{place}/certificates", credential=owner)["certificates"]
    office = {"name": f"{side.marker} office", "country": "VN", "jurisdictions": [{"country": "VN"}],
              "email": f"office@{side.marker}.example"}  # fmt: skip
    regulator = world.must("POST", "/operator/organisations", credential=world.admin, json=office)
    return {
        **PUBLIC,
        "section": section,
        "organisation_id": side.organisation_id,
        "site_id": side.site_id,
        "user_id": side.users["contributor"],
        "assessment_id": draft,
        "submitted_id": submitted,
        "comment_id": comment["id"],
        "evidence_id": paper["id"],
        "invitation_id": invitation["id"],
        "token_id": token["shown"]["id"],
        "session_id": world.must("GET", "/sessions", credential=owner)[0]["id"],
        "holder_id": side.organisation_id,
        "regulator_id": regulator["id"],
        "job_id": job_of(world, side),
        "task_id": plan["tasks"][0]["id"],
        "number": certificates[0]["number"],
    }


def job_of(world: World, side: Side) -> str:
    """A job that the service has to do for a side."""
    with world.parts.desk.store.database.transaction(writes=False) as connection:
        jobs = connection.execute(select(records.jobs.c.id, records.jobs.c.payload).order_by(records.jobs.c.id)).all()
    return next(job.id for job in jobs if side.marker.lower() in job.payload.lower())


def answered(answer: Any, note: str) -> dict[str, Any]:
    """An answer of the example with a note; files are recorded, not uploaded."""
    written = to_builtins(answer)
    pieces = [{**each, "form": "record"} for each in written.get("pieces", [])]
    return {**written, "note": note, **({"pieces": pieces} if pieces else {})}


def start(world: World, side: Side) -> str:
    """A draft of the side's site."""
    asked = {"sector": "hospitality", "country": "KH", "site_ids": [side.site_id]}
    started = world.must("POST", f"/organisations/{side.organisation_id}/assessments",
                         credential=side.credentials["owner"], json=asked)  # fmt: skip
    return started["id"]


def submit(world: World, side: Side) -> str:
    """An assessment of the side's site, answered as the example hotel, submitted."""
    owner = side.credentials["owner"]
    place = f"/organisations/{side.organisation_id}/assessments/{start(world, side)}"
    file = read_answers_file(HOTEL).answers
    facts = to_builtins(file.profile)
    world.must("PATCH", f"{place}/facts", credential=owner, json={"facts": facts}, headers={"if-match": '"0"'})
    answers = {item: {"answer": answered(answer, f"{side.marker} note")} for item, answer in file.answers.items()}
    world.must("PATCH", f"{place}/answers", credential=owner, json={"answers": answers})
    checked = world.must("GET", f"{place}/completeness", credential=owner)
    assert checked["is_complete"], checked["gaps"]
    signed = {"name": f"{side.marker} signer", "role": "General manager", "fingerprint": checked["fingerprint"],
              "statement": checked["statement"]["version"]}  # fmt: skip
    world.must("POST", f"{place}/submission", credential=owner, json=signed)
    return place.rpartition("/")[2]


# People and organisations, straight into the store: how they come about is other tests' matter.


def make_world(url: str) -> World:
    """A service on a migrated database, with both sides settled."""
    parts = assemble(url, clock=lambda: NOW, chance=SeededChance("worlds"),
                     passwords=Passwords(memory_kib=64, passes=1))  # fmt: skip
    client = TestClient(make_app(parts, requests_per_minute=1_000_000, threads=4))
    admin = _organisation(parts, "Operator of the service", kind="operator", roles={"admin": ("admin",)})
    a, b = (_organisation(parts, marker, kind="business", roles=ROLES) for marker in ("ZebraOfA", "WalrusOfB"))
    regulator = _organisation(parts, "RegulatorOfVN", kind="regulator", roles={"decider": ("decider", "auditor")})
    with parts.desk.store.unit() as unit:
        unit.organisations.add_jurisdictions(regulator.organisation_id, (Jurisdiction(country="VN"),))
    return World(parts=parts, client=client, a=a, b=b, regulator=regulator, admin=admin.credentials["admin"])


ROLES = {"owner": ("owner", "signatory"), "contributor": ("contributor",), "nobody": ()}


def _organisation(parts: Parts, marker: str, *, kind: Any, roles: dict[str, tuple[Any, ...]]) -> Side:
    chance = parts.desk.chance
    new_id = lambda: chance.new_id(NOW)  # noqa: E731
    side = Side(marker=marker, organisation_id=new_id(), site_id=new_id(), users={}, credentials={})
    with parts.desk.store.unit() as unit:
        unit.organisations.add(
            Organisation(id=side.organisation_id, name=f"{marker} Hotel", country="KH", town=f"{marker} town",
                         language="en", kinds=(kind,), profile=Profile(), revision=1, created_at=NOW)
        )  # fmt: skip
        unit.journal.record(side.organisation_id, "organisation-made", {}, actor="service", at=NOW)
        site = Site(id=side.site_id, name=f"{marker} site", town=None, country="KH", reference=f"{marker}-1",
                    revision=1, created_at=NOW, closed_at=None)  # fmt: skip
        unit.organisations.add_site(side.organisation_id, site)
        for role, held in roles.items():
            user_id, session = new_id(), f"cs_{chance.octets(24).hex()}"
            email = f"{role}@{marker}.example"
            unit.people.add(
                User(id=user_id, email=email, email_key=email.lower(), name=f"{marker} {role}", language="en",
                     password_hash=parts.desk.means.passwords.hash(PASSWORD), email_verified_at=NOW, created_at=NOW)
            )  # fmt: skip
            unit.sessions.add(
                Session(token_hash=hashed(session), id=new_id(), user_id=user_id, device=f"{marker} device",
                        created_at=NOW, last_seen_at=NOW, expires_at=NOW + timedelta(hours=8), second_factor_at=NOW)
            )  # fmt: skip
            unit.organisations.put_membership(
                Membership(organisation_id=side.organisation_id, user_id=user_id, roles=held, site_ids=None,
                           revision=1, created_at=NOW)
            )  # fmt: skip
            side.users[role], side.credentials[role] = user_id, session
        unit.identities.add(
            Identity(organisation_id=side.organisation_id, country="KH", state="confirmed", how="domain_file",
                     domain=f"{marker.lower()}.example", asked_by=side.users[next(iter(roles))], asked_at=NOW,
                     decided_at=NOW, revision=1, created_at=NOW)
        )  # fmt: skip
    return side
