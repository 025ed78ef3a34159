"""What a certificate would look like: its layout, under a band that says it is none. Always in English and Khmer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from compliance.documents._document import Document
from compliance.documents._dossier import Dossier
from compliance.documents._draft import AUTHOR, country_name
from compliance.documents._palette import A4_LANDSCAPE, AMBER, AMBER_TINT, GOLD, GREEN, INK, LINE, MUTED, Style
from compliance.documents._sheet import Line, line_height, place_stack, shrunk
from compliance.domain.certificate import certificate_notes, not_checked, validity_months
from compliance.domain.questionnaire import Questionnaire
from compliance.words import Speaker, say_fact_value, speaker

_LANGUAGES = ("en", "km")
_LEFT, _RIGHT = 46.0, A4_LANDSCAPE[0] - 46.0
_WIDTH = _RIGHT - _LEFT
_MIDDLE, _CODE = 318.0, 706.0
"""Where the second and the third column begin."""
_CODE_SIDE = 90.0
_COLUMNS_BOTTOM = 118.0
_SAMPLE = "preview"

_TITLE = Style(size=19, colour=GREEN, bold=True, align="centre", spacing=0.9, gap=0)
_HOLDER = Style(size=27, bold=True, align="centre", spacing=0.9, gap=6)
_CENTRED = Style(size=10.5, align="centre", gap=2)
_LABEL = Style(size=7.5, colour=MUTED, gap=6)
_VALUE = Style(size=10, bold=True, gap=1)
_SMALL = Style(size=8.5, gap=2)
_PRINT = Style(size=7, colour=MUTED, gap=2)


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
    page = _Preview.of(dossier)
    page.draw_frame()
    bottom = page.draw_head(page.draw_band())
    page.draw_columns(bottom - 10)
    page.draw_foot()
    return page.doc.bytes()


@dataclass(frozen=True, slots=True)
class _Preview:
    """The page being drawn, and what is said on it."""

    doc: Document
    dossier: Dossier
    speakers: Sequence[Speaker]

    @classmethod
    def of(cls, dossier: Dossier) -> "_Preview":
        speakers = tuple(speaker(language) for language in _LANGUAGES)
        name = dossier.answers.organisation.name
        doc = Document(
            title=f"{speakers[0].say('certificate-band')} {name}",
            language=dossier.language,
            made_on=dossier.answers.as_of,
            author=AUTHOR,
            subject=dossier.source.title,
            size=A4_LANDSCAPE,
        )
        return cls(doc, dossier, speakers)

    # Lines

    def lines(self, key: str, style: Style, **facts: object) -> list[Line]:
        """The sentence in both languages, under each other."""
        return [Line(each.say(key, **facts), _for(style, each.language), each.language) for each in self.speakers]

    def mixed(self, key: str, style: Style, **facts: object) -> Line:
        """The sentence in both languages, side by side."""
        return _mixed([each.say(key, **facts) for each in self.speakers], style)

    def label(self, key: str) -> Line:
        """What stands above a value."""
        return self.mixed(key, _LABEL)

    def worded(self) -> Sequence[Questionnaire]:
        """The questionnaire in its own language and, where it is another, in the dossier's."""
        own, theirs = self.dossier.source, self.dossier.questionnaire
        return (own,) if own.language == theirs.language else (own, theirs)

    def texts(self, texts: Sequence[str], style: Style) -> list[Line]:
        """One text of the questionnaire in each of its languages; said once where it is not translated."""
        languages = [each.language for each in self.worded()]
        once = dict(zip(texts, languages, strict=True))
        return [Line(text, _for(style, language), language) for text, language in once.items()]

    # The parts of the page, from the top

    def draw_frame(self) -> None:
        page = self.doc.page
        width, height = A4_LANDSCAPE
        with page.decoration():
            page.rectangle(20, 20, width - 40, height - 40, stroke=GREEN, line_width=1.4)
            page.rectangle(25, 25, width - 50, height - 50, stroke=GOLD, line_width=0.5)

    def draw_band(self) -> float:
        """The band across the top, and what is not as it should be; gives where the next thing may begin."""
        top, height = A4_LANDSCAPE[1] - 28.0, 28.0
        with self.doc.page.decoration():
            self.doc.page.rectangle(28, top - height, A4_LANDSCAPE[0] - 56, height, fill=AMBER_TINT)
        style = Style(size=11.5, colour=AMBER, bold=True, align="centre")
        for at, line in enumerate(self.lines("certificate-band", style)):
            box = line_height(line, _WIDTH / 2)
            place_stack(self.doc, [line], left=_LEFT + at * _WIDTH / 2, top=top - (height - box) / 2, width=_WIDTH / 2)
        lines = self._notices()
        room = shrunk(lines, width=_WIDTH, height=30)
        return place_stack(self.doc, room, left=_LEFT, top=top - height - 4, width=_WIDTH)

    def _notices(self) -> list[Line]:
        style = Style(size=8.5, colour=AMBER, bold=True, align="centre", gap=0)
        lines: list[Line] = []
        for each in self.speakers:
            said: list[str] = []
            if invented := self.dossier.answers.organisation.invented:
                said.append(each.say("invented", remark=invented))
            if not self.dossier.published:
                said.append(each.say("unpublished"))
            if said:
                lines.append(Line(" · ".join(said), _for(style, each.language), each.language))
        return lines

    def draw_head(self, top: float) -> float:
        """Title, holder, and right under the holder who has looked at the answers."""
        assurance = self.dossier.card.assurance
        organisation = self.dossier.answers.organisation
        countries = dict.fromkeys(country_name(organisation.country, each.language) for each in self.speakers)
        place = ", ".join(filter(None, (organisation.town, " · ".join(countries))))
        lines = self.lines(f"certificate-title-{assurance or 'self_assessed'}", _TITLE)
        lines[0] = replace(lines[0], role="H1")
        lines.append(self.mixed("certificate-about", _CENTRED.but(size=9.5, colour=MUTED, gap=5)))
        holder = self.doc.fitted(organisation.name, _HOLDER, width=_WIDTH, lines=2, least=12)
        lines.append(Line(organisation.name, holder, self.dossier.language, "H2"))
        lines.append(Line(place, _CENTRED, self.dossier.language))
        # Under the holder's name and as large as the title: whoever reads no further has read this.
        lines += self.lines(f"assurance-{assurance or 'none'}-says", _TITLE.but(gap=3, colour=INK))
        room = shrunk(lines, width=_WIDTH, height=top - 320)
        return place_stack(self.doc, room, left=_LEFT, top=top - 6, width=_WIDTH)

    def draw_columns(self, top: float) -> None:
        """What was met, what was not checked, and a code to show where it would stand."""
        with self.doc.page.decoration():
            self.doc.page.rule(_LEFT, top, _WIDTH, colour=GOLD)
        top -= 8
        height = top - _COLUMNS_BOTTOM
        for lines, left, right in ((self._scope(), _LEFT, _MIDDLE), (self._unchecked(), _MIDDLE, _CODE)):
            width = right - left - 22
            place_stack(self.doc, shrunk(lines, width=width, height=height), left=left, top=top, width=width)
        self._draw_code(top)

    def _scope(self) -> list[Line]:
        card, worded = self.dossier.card, self.worded()
        lines = [self.label("document-questionnaire"), *self.texts([each.title for each in worded], _VALUE)]
        lines.append(Line(self.dossier.source.reference, _SMALL.but(colour=MUTED, gap=0), "en"))
        outcome = self.mixed(f"outcome-{card.outcome}", _VALUE.but(colour=GREEN, size=12))
        days = _mixed([each.day(self.dossier.answers.as_of) for each in self.speakers], _SMALL)
        lines += [self.label("document-outcome"), outcome, self.label("document-as-of"), days]
        lines += [self.label("certificate-scope"), *self._sites()]
        lines += [self.label("certificate-issued"), self.mixed("certificate-not-issued", _SMALL)]
        months = validity_months(card.assurance or "self_assessed")
        lines += [self.label("certificate-valid-until")]
        return [*lines, *self.lines("certificate-would-be-valid", _SMALL, months=months)]

    def _sites(self) -> list[Line]:
        sites = self.dossier.answers.profile.get("sites")
        if sites is None:
            return self.lines("certificate-scope-all", _SMALL)
        return [self.mixed("certificate-scope-sites", _SMALL, sites=sites)]

    def _unchecked(self) -> list[Line]:
        missing, worded = not_checked(self.dossier.source, self.dossier.card), self.worded()
        lines = [self.label("certificate-not-checked")]
        if not missing.count:
            return [*lines, *self.lines("certificate-not-checked-none", _VALUE), *self._notes()]
        lines += self.lines("certificate-not-checked-count", _VALUE.but(size=9.5), count=missing.count)
        counted: list[str] = []
        for each in worded:
            titles = {section.id: section.title for section in each.sections}
            counted.append(" · ".join(f"{titles[name]} {count}" for name, count in missing.sections.items()))
        lines += self.texts(counted, _SMALL.but(size=8))
        if missing.switched_off:
            items = ", ".join(missing.switched_off)
            lines += self.lines("certificate-switched-off", _VALUE.but(size=8.5, gap=4), items=items)
            for fact in missing.facts:
                lines += self.texts([self._say_fact(each, fact) for each in worded], _SMALL.but(size=8))
        return [*lines, *self._notes()]

    def _say_fact(self, questionnaire: Questionnaire, name: str) -> str:
        fact = next(each for each in questionnaire.facts if each.id == name)
        value, speaks = self.dossier.answers.profile.get(name), speaker(questionnaire.language)
        said = speaks.say("report-fact-not-asked") if value is None else say_fact_value(speaks, fact, value)
        return speaks.say("certificate-fact", fact=fact.text, value=said)

    def _notes(self) -> list[Line]:
        submission = self.dossier.answers.submission()
        said = [certificate_notes(each, submission) for each in self.worded()]
        lines: list[Line] = []
        for texts in zip(*said, strict=True):
            lines += self.texts(texts, _VALUE.but(size=8.5))
        return [self.label("certificate-notes"), *lines] if lines else []

    def _draw_code(self, top: float) -> None:
        words = " · ".join(each.say("certificate-sample-code-is") for each in self.speakers)
        self.doc.place_qr(_SAMPLE, left=_CODE, bottom=top - _CODE_SIDE, side=_CODE_SIDE, alternative=words)
        with self.doc.page.decoration():
            self.doc.page.rectangle(_CODE, top - _CODE_SIDE, _CODE_SIDE, _CODE_SIDE, stroke=LINE)
        lines = self.lines("certificate-sample-code", _PRINT.but(colour=AMBER, align="centre"))
        place_stack(self.doc, lines, left=_CODE - 6, top=top - _CODE_SIDE - 3, width=_CODE_SIDE + 12)

    def draw_foot(self) -> None:
        """What the page does not say, in both languages side by side, and the digest."""
        top = _COLUMNS_BOTTOM - 6
        with self.doc.page.decoration():
            self.doc.page.rule(_LEFT, top, _WIDTH, colour=GOLD)
        width = (_WIDTH - 22) / 2
        for at, each in enumerate(self.speakers):
            said = [each.say("limits")]
            if not (self.dossier.reviewed and self.speakers[1].is_reviewed):
                said.append(each.say("unreviewed-translation", language=each.say("document-language-km")))
            lines = [Line(text, _for(_PRINT, each.language), each.language) for text in said]
            fitting = shrunk(lines, width=width, height=top - 50)
            place_stack(self.doc, fitting, left=_LEFT + at * (width + 22), top=top - 5, width=width)
        label = " · ".join(each.say("certificate-structure") for each in self.speakers)
        digest = Line(f"{label}: {self.dossier.card.structure}", _PRINT.but(size=6.5, align="centre"), "en")
        place_stack(self.doc, [digest], left=_LEFT, top=42, width=_WIDTH)


def _mixed(said: Sequence[str], style: Style) -> Line:
    return Line(" · ".join(said), _closer(style), _LANGUAGES[0])


@lru_cache(maxsize=64)
def _closer(style: Style) -> Style:
    return replace(style, spacing=style.spacing * 0.8)


@lru_cache(maxsize=64)
def _for(style: Style, language: str) -> Style:
    """The style for a language: Khmer stacks its letters, so it looks as large in a smaller size and needs no air."""
    if language != "km":
        return style
    return replace(style, size=style.size * 0.9, spacing=style.spacing * 0.82)
