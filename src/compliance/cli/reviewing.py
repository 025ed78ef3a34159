"""`compliance questionnaires review`: a translation out to a reviewer, and the corrections back."""

from argparse import Namespace
from pathlib import Path

from compliance.cli.folders import library_of, write_files
from compliance.cli.printing import say, warn
from compliance.usecases.reviewing import apply_review, side_by_side


def review(options: Namespace) -> int:
    """Write the side-by-side spreadsheet; or with --apply and --by bring the corrections into the translation."""
    library = library_of(options)
    reference = library.newest(options.name)
    if options.apply is None:
        name = options.output or f"{reference.replace('@', '-')}-{options.language}-review.xlsx"
        path = Path(name)
        write_files(path.parent, {path.name: side_by_side(library, reference, options.language)})
        say(f"Written: {path}. Correct the fourth column, then run the same with --apply {path} --by 'YOUR NAME'.")
        return 0
    if not options.by:
        warn("Say who reviewed it: --by 'NAME'.")
        return 2
    applied = apply_review(library, reference, options.language, sheet=Path(options.apply), by=options.by)
    texts = "text" if applied.corrected == 1 else "texts"
    say(f"{applied.path.name}: {applied.corrected} {texts} corrected, reviewed by {options.by}.")
    return 0
