"""Countries by name, in the reader's language."""

from collections.abc import Mapping
from functools import cache
from typing import cast

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
