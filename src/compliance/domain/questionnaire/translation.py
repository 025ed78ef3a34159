"""Translations: the same ids, other words; applied, they give a questionnaire in another language.

Structure never changes by translation, so a translation may come or be revised after publication.
"""

import re
from collections.abc import Iterator, Sequence
from typing import cast

import msgspec
from msgspec import Struct

from compliance.domain.questionnaire.model import (
    TEXT_FIELDS,
    Fact,
    Item,
    LanguageTag,
    Questionnaire,
    QuestionnaireName,
    Section,
    Text,
    Version,
    YesNo,
)
from compliance.errors import Problem

Texts = dict[str, Text]


class CountsText(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What part and whole count, in another language."""

    is_: Text = msgspec.field(name="is")
    of: Text | None = None


class ActionText(Struct, frozen=True, forbid_unknown_fields=True):
    """An action in another language."""

    do: Text
    by: Text


class FactText(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A fact in another language."""

    text: Text
    help: Text | None = None
    decides: Text | None = None
    unit: Text | None = None
    on_certificate: Text | None = None
    options: Texts | None = None


class SectionText(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A section in another language."""

    title: Text
    about: Text | None = None


class ItemText(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """An item in another language."""

    text: Text
    help: Text | None = None
    why: Text | None = None
    levels: tuple[Text, ...] | None = None
    options: Texts | None = None
    """By option id, the exclusive option included."""
    counts: CountsText | None = None
    unit: Text | None = None
    never: Text | None = None
    universal: Text | None = None
    evidence: Texts | None = None
    """By id of the expected evidence."""
    actions: tuple[ActionText, ...] | None = None
    micro_help: Text | None = None


class Translation(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One translation file: the words of one questionnaire file in one language."""

    questionnaire: QuestionnaireName
    version: Version
    language: LanguageTag
    reviewed: YesNo
    reviewed_by: Text | None = None
    title: Text
    intro: Text | None = None
    facts: dict[str, FactText] = {}
    sections: dict[str, SectionText] = {}
    items: dict[str, ItemText] = {}


def translate(questionnaire: Questionnaire, translations: tuple[Translation, ...]) -> Questionnaire:
    """The questionnaire in the language of its translations; what none of them says stays as it is.

    `translations` are those of the included modules and of the file itself; the last one names title and intro.
    """
    facts = {name: text for each in translations for name, text in each.facts.items()}
    sections = {name: text for each in translations for name, text in each.sections.items()}
    items = {name: text for each in translations for name, text in each.items.items()}
    own = translations[-1]
    return msgspec.structs.replace(
        questionnaire,
        title=own.title,
        intro=(own.intro or questionnaire.intro) if questionnaire.intro else None,
        language=own.language,
        facts=tuple(_fact(fact, facts[fact.id]) if fact.id in facts else fact for fact in questionnaire.facts),
        sections=tuple(_section(section, sections, items) for section in questionnaire.sections),
    )


def _section(section: Section, sections: dict[str, SectionText], items: dict[str, ItemText]) -> Section:
    words = sections.get(section.id)
    return msgspec.structs.replace(
        section,
        title=words.title if words else section.title,
        about=(words.about or section.about) if words and section.about else section.about,
        items=tuple(_item(item, items[item.id]) if item.id in items else item for item in section.items),
    )


def _fact(fact: Fact, words: FactText) -> Fact:
    return cast("Fact", _with_words(fact, words))


def _item(item: Item, words: ItemText) -> Item:
    return cast("Item", _with_words(item, words))


def _with_words(original: Struct, words: Struct) -> Struct:
    """The original with every text that the translation gives; nested texts by id or position."""
    changed: dict[str, object] = {}
    for name in words.__struct_fields__:
        said = getattr(words, name)
        if said is None or not hasattr(original, name):
            continue
        there = getattr(original, name)
        if there is not None:
            changed[name] = _nested(name, there, said)
    if "options" in changed and getattr(original, "exclusive", None) is not None:
        exclusive = original.exclusive  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
        said = cast("ItemText", words).options or {}
        changed["exclusive"] = msgspec.structs.replace(exclusive, text=said.get(exclusive.id, exclusive.text))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
    return msgspec.structs.replace(original, **changed)


def _nested(name: str, there: object, said: object) -> object:
    match name:
        case "options":
            by_id = cast("Texts", said)
            options = cast("tuple[Struct, ...]", there)
            return tuple(_retold(option, by_id) for option in options)
        case "evidence":
            evidence = cast("Struct", there)
            expected = cast("tuple[Struct, ...]", evidence.expected)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            return msgspec.structs.replace(
                evidence, expected=tuple(_retold(piece, cast("Texts", said)) for piece in expected)
            )
        case "actions":
            actions = cast("tuple[Struct, ...]", there)
            texts = cast("tuple[ActionText, ...]", said)
            paired = zip(actions, texts, strict=False)
            said_so_far = tuple(msgspec.structs.replace(action, do=text.do, by=text.by) for action, text in paired)
            return (*said_so_far, *actions[len(said_so_far) :])
        case "counts":
            counts = cast("CountsText", said)
            original = cast("CountsText", there)
            return msgspec.structs.replace(
                original, is_=counts.is_, of=(counts.of or original.of) if original.of else None
            )
        case "levels":
            levels, said_levels = cast("tuple[str, ...]", there), cast("tuple[str, ...]", said)
            return (*said_levels[: len(levels)], *levels[len(said_levels) :])
        case _:
            return said


def _retold(option: Struct, words: Texts) -> Struct:
    name = cast("str", option.id)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    return msgspec.structs.replace(option, text=words[name]) if name in words else option


def translation_problems(original: Translation, translation: Translation) -> Iterator[Problem]:
    """What a translation lacks or has too much, against the original's own words in the same shape."""
    yield from _compared(msgspec.to_builtins(original), msgspec.to_builtins(translation), "")


_FREE = frozenset({"language", "reviewed", "reviewed_by"})


def _compared(original: object, other: object, place: str) -> Iterator[Problem]:
    if isinstance(original, dict) and isinstance(other, dict):
        yield from _compared_keys(cast("dict[str, object]", original), cast("dict[str, object]", other), place)
        return
    if isinstance(original, list | tuple) and isinstance(other, list | tuple):
        yield from _compared_lists(cast("Sequence[object]", original), cast("Sequence[object]", other), place)
        return
    said, wanted = str(other), str(original)  # pyright: ignore[reportUnknownArgumentType]
    if place in ("questionnaire", "version"):
        if said != wanted:
            yield Problem("translation-other", place, {"given": said, "wanted": wanted})
    elif _numbers(said) != _numbers(wanted):
        facts = {"given": ", ".join(_numbers(said)) or "-", "wanted": ", ".join(_numbers(wanted)) or "-"}
        yield Problem("translation-numbers", place, facts)


def _compared_lists(original: Sequence[object], other: Sequence[object], place: str) -> Iterator[Problem]:
    if len(original) != len(other):
        yield Problem("translation-count", place, {"count": len(other), "wanted": len(original)})
    for index, (one, two) in enumerate(zip(original, other, strict=False)):
        yield from _compared(one, two, f"{place}.{index}")


def _compared_keys(original: dict[str, object], other: dict[str, object], place: str) -> Iterator[Problem]:
    for key, text in original.items():
        where = f"{place}.{key}" if place else key
        if (not place and key in _FREE) or text is None:
            continue
        if other.get(key) is None:
            yield Problem("translation-missing", where, {"id": key})
        else:
            yield from _compared(text, other[key], where)
    for key, text in other.items():
        if key not in _FREE and text is not None and original.get(key) is None:
            yield Problem("translation-extra", f"{place}.{key}" if place else key, {"id": key})


_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")


def _numbers(text: str) -> list[str]:
    """The numbers of a text, in order of size as text; a translation must name the same."""
    return sorted(re.findall(r"[0-9]+", text.translate(_KHMER_DIGITS)))


def words_of(questionnaire: Questionnaire, *, facts: frozenset[str], sections: frozenset[str], items: frozenset[str]
             ) -> Translation:  # fmt: skip
    """A questionnaire's own words in the shape of a translation, for the named facts, sections and items only."""
    return Translation(
        questionnaire=questionnaire.questionnaire,
        version=questionnaire.version,
        language=questionnaire.language,
        reviewed="yes",
        title=questionnaire.title,
        intro=questionnaire.intro,
        facts={fact.id: msgspec.convert(_texts(fact), FactText) for fact in questionnaire.facts if fact.id in facts},
        sections={
            section.id: SectionText(title=section.title, about=section.about)
            for section in questionnaire.sections
            if section.id in sections
        },
        items={item.id: msgspec.convert(_texts(item), ItemText) for item in questionnaire.items if item.id in items},
    )


def _texts(part: Struct) -> dict[str, object]:
    plain = cast("dict[str, object]", msgspec.to_builtins(part))
    texts: dict[str, object] = {key: value for key, value in plain.items() if key in TEXT_FIELDS and value is not None}
    options = cast("list[dict[str, str]]", plain.get("options") or [])
    exclusive = cast("dict[str, str] | None", plain.get("exclusive"))
    if options:
        texts["options"] = {each["id"]: each["text"] for each in [*options, *([exclusive] if exclusive else [])]}
    evidence = cast("dict[str, list[dict[str, str]]] | None", plain.get("evidence"))
    if evidence:
        texts["evidence"] = {piece["id"]: piece["text"] for piece in evidence["expected"]}
    actions = cast("list[dict[str, str]] | None", plain.get("actions"))
    if actions:
        texts["actions"] = [{"do": action["do"], "by": action["by"]} for action in actions]
    return texts
