"""What an endpoint can answer: its statuses and headers, and every refusal that it can run into.

Statuses and headers are read from the endpoint's own `Reply(…)`, refusals from its declaration and from what
`serving` and `litestar` do before and around every endpoint, in the order of the statuses.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import cast

from msgspec import Struct

from compliance.api.bodies import BodyInvalid, BodyMalformed, QueryInvalid, RevisionMissing
from compliance.api.endpoint import Endpoint, NoSuchThing
from compliance.api.litestar import BodyTooLarge, MediaTypeUnsupported
from compliance.errors import Refusal
from compliance.http.feeding import UploadBroken
from compliance.http.limits import TooManyRequests
from compliance.http.repeats import KeyMalformed, KeyReused
from compliance.http.statuses import status_of
from compliance.usecases.credentials import NoSuchOrganisation, NotSignedIn, OperatorOnly, ReadOnlyToken
from compliance.usecases.revisions import StaleRevision


class Sent(Struct, frozen=True):
    """What an endpoint's replies carry."""

    statuses: tuple[int, ...]
    """Of success, lowest first."""
    has_etag: bool
    has_location: bool


def takes_key(endpoint: Endpoint) -> bool:
    """Whether an `Idempotency-Key` is looked at."""
    return endpoint.is_repeatable and endpoint.access != "anyone"


def takes_revision(endpoint: Endpoint) -> bool:
    """Whether a revision is demanded; uploads look at none."""
    return endpoint.is_conditional and endpoint.upload is None


def what_is_sent(endpoint: Endpoint) -> Sent:
    """Read an endpoint's own source for what it puts into its replies, and what functions beside it put there."""
    statuses: set[int] = set()
    named: set[str] = set()
    for reply in _replies(endpoint.do or endpoint.upload, set()):
        keywords = {each.arg: each.value for each in reply.keywords if each.arg}
        named |= keywords.keys()
        numbers = [each.value for each in ast.walk(keywords["status"]) if isinstance(each, ast.Constant)] \
            if "status" in keywords else [200]  # fmt: skip
        statuses |= {endpoint.status if each == 200 else each for each in numbers if type(each) is int}
    return Sent(tuple(sorted(statuses or {endpoint.status})), not named.isdisjoint({"revision", "etag"}),
                "location" in named)  # fmt: skip


def _replies(function: object, seen: set[object]) -> Iterator[ast.Call]:
    """Every `Reply(…)` in a function, and in functions of its module that it calls for one."""
    if function is None or function in seen or not inspect.isfunction(function):
        return
    seen.add(function)
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id == "Reply":
            yield node
            continue
        called = function.__globals__.get(node.func.id)
        if getattr(called, "__module__", None) == function.__module__ and "Reply" in str(
            getattr(called, "__annotations__", {}).get("return", "")
        ):
            yield from _replies(called, seen)


def refusals_of(endpoint: Endpoint) -> dict[int, tuple[type[Refusal], ...]]:
    """Status → the refusals with that status, by code."""
    kinds = {*_of_every_endpoint(endpoint), *(cast("type[Refusal]", each) for each in endpoint.refuses)}
    by_status: dict[int, list[type[Refusal]]] = {}
    for kind in sorted(kinds, key=lambda each: (status_of(each), each.code)):
        by_status.setdefault(status_of(kind), []).append(kind)
    return {status: tuple(each) for status, each in by_status.items()}


def _of_every_endpoint(endpoint: Endpoint) -> Iterator[type[Refusal]]:
    yield from (QueryInvalid, NotSignedIn, TooManyRequests)
    if endpoint.parameters:
        yield NoSuchThing
    if endpoint.access == "member":
        yield NoSuchOrganisation
    if endpoint.access == "operator":
        yield OperatorOnly
    if endpoint.writes and endpoint.method != "GET":
        yield ReadOnlyToken
    if endpoint.takes is not None:
        yield from (MediaTypeUnsupported, BodyTooLarge, BodyMalformed, BodyInvalid)
    if takes_key(endpoint):
        yield from (KeyMalformed, KeyReused)
    if takes_revision(endpoint):
        yield from (RevisionMissing, StaleRevision)
    if endpoint.upload is not None:
        yield UploadBroken
