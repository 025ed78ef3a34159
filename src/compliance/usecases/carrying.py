"""Carry-over: one operation for the yearly renewal, a new questionnaire version, and a second sector or site.

    1. what was given before: the newest snapshot; of what was never submitted, the draft;
    2. what of it carries to the newest version of the sector (`plan_carry`);
    3. a new draft with that, unconfirmed; what did not carry is kept beside the new questions as history.

Attestations, decisions and certificates never carry. Where a draft for these sites is open, it is opened, and nothing is
carried over what stands in it.
"""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from compliance.domain.assessment import AnswerSource, Carried, carried_draft, plan_carry, read_snapshot, submission_of
from compliance.domain.scoring import Answer, Submission
from compliance.store.answers import AnswerRow
from compliance.store.assessments import Assessment
from compliance.usecases.assessments import (
    ShownAssessment,
    check_sites,
    get_assessment,
    newest_version,
    seen_drafts,
    show_assessment,
    start_assessment,
)
from compliance.usecases.deed import Deed
from compliance.usecases.shelf import Version

HISTORY_REVISION = 0
"""Below the first revision of an answer, so that history stands before all that is answered anew."""


class CarriedPart(Struct, frozen=True, kw_only=True):
    """A fact or item, by id and in words."""

    id: str
    text: str
    is_proposed: bool = False
    """Whether every task that served this item is done, so that a better answer may be due."""


class CarryOver(Struct, frozen=True, kw_only=True):
    """What a successor of an assessment would begin with. Items of the new version stand in its order."""

    questionnaire: str
    """The version that the successor would be started on."""
    sector: str
    country: str
    site_ids: tuple[str, ...]
    opens: str | None
    """The draft that is open for these sites already, if the actor may see it: it would be opened instead, and nothing
    carried over it."""
    facts: tuple[CarriedPart, ...]
    """Facts that are taken over, to be confirmed."""
    facts_dropped: tuple[CarriedPart, ...]
    """Facts that are not taken over: gone, or asked in another way."""
    carried: tuple[CarriedPart, ...]
    """Items whose answers are taken over, unchanged; they count once a person confirmed them."""
    to_confirm: tuple[CarriedPart, ...]
    """Items that have changed: the earlier answer is shown beside them, and they are answered anew."""
    dropped: tuple[CarriedPart, ...]
    """Items that are gone, in the earlier version's order; their answers are kept as history only."""
    new: tuple[CarriedPart, ...]
    """Items to which there is no earlier answer."""


class Succession(Struct, frozen=True, kw_only=True):
    """The draft that was started, or the one that was open already."""

    assessment: ShownAssessment
    is_new: bool
    """False where a draft was open; then nothing was carried over."""
    carried: int
    """How many answers were taken over, unconfirmed."""
    facts: int
    """How many facts were taken over, unconfirmed."""
    history: int
    """How many answers were kept as history only."""


class _Scope(Struct, frozen=True, kw_only=True):
    """What a successor is about; what was not said is as before."""

    sector: str
    country: str
    site_ids: tuple[str, ...]


def preview_carry_over(
    deed: Deed, assessment_id: str, *, sector: str | None, country: str | None, site_ids: tuple[str, ...] | None
) -> CarryOver:
    """What a successor would begin with, so that a person can look before starting one. Changes nothing.

    Raises:
        NoSuchAssessment, NotYourRole: the actor may not see the assessment.
        NoSuchVersion, AssessmentInvalid: a successor cannot be started so.
    """
    source = get_assessment(deed, assessment_id)
    scope = _scope(deed, source, sector=sector, country=country, site_ids=site_ids)
    version = newest_version(deed, scope.sector)
    check_sites(deed, scope.site_ids, scope.country)
    opened = seen_drafts(deed, deed.unit.assessments.open_for(deed.organisation_id, scope.site_ids, scope.sector))

    plan = _plan(deed, source, version)

    return _shown(deed, source, version, scope, plan, opens=opened[0] if opened else None)


def start_successor(
    deed: Deed, assessment_id: str, *, sector: str | None, country: str | None, site_ids: tuple[str, ...] | None,
    language: str | None,
) -> Succession:  # fmt: skip
    """Start the draft that follows an assessment, in whatever state that is; or open the one that is there.

    Raises:
        NoSuchAssessment, NotYourRole: the actor may not see the assessment.
        NoSuchVersion, AssessmentInvalid, SitesTaken: a successor cannot be started so.
    """
    source = get_assessment(deed, assessment_id)
    scope = _scope(deed, source, sector=sector, country=country, site_ids=site_ids)
    started = start_assessment(deed, sector=scope.sector, country=scope.country, site_ids=scope.site_ids,
                               language=language or source.language)  # fmt: skip
    if not started.is_new:
        return Succession(assessment=started.assessment, is_new=False, carried=0, facts=0, history=0)
    successor = get_assessment(deed, started.assessment.id)

    plan = _plan(deed, source, deed.means.shelf.version(successor.questionnaire_digest))
    rows = _answer_rows(deed, successor, plan, proposed=_items_done(deed, source))

    _save(deed, source, successor, plan, rows)
    shown = show_assessment(get_assessment(deed, successor.id))
    return Succession(assessment=shown, is_new=True, carried=len(plan.answers), facts=len(plan.facts),
                      history=len(plan.history))  # fmt: skip


def _scope(
    deed: Deed, source: Assessment, *, sector: str | None, country: str | None, site_ids: tuple[str, ...] | None
) -> _Scope:
    same_sites = deed.unit.assessments.site_ids(deed.organisation_id, source.id)
    return _Scope(sector=sector or source.sector, country=country or source.country, site_ids=site_ids or same_sites)


def _given(deed: Deed, source: Assessment) -> Submission:
    """What was given before: as submitted, else as it stands in the draft."""
    row = deed.unit.submissions.find(deed.organisation_id, source.id, source.snapshots)
    if row is not None:
        return submission_of(read_snapshot(row.document), attested=False)
    rows = deed.unit.answers.every(deed.organisation_id, source.id)
    answers = {item: answer for item, each in rows.items() if (answer := each.read()) != Answer()}
    # Evidence without a day bears that of the submission; a draft's last change is the day that is known.
    profile = {name: fact.value for name, fact in source.facts.items()}
    return Submission(as_of=source.changed_on, profile=profile, answers=answers)


def _plan(deed: Deed, source: Assessment, version: Version) -> Carried:
    shelf = deed.means.shelf
    old, new = shelf.questionnaire(source.questionnaire_digest), shelf.questionnaire(version.copy.digest)
    return plan_carry(old, new, _given(deed, source))


def _items_done(deed: Deed, source: Assessment) -> frozenset[str]:
    """Items that had tasks in the newest plan, all of which are done."""
    tasks = deed.unit.submissions.tasks(deed.organisation_id, source.id, source.snapshots)
    unfinished = {task.item for task in tasks if task.state not in ("done", "verified")}
    return frozenset(task.item for task in tasks) - unfinished


def _answer_rows(
    deed: Deed, successor: Assessment, plan: Carried, *, proposed: frozenset[str]
) -> tuple[list[AnswerRow], list[AnswerRow]]:
    """The successor's answers, and the history beside them."""
    sections = deed.means.shelf.sections_of(successor.questionnaire_digest)

    def row(item: str, answer: Answer, source: AnswerSource, revision: int) -> AnswerRow:
        return AnswerRow(
            item=item, section=sections.get(item, ""), answer=msgspec.Raw(msgspec.json.encode(answer)),
            revision=revision, source=source, is_confirmed=False, changed_by=deed.actor.user_id, changed_at=deed.now,
            confirmed_by=None, confirmed_at=None,
        )  # fmt: skip

    answers = [row(item, answer, "proposed" if item in proposed else "carried", 1)
               for item, answer in plan.answers.items()]  # fmt: skip
    return answers, [row(item, answer, "carried", HISTORY_REVISION) for item, answer in plan.history.items()]


def _save(
    deed: Deed, source: Assessment, successor: Assessment, plan: Carried, rows: tuple[list[AnswerRow], list[AnswerRow]]
) -> None:
    answers, history = rows
    facts = dict(carried_draft(plan, as_of=deed.today, by=deed.actor.user_id, at=deed.now).facts)
    deed.unit.assessments.change(deed.organisation_id, successor.id, carried_from=source.id)
    if facts:
        deed.unit.assessments.put_facts(successor, facts, by=deed.actor.user_id, at=deed.now)
    deed.unit.answers.add_all(deed.organisation_id, successor.id, answers)
    deed.unit.answers.keep_as_history(deed.organisation_id, successor.id, history)
    deed.record("answers-carried", assessment=successor.id, source=source.id, answers=len(answers), facts=len(facts),
                history=len(history))  # fmt: skip


def _shown(
    deed: Deed, source: Assessment, version: Version, scope: _Scope, plan: Carried, *, opens: str | None
) -> CarryOver:
    shelf = deed.means.shelf
    old, new = shelf.questionnaire(source.questionnaire_digest), shelf.questionnaire(version.copy.digest)
    texts = {each.id: each.text for each in (*old.facts, *old.items, *new.facts, *new.items)}
    changed = [item.id for item in new.items if item.id in plan.history]
    proposed = _items_done(deed, source)

    def parts(
        ids: Mapping[str, object] | list[str], *, marked: frozenset[str] = frozenset()
    ) -> tuple[CarriedPart, ...]:
        return tuple(CarriedPart(id=each, text=texts[each], is_proposed=each in marked) for each in ids)

    return CarryOver(
        questionnaire=version.copy.reference, sector=scope.sector, country=scope.country, site_ids=scope.site_ids,
        opens=opens, facts=parts(plan.facts), facts_dropped=parts(plan.history_facts),
        carried=parts(plan.answers, marked=proposed), to_confirm=parts(changed),
        dropped=parts([each for each in plan.history if each not in changed]),
        new=parts([each for each in plan.new if each not in changed]),
    )  # fmt: skip
