"""`compliance journal verify --export FILE`: the check of an exported journal, which needs no database and no service."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from compliance.cli.printing import say, warn
from compliance.cli.verify_sources import VerifyArgumentsWrong, read_limited
from compliance.errors import Problem
from compliance.usecases.journal_exports import MOST_LINE_OCTETS, ExportCheck, ExportedLog, check_export
from compliance.usecases.log_watching import LogBroken, check_signed
from compliance.usecases.verifying import MOST_BYTES

FAULTY = 1


def verify_export(options: Namespace) -> int:
    """Check an export; exit status 1 when something is wrong."""
    checked = check_export(lambda: _lines(Path(options.export)))
    journal = checked.journal
    for fault in journal.faults:
        say(f"{journal.organisation_id}\t{fault.position}\t{fault.kind}")
    if journal.faults:
        warn(
            f"The journal has {len(journal.faults):,} faults. Somebody or something changed it; find out before anything else."
        )
        return FAULTY
    say(f"A journal with {journal.entries:,} entries was read: it is whole.")
    return _say_anchor(checked, options)


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while line := file.readline(MOST_LINE_OCTETS + 1):
                yield line
    except OSError as fault:
        facts = {"reason": fault.strerror or type(fault).__name__}
        raise VerifyArgumentsWrong([Problem("file-unreadable", str(path)[:200], facts)]) from None


def _say_anchor(checked: ExportCheck, options: Namespace) -> int:
    anchor = checked.anchor
    if anchor is None:
        say("None of it was entered into the public log yet: whoever wrote it could still write it anew.")
        return 0
    if anchor.log is None:
        say(f"Entry {anchor.position:,} waits for its place in the public log, since {anchor.hour}:00 UTC.")
        return 0
    say(f"Entry {anchor.position:,} and all before it were entered into the public log at {anchor.hour}:00 UTC, as leaf "
        f"{anchor.log.index:,}.")  # fmt: skip
    return _say_checkpoint(anchor.log, options)


def _say_checkpoint(log: ExportedLog, options: Namespace) -> int:
    if options.keys is None:
        say(
            "Nobody was asked who signed the log's checkpoint. Give the issuer's list of keys: --keys compliance-keys.json"
        )
        return 0
    keys = read_limited(Path(options.keys), MOST_BYTES)
    try:
        signed = check_signed(log.checkpoint.encode(), keys, origin=None, fingerprint=None)
    except LogBroken as refusal:
        warn(f"The log's checkpoint: {refusal.summary}")
        return FAULTY
    say(
        f"{signed.key.id} of {signed.checkpoint.origin} has signed its checkpoint. Root of the keys: {signed.keys.fingerprint}"
    )
    return 0
