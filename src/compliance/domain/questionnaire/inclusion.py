"""Includes resolved: a file and the modules it names become one questionnaire.

The modules' facts and sections come first, in the order of `includes`. A section of the file that bears an included
section's id joins it at its end. Scoring values are stated by the module; a file may only raise them.
"""

from collections.abc import Iterable, Mapping
from typing import cast

import msgspec
from msgspec import to_builtins

from compliance.domain.questionnaire.model import (
    Fact,
    JoinedSection,
    Questionnaire,
    QuestionnaireFile,
    Scoring,
    Section,
)
from compliance.errors import Invalid, Problem


class QuestionnaireInvalid(Invalid):
    """This questionnaire cannot be used."""

    code = "questionnaire-invalid"


def resolve(file: QuestionnaireFile, modules: Mapping[str, Questionnaire]) -> Questionnaire:
    """One questionnaire from a file and the modules it includes, by reference.

    Raises:
        QuestionnaireInvalid: a module is not there or is no module, a section joins nothing, scoring is missing or
            lower than the module's.
    """
    problems: list[Problem] = []
    included = [modules[name] for name in file.includes if name in modules]
    for index, name in enumerate(file.includes):
        module = modules.get(name)
        if module is None:
            problems.append(Problem("include-unknown", f"includes.{index}", {"reference": name}))
        elif module.module != "yes":
            problems.append(Problem("include-no-module", f"includes.{index}", {"reference": name}))
    scoring = _scoring(file, included, problems)
    sections = _sections(file.sections, included, problems)
    if problems or scoring is None:
        raise QuestionnaireInvalid(problems)
    facts: tuple[Fact, ...] = (*(fact for module in included for fact in module.facts), *file.facts)
    return Questionnaire(
        questionnaire=file.questionnaire,
        version=file.version,
        title=file.title,
        language=file.language,
        intro=file.intro,
        module=file.module,
        includes=file.includes,
        scoring=scoring,
        facts=facts,
        sections=sections,
    )


def _scoring(file: QuestionnaireFile, included: list[Questionnaire], problems: list[Problem]) -> Scoring | None:
    stated: dict[str, object] = {}
    for module in included:
        stated = _highest(stated, to_builtins(module.scoring))
    wanted = _merged(stated, file.scoring or {})
    if not wanted:
        problems.append(Problem("scoring-missing", "scoring"))
        return None
    problems += [
        Problem("scoring-lowered", f"scoring.{place}", {"value": new, "stated": old})
        for place, old, new in _lowered(stated, wanted)
    ]
    try:
        return msgspec.convert(wanted, Scoring)
    except msgspec.ValidationError as error:
        problems.append(Problem("scoring-wrong", "scoring", {"reason": str(error)}))
        return None


def _merged(base: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    merged = dict(base)
    for key, value in over.items():
        inner = base.get(key)
        both = isinstance(value, Mapping) and isinstance(inner, Mapping)
        merged[key] = (
            _merged(cast("Mapping[str, object]", inner), cast("Mapping[str, object]", value)) if both else value
        )
    return merged


def _highest(base: Mapping[str, object], other: Mapping[str, object]) -> dict[str, object]:
    """Of two modules' scoring, the higher value each."""
    merged = _merged(base, other)
    for place, old, _ in _lowered(base, other):
        *outer, key = place.split(".")
        holder = cast("dict[str, object]", merged[outer[0]]) if outer else merged
        holder[key] = old
    return merged


def _lowered(base: Mapping[str, object], over: Mapping[str, object], place: str = "") -> Iterable[tuple[str, int, int]]:
    for key, old in base.items():
        new = over.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _lowered(cast("Mapping[str, object]", old), cast("Mapping[str, object]", new), f"{place}{key}.")
        elif isinstance(old, int) and isinstance(new, int) and new < old:
            yield f"{place}{key}", old, new


def _sections(
    written: tuple[JoinedSection, ...], included: list[Questionnaire], problems: list[Problem]
) -> tuple[Section, ...]:
    sections: dict[str, Section] = {}
    for section in (section for module in included for section in module.sections):
        joined = sections.get(section.id)
        sections[section.id] = _joined(joined, section.items) if joined else section
    for index, section in enumerate(written):
        there = sections.get(section.id)
        if there is not None:
            if section.title is not None or section.pillar is not None:
                problems.append(Problem("section-joins", f"sections.{index}", {"id": section.id}))
            sections[section.id] = _joined(there, section.items)
        elif section.title is None or section.pillar is None:
            problems.append(Problem("section-incomplete", f"sections.{index}", {"id": section.id}))
        else:
            sections[section.id] = Section(
                id=section.id, title=section.title, pillar=section.pillar, about=section.about, items=section.items
            )
    return tuple(sections.values())


def _joined(section: Section, items: tuple[object, ...]) -> Section:
    return msgspec.structs.replace(section, items=(*section.items, *items))
