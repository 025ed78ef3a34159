"""From a draft to a submission: what is missing, the signature, the snapshot, the score, the certificate, the plan.

Everything happens in the transaction of the request: a submission is there whole, or not at all.
"""

import hashlib

import msgspec
from msgspec import Struct

from compliance.domain.assessment import (
    SALT_BYTES,
    STATEMENT_DIGEST,
    STATEMENT_VERSION,
    STATEMENTS,
    Attested,
    Draft,
    DraftAnswer,
    Gap,
    Holder,
    Scope,
    SectionProgress,
    Site,
    Snapshot,
    SnapshotFrame,
    TranslationShown,
    attestation_digest,
    attestation_document,
    check_can_submit,
    check_complete,
    check_statement,
    draw_snapshot,
    gaps,
    progress,
    snapshot_bytes,
    snapshot_digest,
    state_after_submission,
    submission_of,
)
from compliance.domain.remediation import draw_tasks, due_on
from compliance.domain.scoring import RULE, ScoreCard, Scorer, result_bytes
from compliance.errors import Forbidden
from compliance.store.assessments import Assessment
from compliance.store.submissions import SnapshotRow, TaskRow
from compliance.usecases.assessments import get_assessment
from compliance.usecases.deed import Deed
from compliance.usecases.issuing import CertificateNews, issue_or_withhold
from compliance.usecases.revisions import StaleRevision
from compliance.words import say_problem


class SignatoryOnly(Forbidden):
    """Only a signatory of this organisation attests and submits."""

    code = "signatory-only"


class ShownGap(Struct, frozen=True, kw_only=True):
    """One thing that is missing."""

    kind: str
    id: str
    section: str | None
    where: str
    detail: str
    """What to do, in English."""


class Statement(Struct, frozen=True, kw_only=True):
    """What the signatory signs."""

    version: str
    text: str


class Completeness(Struct, frozen=True, kw_only=True):
    """How far a draft is, and what still keeps it from being submitted."""

    is_complete: bool
    gaps: tuple[ShownGap, ...]
    sections: tuple[SectionProgress, ...]
    fingerprint: str
    """Of everything that would be signed; send it with the submission, so that nobody signs what they did not see."""
    statement: Statement


class Submitted(Struct, frozen=True, kw_only=True):
    """What came of a submission."""

    assessment_id: str
    snapshot: int
    snapshot_digest: str
    outcome: str
    assurance: str | None
    tasks: int
    certificate: CertificateNews


def load_draft(deed: Deed, assessment: Assessment) -> Draft:
    """Everything that was given so far, with the scan states of the files that it names."""
    rows = deed.unit.answers.every(assessment.organisation_id, assessment.id)
    answers = {
        item: DraftAnswer(answer=row.read(), source=row.source, confirmed=row.is_confirmed,
                          changed_by=row.changed_by, changed_at=row.changed_at, revision=row.revision)
        for item, row in rows.items()
    }  # fmt: skip
    files = {piece.file for each in answers.values() for piece in each.answer.pieces if piece.file is not None}
    scans = deed.unit.evidence.scans(assessment.organisation_id, files) if files else {}
    return Draft(as_of=deed.today, facts=assessment.facts, answers=answers, scans=scans)


def fingerprint_of(draft: Draft) -> str:
    """A digest of the facts and answers; another one as soon as anybody changes anything."""
    content = msgspec.json.encode([
        sorted((name, fact.revision, fact.confirmed, msgspec.to_builtins(fact.value)) for name, fact in draft.facts.items()),
        sorted((item, each.revision) for item, each in draft.answers.items()),
    ])  # fmt: skip
    return "sha256:" + hashlib.sha256(content).hexdigest()


def check_completeness(deed: Deed, assessment_id: str) -> Completeness:
    """What is missing, by name; and what the signatory will sign.

    Raises:
        NoSuchAssessment, NotYourRole: the actor may not see it.
    """
    assessment = get_assessment(deed, assessment_id)
    draft = load_draft(deed, assessment)
    scorer = deed.means.shelf.scorer(assessment.questionnaire_digest)

    found = gaps(scorer, draft)

    return Completeness(
        is_complete=not found,
        gaps=tuple(_shown(gap) for gap in found),
        sections=progress(scorer, draft),
        fingerprint=fingerprint_of(draft),
        statement=Statement(version=STATEMENT_VERSION, text=STATEMENTS[STATEMENT_VERSION]),
    )


def _shown(gap: Gap) -> ShownGap:
    return ShownGap(kind=gap.kind, id=gap.id, section=gap.section, where=gap.where, detail=say_problem(gap.problem))


def submit_assessment(
    deed: Deed, assessment_id: str, *, name: str, role: str, statement: str, fingerprint: str
) -> Submitted:
    """Sign and submit: snapshot, result, certificate or what it waits for, plan; all or nothing.

    Raises:
        NoSuchAssessment, NotYourRole, SignatoryOnly, AssessmentNotOpen: this person may not submit this.
        AnswersIncomplete: with every gap.
        StatementOutdated: the statement has another version now.
        StaleRevision: something was changed since the signatory read it.
    """
    assessment = get_assessment(deed, assessment_id, lock="change")
    if not deed.actor.has("signatory"):
        raise SignatoryOnly
    check_can_submit(assessment.state)
    check_statement(statement)
    draft = load_draft(deed, assessment)
    scorer = deed.means.shelf.scorer(assessment.questionnaire_digest)
    check_complete(scorer, draft)
    if fingerprint != fingerprint_of(draft):
        raise StaleRevision({"fingerprint": fingerprint_of(draft)})

    snapshot = draw_snapshot(scorer, draft, _frame(deed, assessment))
    stored = snapshot_bytes(snapshot)
    attested = Attested(
        user_id=deed.actor.user_id, name=name, role=role, statement=STATEMENT_VERSION,
        statement_digest=STATEMENT_DIGEST, snapshot=snapshot_digest(stored), at=deed.now,
    )  # fmt: skip
    card = scorer.score(submission_of(snapshot, attested=True))
    tasks = _tasks(deed, assessment, snapshot.number, scorer, card)

    row = _row(snapshot, stored, attested, card, deed)
    _save(deed, assessment, row, tasks)
    certificate = issue_or_withhold(deed, assessment, row, snapshot, card)
    return Submitted(
        assessment_id=assessment.id, snapshot=snapshot.number, snapshot_digest=row.digest, outcome=card.outcome,
        assurance=card.assurance, tasks=len(tasks), certificate=certificate,
    )  # fmt: skip


def _frame(deed: Deed, assessment: Assessment) -> SnapshotFrame:
    organisation = deed.unit.organisations.find(assessment.organisation_id)
    assert organisation is not None
    sites = deed.unit.assessments.named_sites(assessment.organisation_id, assessment.id)
    version = deed.means.shelf.version(assessment.questionnaire_digest)
    shown = next((each for each in version.translations if each.language == assessment.language), None)
    translation = None
    if shown is not None and assessment.language != version.copy.language:
        translation = TranslationShown(digest=shown.digest, reviewed="yes" if shown.is_reviewed else "no")
    return SnapshotFrame(
        full=assessment.questionnaire_digest,
        language=assessment.language if translation else version.copy.language,
        translation=translation,
        holder=Holder(name=organisation.name, country=organisation.country),
        scope=Scope(country=assessment.country, sector=assessment.sector,
                    sites=tuple(Site(site_id, name) for site_id, name in sites)),
        number=assessment.snapshots + 1,
        salt=deed.chance.octets(SALT_BYTES),
    )  # fmt: skip


def _row(snapshot: Snapshot, stored: bytes, attested: Attested, card: ScoreCard, deed: Deed) -> SnapshotRow:
    result = result_bytes(card)
    return SnapshotRow(
        number=snapshot.number,
        document=stored,
        digest=attested.snapshot,
        attestation=msgspec.json.encode(attestation_document(attested)),
        attestation_digest=attestation_digest(attested),
        result=result,
        result_digest="sha256:" + hashlib.sha256(result).hexdigest(),
        rule=RULE,
        outcome=card.outcome,
        assurance=card.assurance,
        created_at=deed.now,
    )


def _tasks(deed: Deed, assessment: Assessment, number: int, scorer: Scorer, card: ScoreCard) -> list[TaskRow]:
    return [
        TaskRow(
            id=deed.new_id(), assessment_id=assessment.id, snapshot=number, position=position, item=task.item,
            step=task.step, priority=task.priority, state="open", owner_id=None,
            due_on=due_on(task.step, deed.today, task.priority), note="", reason=None, evidence=(), revision=1,
            changed_at=deed.now,
        )
        for position, task in enumerate(draw_tasks(scorer, card), 1)
    ]  # fmt: skip


def _save(deed: Deed, assessment: Assessment, row: SnapshotRow, tasks: list[TaskRow]) -> None:
    deed.unit.submissions.add(assessment.organisation_id, assessment.id, row)
    deed.unit.submissions.add_tasks(assessment.organisation_id, tasks)
    deed.unit.evidence.note_submitted(assessment.organisation_id, assessment.id, row.number)
    deed.unit.assessments.note_submitted(
        assessment.organisation_id, assessment.id, state=state_after_submission(assessment.state), at=deed.now,
        snapshot=row.number,
    )  # fmt: skip
    deed.unit.assessments.close_sites(assessment.organisation_id, assessment.id)
    deed.record("assessment-submitted", assessment=assessment.id, snapshot=row.number, digest=row.digest,
                attestation=row.attestation_digest, result=row.result_digest)  # fmt: skip
    deed.publish("assessment-submitted", assessment=assessment.id, snapshot=row.number, digest=row.digest)
    deed.tell(deed.someone.email, "assessment_submitted", language=deed.someone.language,
              organisation_id=assessment.organisation_id, assessment=assessment.id)  # fmt: skip
