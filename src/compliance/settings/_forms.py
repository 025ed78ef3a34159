"""What a setting takes: its words for the documentation, and how its text becomes a value."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

HIDDEN = "•••"
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_MAIL = re.compile(r"[^@\s<>,;:\"\\]{1,64}@[A-Za-z0-9.-]{1,253}")


class Unfit(Exception):
    """A value that a form does not take; the problem's place is filled in by the reader."""

    def __init__(self, code: str, facts: Mapping[str, str | int]) -> None:
        self.code, self.facts = code, facts
        self.every: tuple[Unfit, ...] = (self,)
        super().__init__(code)


class Unfits(Unfit):
    """A value in which several things are wrong."""

    def __init__(self, every: Sequence[Unfit]) -> None:
        super().__init__(every[0].code, every[0].facts)
        self.every = tuple(every)


class Form(Struct, frozen=True):
    """What a setting takes, and how its text becomes a value."""

    words: str
    read: Callable[[str], object]
    is_secret: bool = False
    in_file: bool = False
    """Whether it may stand in a file, as every secret may."""


def _wrong_form(given: str, form: str) -> Unfit:
    if "@" in given and "://" in given:  # an address with somebody's password in it
        given = HIDDEN
    return Unfit("wrong-form", {"given": given, "form": form})


def matching(words: str, pattern: str, *, is_secret: bool = False) -> Form:
    """A printable text that fits the regular expression from end to end."""

    def read(text: str) -> str:
        if text.isprintable() and re.fullmatch(pattern, text):
            return text
        raise _wrong_form(HIDDEN if is_secret else text, words)

    return Form(words, read, is_secret)


def number(least: int, most: int) -> Form:
    """A whole number, both ends included."""

    def read(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise _wrong_form(text, "a whole number")
        if not least <= int(text) <= most:
            raise Unfit("out-of-range", {"given": text, "least": least, "most": most})
        return int(text)

    return Form(f"{least:,} to {most:,}", read)


def one_of(*words: str) -> Form:
    """One of a few words, spelt exactly."""

    def read(text: str) -> str:
        if text in words:
            return text
        raise Unfit("wrong-word", {"given": text, "words": ", ".join(words)})

    return Form(", ".join(words), read)


def list_of(form: Form) -> Form:
    """A tuple of texts, given with commas between."""

    def read(text: str) -> tuple[str, ...]:
        return tuple(str(form.read(part.strip())) for part in text.split(","))

    return Form(f"{form.words}; several with commas", read)


def _read_origin(text: str) -> str:
    """Scheme, host and port only; what follows would end up in links and cookies."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _wrong_form(text, "https://HOST") from None
    rest = (parts.path.rstrip("/"), parts.query, parts.fragment, parts.username or "", parts.password or "")
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or any(rest):
        raise _wrong_form(text, "https://HOST")
    return f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")


def _read_database(text: str) -> str:
    form = "sqlite:///FILE or postgresql://USER@HOST/NAME"
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise _wrong_form(HIDDEN, form) from None
    known = parts.scheme in ("sqlite", "postgresql", "postgresql+psycopg")
    # A database in memory would lose everything; `sqlite://HOST/…` is a slash too few.
    if not known or parts.path in ("", "/", "/:memory:") or (parts.scheme == "sqlite" and parts.netloc):
        raise _wrong_form(HIDDEN, form)
    return text


def _read_network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise _wrong_form(text, "an address or network, as 10.0.0.0/24") from None


def _read_folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise _wrong_form(text, "a folder that exists")
    return Path(text)


def _read_key(text: str) -> str:
    try:
        key = base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise _wrong_form(HIDDEN, "32 bytes in base64")
    return text


def _read_path(text: str) -> Path:
    if "?" in text or not text.isprintable():  # the rest of a database's address begins at a question mark
        raise _wrong_form(text, "a folder")
    return Path(text)


YES_NO = Form("yes or no", lambda text: one_of("yes", "no").read(text) == "yes")
TEXT = matching("text", r".{1,200}")
HOST_NAME = matching("a host name or address", r"[A-Za-z0-9.:_-]{1,253}")
SECRET = matching("a secret", r".{1,1024}", is_secret=True)
LONG_SECRET = matching("at least 16 characters", r".{16,1024}", is_secret=True)
PASSPHRASE = matching("at least 20 characters", r".{20,1024}", is_secret=True)
MAIL_ADDRESS = matching("a mail address", _MAIL.pattern)
SOCKET = matching("/PATH or HOST:PORT", r"/.{1,100}|[A-Za-z0-9.-]{1,253}:[0-9]{1,5}")
ISSUER = matching("https://… or did:web:…", r"https?://[^\s?#]{1,300}|did:web:[A-Za-z0-9.%:-]{1,300}")
ENDPOINT = matching("https://HOST", r"https?://[^\s?#@]{1,300}")
SERVICE = matching("https://… or http://…", r"https?://[^\s?#@]{1,300}")
KEY_PREFIX = matching("letters, digits, - and /", r"[A-Za-z0-9][A-Za-z0-9/-]{0,100}")
_URL_HOST = matching("a host name", _HOST.pattern)

ORIGIN, DATABASE = Form("https://HOST", _read_origin), Form("an address", _read_database, is_secret=True)
NETWORKS, HOSTS = list_of(Form("addresses or networks", _read_network)), list_of(_URL_HOST)
FOLDER, PATH = Form("a folder", _read_folder), Form("a folder", _read_path)
KEY = Form("32 bytes in base64", _read_key, is_secret=True)
