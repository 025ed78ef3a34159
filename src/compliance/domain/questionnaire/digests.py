"""Digests: what a questionnaire says, and how it scores, each as SHA-256 over canonical JSON (RFC 8785).

*Full* covers the loaded questionnaire: includes resolved, defaults written out, items in order. *Structure* covers
what scoring, conditions and the publishing gate read: the same, with every text replaced by `true`, and without
version, language, includes and `checked`. An editorial change keeps the structure digest.
"""

import hashlib
from typing import cast

from msgspec import Struct, to_builtins

from compliance.domain.canonical import canonical_bytes
from compliance.domain.questionnaire.model import TEXT_FIELDS, Item, Questionnaire

EDITORIAL_FIELDS = frozenset({"version", "language", "includes", "checked"})
"""Fields of a questionnaire or item that no score depends on. (Conditions have an `includes` of their own.)"""


def canonical_digest(document: object) -> str:
    """`sha256:` and the hexadecimal digest of a document's canonical JSON."""
    return "sha256:" + hashlib.sha256(canonical_bytes(document)).hexdigest()


def structure_digest(part: Questionnaire | Item) -> str:
    """The digest of everything that decides a score, of a questionnaire or of one item."""
    return canonical_digest(structure_of(part))


def full_digest(questionnaire: Questionnaire) -> str:
    """The digest of the whole questionnaire, words included."""
    return canonical_digest(to_builtins(questionnaire))


def structure_of(part: Struct) -> object:
    """Plain data with every text replaced by `true` and editorial fields left out."""
    plain = cast("dict[str, object]", to_builtins(part))
    return _without_texts({key: value for key, value in plain.items() if key not in EDITORIAL_FIELDS})


def _without_texts(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_without_texts(each) for each in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    return {
        key: _presence(each) if key in TEXT_FIELDS else _without_texts(each)
        for key, each in cast("dict[str, object]", value).items()
        if key != "checked"
    }


def _presence(value: object) -> object:
    """Whether a text is there; for lists and mappings of texts, which."""
    if isinstance(value, list | tuple):
        return [_presence(each) for each in cast("list[object]", value)]
    if isinstance(value, dict):
        return {key: _presence(each) for key, each in cast("dict[str, object]", value).items()}
    return value is not None
