"""Requests made from the OpenAPI document alone: the smallest body that fits a schema, and what is needed around it."""

import re

from compliance.api.openapi import build_document
from compliance.api.routes import ENDPOINTS

DOCUMENT = build_document(ENDPOINTS, base_url="http://testserver.local", version="0.0.0")
WORDS = (
    "KH", "en", "hospitality", "hospitality@1.0", "1.0", "HOS-08", "GOV", "some words", "a", "2026-11-22", "123456",
    "01890a5d-ac96-774b-bcce-b302099a8057", "somebody@unknown.example", "unknown.example", "+855", "0" * 64,
    "sha256:" + "0" * 64, "https://unknown.example", "workers", "seven ripe mangoes", "x" * 43,
)  # fmt: skip
"""Texts that are tried for a pattern; a new kind of pattern needs one that fits."""


class Operation:
    """One method on one path of the document."""

    def __init__(self, path, method, described):
        self.path = path
        self.method = method.upper()
        self.described = described
        self.name = described["operationId"]
        self.parameters = re.findall(r"\{(\w+)\}", path)
        headers = {each["name"]: each for each in described.get("parameters", []) if each["in"] == "header"}
        self.is_conditional = "If-Match" in headers
        self.side = next((tag for tag in ("regulator", "operator") if tag in described["tags"]), "business")
        if path.startswith("/operator/"):
            self.side = "operator"
        self.needs_person = bool(described["security"])
        content = described.get("requestBody", {}).get("content", {})
        self.takes = next(iter(content), None)
        self.body = content.get(self.takes)
        others = [each for each in described.get("parameters", []) if each["in"] != "path"]
        self.can_be_wrong = bool(others) or self.takes == "application/json"
        given = described["responses"].get("200", {}).get("content", {})
        self.gives_file = any(kind != "application/json" for kind in given)
        self.statuses = {int(status) for status in described["responses"]}

    def __repr__(self):
        return self.name

    def codes(self, status):
        """The codes of the problems that are documented for a status."""
        response = described(self.described["responses"].get(str(status), {}))
        for content in response.get("content", {}).values():
            yield from content["schema"].get("properties", {}).get("code", {}).get("enum", ())

    def query(self):
        """Parameters after the question mark that must be there."""
        asked = [each for each in self.described.get("parameters", []) if each["in"] == "query" and each["required"]]
        return {each["name"]: sample(each["schema"]) for each in asked}

    def sent(self, *, seen=None, body=None):
        """Everything besides path and credential: query, precondition, body."""
        sent = {"params": self.query(), "headers": {}}
        if self.is_conditional:
            sent["headers"]["if-match"] = f'"{1 if seen is None else seen}"'
        if self.takes == "application/json":
            sent["json"] = self.smallest() if body is None else body
        elif self.takes is not None:
            sent["content"] = b"%PDF-1.7 nothing"
            sent["headers"]["content-type"] = "application/octet-stream"
        return sent

    def smallest(self):
        """The smallest body that fits the schema; the first example where that says nothing."""
        examples = [each["value"] for each in self.body["examples"].values()]
        return sample(self.body["schema"]) or examples[0]

    def url(self, values):
        """The path with its parameters filled in."""
        return self.path.format_map(values)


OPERATIONS = [
    Operation(path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def described(node):
    """A part of the document, or what it refers to."""
    if "$ref" not in node:
        return node
    target = DOCUMENT
    for step in node["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    return {**target, **{key: value for key, value in node.items() if key != "$ref"}}


def sample(schema):
    """The smallest value that fits a schema."""
    schema = described(schema)
    for key in ("const", "default"):
        if key in schema and schema[key] is not None:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return sample(schema["anyOf"][0])
    kind = schema.get("type")
    if kind == "object":
        return _mapping(schema)
    if kind == "array":
        return [sample(schema["items"]) for _ in range(schema.get("minItems", 0))]
    if kind == "string":
        return _text(schema)
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 1), 1)
    return {"boolean": True, "null": None}.get(kind)


def _mapping(schema):
    properties = schema.get("properties", {})
    value = {name: sample(properties[name]) for name in schema.get("required", [])}
    if schema.get("minProperties") and not value:
        value[_text(schema.get("propertyNames", {}))] = sample(schema["additionalProperties"])
    return value


def _text(schema):
    if schema.get("format") == "date-time":
        return "2026-11-22T09:00:00Z"
    if schema.get("format") == "date":
        return "2026-11-22"
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength", 10_000)
    for word in WORDS:
        if shortest <= len(word) <= longest and re.search(schema.get("pattern", ""), word):
            return word
    message = f"no sample fits {schema}; add one to WORDS"
    raise AssertionError(message)
