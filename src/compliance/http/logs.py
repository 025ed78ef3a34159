"""Logs without people in them: how the program logs, the access log, and how a fault is written down.

Two lines of defence. The first: what we write names routes, numbers and ids, and never a path, a query, a header, a
body or an address. The second, for what libraries write and for our own mistakes: a processor that takes out values
under telling keys, and whatever looks like a mail address or a credential.
"""

import logging
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from time import perf_counter_ns
from traceback import walk_tb
from typing import Literal, TextIO, cast

import msgspec
import structlog
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict, Processor, WrappedLogger

LogFormat = Literal["json", "text"]
LogLevel = Literal["debug", "info", "warning", "error"]

REMOVED = "[removed]"
_TELLING = re.compile(
    r"passw|passphrase|token|secret|e?mail|authori[sz]ation|cookie|session|api_?key|credential|user_?agent|phone"
    r"|^(?:ip|client|remote|name|full_?name|address|recipient|to|body|form|query|headers?|params|parameters)$",
    re.IGNORECASE,
)
_IN_TEXT = (
    (re.compile(r"(?<=://)[^/\s@]+@"), f"{REMOVED}@"),
    (re.compile(r"[^\s@<>\"'(),;:=]+@[\w-]+(?:\.[\w-]+)+"), REMOVED),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), rf"\1 {REMOVED}"),
    (
        re.compile(r"(?i)((?:passw\w*|secret|token|api_?key|authorization|cookie)[\"']?\s*[=:]\s*)(?:\"[^\"]*\"|'[^']*'|[^\s&,;]+)"),
        rf"\1{REMOVED}",
    ),
)  # fmt: skip
_QUIET = ("httpx", "httpcore", "sqlalchemy", "alembic", "asyncio", "multipart", "dns")
"""Libraries that write addresses, headers or the values of statements below `warning`."""
_OFTEN = ("/health/live", "/health/ready", "/metrics")
"""Routes that machines ask all day; logged at `debug`."""
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_STARTED, _BYTES = "log_started_ns", "log_response"
_ABOUT_VALUES = frozenset(("IntegrityError", "DataError"))
_LONGEST_SENTENCE, _MOST_CAUSES, _MOST_FRAMES, _DEEPEST = 300, 5, 60, 6

_access = structlog.stdlib.get_logger("compliance.access")
_faults = structlog.stdlib.get_logger("compliance.fault")


def set_up_logging(*, log_format: LogFormat, level: LogLevel, stream: TextIO | None = None) -> None:
    """Route our log and every library's into one: a line each on `stream`, or on standard output.

    Call it once in each process, before the server starts; give uvicorn `log_config=None, access_log=False`. A second
    call replaces the first.
    """
    seen: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *seen, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout if stream is None else stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=seen,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                say_fault,
                keep_people_out,
                _as_json if log_format == "json" else _as_text,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi", *_QUIET):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
        logger.setLevel(logging.WARNING if name in _QUIET else logging.NOTSET)
    # It writes addresses and queries; the access log below takes its place.
    logging.getLogger("uvicorn.access").setLevel(logging.CRITICAL + 1)


class AccessLog(ASGIMiddleware):
    """Takes the time of a request. Must be the outermost middleware; `log_response` writes the line."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Note when the request began."""
        _state(scope)[_STARTED] = perf_counter_ns()
        await next_app(scope, receive, send)


async def log_response(message: Message, scope: Scope) -> None:
    """Write one line when a response is complete; for Litestar's `before_send`.

    Only there are refusals of the router and of other middleware seen with the status that the caller gets. Fields:
    method, route (the template, as `/sites/{site_id}`), status, bytes, duration_ms, request_id. The duration is missing
    where no route was found.
    """
    state = _state(scope)
    if message["type"] == "http.response.start":
        state[_BYTES] = [message["status"], 0]
    elif message["type"] == "http.response.body" and isinstance(tally := state.get(_BYTES), list):
        status, size = cast("list[int]", tally)
        size += len(message["body"])
        state[_BYTES] = [status, size]
        if not message["more_body"]:
            _write_access(scope, state, status, size)


def _write_access(scope: Scope, state: Mapping[str, object], status: int, size_bytes: int) -> None:
    known = cast("Mapping[str, object]", scope)
    method, route, started = known.get("method"), known.get("path_template"), state.get(_STARTED)
    facts: dict[str, object] = {
        "method": method if method in _METHODS else "other",
        "route": route or "none",
        "status": status,
        "bytes": size_bytes,
    }
    if isinstance(started, int):
        facts["duration_ms"] = round((perf_counter_ns() - started) / 1_000_000, 1)
    if (request_id := state.get("request_id")) is not None:
        facts["request_id"] = str(request_id)
    write = _access.debug if route in _OFTEN and status < 500 else _access.info
    write("request", **facts)


def _state(scope: Scope) -> dict[str, object]:
    return cast("dict[str, dict[str, object]]", scope).setdefault("state", {})


def log_fault(fault: BaseException, *, log_id: str, request_id: str | None = None, route: str | None = None) -> None:
    """Write a fault down under the id that the caller is told: its kind, its sentence, and where it came from.

    Never local variables, and never what a database says about its values.
    """
    facts = {"request_id": request_id, "route": route}
    given = {name: fact for name, fact in facts.items() if fact is not None}
    _faults.error("fault", log_id=log_id, exc_info=fault, **given)


def say_fault(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Processor: `exc_info` becomes `fault`, a list from the outermost fault to its first cause.

    Each has `type`, `said` (one masked line at most) and `at`: places as `module:line function`, the raising one last.
    """
    fault = event.pop("exc_info", None)
    event.pop("exc_text", None)
    event.pop("stack", None)
    if fault is True:
        fault = sys.exc_info()[1]
    elif isinstance(fault, tuple):
        fault = cast("tuple[object, object, object]", fault)[1]
    if isinstance(fault, BaseException):
        event["fault"] = [
            {"type": f"{type(each).__module__}.{type(each).__qualname__}", "said": _said(each), "at": _places(each)}
            for each in _chain(fault)
        ]
    return event


def _chain(fault: BaseException) -> Iterator[BaseException]:
    each: BaseException | None = fault
    for _ in range(_MOST_CAUSES):
        if each is None:
            return
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)


def _said(fault: BaseException) -> str:
    """The first line of what it says. A database names rows and values, so of it we keep its code only."""
    code = getattr(fault, "sqlstate", None) or getattr(fault, "sqlite_errorname", None)
    if code is not None or hasattr(fault, "statement") or type(fault).__name__ in _ABOUT_VALUES:
        return str(code or "")
    return next(iter(str(fault).splitlines()), "")[:_LONGEST_SENTENCE]


def _places(fault: BaseException) -> list[str]:
    places = [
        f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
        for frame, line in walk_tb(fault.__traceback__)
    ]
    return places[-_MOST_FRAMES:]


def keep_people_out(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Processor: the second line of defence, over all values however deep; also keeps a line one line."""
    for key, value in event.items():
        event[key] = REMOVED if _TELLING.search(key) else _masked(value, 0)
    return event


def _masked(value: object, depth: int) -> object:
    match value:
        case str():
            return _masked_text(value)
        case None | bool() | int() | float():
            return value
        case date():
            return value.isoformat()
        case Mapping() if depth < _DEEPEST:
            mapping = cast("Mapping[object, object]", value)
            return {
                str(key): REMOVED if _TELLING.search(str(key)) else _masked(each, depth + 1)
                for key, each in mapping.items()
            }
        case Sequence() if depth < _DEEPEST and not isinstance(value, bytes | bytearray):
            return [_masked(each, depth + 1) for each in cast("Sequence[object]", value)]
        case _:
            return f"<{type(value).__name__}>"  # whatever it is, its own words may say too much


def _masked_text(text: str) -> str:
    for pattern, instead in _IN_TEXT:
        text = pattern.sub(instead, text)
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    return msgspec.json.encode(event).decode()


def _as_text(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """`at level event key=value …`; a fault's places follow on lines of their own."""
    fault = cast("list[dict[str, object]]", event.pop("fault", []))
    at, level, words = (event.pop(key, "") for key in ("at", "level", "event"))
    event.pop("logger", None)
    lines = [" ".join([str(at), f"{level:7}", str(words), *(f"{key}={value}" for key, value in event.items())])]
    for each in fault:
        lines.append(f"  {each['type']}: {each['said']}")
        lines += [f"    {place}" for place in cast("list[str]", each["at"])]
    return "\n".join(lines)
