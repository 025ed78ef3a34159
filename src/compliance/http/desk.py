"""Where every request becomes a deed: one transaction, who acts, when, by what means."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Literal

from compliance.errors import Unavailable
from compliance.store.engine import TryAgain
from compliance.store.unit import Store
from compliance.usecases.credentials import NotSignedIn, actor_for, hashed, operator_for, person_of
from compliance.usecases.deed import Chance, Deed
from compliance.usecases.means import Means
from compliance.usecases.second_factor import check_second_factor_due

Access = Literal["anyone", "person", "member", "operator"]
"""Who may ask at all: anybody; anybody who is signed in; members of the organisation in the path; the operator."""


class Desk:
    """Opens deeds for the skins."""

    def __init__(self, store: Store, means: Means, *, clock: Callable[[], datetime], chance: Chance) -> None:
        self.store = store
        self.means = means
        self.clock = clock
        self.chance = chance
        self.wake = threading.Event()
        """Set when a deed that queued a job was kept: the worker of this process need not wait for its next look."""

    @contextmanager
    def deed(
        self,
        access: Access = "anyone",
        *,
        writes: bool,
        credential: str | None = None,
        organisation_id: str | None = None,
        client: str = "",
        is_reading: bool = False,
    ) -> Generator[Deed]:
        """A deed in its own transaction: kept when the block ends, undone when it raises.

        `is_reading`: for the visitor it is a read, though it leaves a trace of ours; a token may be read-only.

        Raises:
            NotSignedIn, NoSuchOrganisation, OperatorOnly, SecondFactorDue: the visitor may not ask, or not yet.
            Unavailable, TryAgain: see `Store.unit`.
        """
        with self.store.unit(writes=writes) as unit:
            deed = Deed(unit=unit, now=self.clock(), chance=self.chance, means=self.means, client=client)
            if credential is not None:
                deed.person = person_of(
                    unit, credential, self.means.terms, now=deed.now, writes=writes and not is_reading
                )
            if access != "anyone":
                if deed.person is None:
                    raise NotSignedIn
                if access == "member":
                    assert organisation_id is not None
                    deed.acting = actor_for(unit, deed.person, organisation_id)
                elif access == "operator":
                    deed.acting = operator_for(unit, deed.person)
                check_second_factor_due(deed)
            yield deed
        if unit.jobs.has_queued:
            self.wake.set()
        if credential is not None and deed.person is not None and deed.person.use_is_unnoted:
            self._note_use(credential, deed.now)

    def _note_use(self, session: str, now: datetime) -> None:
        """Who only reads stays logged in, too. Where it cannot be written just now, a later request does it."""
        with suppress(Unavailable, TryAgain), self.store.unit(writes=True) as unit:
            unit.sessions.touch(hashed(session), at=now)
