"""The struct of all settings, each with what it takes and what it means."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, get_type_hints

from msgspec import Meta, Struct

from compliance.settings import _forms as form
from compliance.settings._witnesses import WITNESSES

MIB = 1024 * 1024


def _says(meaning: str, default: str | None = None) -> Meta:
    """The meaning, and in words the default where it follows from other settings."""
    return Meta(description=meaning, extra=None if default is None else {"default": default})


class Settings(Struct, frozen=True):
    """Everything that an operator can choose. Made by `read_settings`; the fields' names are the variables' names."""

    data_dir: Annotated[
        Path,
        form.PATH,
        _says(
            "What this machine keeps: the SQLite database, evidence, its key, and mail that is not sent. Made by `serve`, for its user only."
        ),
    ] = Path("compliance-data")
    database_url: Annotated[
        str,
        form.DATABASE,
        _says(
            "The database: `sqlite:///FILE` or `postgresql://USER@HOST/NAME`.", "`compliance.sqlite` in the data folder"
        ),
    ] = ""
    database_password: Annotated[
        str | None, form.SECRET, _says("The password for `COMPLIANCE_DATABASE_URL`, which then has none.")
    ] = None
    database_pool: Annotated[
        int,
        form.number(1, 500),
        _says("The most connections that one process keeps to PostgreSQL.", "as `COMPLIANCE_THREADS`"),
    ] = 40
    base_url: Annotated[
        str,
        form.ORIGIN,
        _says(
            "The address under which people reach the service; every link begins with it.", "`http://127.0.0.1:PORT`"
        ),
    ] = ""
    insecure_http: Annotated[
        bool,
        form.YES_NO,
        _says(
            "Allow a public address without TLS: cookies and passwords can then be read on the way. For closed test networks only."
        ),
    ] = False
    allowed_hosts: Annotated[
        tuple[str, ...],
        form.HOSTS,
        _says(
            "Further host names that requests may name, besides those of `COMPLIANCE_BASE_URL` and this machine.",
            "none",
        ),
    ] = ()
    trusted_proxies: Annotated[
        tuple[str, ...],
        form.NETWORKS,
        _says(
            "The reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. Without them, everybody behind a proxy counts as one caller."
        ),
    ] = ()
    host: Annotated[
        str, form.HOST_NAME, _says("The address to listen on. `0.0.0.0` listens on all; do so behind a proxy only.")
    ] = "127.0.0.1"
    port: Annotated[int, form.number(0, 65_535), _says("The port to listen on; 0 takes any free one.")] = 8000
    processes: Annotated[
        int,
        form.number(1, 64),
        _says("Server processes; more than one needs PostgreSQL. As many as processors is a good number."),
    ] = 1
    threads: Annotated[int, form.number(1, 200), _says("Requests that one process works on at the same time.")] = 40
    worker: Annotated[
        bool,
        form.YES_NO,
        _says("Run the jobs (mail, reminders, scans) inside `serve`. Say no where `compliance worker` runs apart."),
    ] = True
    shutdown_seconds: Annotated[
        int,
        form.number(1, 600),
        _says("How long requests and jobs that have begun may take to finish when the service is told to stop."),
    ] = 25
    request_max_bytes: Annotated[
        int,
        form.number(65_536, 64 * MIB),
        _says("The largest request that is no upload of evidence.", "`1048576` (1 MiB)"),
    ] = MIB
    rate_limit_per_minute: Annotated[
        int,
        form.number(0, 1_000_000),
        _says(
            "Requests a minute from one session, token or address; 0 sets no limit. Attempts to log in have limits of their own."
        ),
    ] = 600
    session_idle_minutes: Annotated[
        int, form.number(5, 1_440), _says("A session ends after so long without a request.")
    ] = 60
    session_max_hours: Annotated[int, form.number(1, 168), _says("A session ends after so long in any case.")] = 12
    secret_key: Annotated[
        str | None,
        form.KEY,
        _says(
            "Encrypts the secrets of second factors. Must be the same on every machine, and kept: a second factor is lost with the key that it was set up under.",
            "made once in `secret.key` in the data folder",
        ),
    ] = None
    smtp_host: Annotated[
        str | None,
        form.HOST_NAME,
        _says("The mail server. Without one, mail lands in a folder, where the operator can read it."),
    ] = None
    smtp_port: Annotated[
        int, form.number(1, 65_535), _says("The mail server's port.", "587 for starttls, 465 for tls, 25 for none")
    ] = 587
    smtp_username: Annotated[str | None, form.TEXT, _says("The name to log in with at the mail server.")] = None
    smtp_password: Annotated[str | None, form.SECRET, _says("The password for it.")] = None
    smtp_security: Annotated[
        Literal["starttls", "tls", "none"],
        form.one_of("starttls", "tls", "none"),
        _says("How the connection to the mail server is encrypted."),
    ] = "starttls"
    mail_from: Annotated[
        str,
        form.MAIL_ADDRESS,
        _says(
            "The sender of every mail. Needed with a mail server.",
            "`compliance@` and the host of `COMPLIANCE_BASE_URL`",
        ),
    ] = ""
    evidence_s3_endpoint: Annotated[
        str | None,
        form.ENDPOINT,
        _says("An S3-compatible store for evidence. Without one, evidence lies in the data folder."),
    ] = None
    evidence_s3_bucket: Annotated[
        str | None,
        form.matching("3 to 63 of a-z, 0-9, . and -", r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"),
        _says("Its bucket, which must be there and be private."),
    ] = None
    evidence_s3_region: Annotated[str, form.TEXT, _says("Its region.")] = "us-east-1"
    evidence_s3_access_key: Annotated[str | None, form.SECRET, _says("The access key.")] = None
    evidence_s3_secret_key: Annotated[str | None, form.SECRET, _says("The secret key.")] = None
    evidence_s3_prefix: Annotated[
        str, form.KEY_PREFIX, _says("What every object's key begins with, in a bucket that others use too.", "none")
    ] = ""
    evidence_max_bytes: Annotated[
        int,
        form.number(65_536, 1024 * MIB),
        _says("The largest file that is taken as evidence.", "`26214400` (25 MiB)"),
    ] = 25 * MIB
    evidence_quota_bytes: Annotated[
        int, form.number(65_536, 1024**5), _says("How much evidence one organisation may keep.", "`5368709120` (5 GiB)")
    ] = 5 * 1024 * MIB
    clamav_socket: Annotated[
        str | None, form.SOCKET, _says("Where ClamAV's `clamd` listens. Without it, evidence is marked “not scanned”.")
    ] = None
    questionnaires: Annotated[
        Path | None, form.FOLDER, _says("Another folder of questionnaires.", "those that come with the program")
    ] = None
    language: Annotated[
        Literal["en", "km"], form.one_of("en", "km"), _says("The language for whoever has not chosen one.")
    ] = "en"
    operator_name: Annotated[str, form.TEXT, _says("Who runs the service; stands on certificates and in mails.")] = (
        "The operator of this service"
    )
    operator_email: Annotated[
        str | None, form.MAIL_ADDRESS, _says("Where people reach the operator; stands in mails and on pages.")
    ] = None
    issuer: Annotated[
        str,
        form.ISSUER,
        _says(
            "The name under which certificates are issued. It never changes once one is issued.",
            "as `COMPLIANCE_BASE_URL`",
        ),
    ] = ""
    keys: Annotated[
        Path,
        form.PATH,
        _says(
            "The folder of the keys that sign certificates, status lists and checkpoints; `compliance keys new` makes it.",
            "`keys` in the data folder",
        ),
    ] = Path()
    keys_passphrase: Annotated[
        str | None,
        form.PASSPHRASE,
        _says("Opens the private keys. Without one nothing is signed, except in a demonstration, which makes its own."),
    ] = None
    tsa_url: Annotated[
        str | None,
        form.SERVICE,
        _says(
            "A time-stamping authority (RFC 3161), which says when a PDF was signed. Without one, only the service does."
        ),
    ] = None
    witnesses: Annotated[
        tuple[str, ...],
        WITNESSES,
        _says(
            "Who is asked to sign every checkpoint of the public log: of each its verifier key, a space, and the address to ask."
        ),
    ] = ()
    demo: Annotated[bool, form.YES_NO, _says("Say on every page that this is a demonstration.")] = False
    log_format: Annotated[
        Literal["json", "text"], form.one_of("json", "text"), _says("One JSON object a line, or lines for people.")
    ] = "json"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        form.one_of("debug", "info", "warning", "error"),
        _says("The least that is logged."),
    ] = "info"
    metrics_token: Annotated[
        str | None,
        form.LONG_SECRET,
        _says("What `/metrics` asks for as a bearer token. Without it, `/metrics` answers this machine only."),
    ] = None
    origins: Mapping[str, str] = {}
    """Variable → where its value comes from, `environment` or `file PATH`; what is not there is a default."""

    def __repr__(self) -> str:
        """Never the values: a struct that holds secrets ends up in a traceback sooner or later."""
        return f"Settings({len(self.origins)} given)"


PREFIX = "COMPLIANCE_"


def _annotations() -> dict[str, tuple[form.Form, Meta]]:
    hints = get_type_hints(Settings, include_extras=True)
    return {name: (hint.__metadata__[0], hint.__metadata__[1]) for name, hint in hints.items() if name != "origins"}


SETTINGS = _annotations()
"""Field → what it takes, and what it means; in the order of the struct."""
VARIABLES = {PREFIX + name.upper(): name for name in SETTINGS}
FILES = {
    f"{variable}_FILE": variable
    for variable, name in VARIABLES.items()
    if SETTINGS[name][0].is_secret or SETTINGS[name][0].in_file
}
