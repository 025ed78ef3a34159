"""The environment → settings: every problem at once, and what follows from other settings filled in."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from msgspec.structs import replace

from compliance.errors import Invalid, Problem
from compliance.settings._forms import Unfit
from compliance.settings._settings import FILES, PREFIX, SETTINGS, VARIABLES, Settings

LOOPBACK = ("127.0.0.1", "localhost")
_ELSEWHERE = {"COMPLIANCE_TRACEBACK"}
"""Read by the command line itself: it must work when the settings do not."""
_FOR_TESTS = "COMPLIANCE_TEST_"
_LONGEST_FILE_BYTES = 64 * 1024


class SettingsInvalid(Invalid):
    """The service cannot start with these settings."""

    code: ClassVar[str] = "settings-invalid"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read, check and complete the settings: what follows from other settings is filled in.

    Variables that do not begin with `COMPLIANCE_` are not looked at. Files named by `_FILE` are read now, once.

    Raises:
        SettingsInvalid: with every problem; each problem's place is the variable.
    """
    problems: list[Problem] = []
    given: dict[str, Any] = {}
    origins: dict[str, str] = {}
    broken: set[str] = set()
    for variable in sorted(environment):
        if not variable.startswith(PREFIX) or variable in _ELSEWHERE or variable.startswith(_FOR_TESTS):
            continue
        name = VARIABLES.get(FILES.get(variable, variable), "")
        try:
            text, origin = _text_of(variable, environment)
            given[name] = SETTINGS[name][0].read(text)
            origins[PREFIX + name.upper()] = origin
        except Unfit as unfit:
            problems += [Problem(each.code, variable, each.facts) for each in unfit.every]
            broken.add(name)
    settings = _completed(given, origins)
    problems += _contradictions(settings, given, broken)
    if problems:
        raise SettingsInvalid(problems)
    return _with_password(settings)


def _text_of(variable: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """The text of a setting, and where it comes from."""
    text = environment[variable]
    target = FILES.get(variable, variable)
    if target not in VARIABLES:
        near = _nearest(variable)
        raise Unfit("setting-unknown-near" if near else "setting-unknown", {"near": near} if near else {})
    if target != variable and target in environment:
        raise Unfit("setting-twice", {"name": target})
    if not text:
        raise Unfit("setting-empty", {})
    if target == variable:
        return text, "environment"
    content = _content(text)
    if not content:
        raise Unfit("setting-file", {"path": text, "reason": "it is empty"})
    return content, f"file {text}"


def _nearest(variable: str) -> str:
    """The setting whose name is most alike, what all begin with left out; empty where none is."""
    if variable.removesuffix("_FILE") in VARIABLES:
        return variable.removesuffix("_FILE")
    names = [name.removeprefix(PREFIX) for name in (*VARIABLES, *FILES)]
    near = get_close_matches(variable.removeprefix(PREFIX), names, n=1, cutoff=0.7)
    return PREFIX + near[0] if near else ""


def _content(path: str) -> str:
    """A file's text without one newline at its end, which editors and `openssl` add."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(_LONGEST_FILE_BYTES + 1).decode("utf-8")
    except (OSError, ValueError) as fault:
        reason = (fault.strerror if isinstance(fault, OSError) else None) or "it is not UTF-8"
        raise Unfit("setting-file", {"path": path, "reason": reason}) from None
    if len(content) > _LONGEST_FILE_BYTES:
        raise Unfit("setting-file", {"path": path, "reason": "it is too large"})
    return content.removesuffix("\n").removesuffix("\r")


def _completed(given: Mapping[str, Any], origins: Mapping[str, str]) -> Settings:
    settings = Settings(**given, origins=dict(origins))
    base_url = settings.base_url or f"http://127.0.0.1:{settings.port}"
    host = _host_of(base_url)
    ports = {"starttls": 587, "tls": 465, "none": 25}
    return replace(
        settings,
        database_url=settings.database_url or f"sqlite:///{settings.data_dir.as_posix()}/compliance.sqlite",
        database_pool=given.get("database_pool", settings.threads),
        base_url=base_url,
        allowed_hosts=tuple(dict.fromkeys((host, *LOOPBACK, *settings.allowed_hosts))),
        smtp_port=given.get("smtp_port", ports[settings.smtp_security]),
        mail_from=settings.mail_from or f"compliance@{host}",
        issuer=settings.issuer or base_url,
        keys=given.get("keys", settings.data_dir / "keys"),
    )


def _with_password(settings: Settings) -> Settings:
    if settings.database_password is None:
        return settings
    scheme, _, rest = settings.database_url.partition("://")
    user, _, place = rest.partition("@")
    return replace(settings, database_url=f"{scheme}://{user}:{quote(settings.database_password, safe='')}@{place}")


_NEEDS = (
    *(("evidence_s3_endpoint", f"evidence_s3_{part}") for part in ("bucket", "access_key", "secret_key")),
    *((f"evidence_s3_{part}", "evidence_s3_endpoint") for part in ("bucket", "access_key", "secret_key", "prefix")),
    ("smtp_host", "mail_from"), ("smtp_port", "smtp_host"), ("smtp_username", "smtp_host"),
    ("smtp_username", "smtp_password"), ("smtp_password", "smtp_username"), ("database_password", "database_url"),
)  # fmt: skip
"""The first, when given, is of no use without the second."""


def _contradictions(settings: Settings, given: Mapping[str, Any], broken: set[str]) -> list[Problem]:
    """What each setting allows and all of them together do not; settings that are wrong by themselves left out."""
    lacking = [
        Problem("setting-needs", PREFIX + name.upper(), {"needed": PREFIX + needed.upper()})
        for name, needed in _NEEDS
        if name in given and needed not in given and needed not in broken
    ]
    is_sqlite = settings.database_url.startswith("sqlite:")
    is_open = settings.base_url.startswith("http:") and not _is_loopback(_host_of(settings.base_url))
    is_clear = settings.smtp_security == "none" and not _is_loopback(settings.smtp_host or "")
    rules = (
        (
            {"database_url", "processes"},
            is_sqlite and settings.processes > 1,
            Problem("setting-sqlite-processes", "COMPLIANCE_PROCESSES"),
        ),
        (
            {"base_url", "insecure_http"},
            is_open and not settings.insecure_http,
            Problem("setting-insecure-http", "COMPLIANCE_BASE_URL", {"given": settings.base_url}),
        ),
        (
            {"smtp_host", "smtp_security"},
            is_clear and "smtp_password" in given,
            Problem("setting-smtp-clear", "COMPLIANCE_SMTP_SECURITY"),
        ),
        (
            {"evidence_max_bytes", "evidence_quota_bytes"},
            settings.evidence_quota_bytes < settings.evidence_max_bytes,
            Problem("setting-quota-small", "COMPLIANCE_EVIDENCE_QUOTA_BYTES"),
        ),
        (
            {"database_url", "database_password"},
            "database_password" in given and "database_url" in given and not _takes_password(settings.database_url),
            Problem("setting-database-password", "COMPLIANCE_DATABASE_PASSWORD"),
        ),
    )
    return lacking + [problem for names, is_wrong, problem in rules if is_wrong and not broken & names]


def _takes_password(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.username) and parts.password is None and not parts.scheme.startswith("sqlite")


def _host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def _is_loopback(host: str) -> bool:
    return host == "localhost" or bool(re.fullmatch(r"127(\.[0-9]{1,3}){3}|::1", host))
