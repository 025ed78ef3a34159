"""Differences between versions in words: in English as release notes say them, in other languages for the pages."""

import string
from collections.abc import Iterator, Mapping
from typing import cast

from msgspec import Struct, to_builtins

from compliance.domain.questionnaire import PILLARS, Change, ChangeClass, Questionnaire
from compliance.words.speaker import ENGLISH, Speaker, speaker

HEADINGS: dict[ChangeClass, str] = {
    "breaking": "Breaking: answers cannot be taken over",
    "narrowing": "Narrowing: answers are to be confirmed",
    "additive": "Additive: more is asked or offered",
    "editorial": "Editorial: costs no respondent anything",
}
_BETWEEN = " / "
"""Stands between the texts of a list in a difference."""


class Piece(Struct, frozen=True):
    """A part of a sentence."""

    text: str
    is_quoted: bool = False
    """Quoted from the questionnaire, and not translated."""


def say_change(change: Change, language: str = "en") -> str:
    """One difference as a sentence, the id first."""
    return "".join(piece.text for piece in change_pieces(change, language))


def change_pieces(
    change: Change, language: str, *, old: Mapping[str, str] | None = None, new: Mapping[str, str] | None = None
) -> tuple[Piece, ...]:
    """One difference as the parts of a sentence, the id first.

    `old` and `new` translate the texts of the two versions, as `texts_in` finds them. What they lack is quoted as it is.
    """
    says = speaker(language)
    facts = {"field": Piece(_field(says, change.field)), "old": _value(says, change, change.old, old or {}),
             "new": _value(says, change, change.new, new or {})}  # fmt: skip
    pieces = [Piece(f"{_said(says, f'change-where-{change.where}') or change.where}: ")]
    for text, name, _, _ in string.Formatter().parse(says.say(f"change-{change.what}")):
        pieces += [Piece(text)] if text else []
        pieces += [facts[name]] if name else []
    return tuple(pieces)


def texts_in(questionnaire: Questionnaire, translated: Questionnaire) -> dict[str, str]:
    """Every text of a version → the same text in its translation; nothing where that is the version itself."""
    if questionnaire.language == translated.language:
        return {}
    return dict(_pairs(to_builtins(questionnaire), to_builtins(translated)))


def _pairs(own: object, other: object) -> Iterator[tuple[str, str]]:
    if isinstance(own, str) and isinstance(other, str):
        yield own, other
    elif isinstance(own, dict) and isinstance(other, dict):
        mine, theirs = cast("dict[str, object]", own), cast("dict[str, object]", other)
        if "do" in mine and "do" in theirs:  # an action is told with who does it
            yield f"{mine['do']} ({mine['by']})", f"{theirs['do']} ({theirs['by']})"
        for key in mine.keys() & theirs.keys():
            yield from _pairs(mine[key], theirs[key])
    elif isinstance(own, list | tuple) and isinstance(other, list | tuple):
        for each, same in zip(cast("list[object]", own), cast("list[object]", other), strict=False):
            yield from _pairs(each, same)


def _field(says: Speaker, field: str) -> str:
    return _said(says, f"change-field-{field}") or field.replace("_", " ")


def _value(says: Speaker, change: Change, value: str, texts: Mapping[str, str]) -> Piece:
    """What it was or is: a text in its translation, a word of ours, or as it stands in the file."""
    # Release notes are read beside the file, so they keep its words.
    if says.language == "en":
        return Piece(value)
    if change.what in ("section-pillar", "fact-type", "item-type"):
        kind = "pillar" if value in PILLARS else "type"
        return Piece(_said(says, f"{kind}-{value}") or value)
    if change.what in ("field-changed", "scoring-changed", "option-points", "item-moved"):
        words = (_said(says, f"change-value-{word}") or texts.get(word, word) for word in value.split(", "))
        return Piece(", ".join(words))
    parts = value.split(_BETWEEN)
    if value in texts:
        return Piece(texts[value])
    return Piece(
        _BETWEEN.join(texts.get(part, part) for part in parts), is_quoted=any(part not in texts for part in parts)
    )


def _said(says: Speaker, key: str) -> str | None:
    return says.say(key) if key in ENGLISH else None
