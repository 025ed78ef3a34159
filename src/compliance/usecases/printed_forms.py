"""A questionnaire as a form to print, or as a spreadsheet to fill in. Drawn once a day and language, then kept."""

import threading
from datetime import date

from msgspec import Struct

from compliance.domain.questionnaire import Questionnaire
from compliance.usecases.deed import Deed

MOST_KEPT = 32
"""So many are kept: those that were asked for last."""
_KEPT: dict[tuple[str, str, str, date], bytes] = {}
"""The one that nobody has asked for longest stands first."""
_DRAWING = threading.Lock()
"""One at a time: drawing takes a core for a second, and anybody may ask for it."""


class PrintedForm(Struct, frozen=True, kw_only=True):
    """What is drawn, when somebody asks for it. Needs no transaction."""

    questionnaire: Questionnaire
    digest: str
    is_reviewed: bool
    made_on: date

    @property
    def name(self) -> str:
        """For the file: `hospitality-1.0-km`."""
        asked = self.questionnaire
        return f"{asked.questionnaire}-{asked.version}-{asked.language}"

    def pdf(self) -> bytes:
        """The form to print."""
        from compliance.documents.form import draw_form  # loads what draws, which pages do not need

        with _DRAWING:
            kept = self._kept("pdf")
            return kept or self._keep("pdf", draw_form(self.questionnaire, made_on=self.made_on,
                                                       reviewed=self.is_reviewed, published=True))  # fmt: skip

    def sheet(self) -> bytes:
        """The form as .xlsx."""
        from compliance.documents.form_sheet import blank_sheet

        with _DRAWING:
            kept = self._kept("xlsx")
            return kept or self._keep("xlsx", blank_sheet(self.questionnaire, reviewed=self.is_reviewed))

    def _key(self, kind: str) -> tuple[str, str, str, date]:
        return kind, self.digest, self.questionnaire.language, self.made_on

    def _kept(self, kind: str) -> bytes | None:
        drawn = _KEPT.pop(self._key(kind), None)
        if drawn is not None:
            _KEPT[self._key(kind)] = drawn
        return drawn

    def _keep(self, kind: str, drawn: bytes) -> bytes:
        while len(_KEPT) >= MOST_KEPT:
            del _KEPT[next(iter(_KEPT))]
        _KEPT[self._key(kind)] = drawn
        return drawn


def forms_of(deed: Deed, reference: str, language: str) -> PrintedForm:
    """A published version to be drawn, in a language if it is there.

    Raises:
        NoSuchVersion: it was never published here.
    """
    digest = deed.means.shelf.named(reference).copy.digest
    questionnaire, is_reviewed = deed.means.shelf.translated(digest, language)
    return PrintedForm(questionnaire=questionnaire, digest=digest, is_reviewed=is_reviewed, made_on=deed.today)
