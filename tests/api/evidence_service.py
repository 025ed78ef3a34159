"""A service with one hotel and one rival, for the tests of evidence: over its door, or behind a real server."""

import hashlib
import io
import socket
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from litestar.testing import TestClient
from msgspec import Struct
from reportlab.pdfgen.canvas import Canvas

from compliance.app import Parts, assemble, make_app
from compliance.files import ClamScanner, FolderStore
from compliance.http.chance import SeededChance
from compliance.store.organisations import Membership, Organisation, Profile, Site
from compliance.store.people import ApiToken, User
from compliance.store.sessions import Session
from compliance.usecases.credentials import hashed
from compliance.usecases.evidence_jobs import JOBS
from compliance.usecases.means import Passwords

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
POLICY = b"Our policy: every child is asked for, every room is checked.\n"
ROLES: dict[str, tuple[Any, ...]] = {"owner": ("owner",), "contributor": ("contributor",), "nobody": ()}


class Clock:
    """A clock that goes on by a millisecond with every look, so that ids are in order."""

    def __init__(self) -> None:
        self.now = NOW
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        with self._lock:
            self.now += timedelta(milliseconds=1)
            return self.now


class Service(Struct, kw_only=True):
    """A service with two organisations."""

    parts: Parts
    client: TestClient[Any]
    folder: Path
    """Where the evidence lies, if it lies in a folder."""
    hotel: str
    rival: str
    credentials: dict[tuple[str, str], str]
    """Organisation's id and role → session."""
    site_id: str

    def ask(self, method: str, path: str = "", *, role: str = "owner", of: str | None = None, **sent: Any) -> Any:
        """A request about evidence; `of` another organisation than the hotel, by its own people."""
        organisation_id = of or self.hotel
        headers = {"authorization": f"Bearer {self.credentials[organisation_id, role]}", **sent.pop("headers", {})}
        place = f"/api/v1/organisations/{organisation_id}/evidence{path}"
        return self.client.request(method, place, headers=headers, **sent)

    def upload(
        self, content: bytes = POLICY, *, path: str = "", role: str = "owner", of: str | None = None, **said: str
    ) -> Any:
        """Upload a file; what is said of it in the address."""
        return self.ask("POST", path, role=role, of=of, content=content, params=said)

    def uploaded(self, content: bytes = POLICY, **said: Any) -> dict[str, Any]:
        """Upload a file that is taken."""
        answer = self.upload(content, **said)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def jobs(self) -> list[tuple[str, dict[str, object]]]:
        """What is queued."""
        with self.parts.desk.store.unit(writes=False) as unit:
            return [(job.kind, job.payload) for job in unit.jobs.list(state="ready", after=None, limit=100)]

    def work(self) -> list[str]:
        """Do every job of evidence that is queued, and those that they queue; their kinds."""
        done: list[str] = []
        while True:
            with self.parts.desk.store.unit() as unit:
                claimed = unit.jobs.claim(now=self.parts.desk.clock(), lease_s=60, most=10)
            if not claimed:
                return done
            for job in claimed:
                JOBS[job.kind](self.parts.desk, job.payload)
                with self.parts.desk.store.unit() as unit:
                    unit.jobs.finish(job)
                done.append(job.kind)

    def journal(self) -> list[str]:
        """The kinds of the hotel's entries, oldest first."""
        with self.parts.desk.store.unit(writes=False) as unit:
            return [row.entry.kind for row in unit.journal.every(self.hotel)]

    def kept(self) -> list[str]:
        """The digests of the files that lie in the folder."""
        return sorted(path.name for path in (self.folder / "objects").rglob("*") if path.is_file())

    def pieces(self) -> list[str]:
        """What lies half-way in."""
        return sorted(path.name for path in (self.folder / "incoming").glob("*"))


def make_service(
    url: str, folder: Path, *, questionnaires: Path, terms: Any = None, files: Any = None, clam: Any = None
) -> Service:
    """A service on a migrated database; evidence in a folder unless a store is given."""
    chance = SeededChance("evidence")
    scanner = None if clam is None else ClamScanner(f"{clam.host}:{clam.port}", timeout_s=5)
    parts = assemble(
        url, clock=Clock(), chance=chance, passwords=Passwords(memory_kib=64, passes=1), terms=terms, scanner=scanner,
        files=files or FolderStore(folder), questionnaires=questionnaires, pool_size=12,
    )  # fmt: skip
    client = TestClient(make_app(parts, requests_per_minute=1_000_000, threads=8))
    service = Service(parts=parts, client=client, folder=folder, hotel="", rival="", credentials={}, site_id="")
    service.rival = _organisation(service, "Rival")
    service.hotel = _organisation(service, "Hotel")
    return service


def _organisation(service: Service, name: str) -> str:
    desk = service.parts.desk
    organisation_id, service.site_id = desk.chance.new_id(NOW), desk.chance.new_id(NOW)
    with desk.store.unit() as unit:
        unit.organisations.add(
            Organisation(id=organisation_id, name=name, country="KH", town="Kep", language="en", kinds=("business",),
                         profile=Profile(), revision=1, created_at=NOW)
        )  # fmt: skip
        site = Site(id=service.site_id, name=name, town=None, country="KH", reference="", revision=1, created_at=NOW,
                    closed_at=None)  # fmt: skip
        unit.organisations.add_site(organisation_id, site)
        for role, held in ROLES.items():
            user_id, session = desk.chance.new_id(NOW), f"cs_{desk.chance.octets(24).hex()}"
            email = f"{role}@{name.lower()}.example"
            unit.people.add(
                User(id=user_id, email=email, email_key=email, name=f"{name} {role}", language="en",
                     password_hash=None, email_verified_at=NOW, created_at=NOW)
            )  # fmt: skip
            unit.sessions.add(
                Session(token_hash=hashed(session), id=desk.chance.new_id(NOW), user_id=user_id, device="", created_at=NOW,
                        last_seen_at=NOW, expires_at=NOW + timedelta(hours=8), second_factor_at=None)
            )  # fmt: skip
            unit.organisations.put_membership(
                Membership(organisation_id=organisation_id, user_id=user_id, roles=held, site_ids=None, revision=1,
                           created_at=NOW)
            )  # fmt: skip
            if role == "owner":
                token = ApiToken(id=desk.chance.new_id(NOW), user_id=user_id, organisation_id=None, name="reader",
                                 secret_hash=hashed("secret"), scopes=("read",), created_at=NOW, expires_at=None,
                                 last_used_on=None, revoked_at=None, second_factor_at=None)  # fmt: skip
                unit.people.add_token(token)
                service.credentials[organisation_id, "reader"] = f"ct_{token.id.replace('-', '')}_secret"
            service.credentials[organisation_id, role] = session
    return organisation_id


@contextmanager
def running(service: Service):
    """The service behind a real server; gives its port."""
    app = make_app(service.parts, requests_per_minute=1_000_000, threads=8)
    line = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [line]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield line.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        line.close()


def digest(content: bytes) -> str:
    """As answers name it."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def pdf(text: str = "Child protection policy") -> bytes:
    """A real PDF of one page."""
    memory = io.BytesIO()
    canvas = Canvas(memory, invariant=1)
    canvas.drawString(100, 700, text)
    canvas.save()
    return memory.getvalue()
