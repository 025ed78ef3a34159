"""Writing `published.lock`: plain YAML, one key a line, made by the gate and read by everybody."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path as FilePath

from compliance.domain.questionnaire import LockedVersion
from compliance.errors import Invalid, Problem


class NotSaved(Invalid):
    """The file could not be saved."""

    code = "not-saved"


_HEAD = """\
# What was published. Written by `compliance questionnaires publish`; never edit a digest by hand.
# file: SHA-256 of the file's bytes · structure, full, items: SHA-256 over canonical JSON (docs/questionnaire.md)
published:
"""


def write_lock(path: FilePath, versions: Sequence[LockedVersion]) -> None:
    """Write the lock aside and put it in place at once.

    Raises:
        NotSaved: nothing can be written there.
    """
    text = _HEAD + "".join(line for version in versions for line in _lines(version))
    aside = path.with_name(path.name + ".new")
    try:
        with aside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        facts = {"reason": error.strerror or type(error).__name__}
        raise NotSaved([Problem("output-unwritable", path.name, facts)]) from None


def _lines(version: LockedVersion) -> Iterator[str]:
    yield f"  - questionnaire: {version.questionnaire}\n"
    yield f'    version: "{version.version}"\n'
    for name in ("file", "structure", "full"):
        yield f"    {name}: {getattr(version, name)}\n"
    yield "    states:\n"
    for change in version.states:
        finish_by = f", finish_by: {change.finish_by.isoformat()}" if change.finish_by else ""
        yield f"      - {{state: {change.state}, on: {change.on.isoformat()}{finish_by}}}\n"
    yield "    translations:\n" if version.translations else "    translations: {}\n"
    for language, translation in sorted(version.translations.items()):
        yield f"      {language}: {{digest: {translation.digest}, revision: {translation.revision}}}\n"
    yield f"    facts: [{', '.join(version.facts)}]\n"
    yield "    items:\n" if version.items else "    items: {}\n"
    for item, digest in version.items.items():
        yield f"      {item}: {digest}\n"
