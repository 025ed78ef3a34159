"""The command line: `compliance assess | questionnaires | kit | glossary`.

Exit status: 0 all well, 2 something was refused, 70 a fault of ours. Results go to standard output, warnings and
problems to standard error.
"""

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime

from compliance.cli.parser import parse_arguments
from compliance.cli.printing import print_refusal
from compliance.errors import Refusal

REFUSED, FAULT = 2, 70


def _run(options: Namespace) -> int:
    status = int(options.run(options))
    sys.stdout.flush()  # here, so that a reader who has gone is noticed in time
    return status


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    options = parse_arguments(sys.argv[1:] if arguments is None else list(arguments))
    options.today = datetime.now(tz=UTC).date()  # days are days in UTC, wherever this machine stands
    try:
        return _run(options)
    except Refusal as refusal:
        print_refusal(refusal)
        return REFUSED
    except BrokenPipeError:
        # The reader (head, less) has gone; keep Python from complaining when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130
    except Exception as fault:  # the one place of this skin where a fault ends
        if os.environ.get("COMPLIANCE_TRACEBACK"):
            raise
        name = type(fault).__name__
        print(
            f"compliance: a fault of ours ({name}). Nothing was half-written. Please report it; "
            "COMPLIANCE_TRACEBACK=1 shows where it happened.",
            file=sys.stderr,
        )
        return FAULT
