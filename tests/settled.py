"""One hotel with its owner, straight into the store of a migrated database, and what it does over the door."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from litestar.testing import TestClient

from compliance.app import assemble, make_app
from compliance.files import FolderStore
from compliance.http.chance import SystemChance
from compliance.store.organisations import Membership, Organisation, Profile, Site
from compliance.store.people import User
from compliance.store.sessions import Session
from compliance.usecases.credentials import hashed
from compliance.usecases.means import Passwords

NOW = datetime.now(UTC)
SESSION = "cs_" + "5e" * 24
PASSWORDS = Passwords(memory_kib=64, passes=1)
SMALL_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Settled:
    """`id` is the organisation, `user_id` its owner, `SESSION` the owner's session; evidence lies in `evidence`."""

    def __init__(self, url: str, folder: Path, *, questionnaires: Path | None = None, files=None) -> None:
        self.evidence = folder / "evidence"
        if questionnaires is None:
            questionnaires = folder / "no-questionnaires"
            questionnaires.mkdir(exist_ok=True)
        self.parts = assemble(url, chance=SystemChance(), passwords=PASSWORDS, secret_key=b"k" * 32,
                              files=files or FolderStore(self.evidence), questionnaires=questionnaires)  # fmt: skip
        self.desk = self.parts.desk
        self.id = self.new_id()
        with self.desk.deed(writes=True) as deed:
            if deed.unit.people.find_by_email("owner@hotel.example") is None:
                self._settle(deed)
            found = deed.unit.people.find_by_email("owner@hotel.example")
            self.user_id = found.id
            self.id = deed.unit.organisations.of_person(found.id)[0][0].id

    def _settle(self, deed):
        site_id, user_id = self.new_id(), self.new_id()
        deed.unit.organisations.add(
            Organisation(id=self.id, name="Riverside Hotel", country="KH", town="Kep", language="en",
                         kinds=("business",), profile=Profile(), revision=1, created_at=NOW)
        )  # fmt: skip
        deed.unit.organisations.add_site(self.id, Site(id=site_id, name="River", town=None, country="KH", revision=1,
                                                       reference=None, created_at=NOW, closed_at=None))  # fmt: skip
        deed.unit.people.add(User(id=user_id, email="owner@hotel.example", email_key="owner@hotel.example",
                                  name="Sok Dara", language="en", password_hash=PASSWORDS.hash("seven ripe mangoes"),
                                  email_verified_at=NOW, created_at=NOW))  # fmt: skip
        deed.unit.sessions.add(
            Session(token_hash=hashed(SESSION), id=self.new_id(), user_id=user_id, device="", created_at=NOW,
                    last_seen_at=NOW, expires_at=NOW + timedelta(hours=8), second_factor_at=NOW)
        )  # fmt: skip
        deed.unit.organisations.put_membership(
            Membership(organisation_id=self.id, user_id=user_id, roles=("owner", "contributor", "signatory"),
                       site_ids=None, revision=1, created_at=NOW)
        )  # fmt: skip
        deed.record("organisation-begun", of=self.id, kinds="business", country="KH")

    def new_id(self) -> str:
        return self.desk.chance.new_id(datetime.now(UTC))

    def add_site(self, name: str) -> str:
        """One deed: a row, a journal entry, a job."""
        with self.desk.deed("member", writes=True, credential=SESSION, organisation_id=self.id) as deed:
            site_id = deed.new_id()
            deed.unit.organisations.add_site(self.id, Site(id=site_id, name=name, town=None, country="KH", revision=1,
                                                           reference=None, created_at=deed.now, closed_at=None))  # fmt: skip
            deed.record("site-added", site=site_id)
            deed.tell("owner@hotel.example", "password_changed", language="en", link="http://127.0.0.1/")
        return site_id

    def site_names(self) -> set[str]:
        with self.desk.deed(writes=False) as deed:
            return {site.name for site in deed.unit.organisations.sites(self.id, limit=100_000)}

    def client(self, **door) -> TestClient:
        client = TestClient(make_app(self.parts, requests_per_minute=0, threads=4, **door))
        client.headers["authorization"] = f"Bearer {SESSION}"
        return client

    def upload(self, client: TestClient, content: bytes, title: str = "Policy") -> dict:
        answer = client.post(f"/api/v1/organisations/{self.id}/evidence", content=content,
                             params={"title": title, "file_name": "policy.pdf"})  # fmt: skip
        assert answer.status_code == 201, answer.text
        return answer.json()

    def close(self) -> None:
        self.parts.close()


__all__ = ["NOW", "PASSWORDS", "SESSION", "SMALL_PDF", "Settled"]
