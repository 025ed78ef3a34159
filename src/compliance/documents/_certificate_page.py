"""What a certificate and its preview have in common: the frame, the head, the lists, and words in two languages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from compliance.documents._document import Document
from compliance.documents._draft import AUTHOR, country_name
from compliance.documents._palette import A4_LANDSCAPE, AMBER, AMBER_TINT, GOLD, GREEN, INK, MUTED, Style
from compliance.documents._sheet import Line, line_height, place_stack, shrunk
from compliance.domain.questionnaire import Questionnaire
from compliance.domain.scoring import Assurance
from compliance.words import Speaker, speaker

LANGUAGES = ("en", "km")
LEFT, RIGHT = 46.0, A4_LANDSCAPE[0] - 46.0
WIDTH = RIGHT - LEFT
MIDDLE = 318.0
"""Where the second column begins."""
BETWEEN = 22.0
"""The white space between two columns."""

LABEL = Style(size=7.5, colour=MUTED, gap=6)
VALUE = Style(size=10, bold=True, gap=1)
SMALL = Style(size=8.5, gap=2)
PRINT = Style(size=7, colour=MUTED, gap=2)

_TITLE = Style(size=19, colour=GREEN, bold=True, align="centre", spacing=0.9, gap=0)
_HOLDER = Style(size=27, bold=True, align="centre", spacing=0.9, gap=6)
_CENTRED = Style(size=10.5, align="centre", gap=2)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom the page is about, and how far anybody looked."""

    name: str
    place: str
    """Under the name; "" where it stands elsewhere."""
    assurance: Assurance | None


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """The page being drawn, in both languages."""

    doc: Document
    worded: Sequence[Questionnaire]
    """The questionnaire in its own language and, where it is another, in the reader's."""
    language: str
    """The reader's, in which the holder's own words are taken to be written."""
    speakers: Sequence[Speaker]

    @classmethod
    def of(cls, title: str, made_on: date, *, source: Questionnaire, read: Questionnaire) -> "CertificatePage":
        """An empty page for a questionnaire as it was written and as it is read, which may be the same."""
        doc = Document(
            title=title,
            language=read.language,
            made_on=made_on,
            author=AUTHOR,
            subject=source.title,
            size=A4_LANDSCAPE,
        )
        worded = (source,) if source.language == read.language else (source, read)
        return cls(doc, worded, read.language, speakers())

    # Lines

    def lines(self, key: str, style: Style, **facts: object) -> list[Line]:
        """The sentence in both languages, under each other."""
        return [self.line(each, key, style, **facts) for each in self.speakers]

    def line(self, says: Speaker, key: str, style: Style, **facts: object) -> Line:
        """The sentence in one language."""
        return Line(says.say(key, **facts), style_for(style, says.language), says.language)

    def mixed(self, key: str, style: Style, **facts: object) -> Line:
        """The sentence in both languages, side by side."""
        return mixed([each.say(key, **facts) for each in self.speakers], style)

    def label(self, key: str) -> Line:
        """What stands above a value."""
        return self.mixed(key, LABEL)

    def texts(self, texts: Sequence[str], style: Style) -> list[Line]:
        """One text of the questionnaire in each of its languages; said once where it is not translated."""
        languages = [each.language for each in self.worded]
        once = dict(zip(texts, languages, strict=True))
        return [Line(text, style_for(style, language), language) for text, language in once.items()]

    def country(self, code: str) -> str:
        """The country in both languages, said once where both call it the same."""
        return " · ".join(dict.fromkeys(country_name(code, each.language) for each in self.speakers))

    # The parts of the page, from the top

    def draw_frame(self) -> None:
        """Two lines around everything."""
        page = self.doc.page
        width, height = A4_LANDSCAPE
        with page.decoration():
            page.rectangle(20, 20, width - 40, height - 40, stroke=GREEN, line_width=1.4)
            page.rectangle(25, 25, width - 50, height - 50, stroke=GOLD, line_width=0.5)

    def draw_band(self, key: str) -> float:
        """A sentence across the top that nobody overlooks; gives its bottom."""
        top, height = A4_LANDSCAPE[1] - 28.0, 28.0
        with self.doc.page.decoration():
            self.doc.page.rectangle(28, top - height, A4_LANDSCAPE[0] - 56, height, fill=AMBER_TINT)
        style = Style(size=11.5, colour=AMBER, bold=True, align="centre")
        for at, line in enumerate(self.lines(key, style)):
            box = line_height(line, WIDTH / 2)
            place_stack(self.doc, [line], left=LEFT + at * WIDTH / 2, top=top - (height - box) / 2, width=WIDTH / 2)
        return top - height

    def draw_head(self, bearer: Bearer, *, top: float, bottom: float) -> float:
        """Title, holder, and right under the holder who has looked at the answers; gives where it ends."""
        lines = self.lines(f"certificate-title-{bearer.assurance or 'self_assessed'}", _TITLE)
        lines[0] = replace(lines[0], role="H1")
        lines.append(self.mixed("certificate-about", _CENTRED.but(size=9.5, colour=MUTED, gap=5)))
        holder = self.doc.fitted(bearer.name, _HOLDER, width=WIDTH, lines=2, least=12)
        lines.append(Line(bearer.name, holder, self.language, "H2"))
        if bearer.place:
            lines.append(Line(bearer.place, _CENTRED, self.language))
        # Under the holder's name and as large as the title: whoever reads no further has read this.
        lines += self.lines(f"assurance-{bearer.assurance or 'none'}-says", _TITLE.but(gap=3, colour=INK))
        return place_stack(self.doc, shrunk(lines, width=WIDTH, height=top - bottom), left=LEFT, top=top, width=WIDTH)

    def draw_rule(self, top: float) -> None:
        """A line across the page."""
        with self.doc.page.decoration():
            self.doc.page.rule(LEFT, top, WIDTH, colour=GOLD)

    def draw_limits(self, *, reviewed: bool, top: float, bottom: float) -> None:
        """What the page does not say, in both languages side by side."""
        width = (WIDTH - BETWEEN) / 2
        for at, each in enumerate(self.speakers):
            said = [each.say("limits")]
            if not (reviewed and self.speakers[1].is_reviewed):
                said.append(each.say("unreviewed-translation", language=each.say("document-language-km")))
            lines = [Line(text, style_for(PRINT, each.language), each.language) for text in said]
            fitting = shrunk(lines, width=width, height=top - bottom)
            place_stack(self.doc, fitting, left=LEFT + at * (width + BETWEEN), top=top, width=width)

    def fingerprint(self, key: str, value: str) -> Line:
        """A label and a digest on one line, in the smallest print."""
        label = " · ".join(each.say(key) for each in self.speakers)
        return Line(f"{label}: {value}", PRINT.but(size=6.5, align="centre"), "en")


def speakers() -> tuple[Speaker, ...]:
    """Who speaks on every certificate: English first, then Khmer."""
    return tuple(speaker(language) for language in LANGUAGES)


def mixed(said: Sequence[str], style: Style) -> Line:
    """What was said in both languages, side by side."""
    return Line(" · ".join(said), _closer(style), LANGUAGES[0])


@lru_cache(maxsize=64)
def _closer(style: Style) -> Style:
    return replace(style, spacing=style.spacing * 0.8)


@lru_cache(maxsize=64)
def style_for(style: Style, language: str) -> Style:
    """The style for a language: Khmer stacks its letters, so it looks as large in a smaller size and needs no air."""
    if language != "km":
        return style
    return replace(style, size=style.size * 0.9, spacing=style.spacing * 0.82)
