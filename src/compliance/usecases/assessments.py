"""Assessments: start, list, read, withdraw.

Everybody in the organisation who works on assessments may read them; a contributor limited to sites only those whose
every site is theirs. What somebody may not see is answered as not found.
"""

from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec import Struct

from compliance.domain.assessment import AssessmentState, DraftFact, check_can_withdraw, draft_expires_on
from compliance.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from compliance.store.answers import AnswerRow
from compliance.store.assessments import Assessment, Assignment
from compliance.store.organisations import Site
from compliance.usecases.deed import Deed
from compliance.usecases.pages import Page, read_instant_cursor, write_cursor
from compliance.usecases.shelf import NoSuchVersion, Version


class NoSuchAssessment(NotFound):
    """There is no such assessment here."""

    code = "no-such-assessment"


class NotYourRole(Forbidden):
    """Your role in this organisation does not allow this."""

    code = "not-your-role"


class AssessmentInvalid(Invalid):
    """An assessment cannot be started like this."""

    code = "assessment-invalid"


class SitesTaken(Conflict):
    """Some of these sites stand in different open drafts of this sector."""

    code = "sites-taken"


class ShownAssessment(Struct, frozen=True, kw_only=True):
    """An assessment without its answers."""

    id: str
    questionnaire: str
    sector: str
    country: str
    language: str
    state: AssessmentState
    started_by: str
    started_at: datetime
    changed_on: date
    expires_on: date | None
    """The day on which a draft that nobody changes is closed; None for all that is no draft."""
    submitted_at: datetime | None
    carried_from: str | None
    snapshots: int
    standing: str | None


class WholeAssessment(ShownAssessment, frozen=True, kw_only=True):
    """An assessment with everything that was filled in."""

    site_ids: tuple[str, ...]
    facts: dict[str, DraftFact]
    facts_revision: int
    answers: dict[str, "ShownAnswer"]
    assignments: dict[str, Assignment]


class ShownAnswer(Struct, frozen=True, kw_only=True):
    """An answer with where it comes from."""

    answer: msgspec.Raw
    revision: int
    source: str
    is_confirmed: bool
    changed_by: str
    changed_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None


class Started(Struct, frozen=True, kw_only=True):
    """The draft that was started, or the one that was open already."""

    assessment: ShownAssessment
    is_new: bool


def show_answer(row: AnswerRow) -> ShownAnswer:
    """An answer as members see it."""
    return ShownAnswer(
        answer=row.answer, revision=row.revision, source=row.source, is_confirmed=row.is_confirmed,
        changed_by=row.changed_by, changed_at=row.changed_at, confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
    )  # fmt: skip


def show_assessment(assessment: Assessment) -> ShownAssessment:
    """An assessment as members see it."""
    is_draft = assessment.state == "draft"
    return ShownAssessment(
        id=assessment.id, questionnaire=assessment.questionnaire, sector=assessment.sector,
        country=assessment.country, language=assessment.language, state=assessment.state,
        started_by=assessment.started_by, started_at=assessment.started_at, changed_on=assessment.changed_on,
        expires_on=draft_expires_on(assessment.changed_on) if is_draft else None,
        submitted_at=assessment.submitted_at, carried_from=assessment.carried_from, snapshots=assessment.snapshots,
        standing=assessment.standing,
    )  # fmt: skip


def check_works(deed: Deed) -> None:
    """Refuse who has no part in assessments.

    Raises:
        NotYourRole: neither owner, contributor nor signatory.
    """
    if not deed.actor.answers:
        raise NotYourRole


def get_assessment(deed: Deed, assessment_id: str, *, lock: Literal["change", "keep"] | None = None) -> Assessment:
    """An assessment that the actor may see.

    Raises:
        NoSuchAssessment: there is none, or it is not theirs.
        NotYourRole: neither owner, contributor nor signatory.
    """
    check_works(deed)
    assessment = deed.unit.assessments.find(deed.organisation_id, assessment_id, lock=lock)
    if assessment is None:
        raise NoSuchAssessment
    if deed.actor.site_ids is not None:
        sites = deed.unit.assessments.site_ids(deed.organisation_id, assessment_id)
        if not deed.actor.sees_sites(frozenset(sites)):
            raise NoSuchAssessment
    return assessment


def start_assessment(
    deed: Deed, *, sector: str, country: str, site_ids: tuple[str, ...], language: str,
    questionnaire: str | None = None,
) -> Started:  # fmt: skip
    """Start a draft on the newest version that is open, or open the one that is there for these sites.

    Raises:
        NotYourRole, AssessmentInvalid, NoSuchVersion, SitesTaken: it cannot be started so.
    """
    check_works(deed)
    version = _version(deed, sector, questionnaire)
    sites = check_sites(deed, site_ids, country)
    open_ones = deed.unit.assessments.open_for(deed.organisation_id, site_ids, sector)
    if open_ones:
        return _open_already(deed, open_ones, site_ids, sector)

    assessment = new_draft(deed, version, sector=sector, country=country, language=language)

    deed.unit.assessments.add(assessment, site_ids=tuple(site.id for site in sites))
    deed.record("assessment-started", assessment=assessment.id, questionnaire=assessment.questionnaire)
    return Started(assessment=show_assessment(assessment), is_new=True)


def new_draft(
    deed: Deed, version: Version, *, sector: str, country: str, language: str, carried_from: str | None = None
) -> Assessment:
    """An empty draft, pinned to a version."""
    return Assessment(
        organisation_id=deed.organisation_id, id=deed.new_id(), questionnaire_digest=version.copy.digest,
        questionnaire=version.copy.reference, sector=sector, country=country, language=language, state="draft",
        facts={}, facts_revision=0, started_by=deed.actor.user_id, started_at=deed.now, changed_on=deed.today,
        carried_from=carried_from,
    )  # fmt: skip


def _version(deed: Deed, sector: str, reference: str | None) -> Version:
    shelf = deed.means.shelf
    version = shelf.newest(sector, deed.today) if reference is None else shelf.named(reference)
    if version is None or version.copy.name != sector:
        known = ", ".join(sorted({each.copy.name for each in shelf.versions()}))
        raise NoSuchVersion([Problem("sector-unknown", "sector", {"given": sector[:80], "known": known})])
    if version.state_on(deed.today).state != "published":
        facts = {"reference": version.copy.reference, "on": version.state_on(deed.today).on.isoformat()}
        raise AssessmentInvalid([Problem("questionnaire-closed", "questionnaire", facts)])
    return version


def newest_version(deed: Deed, sector: str) -> Version:
    """The version that a new assessment of a sector is started on.

    Raises:
        NoSuchVersion: none is open.
    """
    return _version(deed, sector, None)


def check_sites(deed: Deed, site_ids: tuple[str, ...], country: str) -> list[Site]:
    """The sites of a scope.

    Raises:
        AssessmentInvalid: none, repeated, unknown, closed, in another country, or not the actor's.
    """
    known = {site.id: site for site in deed.unit.organisations.sites(deed.organisation_id)}
    problems = [] if site_ids else [Problem("site-missing", "site_ids")]
    for index, site_id in enumerate(site_ids):
        site, where = known.get(site_id), f"site_ids[{index}]"
        if site is None or site.closed_at is not None or not deed.actor.sees_sites(frozenset({site_id})):
            problems.append(Problem("site-unknown", where, {"id": site_id[:40]}))
        elif site.country != country:
            problems.append(Problem("site-abroad", where, {"country": site.country, "wanted": country}))
        elif site_ids.index(site_id) != index:
            problems.append(Problem("site-repeated", where, {"id": site_id}))
    if problems:
        raise AssessmentInvalid(problems)
    return [known[site_id] for site_id in sorted(site_ids)]


def _open_already(deed: Deed, open_ones: list[str], site_ids: tuple[str, ...], sector: str) -> Started:
    """One open draft per site and sector: a second start opens the first."""
    covered = set(deed.unit.assessments.site_ids(deed.organisation_id, open_ones[0]))
    seen = seen_drafts(deed, open_ones)
    if not seen:
        raise SitesTaken([Problem("sites-taken-elsewhere", "site_ids", {"sector": sector})])
    if len(open_ones) > 1 or not set(site_ids) <= covered:
        facts = {"sector": sector, "assessments": ", ".join(seen)}
        raise SitesTaken([Problem("sites-taken", "site_ids", facts)])
    return Started(assessment=show_assessment(get_assessment(deed, open_ones[0])), is_new=False)


def seen_drafts(deed: Deed, assessment_ids: list[str]) -> list[str]:
    """Those that the actor may see: who works for some sites learns nothing of drafts that are about others too."""
    store = deed.unit.assessments
    return [each for each in assessment_ids
            if deed.actor.sees_sites(frozenset(store.site_ids(deed.organisation_id, each)))]  # fmt: skip


def list_assessments(
    deed: Deed, *, cursor: str | None, limit: int, state: AssessmentState | None
) -> Page[ShownAssessment]:
    """The organisation's assessments that the actor may see, newest first.

    Raises:
        NotYourRole: neither owner, contributor nor signatory.
        CursorWrong: the cursor is none of ours.
    """
    check_works(deed)
    before = read_instant_cursor(cursor)
    found = deed.unit.assessments.page(
        deed.organisation_id, before=before, limit=limit + 1, state=state, site_ids=deed.actor.site_ids
    )
    items = found[:limit]
    more = write_cursor(items[-1].started_at.isoformat(), items[-1].id) if len(found) > limit else None
    return Page(items=[show_assessment(each) for each in items], next=more)


def read_assessment(deed: Deed, assessment_id: str) -> WholeAssessment:
    """An assessment with everything that was filled in.

    Raises:
        NoSuchAssessment, NotYourRole: the actor may not see it.
    """
    assessment = get_assessment(deed, assessment_id)
    rows = deed.unit.answers.every(deed.organisation_id, assessment_id)
    return WholeAssessment(
        **msgspec.structs.asdict(show_assessment(assessment)),
        site_ids=deed.unit.assessments.site_ids(deed.organisation_id, assessment_id),
        facts=assessment.facts,
        facts_revision=assessment.facts_revision,
        answers={item: show_answer(row) for item, row in rows.items()},
        assignments=deed.unit.assessments.assignments(deed.organisation_id, assessment_id),
    )


def withdraw_assessment(deed: Deed, assessment_id: str, reason: str) -> ShownAssessment:
    """Take a draft or a submission back. A certificate that rests on it falls with it.

    Raises:
        NoSuchAssessment, NotYourRole, AssessmentNotOpen, CaseOpen: it cannot be taken back, or not by this person.
    """
    from compliance.usecases.certificate_statuses import withdraw_with_submission

    assessment = get_assessment(deed, assessment_id, lock="change")
    if not deed.actor.has("owner", "signatory"):
        raise NotYourRole
    check_can_withdraw(assessment.state, case_open=False)

    deed.unit.assessments.change(
        deed.organisation_id, assessment_id, state="withdrawn", closed_at=deed.now, withdrawn_reason=reason
    )
    deed.unit.assessments.close_sites(deed.organisation_id, assessment_id)
    deed.record("assessment-withdrawn", assessment=assessment_id, before=assessment.state)
    deed.publish("assessment-withdrawn", assessment=assessment_id)
    if assessment.state == "submitted":
        withdraw_with_submission(deed, assessment_id)
    return show_assessment(get_assessment(deed, assessment_id))
