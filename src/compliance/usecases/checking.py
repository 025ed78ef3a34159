"""Everything that would be signed, in words, gaps first: for the page on which answers are checked."""

from collections.abc import Mapping

from msgspec import UNSET, Struct

from compliance.domain.assessment import Draft, DraftAnswer, Gap, gaps
from compliance.domain.assessment.draft import asked_of
from compliance.domain.questionnaire import Item, Questionnaire, Section, TextItem
from compliance.domain.scoring import Answer, EvidencePiece, FactValue
from compliance.errors import Problem
from compliance.store.assessments import Assessment
from compliance.usecases.assessments import get_assessment
from compliance.usecases.deed import Deed
from compliance.usecases.submitting import fingerprint_of, load_draft
from compliance.words import Speaker, speaker
from compliance.words.results import say_answer, say_fact_value, standing_alone


class CheckedGap(Struct, frozen=True, kw_only=True):
    """One thing that is missing, with the question it is about."""

    kind: str
    id: str
    text: str
    is_fact: bool
    problem: Problem


class CheckedFact(Struct, frozen=True, kw_only=True):
    """A fact as it stands."""

    id: str
    text: str
    says: str
    """Empty where it is not given."""


class CheckedItem(Struct, frozen=True, kw_only=True):
    """An item that is asked, with its answer in words."""

    id: str
    text: str
    says: str
    """Empty where there is no answer."""
    is_own_words: bool
    """Whether it says what somebody typed, in whatever language."""
    is_claim: bool
    """Whether what it says is the reason why the item does not apply."""
    level: str
    """What the respondent says of the evidence, in words; empty for declared."""
    evidence: tuple[str, ...]
    """The pieces of evidence, in words."""
    note: str
    is_confirmed: bool
    is_critical: bool


class CheckedSection(Struct, frozen=True, kw_only=True):
    """The items of a section that are asked."""

    id: str
    title: str
    items: tuple[CheckedItem, ...]


class CheckedDraft(Struct, frozen=True, kw_only=True):
    """A draft as the signatory reads it."""

    title: str
    language: str
    is_reviewed: bool
    fingerprint: str
    gaps: tuple[CheckedGap, ...]
    facts: tuple[CheckedFact, ...]
    sections: tuple[CheckedSection, ...]
    """Only sections in which something is asked."""


def read_check(deed: Deed, assessment_id: str, language: str) -> tuple[Assessment, CheckedDraft]:
    """A draft with everything that would be signed, in a language as far as it is translated.

    Raises:
        NoSuchAssessment, NotYourRole: the actor may not see it.
    """
    assessment = get_assessment(deed, assessment_id)
    draft = load_draft(deed, assessment)
    scorer = deed.means.shelf.scorer(assessment.questionnaire_digest)
    questionnaire, is_reviewed = deed.means.shelf.translated(assessment.questionnaire_digest, language)

    asked = asked_of(scorer, draft)
    wanted = asked.items | asked.texts
    says = speaker(questionnaire.language)
    sections = [_section(says, section, draft, wanted) for section in questionnaire.sections]
    return assessment, CheckedDraft(
        title=questionnaire.title, language=questionnaire.language, is_reviewed=is_reviewed,
        fingerprint=fingerprint_of(draft), gaps=_gaps(questionnaire, gaps(scorer, draft)),
        facts=_facts(says, questionnaire, draft, {*asked.facts, *(each.where[8:] for each in asked.problems)}),
        sections=tuple(each for each in sections if each.items),
    )  # fmt: skip


def _gaps(questionnaire: Questionnaire, found: tuple[Gap, ...]) -> tuple[CheckedGap, ...]:
    texts = {each.id: each.text for each in (*questionnaire.facts, *questionnaire.items)}
    return tuple(CheckedGap(kind=gap.kind, id=gap.id, text=texts.get(gap.id, gap.id), problem=gap.problem,
                            is_fact=gap.where.startswith("profile.")) for gap in found)  # fmt: skip


def _facts(says: Speaker, questionnaire: Questionnaire, draft: Draft, asked: set[str]) -> tuple[CheckedFact, ...]:
    return tuple(
        CheckedFact(id=fact.id, text=fact.text, says=standing_alone(say_fact_value(says, fact, draft.facts[fact.id].value))
                    if fact.id in draft.facts else "")
        for fact in questionnaire.facts if fact.id in asked
    )  # fmt: skip


def _section(says: Speaker, section: Section, draft: Draft, wanted: frozenset[str]) -> CheckedSection:
    profile = {name: fact.value for name, fact in draft.facts.items()}
    items = [_item(says, item, draft.answers.get(item.id), profile) for item in section.items if item.id in wanted]
    return CheckedSection(id=section.id, title=section.title, items=tuple(items))


def _item(says: Speaker, item: Item, given: DraftAnswer | None, profile: dict[str, FactValue]) -> CheckedItem:
    answer = Answer() if given is None else given.answer
    is_text = isinstance(item, TextItem)
    expected = {} if is_text else {each.id: each.text for each in item.evidence.expected}
    said = ("" if answer.value is UNSET else str(answer.value)) if is_text else say_answer(says, item, answer, profile)
    is_own_words = is_text or answer.not_applicable is not None
    return CheckedItem(
        id=item.id, text=item.text, says=said if is_own_words else standing_alone(said), is_own_words=is_own_words,
        is_claim=answer.not_applicable is not None,
        level="" if answer.evidence == "declared" else says.say(f"level-{answer.evidence}"),
        evidence=tuple(_piece(says, piece, expected) for piece in answer.pieces), note=answer.note,
        is_confirmed=given is None or given.counts, is_critical=not is_text and item.critical is not None,
    )  # fmt: skip


def _piece(says: Speaker, piece: EvidencePiece, expected: Mapping[str, str]) -> str:
    what = piece.what or expected.get(piece.expected or "", says.say("report-piece-other"))
    form = says.say(f"report-form-{piece.form}")
    return says.say("report-piece", what=what, form=form, day=says.day(piece.dated_on))
