"""`compliance demo`: an invented world to look around in, in a folder of its own. Never for real businesses.

The settings of this environment are left aside, so that no log-in of the demonstration comes into a real database.
"""

import json
import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.progress import Progress, TimeElapsedColumn

from compliance.app import assemble, mail_folder_of, post_of, seals_of, terms_of
from compliance.cli.printing import print_table, say
from compliance.cli.serve import serve
from compliance.cli.starting import ready_database
from compliance.errors import Conflict, Problem
from compliance.files import FolderStore
from compliance.http.chance import SeededChance, SystemChance
from compliance.http.logs import set_up_logging
from compliance.settings import Settings, read_settings, secret_key_of
from compliance.usecases.demo_stage import Letterbox, PlayClock, Stage
from compliance.usecases.demo_world import LogIn, Played, first_moment, play, recipe_digest
from compliance.usecases.job_kinds import every_kind
from compliance.worker import Worker

MARKER = "demo.json"
OURS = (
    "compliance.sqlite",
    "compliance.sqlite-wal",
    "compliance.sqlite-shm",
    "evidence",
    "mail",
    "secret.key",
    "keys",
    MARKER,
)
"""What a demonstration makes in its folder, and what is deleted before it is made anew."""
MOST_PRINTED = 19


class DemoFolderTaken(Conflict):
    """There is something else in this folder, which a demonstration does not touch."""

    code = "demo-folder-taken"


class Marker(Struct, frozen=True, kw_only=True):
    """Says that a folder is ours, and which world is in it."""

    recipe: str
    """A world of another recipe is made anew."""
    is_finished: bool
    made_on: date
    port: int = 8000
    """Certificates name the address at which they are checked: a world for another port is made anew."""
    log_ins: tuple[LogIn, ...] = ()


def demo(options: Namespace) -> int:
    """Make the world unless it is there, and say how to come in; with --serve, also run the service on it."""
    settings = demo_settings(Path(options.data_dir), port=options.port)
    set_up_logging(log_format="text", level="warning", stream=sys.stderr)
    recipe = recipe_digest(is_large=options.large)
    marker = read_marker(settings.data_dir)
    if marker is None or options.again or not fits(marker, recipe, port=options.port):
        marker = _make(settings, recipe, is_large=options.large)
    _print(marker, settings, is_served=options.serve)
    if options.serve:
        for name in [each for each in os.environ if each.startswith("COMPLIANCE_")]:
            del os.environ[name]
        os.environ.update(_environment(settings.data_dir, port=options.port))
        return serve(Namespace(host=None, port=None))
    return 0


def demo_settings(folder: Path, *, port: int) -> Settings:
    """The settings of a demonstration, whatever the environment says."""
    return read_settings(_environment(folder, port=port))


def _environment(folder: Path, *, port: int) -> dict[str, str]:
    return {
        "COMPLIANCE_DATA_DIR": str(folder), "COMPLIANCE_DEMO": "yes", "COMPLIANCE_HOST": "127.0.0.1",
        "COMPLIANCE_PORT": str(port), "COMPLIANCE_LOG_FORMAT": "text", "COMPLIANCE_LOG_LEVEL": "warning",
        "COMPLIANCE_OPERATOR_NAME": "Operator of the demonstration (invented)",
        "COMPLIANCE_OPERATOR_EMAIL": "robin@operator.example",
        "COMPLIANCE_ISSUER": "https://demonstration.example",
    }  # fmt: skip


def read_marker(folder: Path) -> Marker | None:
    """What is said of the world in a folder; None where the folder is new or empty.

    Raises:
        DemoFolderTaken: something else is there.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return None
    try:
        return msgspec.json.decode((folder / MARKER).read_bytes(), type=Marker)
    except (OSError, msgspec.DecodeError):
        raise DemoFolderTaken([Problem("demo-folder-taken", "--data-dir", {"folder": str(folder)})]) from None


def fits(marker: Marker, recipe: str, *, port: int) -> bool:
    """Whether a world is whole, of this recipe, and at this address."""
    return marker.is_finished and (marker.recipe, marker.port) == (recipe, port)


def _make(settings: Settings, recipe: str, *, is_large: bool) -> Marker:
    """Make the world anew; broken off, it is made anew the next time."""
    folder, now = settings.data_dir, datetime.now(UTC)
    for name in OURS:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder, Marker(recipe=recipe, is_finished=False, made_on=now.date(), port=settings.port))
    ready_database(settings)
    with _progress("Playing two years") as on_progress:
        played = _play(settings, now, is_large=is_large, on_progress=on_progress)
    marker = Marker(recipe=recipe, is_finished=True, made_on=now.date(), port=settings.port, log_ins=played.log_ins)
    _write(folder, marker)
    return marker


def _play(settings: Settings, now: datetime, *, is_large: bool, on_progress: Callable[[float], None]) -> Played:
    clock, chance = PlayClock(first_moment(now)), SeededChance(f"demonstration {now.date()}")
    parts = assemble(
        settings.database_url, terms=terms_of(settings), clock=clock, chance=chance,
        # The one secret that the service goes on using: nobody may be able to work it out.
        secret_key=secret_key_of(settings, draw=SystemChance().octets),
        files=FolderStore(settings.data_dir / "evidence"), mail_folder=mail_folder_of(settings),
        seals=seals_of(settings, on=clock().date(), draw=SystemChance().octets),
    )  # fmt: skip
    try:
        letterbox = Letterbox(post_of(settings))
        worker = Worker(parts.desk, every_kind(post=letterbox))
        stage = Stage(parts.desk, clock, letterbox, lambda until: worker.drain(until, clock))
        return play(stage, now, is_large=is_large, on_progress=on_progress)
    finally:
        parts.close()


def _write(folder: Path, marker: Marker) -> None:
    aside = folder / f"{MARKER}.new"
    aside.write_text(json.dumps(msgspec.to_builtins(marker), indent=2) + "\n", encoding="utf-8")
    aside.replace(folder / MARKER)


@contextmanager
def _progress(says: str) -> Generator[Callable[[float], None]]:
    """A bar on a terminal, a line elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        console.print(f"{says} …")
    with Progress(*Progress.get_default_columns(), TimeElapsedColumn(), console=console, transient=True,
                  disable=not console.is_terminal) as bar:  # fmt: skip
        task = bar.add_task(says, total=1.0)
        yield lambda done: bar.update(task, completed=done)


def _print(marker: Marker, settings: Settings, *, is_served: bool) -> None:
    rows = [(each.organisation, each.name, ", ".join(each.roles), each.email) for each in marker.log_ins]
    say(f"A DEMONSTRATION, made on {marker.made_on}: everybody and everything in it is invented.\n")
    print_table(("Organisation", "Person", "Roles", "Mail address"), rows[:MOST_PRINTED])
    if len(rows) > MOST_PRINTED:
        say(f"… and {len(rows) - MOST_PRINTED} more, in {settings.data_dir / MARKER}")
    say(f"\nEverybody's password: {marker.log_ins[0].password}")
    say(f"Mails lie in {settings.data_dir / 'mail'}.\n")
    if is_served:
        say(f"Be Sokha: three answers left, then sign and submit   {settings.base_url}/demo/sokha")
        say(f"Would you know what to do tonight?                   {settings.base_url}/quick-check")
        say(f"Check three certificates: valid, suspended, altered  {settings.base_url}/check/three")
        say(f"For programs                                         {settings.base_url}/api/v1/docs")
        say("\nCtrl-C stops it.")
    else:
        say(f"To run the service on it: compliance demo --serve --data-dir {settings.data_dir} --port {settings.port}")
    sys.stdout.flush()
