"""What every deed is done with. A use case takes a `Deed`, then what it is about; it loads, decides, saves.

The skins open the deed: one transaction, committed when the use case has returned and the answer is ready.
"""

from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from compliance.domain.actor import SERVICE, Actor, Person
from compliance.errors import Refusal
from compliance.store.unit import Unit
from compliance.usecases.means import Means


class Chance(Protocol):
    """Ids and secrets; an argument, so that tests and the demo give the same ones again."""

    def new_id(self, now: datetime) -> str:
        """A UUIDv7 for an instant."""
        ...

    def octets(self, count: int) -> bytes:
        """Random octets."""
        ...


class Deed(Struct, kw_only=True):
    """One transaction with who acts, when, and by what means."""

    unit: Unit
    now: datetime
    chance: Chance
    means: Means
    person: Person | None = None
    acting: Actor | None = None
    client: str = ""
    """Where the request came from; for counting tries only, never stored in clear."""
    refusal: Refusal | None = None
    """To be raised after the commit, by deeds whose traces must stay although they refuse: counted tries."""

    @property
    def someone(self) -> Person:
        """Who is signed in. Only where the skin made sure of it."""
        assert self.person is not None
        return self.person

    @property
    def actor(self) -> Actor:
        """Who acts for an organisation. Only where the skin made sure of it."""
        assert self.acting is not None
        return self.acting

    @property
    def organisation_id(self) -> str:
        """For whom."""
        return self.actor.organisation_id

    @property
    def today(self) -> date:
        """The day in UTC."""
        return self.now.date()

    def new_id(self) -> str:
        """A new id."""
        return self.chance.new_id(self.now)

    def record(self, kind: str, *, of: str | None = None, **facts: str | int) -> None:
        """Write into an organisation's journal: the actor's own, or the one named by `of`."""
        actor = self.person.user_id if self.person else SERVICE
        self.unit.journal.record(of or self.organisation_id, kind, facts, actor=actor, at=self.now)

    def queue(
        self,
        kind: str,
        payload: dict[str, object],
        *,
        of: str | None = None,
        run_at: datetime | None = None,
        once: str | None = None,
    ) -> None:
        """Queue a job in this transaction."""
        self.unit.jobs.add(self.new_id(), kind, payload, now=self.now, run_at=run_at, organisation_id=of, once=once)

    def tell(self, to: str, kind: str, *, language: str, once: str | None = None, **facts: str | int) -> None:
        """Queue a mail of one of the kinds in `words.mails`."""
        self.queue("mail", {"to": to, "mail": kind, "language": language, "facts": facts}, once=once)

    def publish(self, kind: str, **payload: object) -> None:
        """Put an event of the actor's organisation into the outbox."""
        self.unit.jobs.publish(self.new_id(), self.organisation_id, kind, payload, at=self.now)
