"""The list of keys as a file: written and signed, read strictly, checked against its root and a pinned fingerprint."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar, cast

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct
from msgspec.structs import fields, replace

from compliance.errors import Invalid, Problem
from compliance.signing.keys import ED25519_OCTETS, KeyList, PublicKey, fingerprint_of, plain, same_fingerprint
from compliance.signing.pdf_certificates import is_p256, keeps_chain

MOST_BYTES = 1024 * 1024
_ID = re.compile(r"(credentials|status|checkpoints|pdf)-[1-9][0-9]{0,5}")

Made = TypeVar("Made", bound=Struct)


class KeyListInvalid(Invalid):
    """The list of keys cannot be read."""

    code: ClassVar[str] = "key-list-invalid"


class KeyListUntrusted(Invalid):
    """The list of keys is not one that its root has signed, or the root is another one."""

    code: ClassVar[str] = "key-list-untrusted"


def sign_key_list(listed: KeyList, root: Ed25519PrivateKey) -> KeyList:
    """The list with the root's signature. The root is put into it as well."""
    unsigned = replace(listed, root=root.public_key().public_bytes_raw(), signature=b"")
    return replace(unsigned, signature=root.sign(unsigned.signed_bytes()))


def write_key_list(listed: KeyList) -> bytes:
    """The file: JSON for eyes and programs. What is signed is not the layout but the canonical bytes of the content."""
    return (json.dumps(plain(listed), indent=2, ensure_ascii=False) + "\n").encode()


def read_key_list(content: bytes) -> KeyList:
    """Read a list strictly. Whether its signature is right is asked by `check_key_list`.

    Raises:
        KeyListInvalid: with every problem.
    """
    raw = _json_of(content)
    problems: list[Problem] = []
    keys: dict[int, PublicKey] = {}
    given = raw.get("keys")
    if isinstance(given, list):
        for index, each in enumerate(cast("list[object]", given)):
            key = _made(PublicKey, each, f"keys.{index}", problems)
            if key is not None:
                problems += _wrong_in(key, f"keys.{index}")
                keys[index] = key
        raw["keys"] = ()
    listed = _made(KeyList, raw, "", problems)
    problems += _twice(keys)
    if listed is not None and len(listed.root) != ED25519_OCTETS:
        problems.append(Problem("key-public", "root", {"id": "root"}))
    if listed is None or problems:
        raise KeyListInvalid(problems)
    return replace(listed, keys=tuple(keys.values()))


def check_key_list(listed: KeyList, *, fingerprint: str | None = None) -> None:
    """Return when the root has signed the list, and is the one whose fingerprint is given.

    Without a fingerprint anybody could have made the list: enough for an operator's own folder, not for a stranger.

    Raises:
        KeyListUntrusted: it is not so.
    """
    if fingerprint is not None and not same_fingerprint(listed.fingerprint, fingerprint):
        facts = {"given": fingerprint_of(listed.root), "wanted": fingerprint[:200]}
        raise KeyListUntrusted([Problem("key-list-root", "root", facts)])
    try:
        Ed25519PublicKey.from_public_bytes(listed.root).verify(listed.signature, listed.signed_bytes())
    except (InvalidSignature, ValueError):
        raise KeyListUntrusted([Problem("key-list-signature", "signature")]) from None


def _json_of(content: bytes) -> dict[str, object]:
    if len(content) > MOST_BYTES:
        raise KeyListInvalid([Problem("file-too-large", "", {"limit_kib": MOST_BYTES // 1024})])
    try:
        raw: object = json.loads(content, object_pairs_hook=_each_once)
    except _Twice as twice:
        raise KeyListInvalid([Problem("key-list-json", "", {"reason": f"“{twice.key}” stands twice"})]) from None
    except (ValueError, RecursionError) as fault:
        reason = str(fault)[:200] or type(fault).__name__
        raise KeyListInvalid([Problem("key-list-json", "", {"reason": reason})]) from None
    if not isinstance(raw, dict):
        raise KeyListInvalid([Problem("key-list-json", "", {"reason": "it is no object"})])
    return cast("dict[str, object]", raw)


class _Twice(Exception):
    """A name stands twice in one object."""

    def __init__(self, key: str) -> None:
        self.key = key[:80]
        super().__init__(key)


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(key)
        found[key] = value
    return found


def _made(kind: type[Made], raw: object, where: str, problems: list[Problem]) -> Made | None:
    """One struct, each field judged by itself; None, and problems, where one is not right."""
    if not isinstance(raw, Mapping):
        problems.append(Problem("want-mapping", where, {"given": type(raw).__name__}))
        return None
    given = cast("Mapping[str, object]", raw)
    known = {field.name: field.type for field in fields(kind)}
    before = len(problems)
    values: dict[str, object] = {}
    problems += [Problem("unknown-key", where, {"key": name[:80]}) for name in given if name not in known]
    for name, type_ in known.items():
        place = f"{where}.{name}".lstrip(".")
        if name not in given:
            problems.append(Problem("missing-key", where, {"key": name}))
            continue
        try:
            values[name] = msgspec.convert(given[name], type_, strict=True)
        except msgspec.ValidationError as wrong:
            problems.append(Problem("wrong-shape", place, {"reason": str(wrong)}))
    return kind(**values) if len(problems) == before else None


def _wrong_in(key: PublicKey, where: str) -> list[Problem]:
    """What is wrong with a key whose fields are each right."""
    problems: list[Problem] = []
    is_pdf = key.purpose == "pdf"
    if not _ID.fullmatch(key.id) or key.id.rpartition("-")[0] != key.purpose:
        problems.append(Problem("key-id", f"{where}.id", {"id": key.id[:80]}))
    if not (is_p256(key.public) if is_pdf else len(key.public) == ED25519_OCTETS):
        problems.append(Problem("key-public", f"{where}.public", {"id": key.id[:80]}))
    elif (key.certificate is not None) != is_pdf or (
        key.certificate is not None and not keeps_chain(key.certificate, key.public)
    ):
        problems.append(Problem("key-certificate", f"{where}.certificate", {"id": key.id[:80]}))
    days = [each for each in (key.retired_on, key.compromised_on) if each is not None]
    if any(each < key.added_on for each in days):
        problems.append(Problem("key-days", where, {"id": key.id[:80]}))
    leaf = key.compromised_since_leaf
    if (leaf is None) != (key.compromised_on is None) or (leaf is not None and leaf < 0):
        problems.append(Problem("key-since-leaf", where, {"id": key.id[:80]}))
    return problems


def _twice(keys: Mapping[int, PublicKey]) -> list[Problem]:
    """Ids and keys that stand twice. A key under two ids could outlive its own retirement."""
    problems: list[Problem] = []
    seen: set[str | bytes] = set()
    for index, key in keys.items():
        for name, value in (("id", key.id), ("public", key.public)):
            if value in seen:
                problems.append(Problem("key-twice", f"keys.{index}.{name}", {"id": key.id[:80]}))
            seen.add(value)
    return problems
