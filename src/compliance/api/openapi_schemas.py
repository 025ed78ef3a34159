"""The schemas of the OpenAPI document: our structs as JSON Schema, with what their source says about each field."""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, cast

import msgspec
from msgspec import UNSET, Struct
from msgspec import inspect as shape

from compliance.api.endpoint import Endpoint
from compliance.api.problems import ProblemDocument
from compliance.domain.certificate import Claim
from compliance.domain.scoring import Answer

REFERENCE = "#/components/schemas/{name}"
Schema = dict[str, Any]
STORED: dict[tuple[str, str], type[Struct]] = {
    ("ShownAnswer", "answer"): Answer,
    ("ShownCertificate", "claim"): Claim,
    ("PublicCertificate", "claim"): Claim,
}
"""Fields that are sent byte for byte as they are stored, with what is in those bytes."""
_END = r"$(?!\n)"
"""The end of a text to Python (see `fields`). In a document `$` is the end, and many readers cannot look ahead."""


class Schemas:
    """The schemas of everything that endpoints take and give."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        endpoints = tuple(endpoints)
        taken = [each.takes for each in endpoints if each.takes is not None]
        given = [each.gives for each in endpoints if each.gives is not None and not isinstance(each.gives, str)]
        kinds = [*taken, *given, ProblemDocument]
        shown = {info.cls.__name__ for kind in kinds for info in structs_in(shape.type_info(kind))}
        kinds += [kind for (struct, _), kind in STORED.items() if struct in shown]
        made, named = msgspec.json.schema_components(kinds, ref_template=REFERENCE)
        structs = _named([info for kind in kinds for info in structs_in(shape.type_info(kind))])
        names = {_given_name(info, named): name for name, info in structs.items()}
        references = {REFERENCE.format(name=old): REFERENCE.format(name=new) for old, new in names.items()}
        self._by_kind = list(zip(kinds, _renamed(list(made), references), strict=True))
        components: dict[str, Schema] = {names[old]: _renamed(schema, references) for old, schema in named.items()}
        seen = {info.cls for kind in taken for info in structs_in(shape.type_info(kind))}
        for name, info in structs.items():
            _describe(components[name], info, name)
            if info.cls not in seen:
                _require_what_is_always_sent(components[name], info)
            if not components[name].get("required", True):
                del components[name]["required"]
        self.components = {name: components[name] for name in sorted(components)}

    def of(self, kind: Any) -> Schema:
        """The schema of a type that an endpoint takes or gives; a reference for structs."""
        return next(schema for known, schema in self._by_kind if known is kind or known == kind)


def structs_in(info: shape.Type, seen: set[Any] | None = None) -> Iterator[shape.StructType]:
    """Every struct in a type, each once."""
    seen = set[Any]() if seen is None else seen
    match info:
        case shape.StructType():
            if info.cls in seen:
                return
            seen.add(info.cls)
            yield info
            inner = [each.type for each in info.fields]
        case shape.Metadata():
            inner = [info.type]
        case shape.CollectionType():
            inner = [info.item_type]
        case shape.TupleType():
            inner = list(info.item_types)
        case shape.DictType():
            inner = [info.key_type, info.value_type]
        case shape.UnionType():
            inner = list(info.types)
        case _:
            inner = []
    for each in inner:
        yield from structs_in(each, seen)


def query_parameters(query: type[Struct]) -> Iterator[tuple[str, Schema, bool]]:
    """Name, schema and whether it is required, of every parameter after the question mark, in the struct's order."""
    (reference,), components = msgspec.json.schema_components([query], ref_template=REFERENCE)
    schema = cast("Schema", _renamed(components.pop(reference["$ref"].rpartition("/")[2]), {}))
    assert not components, "parameters are plain values"
    (info,) = structs_in(shape.type_info(query))
    _describe(schema, info, info.cls.__name__)
    required = schema.get("required", [])
    for name, each in cast("dict[str, Schema]", schema["properties"]).items():
        yield name, _without_null(each), name in required


def _without_null(schema: Schema) -> Schema:
    """An address cannot say null: a parameter that may be null may be left out."""
    if schema.get("default", UNSET) is None:
        schema = {key: value for key, value in schema.items() if key != "default"}
    if (arms := schema.get("anyOf")) is None:
        return schema
    arms = [arm for arm in arms if arm != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**arms[0], **rest} if len(arms) == 1 else {"anyOf": arms, **rest}


def _class(info: shape.StructType) -> type[Struct]:
    return getattr(info.cls, "__origin__", info.cls)


def _name(info: shape.StructType) -> str:
    """The name of a struct in the document; `Page[ShownTask]` is `PageOfShownTask`."""
    arguments = getattr(info.cls, "__args__", ())
    return "Of".join([_class(info).__name__, *(each.__name__ for each in arguments)])


def _named(infos: list[shape.StructType]) -> dict[str, shape.StructType]:
    """Name → struct. Where two have one name, each is called after its module too: `CardBecause`."""
    found: dict[str, dict[Any, shape.StructType]] = {}
    for info in infos:
        found.setdefault(_name(info), {})[info.cls] = info
    named: dict[str, shape.StructType] = {}
    for name, same in found.items():
        for info in same.values():
            module = _class(info).__module__.rpartition(".")[2]
            prefix = "".join(part.capitalize() for part in module.split("_")) if len(same) > 1 else ""
            named[prefix + name] = info
    return named


def _given_name(info: shape.StructType, named: dict[str, Any]) -> str:
    """The name that msgspec gives to a struct: with its whole path where two have one name."""
    (reference,), _ = msgspec.json.schema_components([info.cls], ref_template="{name}")
    name = str(reference["$ref"])
    return name if name in named else f"{_class(info).__module__}.{_class(info).__qualname__}"


def _renamed(schema: Any, names: dict[str, str]) -> Any:
    """What msgspec made, with our names, and patterns as every reader understands them."""
    if isinstance(schema, dict):
        mapping = cast("Schema", schema)
        # Beside prefixItems and maxItems, `items: false` says nothing more, and readers stumble over it.
        return {key: _renamed(value, names) for key, value in mapping.items() if (key, value) != ("items", False)}
    if isinstance(schema, list):
        return [_renamed(each, names) for each in cast("list[Any]", schema)]
    return names.get(schema, schema).replace(_END, "$") if isinstance(schema, str) else schema


def _describe(schema: Schema, info: shape.StructType, name: str) -> None:
    if "description" in schema:
        schema["description"] = one_paragraph(schema["description"])
    schema["title"] = name
    texts = field_descriptions(_class(info))
    for field in info.fields:
        inner = schema["properties"].get(field.encode_name)
        stored = STORED.get((name, field.name))
        if inner is not None and stored is not None:
            inner["$ref"] = REFERENCE.format(name=stored.__name__)
        if inner is not None and field.name in texts:
            inner["description"] = texts[field.name]


def _require_what_is_always_sent(schema: Schema, info: shape.StructType) -> None:
    """What we only send has every field, also where the struct has a default; unless it is left out then."""
    if _class(info).__struct_config__.omit_defaults:
        return
    optional = {field.encode_name for field in info.fields if _is_left_out_when_unset(field)}
    names = [name for name in schema["properties"] if name not in optional]
    if names:
        schema["required"] = names
    for each in cast("dict[str, Schema]", schema["properties"]).values():
        each.pop("default", None)


def _is_left_out_when_unset(field: shape.Field) -> bool:
    # msgspec shows neither the type of UNSET nor the default: what is left is a field without either.
    return not field.required and field.default is msgspec.NODEFAULT and field.default_factory is msgspec.NODEFAULT


def one_paragraph(text: str) -> str:
    """A docstring without its line breaks inside paragraphs."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", textwrap.dedent(text).strip()))


@cache
def field_descriptions(struct: type) -> dict[str, str]:
    """Field → the docstring under it. msgspec does not keep them, so they are read from the source."""
    found: dict[str, str] = {}
    for each in reversed(struct.__mro__):
        for node in _classes(each.__module__):
            if node.name == each.__name__:
                found |= _documented(node)
    return found


def _documented(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in zip(node.body, node.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            yield field.target.id, one_paragraph(below.value.value)


@cache
def _classes(module: str) -> tuple[ast.ClassDef, ...]:
    if not module.startswith("compliance."):
        return ()
    return tuple(node for node in parsed(module).body if isinstance(node, ast.ClassDef))


@cache
def parsed(module: str) -> ast.Module:
    """A module of ours as a syntax tree; empty where it came without its source."""
    try:
        return ast.parse(inspect.getsource(sys.modules[module]))
    except OSError:
        return ast.Module(body=[], type_ignores=[])
