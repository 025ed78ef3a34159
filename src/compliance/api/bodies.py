"""Bodies, queries and preconditions: from octets to structs, strictly, with everything that is wrong said at once."""

import re
from typing import Any

import msgspec
from msgspec import inspect as shape

from compliance.errors import Conflict, Invalid, Problem
from compliance.intake.shapes import Found, read_shape

MOST_BYTES = 1024 * 1024
DEEPEST = 32
_REVISION = re.compile(r'"([0-9]{1,9})"')


class BodyMalformed(Invalid):
    """The body is no JSON."""

    code = "body-malformed"


class BodyInvalid(Invalid):
    """The body does not have the right form."""

    code = "body-invalid"


class QueryInvalid(Invalid):
    """A parameter of the address is not right."""

    code = "request-malformed"


class RevisionMissing(Conflict):
    """Say which revision you saw: send If-Match with the ETag, or If-None-Match: * where there is nothing yet."""

    code = "revision-missing"


def read_body(raw: bytes, kind: type[Any]) -> Any:
    """A body as the struct that the endpoint takes; no value is bent to fit.

    Raises:
        BodyMalformed: no JSON, or nested too deep.
        BodyInvalid: unknown, missing or wrong fields; all of them.
    """
    if b"\\u0000" in raw:  # in JSON, the one way to write it
        raise BodyInvalid([Problem("nul-character", "")])
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        first = str(error)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise _malformed(error) from None
    try:
        # What follows a wrong value was not looked at yet, and may be no JSON.
        plain = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise _malformed(error) from None
    found = Found()
    read_shape(plain, kind, found)
    problems = [problem for _, problem in found.problems] or [Problem("wrong-shape", "", {"reason": first})]
    raise BodyInvalid(_with_more(problems, plain, kind))


def _with_more(problems: list[Problem], plain: object, kind: type[Any]) -> list[Problem]:
    """Together with what the struct itself knows to be wrong, whatever else is: its `wrong_beside_form`."""
    look = getattr(kind, "wrong_beside_form", None)
    if look is None or not isinstance(plain, dict):
        return problems
    more: list[Problem] = look(plain)
    better = {each.where for each in more}
    return [each for each in problems if each.code != "text-empty" or each.where not in better] + more


def _malformed(error: Exception) -> BodyMalformed:
    return BodyMalformed([Problem("json-malformed", "", {"reason": str(error)[:200]})])


def read_query(sent: dict[str, list[str]], kind: type[Any] | None) -> Any:
    """The parameters after the question mark as a struct; numbers are read from text.

    Raises:
        QueryInvalid: an unknown, repeated or wrong parameter.
    """
    known = {} if kind is None else {field.encode_name: field.type for field in _fields(kind)}
    problems = [Problem("parameter-unknown", name, {"given": name[:80]}) for name in sent if name not in known]
    problems += [Problem("parameter-repeated", name) for name, values in sent.items() if len(values) > 1]
    problems += [Problem("nul-character", name) for name, values in sent.items() if "\x00" in values[0]]
    if problems:
        raise QueryInvalid(problems)
    if kind is None:
        return None
    try:
        return msgspec.convert({name: values[0] for name, values in sent.items()}, kind, strict=False)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$.")
        raise QueryInvalid([Problem("parameter-wrong", place.rstrip("`"), {"reason": reason})]) from None


def _fields(kind: type[Any]) -> tuple[shape.Field, ...]:
    info = shape.type_info(kind)
    assert isinstance(info, shape.StructType)
    return info.fields


def read_revision(if_match: str | None, if_none_match: str | None) -> int:
    """The revision that a write has seen; 0 where it expects nothing to be there.

    Raises:
        RevisionMissing: neither header, or one that we never gave out.
    """
    if if_match is None and if_none_match == "*":
        return 0
    read = _REVISION.fullmatch(if_match) if if_match is not None else None
    if read is None:
        raise RevisionMissing
    return int(read[1])
