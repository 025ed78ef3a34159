"""How an endpoint of the JSON interface is declared: once, for the server, the OpenAPI document and the tests.

An endpoint decodes nothing and decides nothing: it passes what was sent to a use case, and shows what came back.
"""

from collections.abc import Callable, Iterator
from typing import Any, Generic, Literal, TypeVar, cast

from msgspec import UNSET, Struct, UnsetType

from compliance.errors import NotFound
from compliance.http.desk import Access, Desk
from compliance.usecases.deed import Deed

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Body = TypeVar("Body")


class NoSuchThing(NotFound):
    """There is no such thing here."""

    code = "no-such-thing"


class Call(Struct, Generic[Body], kw_only=True):
    """What was asked."""

    path: dict[str, str]
    body: Body
    query: Any = None
    """The struct that the endpoint declares as its query."""
    seen: int | None = None
    """The revision named by `If-Match`; 0 for `If-None-Match: *`."""
    desk: Desk | None = None
    chunks: Iterator[bytes] | None = None
    """The body of an upload, as it comes in."""
    headers: dict[str, str] = {}
    open_deed: Callable[..., Any] | None = None
    """For uploads: opens a deed like the one that other endpoints are given."""

    def __getitem__(self, name: str) -> str:
        """A part of the path."""
        return self.path[name]

    @property
    def revision(self) -> int:
        """The revision that was seen. Only on endpoints that demand one."""
        assert self.seen is not None
        return self.seen


class Reply(Struct, kw_only=True):
    """What is answered."""

    body: object | UnsetType = UNSET
    status: int = 200
    revision: int | None = None
    """Becomes the `ETag`."""
    etag: str | None = None
    """An `ETag` that is no revision, as a digest."""
    location: str | None = None
    media_type: str = "application/json"
    headers: dict[str, str] = {}
    chunks: Iterator[bytes] | None = None
    """A file, in parts; instead of a body."""


Do = Callable[[Deed, Call[Any]], Reply]
DoUpload = Callable[[Call[Any]], Reply]


class Endpoint(Struct, frozen=True, kw_only=True):
    """One method on one path."""

    method: Method
    path: str
    """Below /api/v1, with `{names}`."""
    access: Access
    takes: type[Any] | None
    gives: Any
    """The type of the body that is answered; None for no body, a media type for files."""
    status: int
    query: type[Any] | None
    is_conditional: bool
    """Whether `If-Match` is demanded."""
    writes: bool
    gives_secret: bool
    """Whether the answer holds a secret that is shown once and stored nowhere."""
    tags: tuple[str, ...]
    refuses: tuple[type[Exception], ...]
    """Refusals beyond those that every such endpoint has."""
    examples: dict[str, object]
    do: Do | None
    upload: DoUpload | None
    count_try: Callable[[Deed, Call[Any]], None] | None
    """Counts a try in a transaction of its own before the deed, so that a refusal does not undo the count."""
    summary: str
    description: str
    operation_id: str

    @property
    def is_repeatable(self) -> bool:
        """Whether an `Idempotency-Key` is read: on what makes something anew, unless the answer holds a secret."""
        return self.method in ("POST", "PATCH") and self.upload is None and not self.gives_secret

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))


def endpoint(
    method: Method,
    path: str,
    *,
    access: Access = "member",
    takes: type[Any] | None = None,
    gives: Any = None,
    status: int | None = None,
    query: type[Any] | None = None,
    conditional: bool = False,
    writes: bool | None = None,
    gives_secret: bool = False,
    tags: tuple[str, ...] = (),
    refuses: tuple[type[Exception], ...] = (),
    examples: dict[str, object] | None = None,
    upload: bool = False,
    count_try: Callable[[Deed, Call[Any]], None] | None = None,
) -> Callable[[Callable[..., Reply]], Endpoint]:
    """Declare the function below as an endpoint; the first line of its docstring is its summary."""

    def declare(function: Callable[..., Reply]) -> Endpoint:
        first, _, rest = (function.__doc__ or "").strip().partition("\n")
        return Endpoint(
            method=method, path=path, access=access, takes=takes, gives=gives,
            status=status or (200 if gives is not None else 204), query=query, is_conditional=conditional,
            writes=method != "GET" if writes is None else writes, gives_secret=gives_secret, tags=tags, refuses=refuses,
            examples=examples or {}, do=None if upload else cast("Do", function),
            upload=cast("DoUpload", function) if upload else None, count_try=count_try, summary=first.rstrip("."),
            description=" ".join(rest.split()), operation_id=function.__name__,
        )  # fmt: skip

    return declare
