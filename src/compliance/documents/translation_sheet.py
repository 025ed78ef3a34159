"""Original and translation side by side, for a reviewer who corrects in a spreadsheet.

`intake.translation_sheet` reads the corrections back by the paths in the first column.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import cast

import msgspec

from compliance.documents._workbook import Book, Sheet
from compliance.domain.questionnaire import Translation
from compliance.words import Speaker, speaker

FORMAT = 1
MARKER = "compliance-translation"
_MADE_ON = date(2026, 1, 1)  # as for blank forms
_NOT_TEXT = frozenset({"questionnaire", "version", "language", "reviewed", "reviewed_by"})


def translation_sheet(pairs: Sequence[tuple[Translation, Translation]]) -> bytes:
    """Each pair is the original's own words (`words_of`) and their translation; a sheet for each."""
    original, translation = pairs[0]
    says = speaker(original.language)
    title = says.say("translation-title", language=translation.language)
    book = Book(title=title, language=original.language, made_on=_MADE_ON)
    for original, translation in pairs:
        reference = f"{original.questionnaire}@{original.version}"
        _write(book.sheet(reference), reference, original, translation, says)
    return book.bytes()


def _write(sheet: Sheet, reference: str, original: Translation, translation: Translation, says: Speaker) -> None:
    sheet.keys(f"{MARKER}:{reference}:{translation.language}:{FORMAT}", "original", "translation", "corrected",
               "remark")  # fmt: skip
    sheet.widths(34, 60, 60, 60, 34)
    heads = ("translation-path", "translation-original", "translation-translated", "translation-corrected",
             "translation-remark")  # fmt: skip
    sheet.heads(*(says.say(key) for key in heads))
    translated = dict(_texts(msgspec.to_builtins(translation), ""))
    for path, text in _texts(msgspec.to_builtins(original), ""):
        sheet.line(("id", path), ("text", text), ("text", translated.get(path)), ("answer", None), ("answer", None))
    sheet.freeze(2, 1)
    sheet.protect()
    sheet.for_print(landscape=True, repeated=(1, 1))


def _texts(part: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(part, str):
        yield path, part
    elif isinstance(part, dict):
        for key, each in cast("dict[str, object]", part).items():
            if path or key not in _NOT_TEXT:
                yield from _texts(each, f"{path}.{key}" if path else key)
    elif isinstance(part, list | tuple):
        for number, each in enumerate(cast("Sequence[object]", part)):
            yield from _texts(each, f"{path}.{number}")
