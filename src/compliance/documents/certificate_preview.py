"""What a certificate would look like: its layout, under a band that says it is none. Always in English and Khmer."""

from dataclasses import dataclass

from compliance.documents._certificate_lists import Unchecked
from compliance.documents._certificate_page import (
    BETWEEN,
    LEFT,
    MIDDLE,
    PRINT,
    SMALL,
    VALUE,
    WIDTH,
    Bearer,
    CertificatePage,
    mixed,
    speakers,
    style_for,
)
from compliance.documents._dossier import Dossier
from compliance.documents._palette import AMBER, GREEN, LINE, MUTED, Style
from compliance.documents._sheet import Line, place_stack, shrunk
from compliance.domain.certificate import certificate_notes, not_checked, validity_months
from compliance.domain.questionnaire import Questionnaire
from compliance.words import say_fact_value, speaker

_CODE = 706.0
"""Where the third column begins."""
_CODE_SIDE = 90.0
_HEAD_BOTTOM, _COLUMNS_BOTTOM, _LIMITS_BOTTOM = 314.0, 118.0, 45.0
_SAMPLE = "preview"


def draw_certificate_preview(dossier: Dossier) -> bytes:
    """One A4 page across, as a tagged PDF/A-2b. Same dossier, same bytes.

    Answers that nobody has attested can be previewed too; the page says so. Whether a certificate would be issued is
    for `earns_certificate` to say.

    Raises:
        ValueError: the outcome is not met, so there is nothing to preview.
    """
    if dossier.card.outcome != "met":
        msg = "only the outcome met has a certificate to preview"
        raise ValueError(msg)
    preview = _Preview.of(dossier)
    page = preview.page
    page.draw_frame()
    top = preview.draw_notices(page.draw_band("certificate-band"))
    holder = dossier.answers.organisation
    place = ", ".join(filter(None, (holder.town, page.country(holder.country))))
    bearer = Bearer(holder.name, place, dossier.card.assurance)
    bottom = page.draw_head(bearer, top=top - 6, bottom=_HEAD_BOTTOM)
    preview.draw_columns(bottom - 10)
    page.draw_rule(_COLUMNS_BOTTOM - 6)
    page.draw_limits(reviewed=dossier.reviewed, top=_COLUMNS_BOTTOM - 11, bottom=_LIMITS_BOTTOM)
    digest = page.fingerprint("certificate-structure", dossier.card.structure)
    place_stack(page.doc, [digest], left=LEFT, top=42, width=WIDTH)
    return page.doc.bytes()


@dataclass(frozen=True, slots=True)
class _Preview:
    """What is said on this page only."""

    page: CertificatePage
    dossier: Dossier

    @classmethod
    def of(cls, dossier: Dossier) -> "_Preview":
        title = f"{speakers()[0].say('certificate-band')} {dossier.answers.organisation.name}"
        page = CertificatePage.of(title, dossier.answers.as_of, source=dossier.source, read=dossier.questionnaire)
        return cls(page, dossier)

    def draw_notices(self, top: float) -> float:
        """What is not as it should be; gives where the next thing may begin."""
        lines = self._notices()
        return place_stack(self.page.doc, shrunk(lines, width=WIDTH, height=30), left=LEFT, top=top - 4, width=WIDTH)

    def _notices(self) -> list[Line]:
        style = Style(size=8.5, colour=AMBER, bold=True, align="centre", gap=0)
        lines: list[Line] = []
        for each in self.page.speakers:
            said: list[str] = []
            if invented := self.dossier.answers.organisation.invented:
                said.append(each.say("invented", remark=invented))
            if not self.dossier.published:
                said.append(each.say("unpublished"))
            if said:
                lines.append(Line(" · ".join(said), style_for(style, each.language), each.language))
        return lines

    def draw_columns(self, top: float) -> None:
        """What was met, what was not checked, and a code to show where it would stand."""
        self.page.draw_rule(top)
        top -= 8
        height = top - _COLUMNS_BOTTOM
        for lines, left, right in ((self._scope(), LEFT, MIDDLE), (self._unchecked(), MIDDLE, _CODE)):
            width = right - left - BETWEEN
            place_stack(self.page.doc, shrunk(lines, width=width, height=height), left=left, top=top, width=width)
        self._draw_code(top)

    def _scope(self) -> list[Line]:
        card, worded = self.dossier.card, self.page.worded
        lines = [self.page.label("document-questionnaire"), *self.page.texts([each.title for each in worded], VALUE)]
        lines.append(Line(self.dossier.source.reference, SMALL.but(colour=MUTED, gap=0), "en"))
        outcome = self.page.mixed(f"outcome-{card.outcome}", VALUE.but(colour=GREEN, size=12))
        days = mixed([each.day(self.dossier.answers.as_of) for each in self.page.speakers], SMALL)
        lines += [self.page.label("document-outcome"), outcome, self.page.label("document-as-of"), days]
        lines += [self.page.label("certificate-scope"), *self._sites()]
        lines += [self.page.label("certificate-issued"), self.page.mixed("certificate-not-issued", SMALL)]
        months = validity_months(card.assurance or "self_assessed")
        lines += [self.page.label("certificate-valid-until")]
        return [*lines, *self.page.lines("certificate-would-be-valid", SMALL, months=months)]

    def _sites(self) -> list[Line]:
        sites = self.dossier.answers.profile.get("sites")
        if sites is None:
            return self.page.lines("certificate-scope-all", SMALL)
        return [self.page.mixed("certificate-scope-sites", SMALL, sites=sites)]

    def _unchecked(self) -> list[Line]:
        missing, worded = not_checked(self.dossier.source, self.dossier.card), self.page.worded
        submission = self.dossier.answers.submission()
        facts = [[self._say_fact(each, fact) for each in worded] for fact in missing.facts]
        notes = zip(*(certificate_notes(each, submission) for each in worded), strict=True)
        return Unchecked(missing, facts, tuple(notes)).lines(self.page)

    def _say_fact(self, questionnaire: Questionnaire, name: str) -> str:
        fact = next(each for each in questionnaire.facts if each.id == name)
        value, speaks = self.dossier.answers.profile.get(name), speaker(questionnaire.language)
        said = speaks.say("report-fact-not-asked") if value is None else say_fact_value(speaks, fact, value)
        return speaks.say("certificate-fact", fact=fact.text, value=said)

    def _draw_code(self, top: float) -> None:
        words = " · ".join(each.say("certificate-sample-code-is") for each in self.page.speakers)
        self.page.doc.place_qr(_SAMPLE, left=_CODE, bottom=top - _CODE_SIDE, side=_CODE_SIDE, alternative=words)
        with self.page.doc.page.decoration():
            self.page.doc.page.rectangle(_CODE, top - _CODE_SIDE, _CODE_SIDE, _CODE_SIDE, stroke=LINE)
        lines = self.page.lines("certificate-sample-code", PRINT.but(colour=AMBER, align="centre"))
        place_stack(self.page.doc, lines, left=_CODE - 6, top=top - _CODE_SIDE - 3, width=_CODE_SIDE + 12)
