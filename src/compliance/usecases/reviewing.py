"""Review a translation: out side by side in a spreadsheet, corrections back into the file, with who reviewed it."""

from pathlib import Path
from typing import cast

import msgspec
from msgspec import Struct

from compliance.domain.questionnaire import Translation, translation_problems
from compliance.errors import Invalid, Problem
from compliance.intake.library import QUESTIONNAIRE_LIMITS, Library, read_bytes, read_register
from compliance.intake.translation_file import write_translation
from compliance.intake.translation_sheet import read_corrections
from compliance.intake.yaml_text import UnreadableFile
from compliance.usecases.publishing import own_words


class ReviewNotApplied(Invalid):
    """These corrections cannot be brought back."""

    code = "review-not-applied"


class Applied(Struct, frozen=True):
    """Corrections brought back."""

    path: Path
    corrected: int


def side_by_side(library: Library, reference: str, language: str) -> bytes:
    """The spreadsheet for a reviewer: original, translation, an empty column for corrections.

    Raises:
        NoSuchQuestionnaire: there is no translation into that language.
    """
    from compliance.documents.translation_sheet import translation_sheet

    original = own_words(library.load(reference))
    return translation_sheet([(original, library.translation(reference, language))])


def apply_review(library: Library, reference: str, language: str, *, sheet: Path, by: str) -> Applied:
    """Bring a reviewer's corrections back and set `reviewed`, with the reviewer's name.

    Raises:
        ReviewNotApplied: the spreadsheet cannot be read or is another one, a correction names no text of the translation, or leaves it incomplete.
    """
    translation = library.translation(reference, language)
    try:
        by_file = read_corrections(read_bytes(sheet, QUESTIONNAIRE_LIMITS), QUESTIONNAIRE_LIMITS)
    except UnreadableFile as refusal:
        placed = [msgspec.structs.replace(each, where=f"{sheet.name}{each.where.removeprefix(sheet.name)}")
                  for each in refusal.problems]  # fmt: skip
        raise ReviewNotApplied(placed) from None
    corrections = by_file.get(f"{reference}.{language}")
    if corrections is None:
        facts = {"given": ", ".join(by_file), "wanted": f"{reference}.{language}"}
        raise ReviewNotApplied([Problem("translation-other", sheet.name, facts)])
    plain = cast("dict[str, object]", msgspec.to_builtins(translation))
    unknown = [path for path, text in corrections.items() if not _put(plain, path.split("."), text)]
    if unknown:
        raise ReviewNotApplied(Problem("reference-unknown", path, {"id": path}) for path in unknown)
    corrected = msgspec.structs.replace(msgspec.convert(plain, Translation), reviewed="yes", reviewed_by=by)
    problems = list(translation_problems(own_words(library.load(reference)), corrected))
    if problems:
        raise ReviewNotApplied(problems)
    path = library.path(reference)
    target = path.with_name(f"{path.stem}.{language}.yaml")
    write_translation(target, corrected)
    read_register(target, Translation)  # what was written can be read again
    return Applied(target, len(corrections))


def _put(part: object, path: list[str], text: str) -> bool:
    """Put a text in place of the one at a path; False where there is none."""
    *outer, last = path
    for step in outer:
        part = _inside(part, step)
    if not isinstance(_inside(part, last), str):
        return False
    if isinstance(part, dict):
        part[last] = text
    elif isinstance(part, list):
        part[int(last)] = text
    return True


def _inside(part: object, step: str) -> object:
    if isinstance(part, dict):
        return cast("dict[str, object]", part).get(step)
    if isinstance(part, list) and step.isdecimal():
        listed = cast("list[object]", part)
        return listed[int(step)] if int(step) < len(listed) else None
    return None
