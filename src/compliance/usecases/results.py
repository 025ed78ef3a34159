"""What came of a submission: result, receipt, attestation, reasons in words, documents, the least-effort path.

Everything is read from what was stored when it was submitted; nothing here changes anything. The result and the
attestation are given byte for byte as stored. Of several snapshots the newest counts.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from compliance.documents._dossier import Dossier
from compliance.domain.assessment import (
    AnswersFile,
    Attestation,
    Attested,
    Organisation,
    Receipt,
    Snapshot,
    read_snapshot,
    receipt_bytes,
)
from compliance.domain.certificate import earns_certificate
from compliance.domain.questionnaire import Questionnaire, ScoredItem
from compliance.domain.remediation import Path, Step, Target, draw_plan
from compliance.domain.scoring import Assurance, Outcome, Score, ScoreCard, Scorer
from compliance.errors import NotFound
from compliance.store.assessments import Assessment
from compliance.store.submissions import SnapshotRow
from compliance.usecases.assessments import get_assessment
from compliance.usecases.deed import Deed
from compliance.usecases.plan_today import plan_today
from compliance.usecases.shortest import shortest_path
from compliance.words import Speaker, say_blocks, say_item_score, say_reason, speaker

DocumentName = Literal["report.pdf", "plan.pdf", "plan.xlsx", "plan.csv", "plan.ics", "certificate-preview.pdf"]


class NotSubmitted(NotFound):
    """This assessment was not submitted yet, so there is no result."""

    code = "not-submitted"


class NoCertificateEarned(NotFound):
    """The result earns no certificate, so there is none to preview."""

    code = "no-certificate-earned"


class StoredBytes(Struct, frozen=True, kw_only=True):
    """Bytes to be given as they are, with their digest."""

    content: bytes
    digest: str
    """`sha256:…` of the content."""
    language: str = ""
    """Of a document; empty where the content has none."""


class SaidReason(Struct, frozen=True, kw_only=True):
    """Something that keeps the result from a better outcome."""

    says: str
    blocks: str
    """Which outcomes it keeps the result from."""


class SaidItem(Struct, frozen=True, kw_only=True):
    """What an item earned, and why."""

    item: str
    section: str
    text: str
    state: str
    says: tuple[str, ...]


class ResultInWords(Struct, frozen=True, kw_only=True):
    """A result, said in one language."""

    language: str
    is_reviewed: bool
    """Whether a native-speaking expert reviewed the texts in this language."""
    outcome: Outcome
    outcome_says: str
    assurance: Assurance | None
    assurance_says: str
    total_says: str | None
    """Declared and assured total; null where there was nothing to score."""
    reasons: tuple[SaidReason, ...]
    items: tuple[SaidItem, ...]
    """Every scored item, in the questionnaire's order."""


class SaidStep(Struct, frozen=True, kw_only=True):
    """A step of a path."""

    item: str
    text: str
    """The question."""
    do: str
    """What is to be done."""
    effort_half_days: int
    effort: str
    gain: int
    """Assured points gained, times the item's weight."""


class PathInWords(Struct, frozen=True, kw_only=True):
    """The least work that leads to an outcome: the shortest way to the threshold, not the order of urgency."""

    target: Target
    reachable: bool
    effort_half_days: int
    effort: str
    steps: tuple[SaidStep, ...]
    """In the questionnaire's order; empty where the outcome is reached already or out of reach."""
    total: Score | None
    """Once all steps are done; null where the target is out of reach."""
    outcome: Outcome | None
    """Once all steps are done."""
    obstacles: tuple[SaidReason, ...]
    """Where out of reach: what still stands in the way after every possible step."""
    says: str
    """What such a path is, and what it is not."""


class Submission(Struct, frozen=True, kw_only=True):
    """An assessment with its newest submission."""

    assessment: Assessment
    row: SnapshotRow

    def card(self, scorer: Scorer) -> ScoreCard:
        """The stored result, in the questionnaire's order again: canonical JSON is sorted by its keys."""
        card = msgspec.json.decode(self.row.result, type=ScoreCard)
        return msgspec.structs.replace(
            card,
            pillars={section.pillar: card.pillars[section.pillar] for section in scorer.sections},
            sections={section.id: card.sections[section.id] for section in scorer.sections},
            items={rule.id: card.items[rule.id] for rule in scorer.items},
        )

    @property
    def snapshot(self) -> Snapshot:
        """The stored snapshot."""
        return read_snapshot(self.row.document)


def get_submission(deed: Deed, assessment_id: str) -> Submission:
    """An assessment that the actor may see, with its newest submission.

    Raises:
        NoSuchAssessment, NotYourRole: the actor may not see it.
        NotSubmitted: it has none.
    """
    assessment = get_assessment(deed, assessment_id)
    row = deed.unit.submissions.find(deed.organisation_id, assessment_id, assessment.snapshots)
    if row is None:
        raise NotSubmitted
    return Submission(assessment=assessment, row=row)


def read_result(deed: Deed, assessment_id: str) -> StoredBytes:
    """The result as it was stored: canonical JSON that anybody can compute again from the receipt.

    Raises:
        NoSuchAssessment, NotYourRole, NotSubmitted: see `get_submission`.
    """
    row = get_submission(deed, assessment_id).row
    return StoredBytes(content=row.result, digest=row.result_digest)


def read_receipt_of(deed: Deed, assessment_id: str) -> StoredBytes:
    """The receipt: all that the result is computed from, without the signatory's name.

    Raises:
        NoSuchAssessment, NotYourRole, NotSubmitted: see `get_submission`.
    """
    submission = get_submission(deed, assessment_id)
    stored = receipt_bytes(Receipt(snapshot=submission.snapshot, attestation=submission.row.attestation_digest))
    return StoredBytes(content=stored, digest="sha256:" + hashlib.sha256(stored).hexdigest())


def read_attestation(deed: Deed, assessment_id: str) -> StoredBytes:
    """Who signed the submission, as it was stored. For members only: the receipt holds its digest alone.

    Raises:
        NoSuchAssessment, NotYourRole, NotSubmitted: see `get_submission`.
    """
    row = get_submission(deed, assessment_id).row
    return StoredBytes(content=row.attestation, digest=row.attestation_digest)


def say_result(deed: Deed, assessment_id: str, language: str | None) -> ResultInWords:
    """The result in words: outcome, reasons, and why each item earned what it earned.

    Raises:
        NoSuchAssessment, NotYourRole, NotSubmitted: see `get_submission`.
    """
    submission = get_submission(deed, assessment_id)
    questionnaire, is_reviewed = words_of(deed, submission.assessment, language)
    says = speaker(questionnaire.language)
    card = submission.card(_scorer(deed, submission))
    total = card.total
    return ResultInWords(
        language=questionnaire.language,
        is_reviewed=is_reviewed and says.is_reviewed,
        outcome=card.outcome,
        outcome_says=f"{says.say(f'outcome-{card.outcome}')}. {says.say(f'outcome-{card.outcome}-says')}",
        assurance=card.assurance,
        assurance_says=says.say(f"assurance-{card.assurance or 'none'}-says"),
        total_says=None if total.declared is None or total.assured is None else
        says.say("totals", declared=f"{total.declared.percent} %", assured=f"{total.assured.percent} %"),
        reasons=_said_reasons(says, card.reasons, questionnaire),
        items=tuple(
            SaidItem(item=item.id, section=section.id, text=item.text, state=card.items[item.id].state,
                     says=tuple(say_item_score(says, item, card.items[item.id], questionnaire)))
            for section in questionnaire.sections for item in section.items
            if isinstance(item, ScoredItem) and item.id in card.items
        ),
    )  # fmt: skip


def find_path(deed: Deed, assessment_id: str, target: Target, language: str | None) -> PathInWords:
    """The least work that would bring the submission to an outcome; computed when it is asked for.

    Raises:
        NoSuchAssessment, NotYourRole, NotSubmitted: see `get_submission`.
        PathNotProven: a fault of ours, never because of the submission.
    """
    submission = get_submission(deed, assessment_id)
    scorer = _scorer(deed, submission)
    questionnaire, _ = words_of(deed, submission.assessment, language)

    path = shortest_path(scorer, submission.card(scorer), target, digest=submission.row.result_digest)

    return _said_path(path, questionnaire)


def draw_document(deed: Deed, assessment_id: str, name: DocumentName, language: str | None) -> StoredBytes:
    """A document about the submission, in a language as far as it is translated; the same bytes every time.

    The plan is shown as it stands today, so its files change with it.

    Raises:
        NoSuchAssessment, NotYourRole, NotSubmitted: see `get_submission`.
        NoCertificateEarned: a preview is asked for, and the result earns no certificate.
    """
    submission = get_submission(deed, assessment_id)
    if name == "certificate-preview.pdf" and not earns_certificate(submission.card(_scorer(deed, submission))):
        raise NoCertificateEarned

    dossier = _dossier(deed, submission, language)
    if name.startswith("plan."):
        today = plan_today(deed, assessment_id, submission.row.number)
        dossier = msgspec.structs.replace(dossier, today=today)
    content = _drawer(name)(dossier)

    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    return StoredBytes(content=content, digest=digest, language=dossier.language)


def words_of(deed: Deed, assessment: Assessment, language: str | None) -> tuple[Questionnaire, bool]:
    """The assessment's questionnaire in a language, else in the assessment's own; with whether it was reviewed."""
    return deed.means.shelf.translated(assessment.questionnaire_digest, language or assessment.language)


def say_step(says: Speaker, item: ScoredItem, step: Step) -> str:
    """What is to be done for a step."""
    if step.action is None:
        return says.say("attach-evidence", evidence="; ".join(piece.text for piece in item.evidence.expected))
    return item.actions[step.action].do


def _scorer(deed: Deed, submission: Submission) -> Scorer:
    return deed.means.shelf.scorer(submission.assessment.questionnaire_digest)


def _said_reasons(says: Speaker, reasons: tuple[object, ...], questionnaire: Questionnaire) -> tuple[SaidReason, ...]:
    return tuple(
        SaidReason(says=say_reason(says, reason, questionnaire), blocks=say_blocks(says, reason))  # pyright: ignore[reportArgumentType]
        for reason in reasons
    )


def _said_path(path: Path, questionnaire: Questionnaire) -> PathInWords:
    says = speaker(questionnaire.language)
    items = {item.id: item for item in questionnaire.scored_items}
    return PathInWords(
        target=path.target, reachable=path.reachable, effort_half_days=path.effort_half_days,
        effort=says.half_days(path.effort_half_days),
        steps=tuple(
            SaidStep(item=step.item, text=items[step.item].text, do=say_step(says, items[step.item], step),
                     effort_half_days=step.effort_half_days, effort=says.half_days(step.effort_half_days),
                     gain=step.gain)
            for step in path.steps
        ),
        total=path.total, outcome=path.outcome, obstacles=_said_reasons(says, path.obstacles, questionnaire),
        says=says.say("path-not-urgency"),
    )  # fmt: skip


def _dossier(deed: Deed, submission: Submission, language: str | None) -> Dossier:
    questionnaire, is_reviewed = words_of(deed, submission.assessment, language)
    scorer = _scorer(deed, submission)
    card = submission.card(scorer)
    return Dossier(
        questionnaire=questionnaire,
        source=scorer.questionnaire,
        reviewed=is_reviewed,
        published=True,  # only published versions are copied into the database
        answers=_answers_file(submission),
        card=card,
        plan=draw_plan(scorer, card),
    )


def _answers_file(submission: Submission) -> AnswersFile:
    """The submission in the form that documents are drawn from."""
    snapshot = submission.snapshot
    signed = msgspec.json.decode(submission.row.attestation, type=Attested)
    return AnswersFile(
        questionnaire=submission.assessment.questionnaire,
        as_of=snapshot.as_of,
        organisation=Organisation(name=snapshot.holder.name, country=snapshot.holder.country),
        attested_by=Attestation(name=signed.name, role=signed.role, on=signed.at.date()),
        profile=snapshot.facts,
        answers=snapshot.answers,
    )


def _drawer(name: DocumentName) -> Callable[[Dossier], bytes]:
    # Imported here: drawing needs ReportLab, HarfBuzz and ICU, which nothing else waits for.
    from compliance.documents.certificate_preview import draw_certificate_preview
    from compliance.documents.plan_files import plan_calendar, plan_csv
    from compliance.documents.plan_pdf import draw_plan_pdf
    from compliance.documents.plan_sheet import plan_sheet
    from compliance.documents.report import draw_report

    drawers: Mapping[DocumentName, Callable[[Dossier], bytes]] = {
        "report.pdf": draw_report,
        "plan.pdf": draw_plan_pdf,
        "plan.xlsx": plan_sheet,
        "plan.csv": plan_csv,
        "plan.ics": plan_calendar,
        "certificate-preview.pdf": draw_certificate_preview,
    }
    return drawers[name]
