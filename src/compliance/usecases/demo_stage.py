"""The stage of the demonstration: a clock that can be put, mails that can be read, people who sign in.

Everything here goes through the use cases, as visitors do: nothing is written into the database beside them, but for the
days on which questionnaires were published, which must lie before the first day of the play.
"""

import re
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Literal, Protocol

from msgspec import Struct

from compliance.domain.questionnaire import StateChange
from compliance.notify import Mail, Post
from compliance.usecases.deed import Deed
from compliance.usecases.evidence_files import OpenDeed
from compliance.usecases.invitations import accept_invitation
from compliance.usecases.means import Means
from compliance.usecases.operators import appoint_operator
from compliance.usecases.registering import confirm_by_link, register_person, reset_password
from compliance.usecases.signing_in import sign_in

PASSWORD = "river-stone-lantern"  # noqa: S105  # printed for everybody; the demonstration listens on this machine only
STEP = timedelta(seconds=7)
"""Between two deeds."""
SESSION = timedelta(minutes=40)
"""Shorter than a session may lie idle."""
LOOKS_EVERY = timedelta(days=5)
_LINK = re.compile(r"https?://\S+")
Access = Literal["anyone", "person", "member", "operator"]


class Reception(Protocol):
    """What opens deeds: the desk of the service."""

    means: Means

    def deed(
        self,
        access: Access = "anyone",
        *,
        writes: bool,
        credential: str | None = None,
        organisation_id: str | None = None,
    ) -> AbstractContextManager[Deed]:
        """A deed, kept when its block ends."""
        ...


class PlayClock:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now

    def set(self, at: datetime, /) -> None:
        """Put it to an instant."""
        self.now = at


class Letterbox:
    """Hands mails on, and keeps the last one to every address, so that its link can be followed."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._last: dict[str, str] = {}

    def send(self, mail: Mail) -> None:
        """Keep and hand on."""
        self._last[mail.to] = mail.text
        self._post.send(mail)

    def token(self, address: str) -> str:
        """The secret at the end of the first link in the last mail to an address."""
        found = _LINK.search(self._last[address])
        assert found is not None, "a mail that is waited for has a link"
        return found.group().rpartition("/")[2]


class Player(Struct, kw_only=True):
    """Somebody invented."""

    name: str
    email: str
    language: str = "en"
    part: str = ""
    """What the person is in the business: signs with it."""
    user_id: str = ""
    token: str = ""
    signed_in_at: datetime | None = None


class Stage:
    """Where the play is: its clock, its mails, and the doors that the players go through."""

    def __init__(
        self, desk: Reception, clock: PlayClock, letterbox: Letterbox, work: Callable[[datetime], object]
    ) -> None:
        self.desk = desk
        self.clock = clock
        self._letterbox = letterbox
        self._work = work
        """Does every job that falls due until an instant, and leaves the clock there."""

    def open_questionnaires(self) -> None:
        """Every version counts as published from the first day of the play on."""
        shelf = self.desk.means.shelf
        with self.desk.deed(writes=True) as deed:
            for version in shelf.versions():
                first = StateChange(state="published", on=deed.today)
                deed.unit.questionnaires.set_states(version.copy.digest, (first,))
        shelf.refresh()

    def go_to(self, moment: datetime) -> None:
        """Let the time pass, with all that it brings.

        The worker looks every few days, as after short outages: its duties are due in a span of days, so nothing is
        missed, and two years are played in seconds.
        """
        while self.clock.now < moment:
            self.clock.set(min(moment, self.clock.now + LOOKS_EVERY))
            self._work(self.clock.now)

    def read_mails(self) -> None:
        """Let what was queued go out."""
        self._work(self.clock.now)

    # People

    def register(self, player: Player) -> None:
        """Open an account and prove its address by the mail that came."""
        with self.anyone() as deed:
            register_person(deed, email=player.email, name=player.name, password=PASSWORD, language=player.language)
        self.read_mails()
        with self.anyone() as deed:
            confirm_by_link(deed, token=self._letterbox.token(player.email))

    def appoint(self, player: Player, *, country: str) -> None:
        """Make somebody the operator's administrator, who chooses a password by the mail that came."""
        with self.anyone() as deed:
            appoint_operator(deed, email=player.email, name=player.name, country=country, language=player.language)
        self.read_mails()
        with self.anyone() as deed:
            reset_password(deed, token=self._letterbox.token(player.email), password=PASSWORD)

    def join(self, player: Player) -> None:
        """Follow an invitation that lies in the mail: open an account, sign in, accept."""
        self.read_mails()
        token = self._letterbox.token(player.email)
        self.register(player)
        with self.person(player) as deed:
            accept_invitation(deed, token=token)

    # Doors

    @contextmanager
    def anyone(self) -> Generator[Deed]:
        """A deed of a visitor whom nobody knows."""
        self._step()
        with self.desk.deed(writes=True) as deed:
            yield deed

    @contextmanager
    def person(self, player: Player) -> Generator[Deed]:
        """A deed of somebody who is signed in."""
        credential = self._credential(player)
        with self.desk.deed("person", writes=True, credential=credential) as deed:
            yield deed

    @contextmanager
    def member(self, player: Player, organisation_id: str, *, writes: bool = True) -> Generator[Deed]:
        """A deed of somebody for an organisation."""
        with self.door(player, organisation_id)(writes=writes) as deed:
            yield deed

    @contextmanager
    def operator(self, player: Player) -> Generator[Deed]:
        """A deed of an administrator of the service."""
        with self.desk.deed("operator", writes=True, credential=self._credential(player)) as deed:
            yield deed

    def door(self, player: Player, organisation_id: str) -> OpenDeed:
        """Opens deeds of somebody for an organisation."""
        return partial(self.desk.deed, "member", credential=self._credential(player), organisation_id=organisation_id)

    def _credential(self, player: Player) -> str:
        """The player's session; a new one where it has lain idle."""
        self._step()
        if player.signed_in_at is None or self.clock.now - player.signed_in_at > SESSION:
            with self.desk.deed(writes=True) as deed:
                signed_in = sign_in(deed, email=player.email, password=PASSWORD, code=None, device="demonstration")
            player.token, player.signed_in_at = signed_in.token, self.clock.now
            with self.desk.deed("person", writes=False, credential=player.token) as deed:
                player.user_id = deed.someone.user_id
        return player.token

    def _step(self) -> None:
        self.clock.now += STEP
