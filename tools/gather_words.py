"""Gathers what the pages say into the catalogues of their languages (src/compliance/words/locale).

    python tools/gather_words.py            bring every catalogue up to date; say what still lacks words
    python tools/gather_words.py add fr     begin a language
    python tools/gather_words.py --check    change nothing; exit status 1 where a catalogue is not up to date

Translations that stand in a catalogue stay. What the pages no longer say is dropped. A text that changed a little keeps
its old translation, marked fuzzy: it is not shown until somebody has looked at it.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "src" / "compliance" / "web"
LOCALE = ROOT / "src" / "compliance" / "words" / "locale"
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2.ext:babel_extract"),
    ("templates/**.html", "jinja2.ext:babel_extract"),
]
OPTIONS = {
    "**/templates/**.html": {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "newstyle_gettext": "true", "trimmed": "true", "silent": "false"},
    "templates/**.html": {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "newstyle_gettext": "true", "trimmed": "true", "silent": "false"},
}  # fmt: skip
HEADER = (
    "# The words of the pages; ./dev words keeps this up to date.\n"
    "# X-Reviewed becomes yes when somebody who speaks the language well, and knows the field, has read all of it."
)
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "N_": None}


def gathered() -> Catalog:
    """Everything that the pages say, in English, with where it stands."""
    catalogue = Catalog(charset="utf-8")
    found = extract_from_dir(WEB, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("note:",), strip_comment_tags=True)
    for name, _line, message, comments, context in found:
        catalogue.add(message, locations=[(f"web/{name}", 0)], auto_comments=comments, context=context)
    return catalogue


def updated(language: str, template: Catalog) -> Catalog:
    """The catalogue of a language with what the pages say now."""
    path = LOCALE / language / "pages.po"
    catalogue = Catalog(locale=language, charset="utf-8")
    reviewed = "no"
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        reviewed = dict(catalogue.mime_headers).get("X-Reviewed", "no")
    catalogue.update(template, no_fuzzy_matching=False, update_header_comment=False)
    catalogue.obsolete.clear()
    catalogue.mime_headers = [("X-Reviewed", reviewed)]
    return catalogue


def as_text(catalogue: Catalog) -> bytes:
    """The catalogue as a file, without line numbers and dates, so that it changes only when words do."""
    written = BytesIO()
    write_po(
        written, catalogue, width=110, sort_output=True, include_lineno=False, omit_header=True, ignore_obsolete=True
    )
    reviewed = dict(catalogue.mime_headers).get("X-Reviewed", "no")
    heads = {"Language": catalogue.locale_identifier, "X-Reviewed": reviewed, "Plural-Forms": catalogue.plural_forms,
             "Content-Type": "text/plain; charset=utf-8"}  # fmt: skip
    lines = [HEADER, 'msgid ""', 'msgstr ""', *(f'"{name}: {value}\\n"' for name, value in heads.items()), "", ""]
    return "\n".join(lines).encode() + written.getvalue()


def lacking(catalogue: Catalog) -> Iterator[str]:
    """What has no translation, or one that is fuzzy."""
    for message in catalogue:
        if message.id and (message.fuzzy or not (all(message.string) if message.pluralizable else message.string)):
            yield message.id if isinstance(message.id, str) else message.id[0]


def main(arguments: list[str]) -> int:
    """Bring the catalogues up to date, or say that they are not."""
    if arguments[:1] == ["add"]:
        (LOCALE / arguments[1]).mkdir(parents=True, exist_ok=True)
        (LOCALE / arguments[1] / "pages.po").write_bytes(as_text(Catalog(locale=arguments[1], charset="utf-8")))
    template, is_current = gathered(), True
    for path in sorted(LOCALE.glob("*/pages.po")):
        language = path.parent.name
        catalogue = updated(language, template)
        text = as_text(catalogue)
        if text != path.read_bytes():
            is_current = False
            if "--check" not in arguments:
                path.write_bytes(text)
        missing = list(lacking(catalogue))
        print(f"{language}: {len(template)} texts, {len(missing)} not translated")
        for each in missing[: 10_000 if "--all" in arguments else 5]:
            print(f"  {each}")
    if "--check" in arguments and not is_current:
        print("Run ./dev words")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
