"""Schemathesis over the whole interface: what the document promises is what the server does.

Requests are generated from the document, good ones and bad ones, the same on every machine. Before each operation the
database is put back to where one organisation has one of everything.
"""

import shutil
import sqlite3
from contextlib import closing

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from samples import DOCUMENT, OPERATIONS
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig, SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from worlds import belongings, make_world

BASE = "http://testserver.local/api/v1"
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
UNREADABLE = {"body-malformed", "body-invalid", "request-malformed", "media-type-unsupported", "method-not-allowed"}
"""Said of requests that do not have the documented form; never of one that has it."""
GOOD_EXAMPLES, BAD_EXAMPLES = 6, 6
DRAWN_EXAMPLES = 2
"""Of documents, which take a second each to be drawn."""

SCHEMA = schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig())
# PostgreSQL keeps no NUL in texts, so none is taken anywhere; that is another test's matter.
SCHEMA.config.generation = GenerationConfig(allow_x00=False, deterministic=True)
EVERY = {each.ok().definition.raw["operationId"]: each.ok() for each in SCHEMA.get_all_operations()}


def steadily(examples):
    return settings(
        max_examples=examples, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def settled(sqlite_template, tmp_path_factory):
    """The world with one of everything, and a copy of its database."""
    path = tmp_path_factory.mktemp("schemathesis") / "service.sqlite"
    shutil.copyfile(sqlite_template, path)
    world = make_world(f"sqlite:///{path}")
    with world.client:
        world.a.belongings = belongings(world, world.a)
        with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(":memory:")) as kept:
            live.backup(kept)
            yield world, live, kept


@pytest.fixture
def world(settled):
    world, live, kept = settled
    kept.backup(live)
    return world


def values_for(world, operation):
    """Ids of what is there, for the parameters that are ids; all other parameters are made up."""
    mine = world.a.belongings
    values = {name: mine[name] for name in operation.parameters}
    if "not-submitted" in {code for status in (404, 409, 422) for code in operation.codes(status)}:
        values["assessment_id"] = mine["submitted_id"]
    if operation.side == "regulator":
        values["organisation_id"] = world.regulator.organisation_id
    return values


def send(world, operation, case):
    sessions = {"operator": world.admin, "regulator": world.regulator.credentials["decider"]}
    credential = sessions.get(operation.side, world.a.credentials["owner"])
    asked = requests.Request(**case.as_transport_kwargs(base_url=BASE)).prepare()
    headers = {name: value.encode("latin-1") if isinstance(value, str) else value
               for name, value in asked.headers.items() if name.lower() != "authorization"}  # fmt: skip
    if operation.needs_person:
        headers["authorization"] = f"Bearer {credential}".encode()
    return world.client.request(asked.method, asked.url, headers=headers, content=asked.body or b"")


def code_of(answer):
    return answer.json()["code"] if answer.headers.get("content-type") == "application/problem+json" else None


@pytest.mark.parametrize("operation", OPERATIONS, ids=repr)
def test_what_the_document_allows_is_answered_as_documented(world, operation):
    strategy = EVERY[operation.name].as_strategy(
        generation_mode=GenerationMode.POSITIVE, path_parameters=values_for(world, operation)
    )
    examples = DRAWN_EXAMPLES if operation.gives_file else GOOD_EXAMPLES

    @steadily(examples)
    @given(case=strategy)
    def run(case):
        answer = send(world, operation, case)
        case.validate_response(answer, checks=CHECKS)
        # JSON Schema calls 3.0 an integer; here no value is bent to fit.
        assert code_of(answer) not in UNREADABLE or has_float(case.body), (asked_of(case), answer.text)

    run()


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.can_be_wrong], ids=repr)
def test_what_the_document_forbids_is_refused_as_documented(world, operation):
    """Query, headers and body are wrong, together or one of them. A body against its schema is never taken."""
    # Where a body is taken, the revision is right, so that the body is read at all.
    fixed = {"headers": operation.sent()["headers"]} if operation.takes else {}
    strategy = EVERY[operation.name].as_strategy(
        generation_mode=GenerationMode.NEGATIVE, path_parameters=values_for(world, operation), **fixed
    )
    schema = {**(operation.body or {}).get("schema", {}), "components": DOCUMENT["components"]}
    validator = Draft202012Validator(schema)

    @steadily(BAD_EXAMPLES)
    @given(case=strategy)
    def run(case):
        answer = send(world, operation, case)
        case.validate_response(answer, checks=CHECKS)
        if operation.takes == "application/json" and not validator.is_valid(case.body):
            assert answer.status_code >= 400, (asked_of(case), answer.text)

    run()


def has_float(value):
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, float) or any(has_float(each) for each in children)


def asked_of(case):
    return case.path_parameters, case.query, case.body
