"""How a page is declared: what it shows, and what its form does. The one place where requests are read is serving.py.

`show` is given a deed that only reads and returns a `View`. `do` is given a deed that writes; it returns where to go
next, or raises what the use case refuses: then nothing is kept, and `show` is asked again with what was typed and what
is wrong with it.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from compliance.errors import Refusal
from compliance.http.desk import Access
from compliance.usecases.deed import Deed
from compliance.usecases.organisations import MyOrganisation
from compliance.web.forms import Form

A_SCREEN = 25
"""So many rows of a long list a page shows: more are slow to come to a phone, and nobody reads so far."""


class Visit(Struct, kw_only=True):
    """What was asked, by whom, in which language."""

    path: dict[str, str]
    """The named parts of the address."""
    here: str
    """The address with its query, for links that come back."""
    query: dict[str, str]
    form: Form
    """What was typed; empty where nothing was sent."""
    language: str
    refusal: Refusal | None = None
    """Why what was sent was not taken; set when `show` is asked again."""
    organisations: tuple[MyOrganisation, ...] = ()
    """Those of the person who is signed in."""
    has_chosen_language: bool = False
    """Whether the visitor chose the language here, instead of its being the browser's."""
    device: str = ""
    """The browser, in a few words, for the list of sessions."""
    credential: str | None = None
    """The session that was shown."""
    chunks: Iterator[bytes] | None = None
    """The body of an upload, as it comes in."""
    open_deed: Callable[..., Any] | None = None
    """For uploads: opens a deed like the one that other pages are given."""
    content_type: str = ""

    def __getitem__(self, name: str) -> str:
        """A named part of the address."""
        return self.path[name]


class View(Struct, kw_only=True):
    """A template with what it shows."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    session: str | None = None
    """A new session, for the cookie."""
    kept_by: Hashable = None
    """Set where everybody who is not logged in sees the same: what else than language, address and day it depends on."""


class Go(Struct, kw_only=True):
    """Somewhere else next."""

    to: str
    """A path on this service."""
    done: str | None = None
    """A code of `notices.NOTICES`: what has been done, said on the next page."""
    session: str | None = None
    """A new session, for the cookie."""
    ends_session: bool = False
    language: str | None = None
    """A language to be remembered."""


class Download(Struct, kw_only=True):
    """A file to be saved."""

    body: bytes = b""
    chunks: Iterator[bytes] | None = None
    media_type: str
    name: str
    is_shown: bool = False
    """Whether the browser may show it instead of saving it: only what we have drawn ourselves."""


Show = Callable[[Deed, Visit], View | Go | Download]
Do = Callable[[Deed, Visit], Go | View]


class Page(Struct, frozen=True, kw_only=True):
    """One address."""

    path: str
    """With `{names}`."""
    show: Show
    do: Do | None = None
    access: Access = "member"
    show_writes: bool = False
    """Whether showing it leaves a trace, such as the view of evidence."""
    upload: Callable[[Visit], Go | View] | None = None
    """Instead of `do`: opens its own deeds, so that no transaction waits for a slow line."""
    count_try: Callable[[Deed, Visit], None] | None = None
    """Counts a try in a transaction of its own before `do`, so that a refusal does not undo the count."""
    keeps: bool = True
    """Whether what was typed is carried through the log-in where the session had ended; never where it is a secret."""
    fields: Mapping[str, str] = {}
    """Where a problem's place is not the name of the form's field: place → field. A refusal that names no problem is
    said beside the field that stands here for its code."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the address."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))


def leads_to(path: str) -> Show:
    """For addresses that only take a form: who opens them is led to the page that the form stands on.

    Names in braces are filled in from the address: `/organisations/{organisation_id}/people`.
    """

    def show(deed: Deed, visit: Visit) -> Go:
        del deed
        return Go(to=path.format(**visit.path))

    return show
