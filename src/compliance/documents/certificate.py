"""The certificate as a page, before it is signed: the claim in English and Khmer, claim and credential inside.

Whether it is valid today is never printed: that can change, and the page leads to where it is said.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from msgspec import Struct

from compliance.documents._certificate_lists import Unchecked, in_a_row
from compliance.documents._certificate_page import (
    BETWEEN,
    LABEL,
    LEFT,
    MIDDLE,
    PRINT,
    RIGHT,
    SMALL,
    VALUE,
    WIDTH,
    Bearer,
    CertificatePage,
    mixed,
    speakers,
    style_for,
)
from compliance.documents._document import Attachment
from compliance.documents._draft import country_name, shortened
from compliance.documents._lines import Run
from compliance.documents._palette import A4_LANDSCAPE, GREEN, MUTED, SAND, Style
from compliance.documents._sheet import Line, cut_to_fit, place_stack, shrunk
from compliance.domain.certificate import Claim
from compliance.domain.questionnaire import Questionnaire, YesNoFact

_TOP = A4_LANDSCAPE[1] - 34.0
_STRIP = 76.0
"""The height of the strip with number and days."""
_CODE = 692.0
"""Where the third column begins."""
_LAST_DAY = 560.0
"""Where the strip's third cell begins."""
_CODE_SIDE = RIGHT - _CODE
_COLUMNS_BOTTOM, _LIMITS_BOTTOM, _BOTTOM = 122.0, 64.0, 31.0
_HEAD_BOTTOM = _COLUMNS_BOTTOM + 146 + _STRIP + 20
"""The head leaves so much for what stands below it."""
_TITLE_LETTERS = 160

_LABEL = LABEL.but(gap=0)
_OUTCOME = VALUE.but(colour=GREEN, size=12)
_REFERENCE = SMALL.but(colour=MUTED, gap=0)
_STRONG = VALUE.but(size=8.5)
_SMALL = SMALL.but(size=8, gap=1)
_CAPTION = Style(size=9.5, colour=GREEN, bold=True, align="centre", gap=1)
_ISSUER = PRINT.but(align="centre")
_NUMBER = Style(size=20, bold=True, gap=0)
_DAY = Style(size=11, bold=True, gap=0)
_ONLY = Style(size=8.5, align="centre", gap=0)


class IssuedCertificate(Struct, frozen=True, kw_only=True):
    """What is drawn."""

    claim: Claim
    stored_claim: bytes
    """Its canonical bytes, attached as `claim.json`."""
    credential: bytes
    """JSON with its proof, attached as `credential.json`."""
    source: Questionnaire
    """The version that was met, in the language it was written in."""
    questionnaire: Questionnaire
    """The same in the reader's language, as far as it is translated; its language is the document's."""
    reviewed: bool
    """Whether a native-speaking expert reviewed every text in the reader's language."""
    verify_url: str
    """Where a stranger checks it."""
    issuer_name: str
    root_fingerprint: str
    """Of the root key, as it is printed."""
    is_demo: bool


def draw_certificate(issued: IssuedCertificate) -> bytes:
    """One A4 page across, as a tagged PDF/A-3b with `claim.json` and `credential.json` inside, not yet signed.

    Same input, same bytes. Nothing is left out silently: what has no room is counted, and the address shows it.
    """
    certificate = _Certificate.of(issued)
    page, claim = certificate.page, issued.claim
    page.draw_frame()
    top = page.draw_band("certificate-demonstration") - 6 if issued.is_demo else _TOP
    # Nothing comes between the holder's name and who has checked the answers: the country stands with the sites.
    top = page.draw_head(Bearer(claim.holder.name, "", claim.assurance), top=top, bottom=_HEAD_BOTTOM)
    certificate.draw_strip(top - 8)
    certificate.draw_columns(top - 8 - _STRIP - 10)
    page.draw_rule(_COLUMNS_BOTTOM - 4)
    page.draw_limits(reviewed=issued.reviewed, top=_COLUMNS_BOTTOM - 8, bottom=_LIMITS_BOTTOM)
    certificate.draw_issuer()
    return page.doc.bytes()


@dataclass(frozen=True, slots=True)
class _Certificate:
    """What is said on this page only."""

    page: CertificatePage
    issued: IssuedCertificate

    @classmethod
    def of(cls, issued: IssuedCertificate) -> "_Certificate":
        claim, first = issued.claim, speakers()[0]
        title = first.say("certificate-numbered", number=claim.number, name=claim.holder.name)
        page = CertificatePage.of(title, claim.issued_on, source=issued.source, read=issued.questionnaire)
        for name, content in (("claim", issued.stored_claim), ("credential", issued.credential)):
            words = " · ".join(each.say(f"certificate-{name}-file") for each in page.speakers)
            page.doc.attach(Attachment(f"{name}.json", content, "application/json", words, "Data"))
        return cls(page, issued)

    def draw_strip(self, top: float) -> None:
        """Number and days in large letters, and where it is said whether they hold."""
        page, claim = self.page, self.issued.claim
        with page.doc.page.decoration():
            page.doc.page.rectangle(LEFT, top - _STRIP, WIDTH, _STRIP, fill=SAND)
        cells = [
            (LEFT, [page.mixed("certificate-number", _LABEL), Line(claim.number, _NUMBER, "en")]),
            (MIDDLE, [page.mixed("certificate-issued", _LABEL), *self._day(claim.issued_on)]),
            (_LAST_DAY, [page.mixed("certificate-valid-until", _LABEL), *self._day(claim.valid_until)]),
        ]
        for left, lines in cells:
            place_stack(page.doc, lines, left=left + 10, top=top - 5, width=WIDTH / 3 - 12)
        lines = [
            _linked(each, self.issued.verify_url)
            for each in page.lines("certificate-valid-only", _ONLY, url=self.issued.verify_url)
        ]
        fitting = shrunk(lines, width=WIDTH - 20, height=24)
        place_stack(page.doc, fitting, left=LEFT + 10, top=top - 49, width=WIDTH - 20)

    def _day(self, day: date) -> list[Line]:
        return [Line(each.day(day), style_for(_DAY, each.language), each.language) for each in self.page.speakers]

    def draw_columns(self, top: float) -> None:
        """What was met and for which sites, what was not checked, and the code."""
        unchecked = self._unchecked()
        self._draw_column(self._scope, len(self.issued.claim.scope.sites), left=LEFT, right=MIDDLE, top=top)
        self._draw_column(
            lambda most: unchecked.lines(self.page, most), unchecked.longest, left=MIDDLE, right=_CODE, top=top
        )
        self._draw_code(top)

    def _draw_column(
        self, build: Callable[[int], Sequence[Line]], entries: int, *, left: float, right: float, top: float
    ) -> None:
        width = right - left - BETWEEN
        lines = cut_to_fit(build, entries, width=width, height=top - _COLUMNS_BOTTOM)
        place_stack(self.page.doc, lines, left=left, top=top, width=width)

    def _scope(self, most: int) -> list[Line]:
        page, claim = self.page, self.issued.claim
        titles = [shortened(each.title, _TITLE_LETTERS) for each in page.worded]
        reference = f"{claim.questionnaire.name}@{claim.questionnaire.version}"
        return [
            page.label("document-questionnaire"),
            *page.texts(titles, VALUE),
            Line(reference, _REFERENCE, "en"),
            page.label("document-outcome"),
            page.mixed(f"outcome-{claim.outcome}", _OUTCOME),
            page.label("certificate-scope"),
            *self._sites(most),
            page.label("certificate-identity"),
            *self._identity(),
        ]

    def _sites(self, most: int) -> list[Line]:
        page, claim = self.page, self.issued.claim
        names = in_a_row([site.name for site in claim.scope.sites], most, language=page.language)
        lines = [mixed([page.country(claim.scope.country)], _STRONG)]
        if claim.holder.country != claim.scope.country:
            seats = [(each, country_name(claim.holder.country, each.language)) for each in page.speakers]
            lines.append(mixed([each.say("certificate-seat", country=country) for each, country in seats], _SMALL))
        lines.append(page.mixed("certificate-scope-sites", _SMALL, sites=len(claim.scope.sites)))
        return [*lines, Line(names, _SMALL, page.language)]

    def _identity(self) -> list[Line]:
        """How and when it was confirmed who the holder is, in both languages."""
        identity = self.issued.claim.holder.identity
        key = "register-" + identity.by if identity.proof == "register" else "domain"
        return [
            self.page.line(
                each, f"certificate-identity-{key}", _SMALL, domain=identity.domain or "", day=each.day(identity.on)
            )
            for each in self.page.speakers
        ]

    def _unchecked(self) -> Unchecked:
        claim, worded = self.issued.claim, self.page.worded
        asked = [{fact.id: fact.text for fact in each.facts} for each in worded]
        facts = [[texts[name] for texts in asked] for name in claim.not_checked.facts]
        return Unchecked(claim.not_checked, facts, [self._note(note) for note in claim.notes])

    def _note(self, note: str) -> list[str]:
        """A note of the claim in every language of the questionnaire; as it stands there, where a language lacks it."""
        for at, fact in enumerate(self.issued.source.facts):
            if isinstance(fact, YesNoFact) and fact.on_certificate == note:
                same = (each.facts[at] for each in self.page.worded)
                return [each.on_certificate or note for each in same if isinstance(each, YesNoFact)]
        return [note] * len(self.page.worded)

    def _draw_code(self, top: float) -> None:
        page, url = self.page, self.issued.verify_url
        words = " · ".join(each.say("certificate-code-is", url=url) for each in page.speakers)
        page.doc.place_qr(url, left=_CODE, bottom=top - _CODE_SIDE, side=_CODE_SIDE, alternative=words)
        lines = page.lines("certificate-code", _CAPTION)
        place_stack(page.doc, lines, left=_CODE, top=top - _CODE_SIDE, width=_CODE_SIDE)

    def draw_issuer(self) -> None:
        """In small print who issued it, and what to compare a root key and a questionnaire with."""
        page, claim = self.page, self.issued.claim
        said = [
            each.say("certificate-issuer", issuer=self.issued.issuer_name, address=claim.issuer)
            for each in page.speakers
        ]
        lines = [
            mixed(said, _ISSUER),
            page.fingerprint("certificate-root", self.issued.root_fingerprint),
            page.fingerprint("certificate-structure", claim.questionnaire.structure),
        ]
        fitting = shrunk(lines, width=WIDTH, height=_LIMITS_BOTTOM - _BOTTOM)
        place_stack(page.doc, fitting, left=LEFT, top=_LIMITS_BOTTOM - 2, width=WIDTH)


def _linked(line: Line, address: str) -> Line:
    """The line, its address to be clicked."""
    before, found, after = str(line.text).partition(address)
    parts = (before, Run(address, link=address), after) if found else (before,)
    return replace(line, text=parts)
