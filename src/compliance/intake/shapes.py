"""Plain data → structs, with everything that is wrong said at once.

msgspec's own conversion stops at the first error; a person who mends a file wants the whole list. This walks the same
types and collects a problem for each unknown key, missing key and wrong value, by path. Types it understands: those
that our structs are made of.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeGuard, TypeVar, cast

from msgspec import inspect as shape

from compliance.errors import Problem
from compliance.intake.yaml_text import Path

T = TypeVar("T")
MISSING = object()


class Found:
    """Problems found on the way, by path; stops collecting where nobody would read on."""

    def __init__(self) -> None:
        self.problems: list[tuple[Path, Problem]] = []

    def add(self, path: Path, code: str, **facts: str | int) -> None:
        """Note a problem at a path."""
        self.problems.append((path, Problem(code, dotted(path), facts)))


def dotted(path: Path) -> str:
    """A path as people write it: `answers.HOS-08.value`, `items[3].weight`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def read_shape(data: object, kind: type[T], found: Found, path: Path = ()) -> T | None:
    """Convert plain data to `kind`; None where a problem was found."""
    before = len(found.problems)
    value = _Walk(found).read(data, shape.type_info(kind), path)
    return cast("T", value) if len(found.problems) == before else None


def shown(value: object) -> str:
    """A value as it stands in a file, short enough for a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "keys and values"
    if isinstance(value, list):
        return "a list"
    text = f"“{value}”" if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


class _Walk:
    def __init__(self, found: Found) -> None:
        self.found = found

    def read(self, data: object, info: shape.Type, path: Path) -> object:
        match info:
            case shape.Metadata():
                return self.read(data, info.type, path)
            case shape.StructType():
                return self._struct(data, info, path)
            case shape.UnionType():
                return self._union(data, info, path)
            case shape.VarTupleType() | shape.ListType():
                return self._list(data, info, path)
            case shape.TupleType():
                return self._tuple(data, info, path)
            case shape.DictType():
                return self._dict(data, info, path)
            case _:
                return self._leaf(data, info, path)

    def _struct(self, data: object, info: shape.StructType, path: Path) -> object:
        if not _is_mapping(data):
            self.found.add(path, "want-mapping", given=shown(data))
            return None
        given = data
        known = {each.encode_name for each in info.fields}
        before = len(self.found.problems)
        tag_field = info.tag_field
        for key in given:
            if key not in known and key != tag_field:
                near = nearest(key, known)
                code = "unknown-key-near" if near else "unknown-key"
                self.found.add((*path, key), code, key=key[:60], near=near)
        values: dict[str, object] = {}
        for each in info.fields:
            if each.encode_name in given:
                values[each.name] = self.read(given[each.encode_name], each.type, (*path, each.encode_name))
            elif each.required:
                self.found.add(path, "missing-key", key=each.encode_name)
        if len(self.found.problems) > before:
            return None
        try:
            return info.cls(**values)
        except (ValueError, TypeError) as error:
            self.found.add(path, "wrong-shape", reason=str(error)[:200])
            return None

    def _union(self, data: object, info: shape.UnionType, path: Path) -> object:
        arms = [_bare(arm) for arm in info.types if not isinstance(arm, shape.CustomType)]
        structs = [arm for arm in arms if isinstance(arm, shape.StructType)]
        if data is None and any(isinstance(arm, shape.NoneType) for arm in arms):
            return None
        if structs and _is_mapping(data):
            return self._one_struct(data, structs, path)
        others = [arm for arm in info.types if not isinstance(_bare(arm), shape.StructType | shape.NoneType)]
        fitting = [arm for arm in others if _fits(data, _bare(arm))]
        if fitting or (others and not structs and len(others) == 1):
            return self.read(data, (fitting or others)[0], path)
        wanted = " or ".join(dict.fromkeys(_named(_bare(arm)) for arm in [*others, *structs] if _named(_bare(arm))))
        code = "true-for-yes" if isinstance(data, bool) else "wrong-kind"
        self.found.add(path, code, wanted=wanted, given=shown(data))
        return None

    def _one_struct(self, data: dict[str, object], structs: list[shape.StructType], path: Path) -> object:
        if len(structs) == 1 and structs[0].tag_field is None:
            return self._struct(data, structs[0], path)
        tag_field = structs[0].tag_field or "type"
        tags = {str(arm.tag): arm for arm in structs}
        tag = data.get(tag_field, MISSING)
        if tag is MISSING:
            self.found.add(path, "missing-key", key=tag_field)
            return None
        if str(tag) not in tags:
            self.found.add((*path, tag_field), "wrong-word", given=shown(tag), words=", ".join(sorted(tags)))
            return None
        return self._struct(data, tags[str(tag)], path)

    def _list(self, data: object, info: shape.VarTupleType | shape.ListType, path: Path) -> object:
        if not _is_list(data):
            self.found.add(path, "want-list", given=shown(data))
            return None
        given = data
        if info.min_length is not None and len(given) < info.min_length:
            self.found.add(path, "too-few", count=len(given), least=info.min_length)
        if info.max_length is not None and len(given) > info.max_length:
            self.found.add(path, "too-many", count=len(given), most=info.max_length)
        values = [self.read(each, info.item_type, (*path, index)) for index, each in enumerate(given)]
        return tuple(values) if isinstance(info, shape.VarTupleType) else values

    def _tuple(self, data: object, info: shape.TupleType, path: Path) -> object:
        size = len(info.item_types)
        if not _is_list(data) or len(data) != size:
            self.found.add(path, "want-so-many", given=shown(data), count=size)
            return None
        given = data
        return tuple(
            self.read(each, kind, (*path, index))
            for index, (each, kind) in enumerate(zip(given, info.item_types, strict=True))
        )

    def _dict(self, data: object, info: shape.DictType, path: Path) -> object:
        if not _is_mapping(data):
            self.found.add(path, "want-mapping", given=shown(data))
            return None
        return {
            self.read(key, info.key_type, (*path, key)): self.read(each, info.value_type, (*path, key))
            for key, each in data.items()
        }

    def _leaf(self, data: object, info: shape.Type, path: Path) -> object:
        if isinstance(info, shape.AnyType):
            return data
        wanted = _named(info)
        if not _fits(data, info):
            code = "quoted-number" if _is_quoted_number(data, info) else "wrong-kind"
            code = "true-for-yes" if isinstance(data, bool) else code
            self.found.add(path, code, wanted=wanted, given=shown(data))
            return None
        check = _LEAVES.get(type(info))
        return check(self.found, path, data, info) if check else data


def _is_mapping(data: object) -> TypeGuard[dict[str, object]]:
    return isinstance(data, dict)


def _is_list(data: object) -> TypeGuard[list[object]]:
    return isinstance(data, list)


def _bare(info: shape.Type) -> shape.Type:
    while isinstance(info, shape.Metadata):
        info = info.type
    return info


def _is_quoted_number(data: object, info: shape.Type) -> bool:
    return isinstance(info, shape.IntType) and isinstance(data, str) and data.strip().isdecimal()


def _fits(data: object, info: shape.Type) -> bool:
    match info:
        case shape.IntType():
            return type(data) is int
        case shape.StrType() | shape.DateType():
            return isinstance(data, str)
        case shape.LiteralType():
            return isinstance(data, str | int) and not isinstance(data, bool)
        case shape.VarTupleType() | shape.ListType() | shape.TupleType():
            return isinstance(data, list)
        case shape.DictType() | shape.StructType():
            return isinstance(data, dict)
        case shape.NoneType():
            return data is None
        case shape.BoolType():
            return isinstance(data, bool)
        case _:
            return False


def _named(info: shape.Type) -> str:
    match info:
        case shape.IntType():
            return "a whole number"
        case shape.StrType():
            return "text"
        case shape.DateType():
            return "a day written YYYY-MM-DD"
        case shape.LiteralType():
            return " or ".join(str(value) for value in info.values)
        case shape.VarTupleType() | shape.ListType() | shape.TupleType():
            return "a list"
        case shape.DictType() | shape.StructType():
            return "keys and values"
        case _:
            return ""


def _check_int(found: Found, path: Path, data: object, info: shape.Type) -> object:
    number, bounds = cast("int", data), cast("shape.IntType", info)
    least, most = bounds.ge, bounds.le
    if (least is not None and number < least) or (most is not None and number > most):
        found.add(path, "out-of-range", given=number, least=str(least), most="any" if most is None else str(most))
    return number


def _check_str(found: Found, path: Path, data: object, info: shape.Type) -> object:
    text, bounds = cast("str", data), cast("shape.StrType", info)
    if bounds.min_length is not None and len(text.strip()) < bounds.min_length:
        found.add(path, "text-empty")
    elif bounds.max_length is not None and len(text) > bounds.max_length:
        found.add(path, "text-too-long", length=len(text), most=bounds.max_length)
    elif bounds.pattern is not None and (text.endswith("\n") or not re.search(bounds.pattern, text)):
        found.add(path, "wrong-form", given=shown(text), form=bounds.pattern)
    return text


def _check_literal(found: Found, path: Path, data: object, info: shape.Type) -> object:
    words = cast("shape.LiteralType", info).values
    if data not in words:
        found.add(path, "wrong-word", given=shown(data), words=", ".join(str(word) for word in words))
    return data


def _check_date(found: Found, path: Path, data: object, info: shape.Type) -> object:
    del info
    text = cast("str", data)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    found.add(path, "wrong-date", given=shown(text))
    return None


_LEAVES: dict[type, Callable[[Found, Path, object, shape.Type], object]] = {
    shape.IntType: _check_int,
    shape.StrType: _check_str,
    shape.LiteralType: _check_literal,
    shape.DateType: _check_date,
}


def nearest(word: str, among: "set[str] | Mapping[str, object]") -> str:
    """The most similar known word, or nothing; for "did you mean"."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(among), n=1, cutoff=0.7)), "")
