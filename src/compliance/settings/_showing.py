"""Settings for people: the table of the documentation, and what `compliance settings` prints."""

import re
from typing import cast
from urllib.parse import urlsplit

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields

from compliance.settings._forms import HIDDEN
from compliance.settings._settings import FILES, SETTINGS, VARIABLES, Settings

_PASSWORD_IN_QUERY = re.compile(r"(?<=password=)[^&]*")


class Setting(Struct, frozen=True):
    """One setting as the documentation shows it; `default` is words or a value in code marks."""

    name: str
    takes: str
    default: str
    meaning: str
    is_secret: bool
    in_file: bool
    """Whether the variable may also be given with `_FILE` behind it."""


class SettingRow(Struct, frozen=True):
    """One setting as it is now, for the eyes of an operator: secrets are masked."""

    name: str
    value_masked: str
    origin: str
    """`default`, `environment` or `file PATH`."""
    meaning: str


def every_setting() -> tuple[Setting, ...]:
    """All settings, in the order of the struct."""
    defaults = {field.name: field.default for field in fields(Settings) if field.default is not NODEFAULT}
    return tuple(
        Setting(
            name=variable,
            takes=SETTINGS[name][0].words,
            default=(SETTINGS[name][1].extra or {}).get("default") or _code(_words_for(defaults[name])),
            meaning=SETTINGS[name][1].description or "",
            is_secret=SETTINGS[name][0].is_secret,
            in_file=f"{variable}_FILE" in FILES,
        )
        for variable, name in VARIABLES.items()
    )


def describe(settings: Settings) -> list[SettingRow]:
    """What every setting is now and where it comes from, secrets masked, in the order of the struct."""
    return [
        SettingRow(
            name=variable,
            value_masked=_masked(name, getattr(settings, name)),
            origin=settings.origins.get(variable, "default"),
            meaning=SETTINGS[name][1].description or "",
        )
        for variable, name in VARIABLES.items()
    ]


def _masked(name: str, value: object) -> str:
    if name == "database_url":
        return _without_password(str(value))
    return HIDDEN if SETTINGS[name][0].is_secret and value is not None else _words_for(value)


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    netloc = parts.netloc if parts.password is None else f"{parts.username}:{HIDDEN}@{parts.netloc.rpartition('@')[2]}"
    head = f"{parts.scheme}://{netloc}{parts.path}"
    return head + ("?" + _PASSWORD_IN_QUERY.sub(HIDDEN, parts.query) if parts.query else "")


def _words_for(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(cast("tuple[str, ...]", value)) or "none"
        case None | "" | {}:
            return "none"
        case _:
            return str(value)


def _code(words: str) -> str:
    return words if words == "none" else f"`{words}`"
