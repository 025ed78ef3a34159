"""Where an organisation stands and what comes next, for the first page of its people. Changes nothing."""

from datetime import date, timedelta

from msgspec import Struct

from compliance.domain.assessment import progress
from compliance.usecases.assessments import ShownAssessment, get_assessment, list_assessments
from compliance.usecases.certificates import ShownCertificate, list_certificates
from compliance.usecases.deed import Deed
from compliance.usecases.evidence import list_evidence
from compliance.usecases.identities import ShownIdentity, list_identities
from compliance.usecases.plans import ShownPlan, ShownTask, read_plan
from compliance.usecases.results import get_submission
from compliance.usecases.submitting import load_draft

_MOST_DRAFTS = 5
_MOST_ASSESSMENTS = 100
_SOON = timedelta(days=60)


class ShownDraft(Struct, frozen=True, kw_only=True):
    """A draft, with how far it is."""

    assessment: ShownAssessment
    title: str
    language: str
    """Of the title."""
    sites: tuple[str, ...]
    """Their names."""
    asked: int
    answered: int
    unconfirmed: int
    """Carried answers that wait for a person."""


class ShownResult(Struct, frozen=True, kw_only=True):
    """The newest submission of a sector."""

    assessment: ShownAssessment
    title: str
    language: str
    """Of the title."""
    sites: tuple[str, ...]
    outcome: str


class CountryIdentity(Struct, frozen=True, kw_only=True):
    """Whether the organisation is confirmed in a country in which it works."""

    country: str
    identity: ShownIdentity | None
    """None where nothing was asked yet."""


class OrganisationOverview(Struct, frozen=True, kw_only=True):
    """Where an organisation stands."""

    identities: tuple[CountryIdentity, ...]
    drafts: tuple[ShownDraft, ...] = ()
    """The newest first; five at most."""
    more_drafts: int = 0
    results: tuple[ShownResult, ...] = ()
    plan: ShownPlan | None = None
    tasks: tuple[ShownTask, ...] = ()
    """The next three that are not done, of the newest plan."""
    certificates: tuple[ShownCertificate, ...] = ()
    """Those in force or suspended, newest first."""
    ending: tuple[ShownCertificate, ...] = ()
    """Of these, those that run out within 60 days."""
    lapsed: tuple[ShownCertificate, ...] = ()
    """The newest one of each sector that has run out, where none took its place."""
    evidence_ending: int = 0
    """Papers whose last day is within 60 days, or past; 50 at most are counted."""


def read_organisation_overview(deed: Deed, language: str) -> OrganisationOverview:
    """What somebody should know and do next, with no more than their role lets them see."""
    identities = list_country_identities(deed)
    if not deed.actor.answers:
        return OrganisationOverview(identities=identities)
    every = list_assessments(deed, cursor=None, limit=_MOST_ASSESSMENTS, state=None).items
    drafts = [each for each in every if each.state == "draft"]
    results = _newest_results(every)
    plan = read_plan(deed, results[0].id, language) if results else None
    issued = list_certificates(deed)
    certificates = tuple(each for each in issued if each.status in ("active", "suspended"))

    return OrganisationOverview(
        identities=identities,
        drafts=tuple(_draft(deed, each, language) for each in drafts[:_MOST_DRAFTS]),
        more_drafts=max(0, len(drafts) - _MOST_DRAFTS),
        results=tuple(_result(deed, each, language) for each in results),
        plan=plan,
        tasks=tuple(each for each in plan.tasks if each.state in ("open", "in_progress"))[:3] if plan else (),
        certificates=certificates,
        ending=tuple(each for each in certificates if _is_soon(each.valid_until, deed.today)),
        lapsed=_lapsed(issued),
        evidence_ending=len(list_evidence(deed, cursor=None, limit=50, digest=None,
                                          expiring_before=deed.today + _SOON).items),
    )  # fmt: skip


def list_country_identities(deed: Deed) -> tuple[CountryIdentity, ...]:
    """Each country in which the organisation is, has an open site, or asked to be confirmed; its own first."""
    organisation = deed.unit.organisations.find(deed.organisation_id)
    assert organisation is not None
    asked = {each.country: each for each in list_identities(deed)}
    sites = {each.country for each in deed.unit.organisations.sites(deed.organisation_id) if each.closed_at is None}
    others = sorted((sites | asked.keys()) - {organisation.country})
    return tuple(CountryIdentity(country=each, identity=asked.get(each)) for each in (organisation.country, *others))


def _newest_results(every: list[ShownAssessment]) -> list[ShownAssessment]:
    """The newest submission of each sector, newest first."""
    given = [each for each in every if each.snapshots and each.state not in ("draft", "withdrawn", "expired")]
    given.sort(key=lambda each: each.submitted_at or each.started_at, reverse=True)
    found: dict[str, ShownAssessment] = {}
    for each in given:
        found.setdefault(each.sector, each)
    return list(found.values())


def _lapsed(issued: list[ShownCertificate]) -> tuple[ShownCertificate, ...]:
    newest: dict[str, ShownCertificate] = {}
    for each in issued:
        newest.setdefault(each.sector, each)
    held = {each.sector for each in issued if each.status in ("active", "suspended")}
    return tuple(each for sector, each in newest.items() if each.status == "expired" and sector not in held)


def _draft(deed: Deed, assessment: ShownAssessment, language: str) -> ShownDraft:
    row = get_assessment(deed, assessment.id)
    sections = progress(deed.means.shelf.scorer(row.questionnaire_digest), load_draft(deed, row))
    titled, _ = deed.means.shelf.translated(row.questionnaire_digest, language)
    return ShownDraft(
        assessment=assessment, title=titled.title, language=titled.language,
        sites=_sites(deed, assessment.id), asked=sum(each.asked for each in sections),
        answered=sum(each.answered for each in sections), unconfirmed=sum(each.unconfirmed for each in sections),
    )  # fmt: skip


def _result(deed: Deed, assessment: ShownAssessment, language: str) -> ShownResult:
    submission = get_submission(deed, assessment.id)
    titled, _ = deed.means.shelf.translated(submission.assessment.questionnaire_digest, language)
    return ShownResult(
        assessment=assessment, title=titled.title, language=titled.language,
        sites=_sites(deed, assessment.id), outcome=submission.row.outcome,
    )  # fmt: skip


def _sites(deed: Deed, assessment_id: str) -> tuple[str, ...]:
    return tuple(name for _, name in deed.unit.assessments.named_sites(deed.organisation_id, assessment_id))


def _is_soon(day: date, today: date) -> bool:
    return day <= today + _SOON
