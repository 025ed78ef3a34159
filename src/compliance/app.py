"""Puts the parts together; nothing else does."""

import functools
import gc
import os
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import msgspec
import structlog
from litestar import Litestar
from litestar.types import Middleware
from msgspec import Struct

from compliance.api.bodies import MOST_BYTES
from compliance.api.documentation import documentation_handlers
from compliance.api.errors import HANDLERS
from compliance.api.litestar import Server, handlers
from compliance.api.openapi import build_document
from compliance.api.published import published_handlers
from compliance.api.published_addresses import ADDRESSES
from compliance.api.routes import ENDPOINTS
from compliance.domain.transparency import Witness, read_witness
from compliance.errors import Unavailable
from compliance.files import Bucket, ClamScanner, EvidenceStore, FolderStore, S3Store
from compliance.http.chance import SystemChance, system_clock
from compliance.http.desk import Desk
from compliance.http.edge import Edge
from compliance.http.heads import HeadsToo
from compliance.http.health import Readiness, health_handlers
from compliance.http.hosts import AllowedHosts
from compliance.http.limits import RequestLimit
from compliance.http.logs import AccessLog, log_response, set_up_logging
from compliance.http.metrics import Measured, Metrics, metrics_handler
from compliance.http.squeezing import Squeezed
from compliance.http.threads import Threads
from compliance.intake.library import Library
from compliance.notify import CountedPost, FolderPost, Post, SmtpPost
from compliance.resources import shipped
from compliance.settings import Settings, describe, make_data_folder, read_settings, secret_key_of
from compliance.signing import LIST_FILE, KeyFolder, PdfSealer, ensure_demo_keys
from compliance.store.engine import Database, open_engine
from compliance.store.figures import Counts
from compliance.store.migrating import check_schema, revision_of
from compliance.store.unit import Store
from compliance.usecases.deed import Chance
from compliance.usecases.job_kinds import APART, PROMPT, every_kind
from compliance.usecases.known_keys import note_keys
from compliance.usecases.means import Means, Passwords, SettingShown, Terms
from compliance.usecases.patience import patiently
from compliance.usecases.seals import FolderSeals, Seals
from compliance.usecases.shelf import Shelf, copy_questionnaires
from compliance.usecases.witnesses import offer_newest
from compliance.web.handlers import House, page_handlers
from compliance.web.lost import failures
from compliance.web.routes import PAGES
from compliance.web.static_files import static_handler
from compliance.worker import Running, Worker

SCAN_TIMEOUT_S = 60


class Parts(Struct, kw_only=True):
    """The service without its door: what commands, workers and tests use."""

    desk: Desk
    database: Database

    def close(self) -> None:
        """Close every connection."""
        self.database.dispose()


_library = functools.cache(Library)
"""A folder of questionnaires is read once in a process: what is published does not change."""


def assemble(  # noqa: PLR0913 - tests give parts of their own
    database_url: str,
    *,
    terms: Terms | None = None,
    questionnaires: Path | None = None,
    clock: Callable[[], datetime] = system_clock,
    chance: Chance | None = None,
    passwords: Passwords | None = None,
    secret_key: bytes | None = None,
    files: EvidenceStore | None = None,
    scanner: ClamScanner | None = None,
    mail_folder: Path | None = None,
    seals: Seals | None = None,
    witnesses: tuple[Witness, ...] = (),
    settings: tuple[SettingShown, ...] = (),
    pool_size: int = 40,
) -> Parts:
    """The service on a migrated database; copies new questionnaires into it.

    Without a `secret_key`, one is made for this process: second factors are lost with it. Without `files`, evidence is
    kept in a folder beside a SQLite database; without a `scanner`, it is `not_scanned`.

    Raises:
        QuestionnaireChanged: a published questionnaire is not what it was.
        KeysOfAnotherRoot: the database knows the keys of another deployment.
        Unavailable: the database cannot be reached.
    """
    store = Store(Database(open_engine(database_url, pool_size=pool_size)))
    library = _library(questionnaires or shipped("questionnaires"))
    patiently(lambda: _copy(store, library, now=clock()))
    chance = chance or SystemChance()
    means = Means(shelf=Shelf(store), passwords=passwords or Passwords(),
                  terms=msgspec.structs.replace(terms or Terms(), scans=scanner is not None),
                  secret_key=secret_key or chance.octets(32), files=files or _folder_beside(store.database),
                  scanner=scanner, mail_folder=mail_folder, seals=seals, witnesses=witnesses, settings=settings,
                  registers=library if (library.folder / "channels.yaml").is_file() else None)  # fmt: skip
    desk = Desk(store, means, clock=clock, chance=chance)
    note_keys(desk)
    offer_newest(desk)
    return Parts(desk=desk, database=store.database)


def _copy(store: Store, library: Library, *, now: datetime) -> None:
    with store.unit() as unit:
        copy_questionnaires(library, unit, now=now)


def evidence_store(settings: Settings, chance: Chance) -> EvidenceStore:
    """Where evidence is kept as the operator chose: a bucket, or a folder in the data folder. Reaches nothing yet."""
    if settings.evidence_s3_bucket is None:
        return FolderStore(settings.data_dir / "evidence")
    bucket = Bucket(
        name=settings.evidence_s3_bucket, region=settings.evidence_s3_region,
        access_key_id=settings.evidence_s3_access_key or "", secret_access_key=settings.evidence_s3_secret_key or "",
        endpoint=settings.evidence_s3_endpoint, prefix=settings.evidence_s3_prefix,
    )  # fmt: skip
    return S3Store(bucket, draw_name=lambda: chance.octets(16).hex())


def seals_of(settings: Settings, *, on: date, draw: Callable[[int], bytes]) -> Seals | None:
    """What certificates are signed with, as the operator chose it; a demonstration makes keys of its own.

    None where the operator has made no keys, or gives no passphrase: certificates then wait.

    Raises:
        KeyFolderUnusable, KeyListInvalid, KeyListUntrusted: the keys cannot be used.
    """
    if settings.demo:
        signer = ensure_demo_keys(settings.keys, on=on, draw=draw)
    elif settings.keys_passphrase is not None and (settings.keys / LIST_FILE).is_file():
        signer = KeyFolder.open(settings.keys, settings.keys_passphrase)
    else:
        return None
    return Seals(signer=signer, keys=signer.key_list, pdf=PdfSealer(signer, tsa_url=settings.tsa_url))


def malware_scanner(settings: Settings) -> ClamScanner | None:
    """The scanner that the operator has, if any. Reaches nothing yet."""
    return None if settings.clamav_socket is None else ClamScanner(settings.clamav_socket, timeout_s=SCAN_TIMEOUT_S)


def _folder_beside(database: Database) -> FolderStore:
    path = database.engine.url.database
    return FolderStore(Path(path).parent / "evidence" if database.is_sqlite and path else Path("evidence"))


class Door(Struct, frozen=True, kw_only=True):
    """How the service is reached."""

    body_max_bytes: int = MOST_BYTES
    """Of requests that are no uploads of evidence."""
    trusted_proxies: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    """Empty: any."""
    metrics_token: str | None = None
    logs_requests: bool = False
    worker: Worker | None = None
    """Works in a thread of the server while it runs."""
    worker_stops_within_s: float = 25
    metrics: Metrics | None = None
    made_up_languages: bool = False
    """Whether the languages that test the pages can be chosen."""


def make_app(parts: Parts, *, requests_per_minute: int = 600, threads: int = 40, door: Door | None = None) -> Litestar:
    """The ASGI application; 0 `requests_per_minute` sets no limit. `state.stop_early` tells its worker to end."""
    door = door or Door()
    terms = parts.desk.means.terms
    answering = Threads(threads, looks=parts.database.reads_at_once)
    server = Server(parts.desk, RequestLimit(requests_per_minute), answering, body_max_bytes=door.body_max_bytes)
    about = documentation_handlers(
        lambda: build_document(ENDPOINTS, base_url=terms.base_url, version=version("compliance"))
    )
    inside = _WorkerInside(door.worker, door.worker_stops_within_s)
    house = House(parts.desk, server.limit, answering, is_https=terms.base_url.startswith("https:"),
                  made_up_languages=door.made_up_languages, body_max_bytes=door.body_max_bytes)  # fmt: skip
    metrics = door.metrics or service_metrics(parts)
    readiness = Readiness(_checks(parts, inside))
    hosts: list[Middleware] = [AllowedHosts(door.allowed_hosts)] if door.allowed_hosts else []
    app = Litestar(
        [*handlers(server, ENDPOINTS), *published_handlers(server, ADDRESSES), *about, *health_handlers(readiness),
         metrics_handler(metrics, token=door.metrics_token), *page_handlers(house, PAGES), static_handler()],
        middleware=[*([AccessLog()] if door.logs_requests else []), *hosts],
        before_send=[log_response] if door.logs_requests else [],
        exception_handlers=failures(house, HANDLERS),
        openapi_config=None,
        logging_config=None,
        on_startup=[inside.start],
        on_shutdown=[answering.end, inside.stop, readiness.close, parts.close],
    )  # fmt: skip
    app.state.stop_early = inside.stop_early
    edge = Edge(Squeezed(app.asgi_handler), parts.desk.chance, trusted_proxies=door.trusted_proxies,
                is_https=terms.base_url.startswith("https:"), is_demo=terms.is_demo)  # fmt: skip
    app.asgi_handler = HeadsToo(Measured(edge, metrics))
    return app


def service_metrics(parts: Parts) -> Metrics:
    """What is counted, with the database's own figures."""

    def read_counts() -> Counts:
        with parts.desk.store.unit(writes=False) as unit:
            return unit.figures.read(parts.desk.clock())

    metrics = Metrics(read_counts, version=version("compliance"))
    metrics.set_most_connections(parts.database.most_connections)
    parts.database.watch(metrics.connection)
    return metrics


class _WorkerInside:
    """The worker of a server process, if it has one."""

    def __init__(self, worker: Worker | None, stops_within_s: float) -> None:
        self.worker = worker
        self._stops_within_s = stops_within_s
        self._running: Running | None = None
        self._stop_at_s: float | None = None

    def start(self) -> None:
        self._running = self.worker and self.worker.start_in_thread()

    def check(self) -> None:
        if self._running is None or not self._running.thread.is_alive():
            raise Unavailable("worker")

    def stop_early(self) -> None:
        """Begin nothing new; while requests are finished, so is the job in hand."""
        if self._running is not None and self._stop_at_s is None:
            self._stop_at_s = time.monotonic() + self._stops_within_s
            self._running.stop(wait_s=0)

    def stop(self) -> None:
        self.stop_early()
        left_s = max(0.0, (self._stop_at_s or 0.0) - time.monotonic())
        if self._running is not None and not self._running.stop(wait_s=left_s):
            structlog.stdlib.get_logger("compliance").warning("job-cut-off")


def _checks(parts: Parts, inside: _WorkerInside) -> dict[str, Callable[[], None]]:
    """What must be well for the service to work; each raises where it is not."""

    def look() -> None:
        with parts.database.transaction(writes=False) as connection:
            check_schema(revision_of(connection))

    def check_database() -> None:
        patiently(look)

    checks = {"database": check_database, "evidence": parts.desk.means.files.check}
    return checks if inside.worker is None else {**checks, "worker": inside.check}


# From the settings


def from_settings(settings: Settings, *, clock: Callable[[], datetime] = system_clock) -> Parts:
    """The service as the operator chose it, on a migrated database. Makes the data folder, and a key if there is none.

    Raises:
        DataFolderUnusable, SecretKeyWrong: the data folder is not as it must be.
        QuestionnaireChanged, KeysOfAnotherRoot, Unavailable: see `assemble`.
    """
    chance = SystemChance()
    if make_data_folder(settings.data_dir):
        structlog.stdlib.get_logger("compliance").warning("data-folder-open-to-others")
    return assemble(
        settings.database_url,
        terms=terms_of(settings),
        questionnaires=settings.questionnaires,
        clock=clock,
        chance=chance,
        secret_key=secret_key_of(settings, draw=chance.octets),
        files=evidence_store(settings, chance),
        scanner=malware_scanner(settings),
        mail_folder=mail_folder_of(settings),
        seals=seals_of(settings, on=clock().date(), draw=chance.octets),
        witnesses=tuple(map(read_witness, settings.witnesses)),
        settings=settings_shown(settings),
        pool_size=settings.database_pool,
    )


def worker_of(settings: Settings, parts: Parts, *, count_mail: Callable[[str], None] | None = None) -> Worker:
    """A worker at the desk of these parts; `count_mail` is told `sent`, `deferred` or `refused`."""
    if parts.desk.means.seals is None:
        structlog.stdlib.get_logger("compliance").warning("no-signing-keys")
    post = post_of(settings)
    kinds = every_kind(post=post if count_mail is None else CountedPost(post, count_mail))
    read = functools.partial(seals_of, settings, on=parts.desk.clock().date(), draw=parts.desk.chance.octets)
    apart = APART if parts.desk.means.witnesses else ()
    return Worker(parts.desk, kinds, keys=FolderSeals(settings.keys, read), apart=apart, prompt=PROMPT)


def app_of(settings: Settings) -> Litestar:
    """The application as the operator chose it. Logging is set up by the caller.

    Raises:
        Whatever `from_settings` raises.
    """
    parts = from_settings(settings)
    metrics = service_metrics(parts)
    door = Door(
        body_max_bytes=settings.request_max_bytes,
        trusted_proxies=settings.trusted_proxies,
        allowed_hosts=settings.allowed_hosts,
        metrics_token=settings.metrics_token,
        logs_requests=True,
        worker=worker_of(settings, parts, count_mail=metrics.mail) if settings.worker else None,
        worker_stops_within_s=settings.shutdown_seconds,
        metrics=metrics,
    )
    app = make_app(parts, requests_per_minute=settings.rate_limit_per_minute, threads=settings.threads, door=door)
    _keep_for_good()
    return app


def _keep_for_good() -> None:
    """Leave what has been loaded by now out of every later search for garbage: it would hold up requests for 150 ms."""
    gc.collect()
    gc.freeze()


def app_from_environment() -> Litestar:
    """For server processes that are started anew and are given nothing: settings and logging are read and set here."""
    settings = read_settings(os.environ)
    set_up_logging(log_format=settings.log_format, level=settings.log_level)
    return app_of(settings)


def terms_of(settings: Settings) -> Terms:
    """What the operator decides about."""
    return Terms(
        base_url=settings.base_url,
        issuer=settings.issuer,
        session_idle=timedelta(minutes=settings.session_idle_minutes),
        session_longest=timedelta(hours=settings.session_max_hours),
        evidence_max_bytes=settings.evidence_max_bytes,
        evidence_quota_bytes=settings.evidence_quota_bytes,
        is_demo=settings.demo,
        operator_name=settings.operator_name,
        operator_email=settings.operator_email,
    )


def settings_shown(settings: Settings) -> tuple[SettingShown, ...]:
    """Every setting for the operator's page, secrets masked, in the order of the documentation."""
    return tuple(
        SettingShown(name=row.name, value=row.value_masked, origin=row.origin, meaning=row.meaning)
        for row in describe(settings)
    )


def mail_folder_of(settings: Settings) -> Path | None:
    """Where mails are laid; None where a mail server takes them."""
    return None if settings.smtp_host is not None else settings.data_dir / "mail"


def post_of(settings: Settings) -> Post:
    """How mails leave. Reaches nothing yet."""
    folder = mail_folder_of(settings)
    if folder is not None:
        return FolderPost(folder, sender=settings.mail_from)
    assert settings.smtp_host is not None
    return SmtpPost(
        settings.smtp_host, settings.smtp_port, sender=settings.mail_from, username=settings.smtp_username,
        password=settings.smtp_password, security=settings.smtp_security,
    )  # fmt: skip
