"""Short texts of forms, read alike on every page, and the choices that many pages offer."""

import re

from msgspec import Struct

from compliance.usecases.deed import Deed
from compliance.web.countries import country_names
from compliance.web.forms import Form

LONGEST_NAME, LONGEST_REFERENCE, LONGEST_REASON = 150, 60, 1000
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]")
_WEB = re.compile(r"https?://[^\x00-\x20\x7f]+")


class Choice(Struct, frozen=True):
    """One of the things to choose."""

    value: str
    text: str
    language: str | None = None
    """Of the text, where that may not be the page's."""


def line(form: Form, name: str, *, most: int = LONGEST_NAME, needed: bool = True) -> str:
    """A text of one line; empty where it was left empty and need not be there."""
    text = form.text(name, most=most, needed=needed)
    if _UNSEEN.search(text):
        form.complain("field-line", name)
    return text


def web_address(form: Form, name: str) -> str | None:
    """The address of a web site, or None; what is typed without https:// gets it."""
    text = line(form, name, most=190, needed=False)
    if not text:
        return None
    full = text if "://" in text else f"https://{text}"
    if not _WEB.fullmatch(full) or "." not in full:
        form.complain("field-web", name)
    return full


def one_of(form: Form, name: str, choices: list[Choice]) -> str:
    """One of the choices."""
    given = form.raw(name)
    if given not in {each.value for each in choices}:
        form.complain("field-choose", name)
    return given


def some_of(form: Form, name: str, choices: list[Choice], *, needed: bool = False) -> tuple[str, ...]:
    """Those of the choices that were ticked."""
    given = form.many(name)
    known = {each.value for each in choices}
    if not set(given) <= known or (needed and not given):
        form.complain("field-choose", name)
    return tuple(dict.fromkeys(given))


def countries(language: str) -> list[Choice]:
    """Every country, by its name in a language."""
    return [Choice(code, name) for code, name in country_names(language).items()]


def sectors(deed: Deed, language: str) -> list[Choice]:
    """The questionnaires that an assessment can be started with today, by their titles in a language."""
    shelf = deed.means.shelf
    found: list[Choice] = []
    for name in sorted({each.copy.name for each in shelf.versions()}):
        version = shelf.newest(name, deed.today)
        if version is not None:
            titled, _ = shelf.translated(version.copy.digest, language)
            found.append(Choice(name, titled.title, titled.language))
    return found
