"""Countries by name, in the reader's language."""

from collections.abc import Mapping
from functools import cache
from typing import cast

from markupsafe import Markup, escape

_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@cache
def country_names(language: str) -> Mapping[str, str]:
    """ISO 3166 code → name, by name."""
    from babel import Locale  # 60 ms, and few pages need it

    plain = language.partition("-")[0]
    territories = cast("Mapping[str, str]", Locale.parse(plain).territories)
    names = sorted((name, code) for code, name in territories.items() if len(code) == 2 and code.isalpha())
    return {code: name for name, code in names if code not in _NO_COUNTRIES}


def country_name(code: str, language: str) -> str:
    """The name of a country; its code where it has none."""
    return country_names(language).get(code, code)


def country_options(chosen: str | None, language: str) -> Markup:
    """The options of a `select`, one of them chosen. Written once a language: drawing 250 of them takes 3 ms."""
    options = _options(language)
    if chosen in country_names(language):
        options = options.replace(f'"{chosen}"', f'"{chosen}" selected')
    return Markup(options)  # noqa: S704 - names are escaped below


@cache
def _options(language: str) -> str:
    return "\n".join(
        f'<option value="{code}">{escape(name)}</option>' for code, name in country_names(language).items()
    )
