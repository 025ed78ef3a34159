"""Results over the years, and what became of a submission's certificate, for the pages about a result."""

from datetime import date

import msgspec
from msgspec import Struct

from compliance.domain.certificate import CertificateStatus, is_expired
from compliance.domain.scoring import Outcome, Score, ScoreCard
from compliance.store.assessments import Assessment
from compliance.usecases.assessments import get_assessment
from compliance.usecases.deed import Deed

MOST_RESULTS = 12
"""More than ten years of yearly renewals, with room for one that was done again."""


class EarlierResult(Struct, frozen=True, kw_only=True):
    """What one assessment came to."""

    assessment_id: str
    questionnaire: str
    on: date
    """The day of the answers."""
    outcome: Outcome
    total: Score


class CertificateOf(Struct, frozen=True, kw_only=True):
    """What became of a submission's certificate."""

    number: str | None
    status: CertificateStatus | None = None
    signing: str = ""
    valid_until: date | None = None
    waits_for: tuple[str, ...] = ()
    """Why none was issued: codes, explained in docs/lifecycle.md."""
    until: date | None = None
    """The day on which the last reason is gone by itself, where all of them go so."""


def list_results(deed: Deed, assessment_id: str) -> list[EarlierResult]:
    """The results of the assessments of the same sector that share a site with this one, oldest first; at most twelve.

    Raises:
        NoSuchAssessment, NotYourRole: the actor may not see it.
    """
    assessment = get_assessment(deed, assessment_id)
    sites = set(deed.unit.assessments.site_ids(deed.organisation_id, assessment_id))
    listed = deed.unit.assessments.page(deed.organisation_id, before=None, limit=200, site_ids=deed.actor.site_ids)
    found: list[EarlierResult] = []
    for each in listed:  # newest first
        if _is_alike(deed, each, assessment, sites) and len(found) < MOST_RESULTS:
            found.append(_result(deed, each))
    return sorted(found, key=lambda result: (result.on, result.assessment_id))


def read_certificate_of(deed: Deed, assessment_id: str) -> CertificateOf | None:
    """The newest certificate that rests on an assessment, or what it waits for; None where none was earned.

    Raises:
        NoSuchAssessment, NotYourRole: the actor may not see it.
    """
    assessment = get_assessment(deed, assessment_id)
    issued = [each for each in deed.unit.certificates.of_assessment(deed.organisation_id, assessment_id)
              if each.snapshot == assessment.snapshots]  # fmt: skip
    if issued:
        last = issued[-1]
        is_over = last.status == "active" and is_expired(last.valid_until, today=deed.today)
        return CertificateOf(number=last.number, status="expired" if is_over else last.status, signing=last.signing,
                             valid_until=last.valid_until)  # fmt: skip
    waiting = deed.unit.certificates.withheld(deed.organisation_id, assessment_id)
    if waiting:
        return CertificateOf(number=None, waits_for=tuple(waiting[-1].reasons.split()), until=waiting[-1].until)
    return None


def _is_alike(deed: Deed, other: Assessment, assessment: Assessment, sites: set[str]) -> bool:
    if other.sector != assessment.sector or not other.snapshots or other.state == "withdrawn":
        return other.id == assessment.id
    return bool(sites & set(deed.unit.assessments.site_ids(deed.organisation_id, other.id)))


def _result(deed: Deed, assessment: Assessment) -> EarlierResult:
    row = deed.unit.submissions.find(deed.organisation_id, assessment.id, assessment.snapshots)
    assert row is not None
    card = msgspec.json.decode(row.result, type=ScoreCard)
    return EarlierResult(assessment_id=assessment.id, questionnaire=assessment.questionnaire, on=card.as_of,
                         outcome=card.outcome, total=card.total)  # fmt: skip
