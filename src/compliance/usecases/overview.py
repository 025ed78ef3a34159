"""Where an assessment stands: what is asked, how far each section is, who answers it, what cannot stay; and who sees it.

Reads only. Everything is worked out from one load of the draft.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Literal

from msgspec import Struct

from compliance.domain.assessment import Draft, DraftAnswer, DraftFact, Gap, gaps
from compliance.domain.assessment.draft import Asked, asked_of
from compliance.domain.questionnaire import Condition, Item, Questionnaire, Section, TextItem
from compliance.domain.questionnaire.conditions import facts_named
from compliance.domain.scoring import Answer
from compliance.store.assessments import Assessment, Assignment
from compliance.usecases.assessments import ShownAssessment, get_assessment, show_assessment
from compliance.usecases.deed import Deed
from compliance.usecases.submitting import load_draft

ItemState = Literal["not_asked", "later", "todo", "part", "confirm", "mend", "done"]
"""Does not apply; the facts do not say yet whether it applies; no answer; only a note or evidence; carried and not
confirmed; cannot stay as it is; answered."""
SectionState = Literal["not_asked", "cannot_start", "not_started", "in_progress", "complete", "needs_you"]


class ItemStanding(Struct, frozen=True, kw_only=True):
    """How far one item is."""

    id: str
    section: str
    state: ItemState
    is_scored: bool
    """Texts in own words are not: nobody must write them."""

    @property
    def is_asked(self) -> bool:
        """Whether there is something to answer now."""
        return self.state not in ("not_asked", "later")


class SectionStanding(Struct, frozen=True, kw_only=True):
    """How far one section is."""

    id: str
    asked: int
    """Scored items that apply."""
    answered: int
    """Of these, those that can be submitted as they are."""
    to_confirm: int
    state: SectionState
    assigned_to: str | None
    """Id of the person who was given it."""
    is_mine: bool
    can_answer: bool
    """Whether the actor may: nobody else was given it, or the actor is an owner or signatory."""


class Standing(Struct, frozen=True, kw_only=True):
    """Everything about an assessment as it stands."""

    assessment: ShownAssessment
    digest: str
    """Of the questionnaire."""
    sites: tuple[tuple[str, str], ...]
    """Id and name."""
    draft: Draft
    facts_revision: int
    asked: Asked
    facts_state: SectionState
    sections: tuple[SectionStanding, ...]
    items: Mapping[str, ItemStanding]
    """In the questionnaire's order; those that are not asked too."""
    gaps: tuple[Gap, ...]
    names: Mapping[str, str]
    """Of everybody who answered or was given something, by id."""
    signatories: tuple[str, ...]
    """Names of those who may sign."""

    @property
    def is_open(self) -> bool:
        """Whether it still takes answers."""
        return self.assessment.state in ("draft", "returned")

    @property
    def asked_total(self) -> int:
        """How many scored items are asked."""
        return sum(each.asked for each in self.sections)

    @property
    def answered_total(self) -> int:
        """How many of these are answered."""
        return sum(each.answered for each in self.sections)

    def section(self, section_id: str) -> SectionStanding:
        """One of the sections; only for an id that the questionnaire has."""
        return next(each for each in self.sections if each.id == section_id)

    def given(self, item: str) -> DraftAnswer | None:
        """The answer as it stands; None where there is none."""
        return self.draft.answers.get(item)

    def revision(self, item: str) -> int:
        """Of the answer; 0 where there is none."""
        given = self.given(item)
        return given.revision if given else 0


def read_standing(deed: Deed, assessment_id: str) -> Standing:
    """Where an assessment stands.

    Raises:
        NoSuchAssessment, NotYourRole: the actor may not see it.
    """
    assessment = get_assessment(deed, assessment_id)
    draft = load_draft(deed, assessment)
    scorer = deed.means.shelf.scorer(assessment.questionnaire_digest)
    assigned = deed.unit.assessments.assignments(deed.organisation_id, assessment_id)
    members = deed.unit.organisations.members(deed.organisation_id)

    asked = asked_of(scorer, draft)
    found = gaps(scorer, draft)
    items = _items(scorer.questionnaire, draft, asked, {gap.id for gap in found if gap.section is not None})
    sections = tuple(_section(deed, each, items, assigned.get(each.id)) for each in scorer.questionnaire.sections)

    return Standing(
        assessment=show_assessment(assessment), digest=assessment.questionnaire_digest,
        sites=tuple(deed.unit.assessments.named_sites(deed.organisation_id, assessment_id)), draft=draft,
        facts_revision=assessment.facts_revision, asked=asked, facts_state=_facts_state(draft, asked), sections=sections,
        items=items, gaps=found, names=deed.unit.people.names(_people(assessment, draft, assigned)),
        signatories=tuple(each.name for each in members if "signatory" in each.roles),
    )  # fmt: skip


def who_sees(deed: Deed, country: str, sector: str) -> tuple[str, ...]:
    """Names of the regulators that see what is submitted for this country and sector; empty where there is none yet."""
    return tuple(deed.unit.organisations.regulators_of(country, sector))


def who_sees_submission(deed: Deed, assessment_id: str) -> tuple[str, ...]:
    """The same, of an assessment.

    Raises:
        NoSuchAssessment, NotYourRole: the actor may not see it.
    """
    assessment = get_assessment(deed, assessment_id)
    return who_sees(deed, assessment.country, assessment.sector)


def site_names(deed: Deed, assessment_id: str) -> tuple[str, ...]:
    """What the sites of an assessment are called. Only of one that the actor was shown."""
    return tuple(name for _, name in deed.unit.assessments.named_sites(deed.organisation_id, assessment_id))


def _people(assessment: Assessment, draft: Draft, assigned: Mapping[str, Assignment]) -> set[str]:
    given: list[DraftFact | DraftAnswer] = [*draft.facts.values(), *draft.answers.values()]
    return {assessment.started_by, *(each.changed_by for each in given), *(each.user_id for each in assigned.values())}


def _facts_state(draft: Draft, asked: Asked) -> SectionState:
    if any(not draft.facts[name].counts for name in asked.facts):
        return "needs_you"
    if not asked.problems:
        return "complete"
    return "in_progress" if asked.facts else "not_started"


def _items(questionnaire: Questionnaire, draft: Draft, asked: Asked, wrong: Collection[str]) -> dict[str, ItemStanding]:
    unknown = _unknown_facts(questionnaire, asked)

    def state(item: Item) -> ItemState:
        if item.id not in asked.items and item.id not in asked.texts:
            return "later" if _names_any(item.applies_if, unknown) else "not_asked"
        given = draft.answers.get(item.id)
        if given is None or given.answer == Answer():
            return "todo"
        if not given.is_filled:
            return "part"
        if not given.counts:
            return "confirm"
        return "mend" if item.id in wrong else "done"

    return {
        item.id: ItemStanding(id=item.id, section=section.id, state=state(item),
                              is_scored=not isinstance(item, TextItem))
        for section in questionnaire.sections for item in section.items
    }  # fmt: skip


def _unknown_facts(questionnaire: Questionnaire, asked: Asked) -> frozenset[str]:
    """Facts without a right value, and those of which nobody can say yet whether they are asked."""
    unknown = {problem.where.removeprefix("profile.") for problem in asked.problems}
    for fact in questionnaire.facts:  # conditions look at earlier facts only
        if fact.id not in asked.facts and _names_any(fact.asked_if, unknown):
            unknown.add(fact.id)
    return frozenset(unknown)


def _names_any(condition: Condition | None, facts: Collection[str]) -> bool:
    return condition is not None and any(each in facts for each in facts_named(condition))


def _section(
    deed: Deed, section: Section, items: Mapping[str, ItemStanding], assigned: Assignment | None
) -> SectionStanding:
    own = [items[item.id] for item in section.items]
    scored = [each for each in own if each.is_scored and each.is_asked]
    is_mine = assigned is not None and assigned.user_id == deed.actor.user_id
    can_answer = assigned is None or is_mine or deed.actor.has("owner", "signatory")
    to_confirm = sum(each.state == "confirm" for each in own)
    is_for_me = is_mine or (to_confirm > 0 and assigned is None)
    return SectionStanding(
        id=section.id, asked=len(scored), answered=sum(each.state == "done" for each in scored), to_confirm=to_confirm,
        state=_section_state(own, scored, is_for_me=is_for_me), assigned_to=assigned.user_id if assigned else None,
        is_mine=is_mine, can_answer=can_answer,
    )  # fmt: skip


def _section_state(own: list[ItemStanding], scored: list[ItemStanding], *, is_for_me: bool) -> SectionState:
    is_undecided = any(each.state == "later" for each in own)
    if not any(each.is_asked for each in own):
        return "cannot_start" if is_undecided else "not_asked"
    is_done = all(each.state == "done" for each in scored) and not any(
        each.state in ("confirm", "mend") for each in own
    )
    if is_done and not is_undecided:
        return "complete"
    if is_for_me and not is_done:
        return "needs_you"
    is_begun = any(each.state not in ("todo", "later", "not_asked") for each in own)
    return "in_progress" if is_begun else "not_started"


def sections_decided(questionnaire: Questionnaire) -> dict[str, list[tuple[Section, int]]]:
    """By fact, the sections in which it decides whether, or of how many, something is asked; with how many items."""
    decided: dict[str, list[tuple[Section, int]]] = {}
    for section in questionnaire.sections:
        named = Counter(
            fact for item in section.items
            for fact in {*(facts_named(item.applies_if) if item.applies_if else ()), getattr(item, "of_fact", None)}
        )  # fmt: skip
        for fact, count in named.items():
            if fact is not None:
                decided.setdefault(fact, []).append((section, count))
    return decided
