"""`python -m compliance`, the same as the installed `compliance` command."""

import sys

from compliance.cli import main

if __name__ == "__main__":
    sys.exit(main())
