"""Watching a transparency log as a stranger: reading all of it, mirroring it, and noticing when it is rewritten.

Knows no store and no network: a `Source` gives the files, by the paths at which they are served.

Source: docs/transparency.md, "How a stranger checks it".
"""

from compliance.usecases.log_watching.files import LogFolderUnwritable
from compliance.usecases.log_watching.mirroring import Mirrored, mirror_log
from compliance.usecases.log_watching.monitoring import LogAlarm, Watched, monitor_log
from compliance.usecases.log_watching.signed import SignedCheckpoint, check_signed, read_signed
from compliance.usecases.log_watching.sources import (
    CHECKPOINT,
    KEYS,
    FolderSource,
    LogBroken,
    LogForked,
    LogUnread,
    Source,
)
from compliance.usecases.log_watching.verifying import LogReport, verify_log

__all__ = [
    "CHECKPOINT", "KEYS", "FolderSource", "LogAlarm", "LogBroken", "LogFolderUnwritable", "LogForked", "LogReport",
    "LogUnread", "Mirrored", "SignedCheckpoint", "Source", "Watched", "check_signed", "mirror_log", "monitor_log",
    "read_signed", "verify_log",
]  # fmt: skip
