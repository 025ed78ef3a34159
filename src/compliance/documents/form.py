"""The questionnaire as a form to print and fill in by hand.

Facts come first, because they decide what is asked. Which options are indispensable is not told: a form asks what is
so, not what earns points. In the questionnaire's own language.
"""

from datetime import date

from compliance.documents._document import Document, Running, Words, strong
from compliance.documents._lines import Run
from compliance.documents._palette import AMBER, BODY, MUTED, RED
from compliance.domain.questionnaire import (
    ChoiceFact,
    ChoiceItem,
    Condition,
    DateItem,
    Fact,
    Item,
    MaturityItem,
    MultipleFact,
    MultipleItem,
    NumberFact,
    NumberItem,
    PercentageItem,
    Questionnaire,
    ScoredItem,
    Section,
    TextItem,
)
from compliance.words import Speaker, say_condition, speaker

_QUIET = BODY.but(colour=MUTED)
_ORGANISATION = (("form-business",), ("form-town", "form-country", "form-as-of"), ("form-filled-in-by", "form-role"))


def draw_form(questionnaire: Questionnaire, *, made_on: date, reviewed: bool, published: bool) -> bytes:
    """The printable form as a PDF, in the questionnaire's language.

    `reviewed`: a person has reviewed every text in that language. `published`: the issuer's lock holds exactly this
    questionnaire.
    """
    says = speaker(questionnaire.language)
    doc = Document(
        title=says.say("form-title", title=questionnaire.title),
        language=questionnaire.language,
        made_on=made_on,
        author=says.say("form-author"),
        running=Running(
            header=f"{questionnaire.title} · {questionnaire.reference}",
            footer=says.say("form-footer", reference=questionnaire.reference),
            number=lambda page, pages: says.say("form-page", page=page, pages=pages),
        ),
    )
    form = _Form(doc, questionnaire, says)
    form.write_front(made_on, reviewed=reviewed, published=published)
    form.write_facts()
    for section in questionnaire.sections:
        form.write_section(section)
    form.write_signature()
    return doc.bytes()


class _Form:
    def __init__(self, doc: Document, questionnaire: Questionnaire, says: Speaker) -> None:
        self.doc = doc
        self.questionnaire = questionnaire
        self.says = says

    def write_front(self, made_on: date, *, reviewed: bool, published: bool) -> None:
        """What this is, how to fill it in, and whose answers these are."""
        doc, says, asked = self.doc, self.says, self.questionnaire
        doc.heading(1, asked.title)
        doc.paragraph(says.say("form-version", version=asked.version, reference=asked.reference), style=_QUIET)
        doc.note(says.say("form-counts", facts=len(asked.facts), items=len(asked.items), day=says.day(made_on)))
        if not reviewed:
            with doc.box("todo"):
                doc.paragraph(says.say("unreviewed-translation", language=says.say("language")))
        if not published:
            with doc.box("todo"):
                doc.paragraph(says.say("unpublished"))
        if asked.intro:
            doc.paragraph(asked.intro)
        doc.heading(2, says.say("form-how"))
        doc.bullets([says.say(f"form-how-{part}") for part in ("who", "facts", "skip", "evidence", "names", "danger")])
        with doc.kept_together():
            doc.heading(2, says.say("form-organisation"))
            for labels in _ORGANISATION:
                self._blanks(*(says.say(key) for key in labels))

    def write_facts(self) -> None:
        """The facts, with what each decides."""
        for number, fact in enumerate(self.questionnaire.facts):
            with self.doc.kept_together():
                if number == 0:
                    self.doc.heading(2, self.says.say("form-facts"))
                    self.doc.paragraph(self.says.say("form-facts-say"), style=_QUIET)
                self._write_fact(fact)

    def _write_fact(self, fact: Fact) -> None:
        self.doc.heading(3, fact.text)
        self._asked_if(fact.asked_if)
        if fact.help:
            self.doc.paragraph(fact.help)
        if fact.decides:
            self.doc.note(self.says.say("form-decides", decides=fact.decides))
        self._fact_blanks(fact)

    def _fact_blanks(self, fact: Fact) -> None:
        match fact:
            case NumberFact():
                self._blanks(self.says.say("form-number", unit=fact.unit))
            case ChoiceFact():
                self.doc.note(self.says.say("form-choose-one"))
                self.doc.tick_boxes([option.text for option in fact.options])
            case MultipleFact():
                self.doc.note(self.says.say("form-choose-several"))
                self.doc.tick_boxes([*(option.text for option in fact.options), self.says.say("none-chosen")])
            case _:
                self.doc.tick_boxes(self._yes_no())

    def write_section(self, section: Section) -> None:
        """A section: each question with what is asked, why, the space to answer, the evidence."""
        for number, item in enumerate(section.items):
            with self.doc.kept_together():
                if number == 0:
                    self.doc.heading(2, self.says.say("form-section", id=section.id, title=section.title))
                    if section.about:
                        self.doc.paragraph(section.about, style=_QUIET)
                self._write_question(item)
            if not isinstance(item, TextItem):
                self._write_support(item)
            self.doc.space(12)

    def _write_question(self, item: Item) -> None:
        doc, says = self.doc, self.says
        doc.heading(3, [Run(f"{item.id}  ", colour=MUTED), item.text])
        if not isinstance(item, TextItem) and item.critical is not None:
            doc.paragraph(Run(says.say("form-critical", points=item.critical.at_least), bold=True, colour=RED))
        self._asked_if(item.applies_if)
        if item.help:
            doc.paragraph(item.help)
        if item.why:
            doc.paragraph(says.say("form-why", why=item.why), style=_QUIET)
        self._item_blanks(item)

    def _write_support(self, item: ScoredItem) -> None:
        if item.micro_help:
            with self.doc.box("note"):
                self.doc.paragraph([strong(self.says.say("form-micro")), " ", item.micro_help])
        with self.doc.kept_together():
            self._evidence(item)
        with self.doc.kept_together():
            self._blanks(self.says.say("form-note"), lines=2)
            if item.critical is None:
                self._blanks(self.says.say("form-not-applicable"))

    def _blanks(self, *labels: str, lines: int = 1) -> None:
        """Blanks clear of the line above, which their labels might else be taken to explain."""
        self.doc.space(4)
        self.doc.blanks(labels, lines=lines)

    def _asked_if(self, condition: Condition | None) -> None:
        if condition is not None:
            said = say_condition(self.says, condition, self.questionnaire)
            self.doc.paragraph(Run(self.says.say("form-asked-if", condition=said), colour=AMBER))

    def _item_blanks(self, item: Item) -> None:
        doc, says = self.doc, self.says
        match item:
            case MaturityItem():
                doc.note(says.say("form-choose-level"))
                doc.tick_boxes([[strong(f"{number}  "), text] for number, text in enumerate(item.levels)], columns=1)
            case ChoiceItem():
                doc.note(says.say("form-choose-one"))
                doc.tick_boxes([option.text for option in item.options], columns=1)
            case MultipleItem():
                self._several(item)
            case PercentageItem():
                self._percentage(item)
            case NumberItem():
                self._blanks(says.say("form-number", unit=item.unit))
                self._never(item.never)
            case DateItem():
                self._blanks(says.say("form-date"))
                self._never(item.never)
            case TextItem():
                self._blanks(says.say("form-own-words"), lines=4)
            case _:
                doc.tick_boxes(self._yes_no())

    def _several(self, item: MultipleItem) -> None:
        self.doc.note(self.says.say("form-choose-several"))
        self.doc.tick_boxes([option.text for option in item.options], columns=1)
        if item.exclusive is not None:
            self.doc.note(self.says.say("form-or-else"))
            self.doc.tick_boxes([item.exclusive.text], columns=1)

    def _percentage(self, item: PercentageItem) -> None:
        doc, says = self.doc, self.says
        part = says.say("form-part", part=item.counts.is_)
        fact = next((each for each in self.questionnaire.facts if each.id == item.of_fact), None)
        if fact is not None:
            self._blanks(part, says.say("form-whole-from", fact=fact.text))
            return
        self._blanks(part, says.say("form-whole", whole=item.counts.of or ""))
        if item.may_be_none == "yes":
            doc.tick_boxes([says.say("form-there-are-none")])

    def _never(self, never: str | None) -> None:
        if never is not None:
            self.doc.tick_boxes([self.says.say("form-or-never", never=never)], columns=1)

    def _evidence(self, item: ScoredItem) -> None:
        doc, says = self.doc, self.says
        doc.paragraph(strong(says.say("form-evidence")))
        doc.tick_boxes([piece.text for piece in item.evidence.expected], columns=1)
        if item.evidence.form == "record":
            doc.note(says.say("form-record-only"))
        months = item.evidence.fresh_for_months
        self._blanks(says.say_count("form-evidence-on", months, months=months), says.say("form-kept-at"))

    def _yes_no(self) -> list[Words]:
        return [_capital(self.says.say(word)) for word in ("yes", "no")]

    def write_signature(self) -> None:
        """Who says that the answers are true."""
        with self.doc.kept_together():
            self.doc.heading(2, self.says.say("form-signature"))
            self.doc.paragraph(self.says.say("form-signature-says"))
            self._blanks(self.says.say("form-name"), self.says.say("form-role"))
            self._blanks(self.says.say("form-day"), self.says.say("form-sign"))
        self.doc.note(self.says.say("form-hand-in"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
