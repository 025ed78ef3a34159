"""The questionnaire as a spreadsheet, to be filled in without a network and read back; blank, or with what is answered.

Ids and column keys are the same in every language; `intake.spreadsheets` reads the file by them alone. Answers to
questions with several options are given in a row for each option.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from msgspec import UNSET

from compliance.documents._workbook import Book, Lists, Parts, Sheet
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
    Option,
    PercentageItem,
    Questionnaire,
    ScoredOption,
    TextItem,
)
from compliance.domain.scoring import Answer, FactValue, Part, Value
from compliance.domain.scoring.values import parse_day
from compliance.words import Speaker, say_condition, speaker

FORMAT = 1
"""Raised when an older reader would misread the file."""
MARKER = "compliance-form"
_MADE_ON = date(2026, 1, 1)  # a form has no day of its own; its questionnaire's version says how old it is
_MOST = 1_000_000_000
_CODE_LENGTH = 2
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@dataclass(frozen=True, slots=True)
class _Row:
    """What one question asks of its row."""

    how: str
    kind: str
    choices: dict[str, str] = field(default_factory=dict[str, str])
    """Value → shown, for a drop-down."""
    list_name: str = ""
    strict: bool = True
    whole: bool = False
    """Whether the second answer cell is open."""
    number: tuple[int, int] | None = None
    options: tuple[Option | ScoredOption, ...] = ()
    """Each in a row of its own below."""

    def shown(self, value: Value | None) -> str | int | date | None:
        """A value as its cell shows it; None where there is none, or the rows below show it."""
        if value is None or isinstance(value, tuple):
            return None
        if isinstance(value, Part):
            return value.is_
        if str(value) in self.choices:
            texts = list(self.choices.values())
            text = self.choices[str(value)]
            is_first = list(self.choices)[texts.index(text)] == str(value)
            return text if is_first else f"{text} ({value})"
        return (parse_day(value) or value) if self.kind == "date" and isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class FilledIn:
    """What stands in the sheet from the start."""

    facts: Mapping[str, FactValue] = field(default_factory=dict[str, FactValue])
    answers: Mapping[str, Answer] = field(default_factory=dict[str, Answer])


def blank_sheet(questionnaire: Questionnaire, *, reviewed: bool) -> bytes:
    """The questionnaire as an .xlsx file to fill in, in its own language."""
    return filled_sheet(questionnaire, FilledIn(), reviewed=reviewed)


def filled_sheet(questionnaire: Questionnaire, given: FilledIn, *, reviewed: bool) -> bytes:
    """The same with what was answered so far; pieces of evidence are not shown, and reading it back leaves them alone."""
    says = speaker(questionnaire.language)
    book = Book(title=questionnaire.title, language=questionnaire.language, made_on=_MADE_ON)
    read_me = book.sheet(says.say("sheet-read-me"))
    organisation = book.sheet(says.say("sheet-organisation"))
    facts = book.sheet(says.say("sheet-facts"))
    answers = book.sheet(says.say("sheet-answers"))
    lists = Lists(book.sheet("lists"), f"{MARKER}:lists:{FORMAT}")
    lists.fact("questionnaire", questionnaire.title, questionnaire.reference)
    form = _Form(questionnaire, says, lists, given)
    _write_read_me(read_me, questionnaire, says, reviewed=reviewed)
    form.write_organisation(organisation)
    form.write_facts(facts)
    form.write_answers(answers)
    return book.bytes()


def _write_read_me(sheet: Sheet, questionnaire: Questionnaire, says: Speaker, *, reviewed: bool) -> None:
    sheet.widths(110)
    sheet.line(("title", questionnaire.title))
    sheet.line(("remark", says.say("form-version", version=questionnaire.version, reference=questionnaire.reference)))
    if not reviewed:
        sheet.line(("critical", says.say("unreviewed-translation", language=says.say("language"))))
    if questionnaire.intro:
        sheet.line(("remark", questionnaire.intro))
    levels = {level: says.say(f"level-{level}") for level in ("declared", "documented")}
    for key in ("sheet-steps", "sheet-colours", "sheet-evidence-says", "sheet-apply-says", "sheet-no-names",
                "sheet-hand-in"):  # fmt: skip
        sheet.line(("remark", says.say(key, **levels)))
    sheet.protect()
    sheet.for_print(landscape=False)


class _Form:
    def __init__(self, questionnaire: Questionnaire, says: Speaker, lists: Lists, given: FilledIn) -> None:
        self.questionnaire = questionnaire
        self.given = given
        self.says = says
        self.lists = lists
        self.yes_no = {"yes": says.say("yes"), "no": says.say("no")}
        self.levels = {"declared": says.say("level-declared"), "documented": says.say("level-documented")}

    def write_organisation(self, sheet: Sheet) -> None:
        says = self.says
        sheet.keys(f"{MARKER}:organisation:{FORMAT}", "question", "how", "value", "kind", "list")
        sheet.widths(24, 44, 44, 40, 0, 0)
        self._heads(sheet, "sheet-id", "sheet-question", "sheet-how", "sheet-value")
        countries = _countries(self.questionnaire.language)
        for name, kind in (
            ("organisation.name", "text"), ("organisation.town", "text"), ("organisation.country", "choice"),
            ("as_of", "date"), ("attested_by.name", "text"), ("attested_by.role", "text"), ("attested_by.on", "date"),
        ):  # fmt: skip
            key = name.replace(".", "-").replace("_", "-")
            how = says.say(f"sheet-{key}-how")
            row = _Row(how, kind, choices=countries, list_name="country", strict=False) if kind == "choice" else None
            self._write(sheet, name, [("strong", says.say(f"sheet-{key}"))], row or _Row(how, kind))
        self._finish(sheet)

    def write_facts(self, sheet: Sheet) -> None:
        sheet.keys(f"{MARKER}:facts:{FORMAT}", "question", "how", "value", "kind", "list")
        sheet.widths(24, 60, 44, 30, 0, 0)
        self._heads(sheet, "sheet-id", "sheet-question", "sheet-how", "sheet-value")
        for fact in self.questionnaire.facts:
            decides = self.says.say("form-decides", decides=fact.decides) if fact.decides else ""
            asked = self._asked_if(fact.asked_if)
            self._write(sheet, fact.id, _lines(("strong", fact.text), ("text", fact.help or ""), ("muted", decides),
                                               ("critical", asked)), self._fact_row(fact),
                        given=self.given.facts.get(fact.id))  # fmt: skip
        self._finish(sheet)

    def write_answers(self, sheet: Sheet) -> None:
        sheet.keys(f"{MARKER}:answers:{FORMAT}", "question", "how", "value", "of", "evidence", "evidence_on", "note",
                   "not_applicable", "kind", "list")  # fmt: skip
        sheet.widths(14, 60, 50, 22, 10, 16, 13, 34, 34, 0, 0)
        self._heads(sheet, "sheet-id", "sheet-question", "sheet-how", "sheet-value", "sheet-whole", "sheet-evidence",
                    "sheet-evidence-on", "sheet-note", "sheet-not-applicable")  # fmt: skip
        for section in self.questionnaire.sections:
            sheet.put(sheet.row, 1, "section", section.title)
            sheet.row += 1
            if section.about:
                sheet.put(sheet.row, 1, "remark", section.about)
                sheet.row += 1
            for item in section.items:
                answer = self.given.answers.get(item.id)
                value = None if answer is None or answer.value is UNSET else answer.value
                self._write(sheet, item.id, self._question(item), self._item_row(item), item=item, given=value)
        self._finish(sheet)

    def _heads(self, sheet: Sheet, *keys: str) -> None:
        sheet.heads(*(self.says.say(key) for key in keys))

    def _finish(self, sheet: Sheet) -> None:
        sheet.freeze(2, 1)
        sheet.protect()
        sheet.for_print(landscape=True, repeated=(1, 1))

    def _write(
        self, sheet: Sheet, name: str, question: Parts, row: _Row, *, item: Item | None = None,
        given: Value | None = None,
    ) -> None:  # fmt: skip
        at = sheet.line(("id", name))
        last = 9 if item is not None else 4
        sheet.put_parts(at, 1, question)
        sheet.put(at, 2, "muted", row.how)
        sheet.put(at, 3, "shut" if row.options else "day" if row.kind == "date" else "answer",
                  row.shown(given))  # fmt: skip
        if row.choices:
            sheet.choose(at, 3, self.lists.add(row.list_name, row.choices), strict=row.strict)
        elif row.number:
            says = self.says.say("sheet-number-wanted", least=row.number[0], most=row.number[1])
            sheet.want_number(at, 3, least=row.number[0], most=row.number[1], says=says)
        if item is not None:
            self._write_evidence(sheet, at, row, item)
            self._write_given(sheet, at, item, row, self.given.answers.get(item.id, Answer()))
        sheet.put(at, last, "cell", row.kind)
        sheet.put(at, last + 1, "cell", row.list_name)
        for option in row.options:
            chosen = self.yes_no["yes" if option.id in given else "no"] if isinstance(given, tuple) else None
            below = sheet.line(("id", f"{name}.{option.id}"), ("text", option.text), ("muted", None),
                               ("answer", chosen))  # fmt: skip
            sheet.choose(below, 3, self.lists.add("yes_no", self.yes_no))
            sheet.put(below, last, "cell", "option")
            sheet.put(below, last + 1, "cell", "yes_no")

    def _write_evidence(self, sheet: Sheet, at: int, row: _Row, item: Item) -> None:
        sheet.put(at, 4, "answer" if row.whole else "shut", None)
        if row.whole:
            says = self.says.say("sheet-number-wanted", least=0, most=_MOST)
            sheet.want_number(at, 4, least=0, most=_MOST, says=says)
        is_scored = not isinstance(item, TextItem)
        sheet.put(at, 5, "answer" if is_scored else "shut", None)
        sheet.put(at, 6, "day" if is_scored else "shut", None)
        if is_scored:
            sheet.choose(at, 5, self.lists.add("evidence", self.levels))
        sheet.put(at, 7, "answer", None)
        may_claim = is_scored and item.critical is None
        sheet.put(at, 8, "answer" if may_claim else "shut", None)

    def _write_given(self, sheet: Sheet, at: int, item: Item, row: _Row, answer: Answer) -> None:
        """What was answered beside the value; only what is there, so that shut cells stay as they are."""
        if row.whole and isinstance(answer.value, Part) and answer.value.of is not None:
            sheet.put(at, 4, "answer", answer.value.of)
        if answer.evidence in self.levels and (answer.evidence != "declared" or answer.evidence_on):
            sheet.put(at, 5, "answer", self.levels[answer.evidence])
        if answer.evidence_on is not None:
            sheet.put(at, 6, "day", answer.evidence_on)
        if answer.note:
            sheet.put(at, 7, "answer", answer.note)
        if answer.not_applicable and not isinstance(item, TextItem) and item.critical is None:
            sheet.put(at, 8, "answer", answer.not_applicable)

    def _question(self, item: Item) -> Parts:
        marks = ""
        if not isinstance(item, TextItem) and item.critical is not None:
            marks = self.says.say("form-critical", points=item.critical.at_least)
        why = self.says.say("form-why", why=item.why) if item.why else ""
        asked = self._asked_if(item.applies_if)
        return _lines(("strong", item.text), ("critical", marks), ("critical", asked), ("text", item.help or ""),
                      ("muted", why))  # fmt: skip

    def _asked_if(self, condition: Condition | None) -> str:
        if condition is None:
            return ""
        return self.says.say("form-asked-if", condition=say_condition(self.says, condition, self.questionnaire))

    def _fact_row(self, fact: Fact) -> _Row:
        says = self.says
        match fact:
            case NumberFact():
                how = says.say("sheet-how-number", unit=fact.unit, least=fact.min, most=fact.max)
                return _Row(how, "number", number=(fact.min, fact.max))
            case ChoiceFact():
                return _Row(says.say("sheet-how-choice"), "choice", list_name=f"choice:{fact.id}",
                            choices={option.id: option.text for option in fact.options})  # fmt: skip
            case MultipleFact():
                return _Row(says.say("sheet-how-multiple"), "multiple", options=fact.options)
            case _:
                return _Row(says.say("sheet-how-yes-no"), "yes_no", choices=self.yes_no, list_name="yes_no")

    def _item_row(self, item: Item) -> _Row:
        row = self._plain_row(item)
        if isinstance(item, TextItem):
            return row
        expected = "; ".join(piece.text for piece in item.evidence.expected)
        months = item.evidence.fresh_for_months
        said = self.says.say_count("sheet-evidence-wanted", months, expected=expected, months=months)
        form = self.says.say("form-record-only") if item.evidence.form == "record" else ""
        how = "\n".join(part for part in (row.how, said, form) if part)
        return _Row(how, row.kind, row.choices, row.list_name, row.strict, row.whole, row.number, row.options)

    def _plain_row(self, item: Item) -> _Row:
        says = self.says
        match item:
            case MaturityItem():
                levels = "\n".join(f"{number}   {text}" for number, text in enumerate(item.levels))
                return _Row(f"{says.say('sheet-how-maturity')}\n{levels}", "maturity", list_name="maturity",
                            choices={str(number): str(number) for number in range(5)}, strict=False)  # fmt: skip
            case ChoiceItem():
                return _Row(says.say("sheet-how-choice"), "choice", list_name=f"choice:{item.id}",
                            choices={option.id: option.text for option in item.options})  # fmt: skip
            case MultipleItem():
                exclusive = (item.exclusive,) if item.exclusive else ()
                return _Row(says.say("sheet-how-multiple"), "multiple", options=(*item.options, *exclusive))
            case PercentageItem():
                return self._percentage_row(item)
            case NumberItem():
                how = says.say("sheet-how-number", unit=item.unit, least=0, most=item.max)
                return self._never_row(item.id, how, "number", item.never, number=(0, item.max))
            case DateItem():
                return self._never_row(item.id, says.say("sheet-how-date"), "date", item.never, number=None)
            case TextItem():
                return _Row(says.say("sheet-how-text"), "text")
            case _:
                return _Row(says.say("sheet-how-yes-no"), "yes_no", choices=self.yes_no, list_name="yes_no")

    def _percentage_row(self, item: PercentageItem) -> _Row:
        fact = next((each for each in self.questionnaire.facts if each.id == item.of_fact), None)
        if fact is not None:
            how = self.says.say("sheet-how-part", part=item.counts.is_, fact=fact.text)
            return _Row(how, "percentage", number=(0, _MOST))
        how = self.says.say("sheet-how-part-of", part=item.counts.is_, whole=item.counts.of or "")
        if item.may_be_none == "yes":
            how = f"{how}\n{self.says.say('sheet-how-none')}"
        return _Row(how, "percentage", whole=True, number=(0, _MOST))

    def _never_row(self, name: str, how: str, kind: str, never: str | None, *, number: tuple[int, int] | None) -> _Row:
        if never is None:
            return _Row(how, kind, number=number)
        how = f"{how}\n{self.says.say('sheet-how-never', never=never)}"
        return _Row(how, kind, choices={"never": never}, list_name=f"never:{name}", strict=False)


def _lines(*parts: tuple[str, str]) -> Parts:
    """The parts that say something, each on a line of its own."""
    said = [(look, text) for look, text in parts if text]
    return [(look, text if at == 0 else f"\n{text}") for at, (look, text) in enumerate(said)]  # pyright: ignore[reportReturnType]


def _countries(language: str) -> dict[str, str]:
    """ISO 3166 code → name with its code, by name."""
    from babel import Locale  # 60 ms, and only this sheet needs it

    territories = cast("Mapping[str, str]", Locale.parse(language).territories)
    names = sorted((name, code) for code, name in territories.items() if code.isalpha() and len(code) == _CODE_LENGTH)
    return {code: f"{name} ({code})" for name, code in names if code not in _NO_COUNTRIES}
