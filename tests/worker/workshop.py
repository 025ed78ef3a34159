"""What tests of the worker stand on: a desk on a database, a clock that is put to where it shall be, people and drafts."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import gettempdir

from compliance.files import FolderStore
from compliance.http.chance import SeededChance
from compliance.http.desk import Desk
from compliance.notify import Mail, NotSent
from compliance.store.assessments import Assessment
from compliance.store.engine import Database, open_engine
from compliance.store.organisations import Membership, Organisation, Profile, Site
from compliance.store.people import User
from compliance.store.unit import Store
from compliance.usecases.means import Means, Passwords, Terms
from compliance.usecases.shelf import Shelf

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Clock:
    """Stands where it is put."""

    def __init__(self, at=NOON):
        self.at = at

    def __call__(self):
        return self.at

    def set(self, at):
        assert at >= self.at, "time runs one way"
        self.at = at

    def forward(self, **span):
        self.at += timedelta(**span)


def open_desk(url, *, clock, seed="worker", base_url="https://check.example.org", mail_folder=None):
    store = Store(Database(open_engine(url)))
    means = Means(shelf=Shelf(store), passwords=Passwords(memory_kib=64, passes=1), terms=Terms(base_url=base_url),
                  secret_key=b"k" * 32, mail_folder=mail_folder,
                  files=FolderStore(Path(gettempdir()) / "no-evidence"))  # fmt: skip
    return Desk(store, means, clock=clock, chance=SeededChance(seed))


def queue(desk, kind, payload=None, **how):
    with desk.deed(writes=True) as deed:
        deed.queue(kind, payload or {}, **how)


def jobs(desk, state=None):
    with desk.deed(writes=False) as deed:
        return deed.unit.jobs.list(state=state, after=None, limit=10_000)


def add_person(deed, organisation_id, email, *roles, language="en"):
    user = User(id=deed.new_id(), email=email, email_key=email, name="Sok Dara", language=language, password_hash=None,
                email_verified_at=deed.now, created_at=deed.now)  # fmt: skip
    deed.unit.people.add(user)
    deed.unit.organisations.put_membership(
        Membership(organisation_id=organisation_id, user_id=user.id, roles=roles, site_ids=None, revision=1,
                   created_at=deed.now)
    )  # fmt: skip
    return user.id


def add_hotel(deed, name="Mekong Lodge"):
    """An organisation with a site; gives both ids."""
    organisation = Organisation(id=deed.new_id(), name=name, country="KH", town="Kampot", language="en",
                                kinds=("business",), profile=Profile(), revision=1, created_at=deed.now)  # fmt: skip
    deed.unit.organisations.add(organisation)
    site = Site(id=deed.new_id(), name=name, town="Kampot", country="KH", reference=None, revision=1,
                created_at=deed.now, closed_at=None)  # fmt: skip
    deed.unit.organisations.add_site(organisation.id, site)
    return organisation.id, site.id


def add_draft(deed, organisation_id, site_id, *, started_by, digest, state="draft", **values):
    assessment = Assessment(
        organisation_id=organisation_id, id=deed.new_id(), questionnaire_digest=digest, questionnaire="hospitality@1.0",
        sector="hospitality", country="KH", language="en", state=state, facts={}, facts_revision=0,
        started_by=started_by, started_at=deed.now, changed_on=deed.today, **values,
    )  # fmt: skip
    deed.unit.assessments.add(assessment, site_ids=(site_id,))
    return assessment.id


class KeepingPost:
    """Takes mails and keeps them; refuses while told to."""

    def __init__(self):
        self.mails: list[Mail] = []
        self.refuses: NotSent | None = None
        self._lock = threading.Lock()

    def send(self, mail):
        with self._lock:
            if self.refuses is not None:
                raise self.refuses
            self.mails.append(mail)

    def subjects(self):
        return [mail.subject for mail in self.mails]
