"""The words of the pages: gettext catalogues, one folder a language in `locale`; English is what stands in the pages.

What a language lacks is said in English. Two languages are made up, for tests: one with every text 40 % longer, one
that runs from right to left.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LOCALE = Path(__file__).with_name("locale")
SOURCE = "en"
LONG, RIGHT_TO_LEFT = "en-x-long", "ar-x-mirror"
MADE_UP = {LONG: "Lŏŏŏng", RIGHT_TO_LEFT: "Mirrored"}
"""Languages that are nobody's."""


@cache
def page_languages() -> tuple[str, ...]:
    """The languages that pages can be read in, English first."""
    return (SOURCE, *sorted(path.parent.name for path in LOCALE.glob("*/pages.po")))


@cache
def language_name(language: str) -> str:
    """A language in itself: `ខ្មែរ`."""
    if language in MADE_UP:
        return MADE_UP[language]
    name = Locale.parse(language).get_display_name(language) or language
    return name[:1].upper() + name[1:]


def reads_from_right(language: str) -> bool:
    """Whether a language is written from right to left."""
    return language == RIGHT_TO_LEFT or Locale.parse(language.partition("-")[0]).text_direction == "rtl"


@cache
def is_reviewed(language: str) -> bool:
    """Whether somebody who speaks the language well has reviewed the words of the pages."""
    if language == SOURCE or language in MADE_UP:
        return True
    with (LOCALE / language / "pages.po").open("rb") as file:
        headers = dict(read_po(file, locale=language).mime_headers)
    return headers.get("X-Reviewed", "no") == "yes"


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language."""
    if language in MADE_UP:
        return _MadeUp(language)
    if language == SOURCE:
        return NullTranslations()
    with (LOCALE / language / "pages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


class _MadeUp(NullTranslations):
    """English, longer or mirrored, so that what does not fit, or was forgotten, is seen."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def gettext(self, message: str) -> str:
        return self._changed(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._changed(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        del context
        return self._changed(message)

    def _changed(self, message: str) -> str:
        if self._language == RIGHT_TO_LEFT:
            return f"\u202b{message}\u202c" if "\n" not in message else message
        more = max(1, len(message) * 2 // 5 - 1)
        return message + (" ~~~~~~" * (more // 7 + 1))[: more + 1]
