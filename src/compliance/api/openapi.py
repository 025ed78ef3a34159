"""The OpenAPI 3.1 document, made from the declarations of the endpoints: it says exactly what the server does."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from compliance.api import openapi_words as words
from compliance.api.endpoint import Endpoint
from compliance.api.openapi_examples import EXAMPLES
from compliance.api.openapi_replies import Sent, refusals_of, takes_key, takes_revision, what_is_sent
from compliance.api.openapi_schemas import Schema, Schemas, query_parameters
from compliance.api.problems import MEDIA_TYPE, sentence_of
from compliance.errors import Refusal

PREFIX = "/api/v1"
ID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
REVISION_PATTERN = '^"[0-9]{1,9}"$'
UNAVAILABLE = "Unavailable"
_HEADERS_OF_STATUS = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}


def build_document(endpoints: Iterable[Endpoint], *, base_url: str, version: str) -> dict[str, Any]:
    """The whole document as plain data; the same endpoints give the same document, key by key.

    Paths keep the order of the endpoints, schemas are ordered by name.
    """
    endpoints = tuple(endpoints)
    schemas = Schemas(endpoints)
    responses: dict[str, Schema] = {UNAVAILABLE: _unavailable()}
    paths: dict[str, Schema] = {}
    for each in endpoints:
        operation = _operation(each, schemas, responses)
        paths.setdefault(each.path, {})[each.method.lower()] = operation
    used = dict.fromkeys(tag for each in endpoints for tag in each.tags)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "compliance",
            "version": version,
            "summary": "Check how well a business protects children from sexual exploitation.",
            "description": words.ABOUT,
        },
        "servers": [{"url": base_url.rstrip("/") + PREFIX}],
        "tags": [{"name": name, "description": words.TAGS.get(name, name)} for name in sorted(used)],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "description": words.BEARER}},
            "headers": {name: {"description": text, "schema": schema}
                        for name, (text, schema) in sorted(words.HEADERS.items())},
            "responses": {name: responses[name] for name in sorted(responses)},
            "schemas": schemas.components,
        },
    }  # fmt: skip


def _operation(endpoint: Endpoint, schemas: Schemas, shared: dict[str, Schema]) -> Schema:
    sent = what_is_sent(endpoint)
    operation: Schema = {
        "operationId": endpoint.operation_id,
        "summary": endpoint.summary,
        "tags": list(endpoint.tags),
        "security": [] if endpoint.access == "anyone" else [{"bearer": []}],
    }
    if endpoint.description:
        operation["description"] = endpoint.description
    parameters = [*_path_parameters(endpoint), *_query_parameters(endpoint), *_header_parameters(endpoint, sent)]
    if parameters:
        operation["parameters"] = parameters
    if endpoint.upload is not None:
        operation["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": _binary()}}}
    elif endpoint.takes is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": _body(endpoint, schemas)}}
    operation["responses"] = _responses(endpoint, sent, schemas, shared)
    return operation


def _body(endpoint: Endpoint, schemas: Schemas) -> Schema:
    assert endpoint.takes is not None
    own = {endpoint.takes.__name__: EXAMPLES[endpoint.takes.__name__]} if endpoint.takes.__name__ in EXAMPLES else {}
    examples = {name: {"value": value} for name, value in (endpoint.examples or own).items()}
    return {"schema": schemas.of(endpoint.takes), **({"examples": examples} if examples else {})}


def _binary() -> Schema:
    return {"type": "string", "format": "binary"}


# Parameters


def _path_parameters(endpoint: Endpoint) -> Iterator[Schema]:
    for name in endpoint.parameters:
        if name.endswith("_id"):
            schema: Schema = {"type": "string", "format": "uuid", "pattern": ID_PATTERN}
            text = words.PARAMETERS.get(name, f"The id of the {name.removesuffix('_id').replace('_', ' ')}.")
        else:
            schema = {"type": "string", "minLength": 1, "maxLength": 300}
            text = words.PARAMETERS.get(name, f"The {name.replace('_', ' ')}.")
        yield {"name": name, "in": "path", "required": True, "description": text, "schema": schema}


def _query_parameters(endpoint: Endpoint) -> Iterator[Schema]:
    if endpoint.query is None:
        return
    for name, schema, required in query_parameters(endpoint.query):
        text = schema.get("description")
        plain = {key: value for key, value in schema.items() if key != "description"}
        yield {"name": name, "in": "query", "required": required, **({"description": text} if text else {}),
               "schema": plain}  # fmt: skip


def _header_parameters(endpoint: Endpoint, sent: Sent) -> Iterator[Schema]:
    revision = {"type": "string", "pattern": REVISION_PATTERN}
    if takes_revision(endpoint) and endpoint.method == "PUT":
        # Either of the two is demanded, which OpenAPI cannot say; the 428 says it.
        yield _header("If-Match", words.IF_MATCH_OR_NOTHING, revision)
        yield _header("If-None-Match", words.IF_NONE_MATCH_WRITE, {"type": "string", "pattern": "^\\*$"})
    elif takes_revision(endpoint):
        yield {**_header("If-Match", words.IF_MATCH, revision), "required": True}
    elif endpoint.method == "GET" and sent.has_etag:
        yield _header("If-None-Match", words.IF_NONE_MATCH_READ, {"type": "string"})
    if takes_key(endpoint):
        key = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
        yield _header("Idempotency-Key", words.IDEMPOTENCY_KEY, key)


def _header(name: str, text: str, schema: Schema) -> Schema:
    return {"name": name, "in": "header", "required": False, "description": text, "schema": schema}


# Responses


def _responses(endpoint: Endpoint, sent: Sent, schemas: Schemas, shared: dict[str, Schema]) -> Schema:
    responses: Schema = {str(status): _success(endpoint, sent, status, schemas) for status in sent.statuses}
    if endpoint.method == "GET" and sent.has_etag:
        headers = _headers("ETag", "RateLimit", "RateLimit-Policy", "X-Request-Id")
        responses["304"] = {"description": "It is still what the `If-None-Match` names.", "headers": headers}
    for status, kinds in refusals_of(endpoint).items():
        responses[str(status)] = _refused(status, kinds, shared)
    responses["503"] = {"$ref": f"#/components/responses/{UNAVAILABLE}"}
    return responses


def _success(endpoint: Endpoint, sent: Sent, status: int, schemas: Schemas) -> Schema:
    names = ["RateLimit", "RateLimit-Policy", "X-Request-Id"]
    names += ["ETag"] if sent.has_etag else []
    names += ["Location"] if sent.has_location else []
    names += ["Idempotency-Replayed"] if takes_key(endpoint) else []
    text = {201: "It was made.", 202: "It was taken, and is done soon.", 204: "It was done."}.get(status, "The answer.")
    response: Schema = {"description": text, "headers": _headers(*names)}
    if isinstance(endpoint.gives, str):
        response["content"] = {each: {"schema": _binary()} for each in endpoint.gives.split(", ")}
    elif endpoint.gives is not None and status != 204:
        response["content"] = {"application/json": {"schema": schemas.of(endpoint.gives)}}
    return response


def _headers(*names: str) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in sorted(names)}


def _refused(status: int, kinds: tuple[type[Refusal], ...], shared: dict[str, Schema]) -> Schema:
    """One or two refusals make a shared response, named for them; more are written out where they can happen."""
    lines = "\n".join(f"- `{kind.code}`: {sentence_of(kind)}" for kind in kinds)
    response = _problem(lines, status, [kind.code for kind in kinds])
    if len(kinds) > 2:
        return response
    name = "Or".join(_pascal(kind.code) for kind in kinds)
    shared[name] = response
    return {"$ref": f"#/components/responses/{name}"}


def _pascal(code: str) -> str:
    return "".join(part.capitalize() for part in re.split("-", code))


def _problem(text: str, status: int, codes: list[str]) -> Schema:
    schema = {
        "$ref": "#/components/schemas/ProblemDocument",
        "properties": {"status": {"const": status}, "code": {"enum": codes}},
    }
    names = ("X-Request-Id", *_HEADERS_OF_STATUS.get(status, ()))
    return {"description": text, "headers": _headers(*names), "content": {MEDIA_TYPE: {"schema": schema}}}


def _unavailable() -> Schema:
    return _problem("- `unavailable`: The service cannot do this just now. Nothing was changed.", 503, ["unavailable"])
