"""`compliance log`: the transparency log read whole, mirrored, watched, and exported.

Exit status: 0 all well, 1 something is false, 3 it could not be asked; 2, as everywhere, for wrong arguments.
"""

from argparse import Namespace
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from compliance.cli.log_sources import ServiceSource
from compliance.cli.printing import print_refusal, say, warn
from compliance.cli.starting import opened, settings_now
from compliance.cli.trusting import read_fingerprint
from compliance.domain.transparency import origin_of
from compliance.usecases.log_exports import export_log
from compliance.usecases.log_watching import (
    FolderSource,
    LogAlarm,
    LogBroken,
    LogForked,
    LogReport,
    LogUnread,
    Mirrored,
    SignedCheckpoint,
    Source,
    Watched,
    mirror_log,
    monitor_log,
    verify_log,
)

FALSE, UNESTABLISHED = 1, 3
_EVERY = 256 * 200
"""Entries after which a long reading says how far it is."""


def verify(options: Namespace) -> int:
    """Read a whole log, at an address or in a folder, and compare every entry with the signed checkpoint."""
    try:
        with _source_of(options.log) as (source, origin):
            report = verify_log(source, origin=options.origin or origin, fingerprint=_trusted(options),
                                on_step=_tell_progress)  # fmt: skip
    except (LogBroken, LogForked, LogUnread) as refusal:
        return _say_refusal(refusal)
    _say_report(report)
    _say_root(report.signed, options)
    return 0


def mirror(options: Namespace) -> int:
    """Bring a folder to the newest checkpoint of a log. What it has is not fetched again."""
    try:
        with _source_of(options.log) as (source, origin):
            mirrored = mirror_log(source, Path(options.folder), origin=options.origin or origin,
                                  fingerprint=_trusted(options), on_step=_tell_progress)  # fmt: skip
    except (LogBroken, LogForked, LogUnread) as refusal:
        return _say_refusal(refusal)
    _say_mirrored(mirrored, options.folder)
    _say_root(mirrored.signed, options)
    return 0


def monitor(options: Namespace) -> int:
    """Look at the newest checkpoint of a log, and compare it with the last one that was seen."""
    try:
        with _source_of(options.log) as (source, origin):
            watched = monitor_log(source, Path(options.folder), origin=options.origin or origin,
                                  fingerprint=_trusted(options))  # fmt: skip
    except LogAlarm as alarm:
        _shout(alarm, options.log)
        return FALSE
    except (LogBroken, LogForked, LogUnread) as refusal:
        return _say_refusal(refusal)
    _say_watched(watched)
    if watched.finding == "first":
        _say_root(watched.signed, options)
    return 0


def export(options: Namespace) -> int:
    """Write the log of this service as files, from its database."""
    try:
        with opened(settings_now()) as parts, parts.desk.deed(writes=False) as deed:
            mirrored = export_log(deed, Path(options.folder), on_step=_tell_progress)
    except (LogBroken, LogForked, LogUnread) as refusal:
        return _say_refusal(refusal)
    _say_mirrored(mirrored, options.folder)
    return 0


@contextmanager
def _source_of(given: str) -> Generator[tuple[Source, str | None]]:
    """Where a log is read, and of which log it must be: an address says so itself, a folder does not."""
    if "://" not in given:
        yield FolderSource(Path(given)), None
        return
    base_url = given.rstrip("/")
    with ServiceSource.opened(base_url) as source:
        yield source, origin_of(base_url)


def _trusted(options: Namespace) -> str | None:
    return None if options.trust is None else read_fingerprint(options.trust)


def _tell_progress(entries: int) -> None:
    if entries % _EVERY == 0:
        warn(f"  {entries:,} entries")


def _say_report(report: LogReport) -> None:
    checkpoint = report.signed.checkpoint
    say(
        f"{checkpoint.origin}: all {checkpoint.size:,} entries are those of the checkpoint, which {report.signed.key.id} signed."
    )
    for event, count in sorted(report.events.items()):
        say(f"  {event}: {count:,}")
    say(f"Root of the tree: {checkpoint.root.hex()}")


def _say_mirrored(mirrored: Mirrored, folder: str) -> None:
    checkpoint = mirrored.signed.checkpoint
    new = checkpoint.size - mirrored.before
    say(
        f"{folder} has all {checkpoint.size:,} entries of {checkpoint.origin}: {new:,} new ones, {mirrored.written:,} files written."
    )


def _say_watched(watched: Watched) -> None:
    checkpoint = watched.signed.checkpoint
    match watched.finding:
        case "first":
            say(
                f"{checkpoint.origin}: {checkpoint.size:,} entries. From now on this checkpoint is held against the log."
            )
        case "same":
            say(f"{checkpoint.origin}: still {checkpoint.size:,} entries, and still the same.")
        case "grown":
            say(f"{checkpoint.origin}: {checkpoint.size:,} entries, which go on where {watched.before:,} ended.")


def _say_root(signed: SignedCheckpoint, options: Namespace) -> None:
    if signed.keys.demo:
        say("Its keys are those of a DEMONSTRATION. What they sign means nothing.")
    say(f"Root of its keys: {signed.keys.fingerprint}")
    if options.trust is None:
        say(
            "Nobody but the place where they were read vouches for these keys. Compare the fingerprint with one that you"
        )
        say("have from elsewhere, or give it: --trust FINGERPRINT")


def _shout(alarm: LogAlarm, given: str) -> None:
    warn(f"ALARM: {given}")
    print_refusal(alarm)
    warn("Both notes are kept, as they were signed:")
    warn(f"  seen before: {alarm.older}")
    warn(f"  served now:  {alarm.newer}")
    warn(
        "Keep them, and show them to others who watch this log. Two signed notes that contradict each other prove that it"
    )
    warn("was rewritten, whoever says otherwise.")


def _say_refusal(refusal: LogBroken | LogForked | LogUnread) -> int:
    print_refusal(refusal)
    return UNESTABLISHED if isinstance(refusal, LogUnread) else FALSE
