"""The OpenAPI document: true to the declarations, whole, the same every time. RENEW_GOLDEN=1 writes the golden file."""

import json
import os
import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from litestar.testing import TestClient
from msgspec import defstruct, structs

from compliance.api.documentation import FILES, STATIC, problem_type
from compliance.api.openapi import build_document
from compliance.api.openapi_schemas import field_descriptions
from compliance.api.openapi_words import TAGS
from compliance.api.problems import FieldError
from compliance.api.routes import ENDPOINTS
from compliance.app import assemble, make_app
from fixtures.libraries import ROOT

GOLDEN = Path(__file__).with_name("golden") / "openapi.json"
DOCUMENT = build_document(ENDPOINTS, base_url="https://compliance.example", version="0.0.0")
OPERATIONS = [
    pytest.param(path, method, operation, id=operation["operationId"])
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


@pytest.fixture(scope="module")
def client(sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("documentation") / "service.sqlite"
    shutil.copyfile(sqlite_template, path)
    with TestClient(make_app(assemble(f"sqlite:///{path}"))) as client:
        yield client


def resolved(node):
    """A part of the document, or what it refers to."""
    if "$ref" not in node:
        return node
    target = DOCUMENT
    for step in node["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    return target


def every_node(node=DOCUMENT):
    yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from every_node(child)


def validator(schema):
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


# The document as a whole


def test_the_document_is_the_golden_one():
    text = json.dumps(DOCUMENT, indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("RENEW_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8"), "read what changed, then renew with RENEW_GOLDEN=1"


def test_the_same_endpoints_give_the_same_document_key_by_key():
    again = build_document(ENDPOINTS, base_url="https://compliance.example", version="0.0.0")
    assert json.dumps(again) == json.dumps(DOCUMENT)


def test_every_endpoint_stands_in_the_document_once():
    assert len(OPERATIONS) == len(ENDPOINTS)
    names = [each.operation_id for each in ENDPOINTS]
    assert sorted(names) == sorted(set(names))


def test_every_reference_leads_somewhere_and_every_component_is_used():
    references = {node["$ref"] for node in every_node() if isinstance(node, dict) and isinstance(node.get("$ref"), str)}
    for reference in references:
        assert resolved({"$ref": reference})
    for kind in ("responses", "schemas"):
        unused = {name for name in DOCUMENT["components"][kind] if f"#/components/{kind}/{name}" not in references}
        assert not unused


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_every_schema_is_a_schema_and_says_what_it_is(name):
    schema = DOCUMENT["components"]["schemas"][name]
    Draft202012Validator.check_schema(schema)
    assert re.fullmatch(r"[A-Z][A-Za-z]+", name)
    assert schema["description"].endswith((".", "?"))


def test_every_tag_is_described():
    assert {each["name"] for each in DOCUMENT["tags"]} <= TAGS.keys()


# Operations


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_an_operation_has_a_sentence_a_tag_and_every_parameter_of_its_path(path, method, operation):
    assert re.fullmatch(r"[A-Z“`].*[^.]", operation["summary"])
    assert operation["tags"]
    named = [each["name"] for each in operation.get("parameters", []) if each["in"] == "path"]
    assert named == re.findall(r"\{(\w+)\}", path)
    assert all(each.get("description") for each in operation.get("parameters", []) if each["in"] != "query")


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_refusal_is_a_problem_document_with_its_codes(path, method, operation):
    statuses = list(operation["responses"])
    refused = [int(status) for status in statuses if int(status) >= 400]
    assert {400, 401, 429, 503} <= set(refused)
    for status in refused:
        response = resolved(operation["responses"][str(status)])
        schema = response["content"]["application/problem+json"]["schema"]
        assert schema["properties"]["status"] == {"const": status}
        for code in schema["properties"]["code"]["enum"]:
            assert problem_type(code).status == status
            assert f"`{code}`: {problem_type(code).title}" in response["description"]
        assert ("Retry-After" in response["headers"]) == (status in (429, 503))


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_bodies_preconditions_and_keys_bring_their_refusals(path, method, operation):
    statuses = {int(status) for status in operation["responses"]}
    headers = {each["name"] for each in operation.get("parameters", []) if each["in"] == "header"}
    content = operation.get("requestBody", {}).get("content", {})
    assert ({413, 415, 422} <= statuses) == ("application/json" in content) or "application/octet-stream" in content
    assert ({412, 428} <= statuses) == ("If-Match" in headers)
    assert (304 in statuses) == ("If-None-Match" in headers and method == "get")
    assert ("Idempotency-Key" in headers) <= (method in ("post", "patch"))
    assert bool(operation["security"]) or "403" not in operation["responses"] or method != "get"


def bodies():
    for path, method, operation in (each.values for each in OPERATIONS):
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            for name, example in content.get("examples", {}).items():
                yield pytest.param(content["schema"], example["value"], id=f"{operation['operationId']}-{name}-{kind}")
        del path, method


@pytest.mark.parametrize(("schema", "example"), list(bodies()))
def test_examples_are_what_the_endpoint_takes(schema, example):
    validator(schema).validate(example)


def test_every_body_has_an_example():
    without = [
        operation["operationId"]
        for *_, operation in (each.values for each in OPERATIONS)
        if (content := operation.get("requestBody", {}).get("content", {}).get("application/json"))
        if not content.get("examples")
    ]
    assert not without, "add one to the endpoint, or to api/openapi_examples.py"


def test_what_is_taken_refuses_unknown_fields():
    loose = [
        schema["$ref"]
        for *_, operation in (each.values for each in OPERATIONS)
        if (schema := operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema"))
        if "$ref" in schema and resolved(schema).get("additionalProperties") is not False
    ]
    assert not loose


# docs/api.md

CURL = re.compile(r"^ *curl (?:-X (?P<method>[A-Z]+) )?\"?\$HOST/api/v1(?P<path>[^\s?\"]+)", re.MULTILINE)
PAGE = ROOT / "docs" / "api.md"
NAMES = {"$ORGANISATION": "{organisation_id}", "$ASSESSMENT": "{assessment_id}"}


def commands():
    return [(each["method"] or "GET", each["path"]) for each in CURL.finditer(PAGE.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("method", "path"), commands())
def test_every_command_on_the_page_about_the_interface_asks_for_something_that_is_there(method, path):
    for name, parameter in NAMES.items():
        path = path.replace(name, parameter)
    patterns = [re.sub(r"\\{\w+\\}", "[^/]+", re.escape(each)) for each in DOCUMENT["paths"]]
    known = [each for each, pattern in zip(DOCUMENT["paths"], patterns, strict=True) if re.fullmatch(pattern, path)]
    assert known
    assert any(method.lower() in DOCUMENT["paths"][each] for each in known)


def test_commands_that_everybody_may_send_are_answered(client):
    for method, path in commands():
        operation = next((each[method.lower()] for known, each in DOCUMENT["paths"].items()
                          if re.fullmatch(re.sub(r"\{\w+\}", "[^/{}]+", known), path) and method.lower() in each), None)  # fmt: skip
        if method == "GET" and operation is not None and not operation["security"]:
            assert client.get(f"/api/v1{path}").status_code in (200, 404)


# Schemas


def test_docstrings_of_fields_become_descriptions():
    described = DOCUMENT["components"]["schemas"]["FieldError"]["properties"]["code"]["description"]
    assert described == field_descriptions(FieldError)["code"] == "Stable; explained in docs/problems.md."


def test_unions_have_a_discriminator():
    facts = DOCUMENT["components"]["schemas"]["Questionnaire"]["properties"]["facts"]["items"]
    assert facts["discriminator"]["mapping"]["yes_no"] == "#/components/schemas/YesNoFact"


def test_two_structs_of_one_name_are_called_after_their_modules():
    first, second = (defstruct("Twin", [(field, int)], module=f"compliance.{field}") for field in ("errors", "app"))
    twins = [
        structs.replace(each, takes=None, gives=kind) for each, kind in zip(ENDPOINTS, (first, second), strict=False)
    ]
    schemas = build_document(twins, base_url="", version="")["components"]["schemas"]
    assert schemas["ErrorsTwin"]["properties"].keys() == {"errors"}
    assert schemas["AppTwin"]["properties"].keys() == {"app"}


# Served


def test_the_document_is_served_and_can_be_kept(client):
    first = client.get("/api/v1/openapi.json")
    assert first.status_code == 200
    assert first.headers["content-type"] == "application/json"
    assert "max-age" in first.headers["cache-control"]
    assert first.json()["paths"] == DOCUMENT["paths"]
    again = client.get("/api/v1/openapi.json", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_page_is_made_of_our_own_files_under_a_strict_policy(client):
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//|<script>|<style| style=| on\w+=", page.text)
    asked = re.findall(r'(?:src|href)="(docs/[^"]+)"', page.text)
    assert len(asked) == 3
    for name in asked:
        file = client.get(f"/api/v1/{name}")
        assert file.status_code == 200
        assert file.headers["content-type"].partition(";")[0] in ("text/css", "text/javascript")


def test_every_file_beside_the_page_is_served_with_its_licence():
    assert {path.name for path in STATIC.iterdir()} == {*FILES, "docs.html"}
    assert "Apache License" in (STATIC / "swagger-ui.LICENSE.txt").read_text(encoding="utf-8")


def test_a_code_is_explained(client):
    explained = client.get("/api/v1/problems/revision-missing").json()
    assert (explained["status"], explained["type"]) == (428, "urn:compliance:problem:revision-missing")
    assert client.get("/api/v1/problems/fault").json()["status"] == 500


def test_an_unknown_code_is_not_found(client):
    answer = client.get("/api/v1/problems/never-heard-of")
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-thing")


def test_statuses_stand_in_order():
    for *_, operation in (each.values for each in OPERATIONS):
        refused = [int(status) for status in operation["responses"] if int(status) >= 400]
        assert all(first < second for first, second in pairwise(refused))
