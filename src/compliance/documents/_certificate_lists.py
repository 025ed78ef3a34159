"""What a certificate lists: what was not checked, what is to be known. Long lists end with how many more there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from compliance.documents._certificate_page import SMALL, VALUE, CertificatePage
from compliance.documents._palette import Style
from compliance.documents._sheet import Line
from compliance.domain.certificate import NotChecked
from compliance.words import speaker

_COUNT = VALUE.but(size=9.5)
_SECTIONS = SMALL.but(size=8)
_SWITCHED_OFF = VALUE.but(size=8.5, gap=4)
_NOTE = VALUE.but(size=8.5)


@dataclass(frozen=True, slots=True)
class Unchecked:
    """What nobody but the holder has looked at, and what facts have printed."""

    missing: NotChecked
    facts: Sequence[Sequence[str]]
    """Each fact that switched off a critical item, in every language of the questionnaire."""
    notes: Sequence[Sequence[str]]
    """Each note, likewise."""

    @property
    def longest(self) -> int:
        """How many entries the longest of the lists has."""
        missing = self.missing
        return max(map(len, (missing.sections, missing.switched_off, self.facts, self.notes)))

    def lines(self, page: CertificatePage, most: int | None = None) -> list[Line]:
        """The lists, each with so many entries at most and how many more there are."""
        lines = [page.label("certificate-not-checked")]
        if not self.missing.count:
            lines += page.lines("certificate-not-checked-none", VALUE)
        else:
            lines += page.lines("certificate-not-checked-count", _COUNT, count=self.missing.count)
            lines += page.texts(self._sections(page, most), _SECTIONS)
            lines += self._switched_off(page, most)
        if self.notes:
            lines += [page.label("certificate-notes"), *_several(page, self.notes, _NOTE, most)]
        return lines

    def _sections(self, page: CertificatePage, most: int | None) -> list[str]:
        counts = list(self.missing.sections.items())
        said: list[str] = []
        for each in page.worded:
            titles = {section.id: section.title for section in each.sections}
            entries = [f"{titles[name]}\u00a0{count}" for name, count in counts]
            said.append(in_a_row(entries, most, language=each.language))
        return said

    def _switched_off(self, page: CertificatePage, most: int | None) -> list[Line]:
        if not self.missing.switched_off:
            return []
        lines: list[Line] = []
        for each in page.speakers:
            items = ", ".join(_cut(self.missing.switched_off, most, language=each.language))
            lines.append(page.line(each, "certificate-switched-off", _SWITCHED_OFF, items=items))
        return [*lines, *_several(page, self.facts, _SECTIONS, most)]


def _several(page: CertificatePage, entries: Sequence[Sequence[str]], style: Style, most: int | None) -> list[Line]:
    shown = entries[:most]
    lines = [line for texts in shown for line in page.texts(texts, style)]
    if left := len(entries) - len(shown):
        lines += page.lines("certificate-more", style, count=left)
    return lines


def in_a_row(entries: Sequence[str], most: int | None, *, language: str) -> str:
    """The entries of a list beside each other; no line begins with what stands between them."""
    return "\u00a0· ".join(_cut(entries, most, language=language))


def _cut(entries: Sequence[str], most: int | None, *, language: str) -> list[str]:
    shown = list(entries[:most])
    if left := len(entries) - len(shown):
        shown.append(speaker(language).say("certificate-more", count=left))
    return shown
