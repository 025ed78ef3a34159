"""An assessment as pages show it: where it stands, with its questions in the reader's language."""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET, Struct

from compliance.domain.questionnaire import DateItem, Fact, Item, Questionnaire, Section, TextItem
from compliance.domain.scoring import Answer, FactValue
from compliance.domain.scoring.values import parse_day
from compliance.errors import Problem
from compliance.usecases.answering import NoSuchItem
from compliance.usecases.deed import Deed
from compliance.usecases.overview import Standing, read_standing, who_sees
from compliance.web.notices import N_
from compliance.web.page import Visit
from compliance.words.results import say_answer, say_condition, say_fact_value
from compliance.words.speaker import Speaker, speaker

ASSESSMENT = "/organisations/{organisation_id}/assessments/{assessment_id}"
MINUTES_AN_ITEM = 3
"""How long an answer takes, measured by reading a question and its levels aloud and looking for one paper."""

STATES: Mapping[str, str] = {
    "draft": N_("Draft"),
    "submitted": N_("Submitted"),
    "in_review": N_("With the regulator"),
    "returned": N_("Questions from the regulator"),
    "decided": N_("Decided"),
    "released": N_("Result released"),
    "withdrawn": N_("Taken back"),
    "expired": N_("Closed: nobody changed it for six months"),
}
SOURCES: Mapping[str, str] = {
    "typed": N_("Typed here"),
    "carried": N_("Carried over from the earlier assessment"),
    "proposed": N_("Proposed, because its tasks are done"),
}


class Sheet(Struct, frozen=True, kw_only=True):
    """An assessment with its questions."""

    standing: Standing
    questionnaire: Questionnaire
    """In the reader's language, as far as there is a translation."""
    own: Questionnaire
    """As it was written."""
    is_reviewed: bool
    speaker: Speaker
    text_language: str
    """The language in which the questions are."""
    at: str
    """The address of the assessment."""

    def item(self, item_id: str) -> Item:
        """One of the items.

        Raises:
            NoSuchItem: there is none of that id.
        """
        for item in self.questionnaire.items:
            if item.id == item_id:
                return item
        raise NoSuchItem([Problem("item-unknown", "", {"id": item_id[:40]})])

    def section(self, section_id: str) -> Section:
        """One of the sections.

        Raises:
            NoSuchItem: there is none of that id.
        """
        for section in self.questionnaire.sections:
            if section.id == section_id:
                return section
        raise NoSuchItem([Problem("section-unknown", "", {"id": section_id[:40]})])

    def section_of(self, item_id: str) -> Section:
        """The section of an item that there is."""
        return self.section(self.standing.items[item_id].section)

    def asked_in(self, section: Section) -> list[Item]:
        """The items of a section that are asked, in their order."""
        return [item for item in section.items if self.standing.items[item.id].is_asked]

    @property
    def profile(self) -> dict[str, FactValue]:
        """The facts that are given."""
        return {name: fact.value for name, fact in self.standing.draft.facts.items()}

    def say(self, item: Item, answer: Answer | None) -> str:
        """An answer in words; empty where there is none."""
        if answer is None:
            return ""
        if isinstance(item, TextItem):
            return "" if answer.value is UNSET else str(answer.value)
        day = parse_day(str(answer.value)) if isinstance(item, DateItem) else None
        said = say_answer(self.speaker, item, answer, self.profile) if day is None else self.speaker.day(day)
        return said[:1].upper() + said[1:]

    def say_fact(self, fact: Fact, value: FactValue | None) -> str:
        """The value of a fact in words; empty where there is none."""
        said = "" if value is None else say_fact_value(self.speaker, fact, value)
        return said[:1].upper() + said[1:]

    def say_if(self, part: Fact | Item) -> str:
        """When something is asked, in words; empty where it always is."""
        condition = getattr(part, "asked_if", None) or getattr(part, "applies_if", None)
        return "" if condition is None else say_condition(self.speaker, condition, self.questionnaire)

    @property
    def quotes(self) -> tuple[str, ...]:
        """What conditions quote: nothing where the questionnaire is in the page's language."""
        if self.text_language == self.speaker.language:
            return ()
        options = (option for part in (*self.own.facts, *self.own.items) for option in getattr(part, "options", ()))
        return tuple(each.text for each in (*self.own.facts, *self.own.items, *options))

    def english(self, part: Item) -> Item | None:
        """The item as it was written, where the translation was not reviewed."""
        if self.is_reviewed:
            return None
        return next(each for each in self.own.items if each.id == part.id)

    @property
    def next_open(self) -> str | None:
        """The first item that still needs the reader: not answered, to be confirmed or mended."""
        for each in self.standing.items.values():
            needs_somebody = each.state in ("todo", "part", "confirm", "mend") and each.is_scored
            if needs_somebody and self.standing.section(each.section).can_answer:
                return each.id
        return None

    @property
    def minutes_left(self) -> int:
        """About how long the rest takes, in steps of five minutes."""
        left = self.standing.asked_total - self.standing.answered_total
        return -(-left * MINUTES_AN_ITEM // 5) * 5


def open_sheet(deed: Deed, visit: Visit) -> Sheet:
    """The assessment in the address.

    Raises:
        NoSuchAssessment, NotYourRole: the actor may not see it.
    """
    standing = read_standing(deed, visit["assessment_id"])
    shelf = deed.means.shelf
    own = shelf.questionnaire(standing.digest)
    shown, is_reviewed = shelf.translated(standing.digest, visit.language)
    return Sheet(
        standing=standing, questionnaire=shown, own=own, is_reviewed=is_reviewed, speaker=speaker(visit.language),
        text_language=own.language if shown is own else visit.language,
        at=ASSESSMENT.format(**{name: visit[name] for name in ("organisation_id", "assessment_id")}),
    )  # fmt: skip


def common(deed: Deed, sheet: Sheet) -> dict[str, Any]:
    """What every page of an assessment is given."""
    assessment = sheet.standing.assessment
    is_draft = assessment.submitted_at is None
    return {
        "sheet": sheet, "standing": sheet.standing, "questionnaire": sheet.questionnaire, "at": sheet.at,
        "who": "draft" if is_draft else "submission", "states": STATES, "sources": SOURCES,
        "regulators": None if is_draft else who_sees(deed, assessment.country, assessment.sector),
        "text_language": sheet.text_language, "quotes": sheet.quotes,
    }  # fmt: skip
