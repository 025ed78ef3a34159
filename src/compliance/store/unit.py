"""One transaction per deed, with a door to every noun. Nobody else commits."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import Connection

from compliance.store.anchors import Anchors
from compliance.store.answers import Answers
from compliance.store.assessments import Assessments
from compliance.store.certificates import Certificates
from compliance.store.directory import Directory
from compliance.store.engine import Database
from compliance.store.evidence import Evidence
from compliance.store.figures import Figures
from compliance.store.idempotency import IdempotencyKeys
from compliance.store.identities import Identities
from compliance.store.invitations import Invitations
from compliance.store.jobs import Jobs
from compliance.store.journal import Journal
from compliance.store.organisations import Organisations
from compliance.store.people import People
from compliance.store.questionnaires import Questionnaires
from compliance.store.sessions import Sessions
from compliance.store.signed import Signed
from compliance.store.submissions import Submissions
from compliance.store.transparency import Transparency


class Unit:
    """What one transaction reads and writes."""

    def __init__(self, connection: Connection, *, is_sqlite: bool) -> None:
        self.organisations = Organisations(connection)
        self.people = People(connection, is_sqlite=is_sqlite)
        self.sessions = Sessions(connection)
        self.directory = Directory(connection)
        self.identities = Identities(connection)
        self.invitations = Invitations(connection)
        self.questionnaires = Questionnaires(connection)
        self.assessments = Assessments(connection, is_sqlite=is_sqlite)
        self.answers = Answers(connection)
        self.evidence = Evidence(connection, is_sqlite=is_sqlite)
        self.submissions = Submissions(connection)
        self.certificates = Certificates(connection)
        self.signed = Signed(connection)
        self.log = Transparency(connection, is_sqlite=is_sqlite)
        self.anchors = Anchors(connection)
        self.journal = Journal(connection, is_sqlite=is_sqlite)
        self.jobs = Jobs(connection, is_sqlite=is_sqlite)
        self.idempotency = IdempotencyKeys(connection)
        self.figures = Figures(connection)


class Store:
    """Opens units on one database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @contextmanager
    def unit(self, *, writes: bool = True) -> Generator[Unit]:
        """A transaction: everything of it is kept, or nothing.

        Raises:
            Unavailable: the database cannot be reached.
            TryAgain: another transaction was in the way; do the deed again.
        """
        with self.database.transaction(writes=writes) as connection:
            unit = Unit(connection, is_sqlite=self.database.is_sqlite)
            yield unit
            unit.journal.flush()

    @contextmanager
    def snapshot(self) -> Generator[Unit]:
        """A unit that only reads, and sees one moment of the whole database.

        Raises:
            Unavailable: the database cannot be reached.
        """
        with self.database.snapshot() as connection:
            yield Unit(connection, is_sqlite=self.database.is_sqlite)
