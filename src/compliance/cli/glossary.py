"""`compliance glossary check`: terms about abuse to avoid, wherever text is written."""

import sys
from argparse import Namespace
from pathlib import Path

from compliance.cli.folders import library_of
from compliance.cli.printing import say, warn
from compliance.usecases.wording import check_wording

STANDARD_INPUT = "-"
MOST_BYTES = 8 * 1024 * 1024


def check(options: Namespace) -> int:
    """Look for terms to avoid in each file; 2 where one is found or a file cannot be read."""
    glossary = library_of(options).glossary()
    found = 0
    for name in options.files:
        try:
            raw = sys.stdin.buffer.read(MOST_BYTES + 1) if name == STANDARD_INPUT else _read(Path(name))
            if len(raw) > MOST_BYTES:
                warn(f"{name}: larger than {MOST_BYTES // 1024 // 1024} MiB. Cut it into parts.")
                found += 1
                continue
            text = raw.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            warn(f"{name}: this is no text that can be read ({type(error).__name__}).")
            found += 1
            continue
        for hit in check_wording(glossary, text):
            say(
                f"{name}:{hit.line}:{hit.column}: “{' '.join(hit.term.text.split())}”: write “{hit.term.prefer}”. {hit.term.why}"
            )
            found += 1
    return 2 if found else 0


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
