"""A virus scanner beside us: clamd, by its INSTREAM command, over a Unix socket or TCP.

clamd has no accounts and no encryption: it belongs on the same machine or in the same closed network. Its
StreamMaxLength must not be smaller than the largest file that we take.
"""

import re
import socket
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from msgspec import Struct

_MOST_ANSWER_BYTES = 4096
_MOST_PIECE_BYTES = 256 * 1024
_FOUND = re.compile(r"stream: (.+) FOUND")


class ScannerUnavailable(Exception):
    """The scanner did not say whether the file is clean, so nobody may take it for clean."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        self.permanent = permanent
        """True when this file will never be scanned as things stand: it is longer than the scanner takes."""
        super().__init__(reason)


class Verdict(Struct, frozen=True):
    """What the scanner says of a file."""

    clean: bool
    found: str | None = None
    """The scanner's name for what it found, at most 200 characters; None when clean."""


class ClamScanner:
    """Asks clamd, one connection for each file. Safe to use from many threads."""

    def __init__(self, address: str, *, timeout_s: float) -> None:
        """`address` is the path of a Unix socket (`/run/clamav/clamd.ctl`) or `host:port`.

        The time is for one whole conversation, the reading of the file included.
        """
        self._address: str | tuple[str, int] = address if address.startswith("/") else _parse_host(address)
        self._timeout_s = timeout_s

    def scan(self, chunks: Iterable[bytes]) -> Verdict:
        """Have one file looked at, while it streams.

        Raises:
            ScannerUnavailable: no connection, no answer in time, half an answer, or the scanner's own error.
        """
        with _Line(self._address, self._timeout_s) as line:
            line.send(b"zINSTREAM\0")
            for piece in _pieces(chunks):
                if not line.send(len(piece).to_bytes(4, "big"), piece):
                    break  # the scanner has said its word before the end
            else:
                line.send(bytes(4))
            return _verdict(line.read_answer())

    def check(self) -> None:
        """Return when the scanner answers; raises ScannerUnavailable."""
        with _Line(self._address, self._timeout_s) as line:
            line.send(b"zPING\0")
            answer = line.read_answer()
        if answer != "PONG":
            reason = f"not PONG but {answer!r}"
            raise ScannerUnavailable(reason, permanent=False)


class _Line:
    """One connection, which as a whole may take so long. Only its own faults become ScannerUnavailable."""

    def __init__(self, address: str | tuple[str, int], timeout_s: float) -> None:
        self._ends_at_s = time.monotonic() + timeout_s
        try:
            self._socket = _connect(address, timeout_s)
        except OSError as fault:
            raise _unavailable(fault) from fault

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None) -> None:
        self._socket.close()

    def send(self, *parts: bytes) -> bool:
        """False when the other side has hung up; its answer may still be there to read."""
        try:
            for part in parts:
                self._set_time()
                self._socket.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            return False
        except OSError as fault:
            raise _unavailable(fault) from fault
        return True

    def read_answer(self) -> str:
        """The answer without its closing zero byte; one without it is only half an answer."""
        answer = b""
        try:
            while not answer.endswith(b"\0"):
                self._set_time()
                piece = self._socket.recv(_MOST_ANSWER_BYTES)
                answer += piece
                if not piece or len(answer) > _MOST_ANSWER_BYTES:
                    reason = f"half an answer: {answer[:80]!r}"
                    raise ScannerUnavailable(reason, permanent=False)
        except OSError as fault:
            raise _unavailable(fault) from fault
        return answer[:-1].decode("utf-8", "replace")

    def _set_time(self) -> None:
        left_s = self._ends_at_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("no time left")
        self._socket.settimeout(left_s)


def _connect(address: str | tuple[str, int], timeout_s: float) -> socket.socket:
    if not isinstance(address, str):
        return socket.create_connection(address, timeout=timeout_s)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(timeout_s)
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def _unavailable(fault: OSError) -> ScannerUnavailable:
    return ScannerUnavailable(f"the virus scanner: {fault}", permanent=False)


def _parse_host(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not host or not port.isascii() or not port.isdigit():
        reason = f"neither a path nor host:port: {address!r}"
        raise ValueError(reason)
    return host.removeprefix("[").removesuffix("]"), int(port)


def _pieces(chunks: Iterable[bytes]) -> Iterable[bytes]:
    """None of them empty: a length of zero is how clamd is told that the file is over."""
    for chunk in chunks:
        for start in range(0, len(chunk), _MOST_PIECE_BYTES):
            yield chunk[start : start + _MOST_PIECE_BYTES]


def _verdict(answer: str) -> Verdict:
    if answer == "stream: OK":
        return Verdict(clean=True)
    found = _FOUND.fullmatch(answer)
    if found:
        return Verdict(clean=False, found=found[1][:200])
    reason = f"the virus scanner says: {answer[:200]!r}"
    raise ScannerUnavailable(reason, permanent="size limit exceeded" in answer)
