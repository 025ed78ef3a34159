"""From a request to an endpoint and back: the one place that reads headers and bodies of the JSON interface.

1. refuse what no endpoint needs to see: too many requests, wrong type or size of body, malformed ids;
2. count a try where the endpoint says so, in a transaction of its own;
3. open the deed: who is it, for whom;
4. give the stored answer where the same request was answered before;
5. read query, precondition and body; do it; remember the answer; commit.
"""

import itertools
import re
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from compliance.api.bodies import read_body, read_query, read_revision
from compliance.api.endpoint import Call, Endpoint, NoSuchThing, Reply
from compliance.http.desk import Desk
from compliance.http.repeats import Answered, earlier_answer, hash_request, remember_answer
from compliance.usecases.deed import Deed
from compliance.usecases.patience import patiently

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ENCODER = msgspec.json.Encoder()


class Asked(Struct, kw_only=True):
    """A request, as it came in."""

    path: dict[str, str]
    query: dict[str, list[str]]
    body: bytes = b""
    credential: str | None = None
    if_match: str | None = None
    if_none_match: str | None = None
    idempotency_key: str | None = None
    client: str = ""
    headers: dict[str, str] = {}


class Given(Struct, kw_only=True):
    """An answer, ready to be sent."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    chunks: Any = None


def serve(desk: Desk, endpoint: Endpoint, asked: Asked) -> Given:
    """Answer one request. Blocks; runs in a thread.

    Raises:
        Refusal: what the problem documents tell.
        Unavailable: the database is out of reach, or too many are in each other's way.
    """
    _check_ids(endpoint, asked)
    if endpoint.count_try is not None:
        body = read_body(asked.body, endpoint.takes) if endpoint.takes else None
        call: Call[Any] = Call(path=asked.path, body=body)
        patiently(lambda: _count(desk, endpoint, asked, call))
    given = patiently(lambda: _serve_once(desk, endpoint, asked))
    if given.chunks is not None:
        # The deed is kept. Whether its bytes can be had at all is found out before the answer begins.
        first = next(given.chunks, b"")
        given.chunks = itertools.chain((first,), given.chunks)
    return given


def _count(desk: Desk, endpoint: Endpoint, asked: Asked, call: Call[Any]) -> None:
    assert endpoint.count_try is not None
    # Whoever is signed in is counted by their account, too.
    credential = asked.credential if endpoint.access != "anyone" else None
    with desk.deed(writes=True, client=asked.client, credential=credential) as deed:
        endpoint.count_try(deed, call)
        refusal = deed.refusal
    if refusal is not None:
        raise refusal


def _serve_once(desk: Desk, endpoint: Endpoint, asked: Asked) -> Given:
    with desk.deed(
        endpoint.access,
        writes=endpoint.writes,
        credential=asked.credential,
        organisation_id=asked.path.get("organisation_id"),
        client=asked.client,
        is_reading=endpoint.method == "GET",
    ) as deed:
        key = asked.idempotency_key if endpoint.is_repeatable and deed.person is not None else None
        if key is None:
            return _given(endpoint, asked, _do(deed, endpoint, asked))
        request_hash = hash_request(_target(endpoint, asked), asked.body)
        before = earlier_answer(deed, key, request_hash)
        if before is not None:
            headers = {**before.headers, "idempotency-replayed": "true"}
            return Given(status=before.status, headers=headers, body=before.body)
        given = _given(endpoint, asked, _do(deed, endpoint, asked))
        remember_answer(deed, key, Answered(request_hash, given.status, given.headers, given.body))
        return given


def _do(deed: Deed, endpoint: Endpoint, asked: Asked) -> Reply:
    assert endpoint.do is not None
    query = read_query(asked.query, endpoint.query)
    seen = read_revision(asked.if_match, asked.if_none_match) if endpoint.is_conditional else None
    body = read_body(asked.body, endpoint.takes) if endpoint.takes is not None else None
    return endpoint.do(deed, Call(path=asked.path, body=body, query=query, seen=seen))


def _check_ids(endpoint: Endpoint, asked: Asked) -> None:
    for name in endpoint.parameters:
        if name.endswith("_id") and not ID.fullmatch(asked.path[name]):
            raise NoSuchThing
        if "\x00" in asked.path[name] or len(asked.path[name]) > 300:
            raise NoSuchThing


def _target(endpoint: Endpoint, asked: Asked) -> str:
    """What a request is about, besides its body."""
    named = [f"{name}={asked.path[name]}" for name in endpoint.parameters]
    return "\n".join([endpoint.method, endpoint.path, *named, asked.if_match or ""])


def _given(endpoint: Endpoint, asked: Asked, reply: Reply) -> Given:
    headers = dict(reply.headers)
    etag = f'"{reply.revision}"' if reply.revision is not None else reply.etag
    if etag is not None:
        headers["etag"] = etag
    if reply.location is not None:
        headers["location"] = reply.location
    if endpoint.method == "GET" and etag is not None and asked.if_none_match in (etag, "*"):
        return Given(status=304, headers=headers)
    status = reply.status if reply.status != 200 else endpoint.status
    if reply.chunks is not None:
        return Given(status=status, headers={**headers, "content-type": reply.media_type}, chunks=reply.chunks)
    if reply.body is UNSET:
        return Given(status=status, headers=headers)
    body = reply.body if isinstance(reply.body, bytes) else _ENCODER.encode(reply.body)
    return Given(status=status, headers={**headers, "content-type": reply.media_type}, body=body)


def serve_upload(desk: Desk, endpoint: Endpoint, asked: Asked, chunks: Any) -> Given:
    """Answer an upload: its endpoint opens its own deeds, so that no transaction waits for a slow line."""
    assert endpoint.upload is not None
    _check_ids(endpoint, asked)
    query = read_query(asked.query, endpoint.query)

    def open_deed(*, writes: bool) -> Any:
        return desk.deed(endpoint.access, writes=writes, credential=asked.credential,
                         organisation_id=asked.path.get("organisation_id"), client=asked.client)  # fmt: skip

    call: Call[Any] = Call(path=asked.path, body=None, query=query, chunks=chunks, headers=asked.headers,
                           open_deed=open_deed)  # fmt: skip
    return _given(endpoint, asked, endpoint.upload(call))
