"""Checking a certificate, by anybody: by its number, read kindly, or by its file, which is looked at and not kept."""

from pathlib import Path

from compliance.domain.certificate import normal_number, number_is_valid
from compliance.errors import Problem
from compliance.usecases.certificates import NumberMistyped
from compliance.usecases.deed import Deed
from compliance.usecases.public_checks import MOST_FILE_BYTES, check_file
from compliance.usecases.public_pages import near_numbers
from compliance.web.forms import FormInvalid
from compliance.web.page import Download, Go, Page, View, Visit
from compliance.web.uploading import read_upload
from compliance.web.verdicts import shown_verdict

_SYMBOLS = 8
_MIB = 1024 * 1024
_LONGEST_NAME = 120
STANDALONE = Path(__file__).with_name("standalone") / "verify.html"


def show_check(deed: Deed, visit: Visit) -> View | Go:
    """Ask for the number or the file; lead to the certificate once a number is spelt like one. A link may carry it."""
    del deed
    typed = visit.query.get("number")
    if typed is None:
        return _form("")
    if number_is_valid(typed):
        return Go(to=f"/certificates/{normal_number(typed)}")
    problem = Problem("number-mistyped", "number", {"given": typed[:40]})
    visit.refusal = NumberMistyped([problem]) if typed.strip() else FormInvalid([Problem("field-needed", "number")])
    view = _form(typed)
    view.status = 422
    return view


def _form(typed: str) -> View:
    return View(template="certificate_check.html", context={
        "typed": typed, "near": near_numbers(typed), "symbols": _symbols(typed), "wanted": _SYMBOLS,
        "most_mib": MOST_FILE_BYTES // _MIB,
    })  # fmt: skip


def _symbols(typed: str) -> int:
    """How many letters and digits were typed, without the two in front."""
    read = "".join(each for each in typed.upper() if each.isalnum())
    return len(read if len(read) == _SYMBOLS else read.removeprefix("CP"))


def take_file(visit: Visit) -> View:
    """Check a file that was chosen or dropped, and show every step.

    Raises:
        FormInvalid, FormMalformed: no file was sent.
        FileTooLarge: it is larger than any certificate.
    """
    assert visit.open_deed is not None
    sent = read_upload(visit)
    checked = check_file(visit.open_deed, sent.whole(most_bytes=MOST_FILE_BYTES))
    verdict = checked.verdict
    return View(template="check_verdict.html", context={
        "file_name": _short(sent.name), "number": checked.number, "other_issuer": checked.other_issuer,
        "claim": None if verdict is None else verdict.claim,
        "checked": None if verdict is None else shown_verdict(verdict, visit.language),
    })  # fmt: skip


def _short(name: str) -> str:
    """What the file is called, without folders; as somebody else's machine says."""
    last = "".join(each for each in name.replace("\\", "/").rpartition("/")[2] if each.isprintable())
    return last if len(last) <= _LONGEST_NAME else last[: _LONGEST_NAME - 1] + "…"


def save_standalone(deed: Deed, visit: Visit) -> Download:
    """The page that checks certificates in the browser alone, to be kept: it asks no server anything."""
    del deed, visit
    # As mere octets, so that no browser shows it here, among our pages, with rules of its own.
    return Download(body=STANDALONE.read_bytes(), media_type="application/octet-stream", name=STANDALONE.name)


PAGES = (
    Page(path="/check", show=show_check, upload=take_file, access="anyone", fields={"": "file"}),
    Page(path="/check/standalone.html", show=save_standalone, access="anyone"),
)
