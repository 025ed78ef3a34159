"""A reviewer's corrections of a translation, from the spreadsheet that we hand out."""

from compliance.errors import Problem
from compliance.intake.workbooks import Formula, read_workbook, refused
from compliance.intake.yaml_text import Limits, UnreadableFile

MARKER = "compliance-translation"
_FORMAT = "1"
_MARKER_PARTS = 4


def read_corrections(raw: bytes, limits: Limits) -> dict[str, dict[str, str]]:
    """Reference and language of each sheet (`core@1.0.km`) → path → corrected text; empty cells are no corrections.

    Raises:
        UnreadableFile: it is no spreadsheet of ours, too large, or has cells that cannot be read.
    """
    corrections: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    for sheet in read_workbook(raw, limits, marker=MARKER):
        if len(sheet.marker) != _MARKER_PARTS or sheet.marker[3] != _FORMAT or "corrected" not in sheet.rows[0]:
            raise refused("it was made by another version of this programme")
        column = sheet.rows[0].index("corrected")
        texts = corrections.setdefault(f"{sheet.marker[1]}.{sheet.marker[2]}", {})
        for number, row in enumerate(sheet.rows[2:], start=3):
            path, corrected = row[0], row[column]
            if corrected is None:
                continue
            if path is None:
                problems.append(Problem("sheet-row-without-id", f":{number}"))
            elif isinstance(corrected, Formula):
                problems.append(Problem("sheet-formula", f":{number}", {"id": str(path)}))
            else:
                texts[str(path)] = str(corrected)
    if not corrections:
        raise refused("there is no sheet with translations")
    if problems:
        raise UnreadableFile(problems)
    return corrections
