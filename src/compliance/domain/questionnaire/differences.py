"""What changed between two versions, in four classes, and what becomes of answers.

*editorial*: only words, and none that carries a number, a period or a duty: costs no respondent anything.
*additive*: more is asked or offered; what was answered stays as it was.
*narrowing*: an answer may earn less, or mean more, than before: it is to be confirmed.
*breaking*: an answer cannot be taken over.

Source: docs/questionnaire.md, "Digests and differences".
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal, cast

from msgspec import Struct, to_builtins

from compliance.domain.questionnaire.digests import EDITORIAL_FIELDS, structure_digest
from compliance.domain.questionnaire.model import TEXT_FIELDS, Fact, Item, Questionnaire, Section

ChangeClass = Literal["editorial", "additive", "narrowing", "breaking"]
CHANGE_CLASSES: tuple[ChangeClass, ...] = ("breaking", "narrowing", "additive", "editorial")
_DUTY = re.compile(
    r"[0-9០-៩]+|\b(?:minutes?|hours?|days?|weeks?|months?|years?|hourly|daily|weekly|monthly|yearly|annual(?:ly)?|"
    r"must|never|always|not|no|every|all|only|at least|at most|before|after|within)\b",
    re.IGNORECASE,
)


class Change(Struct, frozen=True):
    """One difference. `what` names a sentence in `words`; `old` and `new` are what it was and is."""

    kind: ChangeClass
    where: str
    """An id: of an item, a fact or a section; or `scoring`, `title`."""
    what: str
    field: str = ""
    old: str = ""
    new: str = ""


def differences(old: Questionnaire, new: Questionnaire) -> tuple[Change, ...]:
    """Everything that changed, the gravest first, then in the new version's order."""
    changes = [
        *_texts_changed("questionnaire", {"title": old.title, "intro": old.intro or ""},
                        {"title": new.title, "intro": new.intro or ""}),
        *_scoring_changes(old, new),
        *_part_changes("fact", {fact.id: fact for fact in old.facts}, {fact.id: fact for fact in new.facts}),
        *_section_changes(old, new),
        *_part_changes("item", {item.id: item for item in old.items}, {item.id: item for item in new.items}),
        *_order_changes(old, new),
    ]  # fmt: skip
    return tuple(sorted(changes, key=lambda change: CHANGE_CLASSES.index(change.kind)))


def class_of(changes: tuple[Change, ...]) -> ChangeClass:
    """The gravest class among changes; editorial where nothing changed."""
    present = {change.kind for change in changes}
    for kind in CHANGE_CLASSES:
        if kind in present:
            return kind
    return "editorial"


def _scoring_changes(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    before, after = dict(_flat(to_builtins(old.scoring))), dict(_flat(to_builtins(new.scoring)))
    for field, was in before.items():
        now = after.get(field, was)
        if now != was:
            yield Change("narrowing", "scoring", "scoring-changed", field, str(was), str(now))


def _flat(value: object, place: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, each in cast("dict[str, object]", value).items():
            yield from _flat(each, f"{place}.{key}" if place else key)
    else:
        yield place, value


def _section_changes(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    before = {section.id: section for section in old.sections}
    after = {section.id: section for section in new.sections}
    for name, section in after.items():
        was = before.get(name)
        if was is None:
            yield Change("additive", name, "section-added", new=section.title)
            continue
        if was.pillar != section.pillar:
            yield Change("narrowing", name, "section-pillar", "pillar", was.pillar, section.pillar)
        yield from _texts_changed(name, _section_texts(was), _section_texts(section))
    for name in (each for each in before if each not in after):
        yield Change("breaking", name, "section-removed", old=before[name].title)


def _section_texts(section: Section) -> dict[str, str]:
    return {"title": section.title, "about": section.about or ""}


def _order_changes(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    homes = {item.id: section.id for section in old.sections for item in section.items}
    for section in new.sections:
        for item in section.items:
            home = homes.get(item.id, section.id)
            if home != section.id:
                yield Change("narrowing", item.id, "item-moved", "section", home, section.id)
    shared = set(homes) & {item.id for item in new.items}
    before = [item.id for item in old.items if item.id in shared]
    after = [item.id for item in new.items if item.id in shared]
    if before != after:
        yield Change("additive", "questionnaire", "order-changed")


def _part_changes(
    noun: Literal["fact", "item"], before: dict[str, Fact] | dict[str, Item], after: dict[str, Fact] | dict[str, Item]
) -> Iterator[Change]:
    for name, part in after.items():
        was = before.get(name)
        if was is None:
            yield Change("additive", name, f"{noun}-added", new=part.text)
        else:
            yield from _changed(noun, name, was, part)
    for name, part in before.items():
        if name not in after:
            yield Change("breaking", name, f"{noun}-removed", old=part.text)


def _changed(noun: str, name: str, old: Struct, new: Struct) -> Iterator[Change]:
    before = cast("dict[str, object]", to_builtins(old))
    after = cast("dict[str, object]", to_builtins(new))
    if before["type"] != after["type"]:
        yield Change("breaking", name, f"{noun}-type", "type", str(before["type"]), str(after["type"]))
        return
    for field in [*before, *(key for key in after if key not in before)]:
        was, now = before.get(field), after.get(field)
        if was == now:
            continue
        if field in TEXT_FIELDS and (was is None) == (now is None):
            yield from _texts_changed(name, {field: was}, {field: now})
        elif field == "exclusive" and was is not None and now is not None:
            yield from _option_changes(name, _by_id([was]), _by_id([now]))
        elif field in ("options", "evidence", "actions"):
            yield from _nested_changes(name, field, was, now)
        elif field not in EDITORIAL_FIELDS:
            yield Change(_field_class(field, was, now), name, "field-changed", field, _said(was), _said(now))


def _nested_changes(name: str, field: str, was: object, now: object) -> Iterator[Change]:
    if field == "options":
        yield from _option_changes(name, _by_id(was), _by_id(now))
        return
    if field == "evidence":
        before, after = cast("dict[str, object]", was), cast("dict[str, object]", now)
        yield from _option_changes(name, _by_id(before["expected"]), _by_id(after["expected"]), noun="evidence")
        for key in ("form", "fresh_for_months"):
            if before[key] != after[key]:
                kind = _field_class(key, before[key], after[key])
                yield Change(kind, name, "field-changed", key, _said(before[key]), _said(after[key]))
        return
    if _without(was, "do", "by") != _without(now, "do", "by"):
        yield Change("additive", name, "actions-changed")
    else:
        yield from _texts_changed(name, {"actions": _spoken(was)}, {"actions": _spoken(now)})


def _option_changes(
    name: str, before: dict[str, dict[str, object]], after: dict[str, dict[str, object]], noun: str = "option"
) -> Iterator[Change]:
    for each in (known for known in before if known not in after):
        kind: ChangeClass = "breaking" if noun == "option" else "narrowing"
        yield Change(kind, name, f"{noun}-removed", each, old=str(before[each]["text"]))
    for each, option in after.items():
        if each not in before:
            # More options make every chosen one worth less; more expected evidence takes nothing away.
            kind = "narrowing" if noun == "option" else "additive"
            yield Change(kind, name, f"{noun}-added", each, new=str(option["text"]))
            continue
        if before[each].get("points") != option.get("points"):
            was, now = str(before[each].get("points")), str(option.get("points"))
            yield Change("narrowing", name, "option-points", each, was, now)
        yield from _texts_changed(name, {each: before[each]["text"]}, {each: option["text"]})


def _texts_changed(where: str, before: dict[str, object] | dict[str, str], after: dict[str, object] | dict[str, str]
                   ) -> Iterator[Change]:  # fmt: skip
    for field, was in before.items():
        now = after.get(field)
        if was != now:
            old_text, new_text = _joined(was), _joined(now)
            kind: ChangeClass = "editorial" if _duties(old_text) == _duties(new_text) else "narrowing"
            what = "text-changed" if kind == "editorial" else "text-means-more"
            yield Change(kind, where, what, field, old_text, new_text)


def _duties(text: str) -> Counter[str]:
    """Everything in a text that carries a number, a period or a duty."""
    return Counter(found.lower() for found in _DUTY.findall(text))


def _field_class(field: str, was: object, now: object) -> ChangeClass:
    if field in ("of_fact", "min", "max", "exclusive", "counts"):
        return "breaking" if field in ("of_fact", "counts") else "narrowing"
    if field == "maps_to" or (field in TEXT_FIELDS and was is None):
        return "additive"
    if field == "fresh_for_months" and isinstance(was, int) and isinstance(now, int):
        return "additive" if now > was else "narrowing"
    if field == "critical" and now is None:
        return "additive"
    return "narrowing"


def _by_id(options: object) -> dict[str, dict[str, object]]:
    return {str(option["id"]): option for option in cast("list[dict[str, object]]", options or [])}


def _spoken(actions: object) -> str:
    return " / ".join(f"{action['do']} ({action['by']})" for action in cast("list[dict[str, object]]", actions))


def _without(actions: object, *keys: str) -> list[dict[str, object]]:
    listed = cast("list[dict[str, object]]", actions)
    return [{key: value for key, value in action.items() if key not in keys} for action in listed]


def _joined(value: object) -> str:
    if isinstance(value, list | tuple):
        return " / ".join(_joined(each) for each in cast("list[object]", value))
    if isinstance(value, dict):
        return " / ".join(_joined(each) for each in cast("dict[str, object]", value).values())
    return "" if value is None else str(value)


def _said(value: object) -> str:
    if isinstance(value, list | tuple):
        listed = cast("list[object]", value)
        if len(listed) == 2 and all(isinstance(each, int) for each in listed):  # a step
            return f"{listed[0]} → {listed[1]}"
        return ", ".join(_said(each) for each in listed)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_said(each)}" for key, each in cast("dict[str, object]", value).items()
                         if each is not None)  # fmt: skip
    return "nothing" if value is None else str(value)


class CarryOver(Struct, frozen=True):
    """What becomes of answers when another version takes their place; item ids in the new version's order."""

    carried: tuple[str, ...]
    """Same id, same structure: taken over, to be confirmed by a person as in every renewal."""
    to_confirm: tuple[str, ...]
    """Same id and type, but something that scoring reads has changed: shown, to be looked at again."""
    dropped: tuple[str, ...]
    """Gone, or of another type: kept as history only."""
    added: tuple[str, ...]
    """New: nothing to carry."""


def carry_over(old: Questionnaire, new: Questionnaire) -> CarryOver:
    """Which answers to one version carry to another."""
    before = {item.id: item for item in old.items}
    after = {item.id: item for item in new.items}
    same = [name for name in after if name in before and type(before[name]) is type(after[name])]
    carried = [name for name in same if _scores_alike(before[name], after[name])]
    return CarryOver(
        carried=tuple(carried),
        to_confirm=tuple(name for name in same if name not in carried),
        dropped=tuple(name for name in before if name not in same),
        added=tuple(name for name in after if name not in before),
    )


def _scores_alike(old: Item, new: Item) -> bool:
    return old == new or structure_digest(old) == structure_digest(new)
