"""The snapshot: what was submitted, frozen as canonical JSON (RFC 8785). What is scored can be read from it alone.

It holds facts and answers that were asked, and nothing else of the draft: not who wrote what, and no answers to items
that did not apply. No floats, no booleans, no key that is left out: every snapshot of one version has the same keys.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, cast

import msgspec
from msgspec import UNSET, Meta, Struct, field

from compliance.domain.assessment.answers_file import Country, Name
from compliance.domain.assessment.draft import Draft, asked_of, submission_from
from compliance.domain.assessment.scope import Scope
from compliance.domain.canonical import canonical_bytes
from compliance.domain.questionnaire.model import YesNo
from compliance.domain.questionnaire.registers import Sha256
from compliance.domain.scoring import Answer, Decision, FactValue, Scorer, Submission

SNAPSHOT_VERSION = 1
SALT_BYTES = 32
_SALT_PATTERN = rf"^[0-9a-f]{{{2 * SALT_BYTES}}}$"


class TranslationShown(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The translation in which the questions were read."""

    digest: Sha256
    reviewed: YesNo


class Holder(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The organisation that answers, as it was called on the day."""

    name: Name
    country: Country


class SnapshotFrame(Struct, frozen=True, kw_only=True):
    """Everything in a snapshot that stands in neither draft nor questionnaire."""

    full: Sha256
    """Full digest of the questionnaire; the library has it, and computing it takes longer than scoring."""
    language: str
    translation: TranslationShown | None
    """None where the questions were read in the questionnaire's own language."""
    holder: Holder
    scope: Scope
    number: int
    """1 for the first submission; one more after each return."""
    salt: bytes
    """32 bytes out of chance, so that equal snapshots cannot be recognised by their digests."""


class PinnedQuestionnaire(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The version that was answered."""

    name: str
    version: str
    structure: Sha256
    full: Sha256


class NotAsked(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item that was not asked, and the fact that decided it; `is` is None where the fact was not asked either."""

    item: str
    fact: str
    is_: FactValue | None = field(name="is")


class EvidenceFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file that stands behind an answer."""

    item: str
    file: Sha256
    dated_on: date


class Snapshot(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was submitted."""

    v: Literal[1] = 1
    number: Annotated[int, Meta(ge=1)]
    questionnaire: PinnedQuestionnaire
    language: str
    translation: TranslationShown | None
    as_of: date
    holder: Holder
    scope: Scope
    facts: dict[str, FactValue]
    answers: dict[str, Answer]
    not_asked: tuple[NotAsked, ...]
    """Scored items, in the questionnaire's order."""
    evidence: tuple[EvidenceFile, ...]
    """Every file that an answer names, in the questionnaire's order of items."""
    salt: Annotated[str, Meta(pattern=_SALT_PATTERN)]

    @property
    def salt_bytes(self) -> bytes:
        """The salt itself, 32 bytes."""
        return bytes.fromhex(self.salt)


def draw_snapshot(scorer: Scorer, draft: Draft, frame: SnapshotFrame) -> Snapshot:
    """Freeze a draft that has no gaps.

    Raises:
        ValueError: a salt that has not 32 bytes.
    """
    if len(frame.salt) != SALT_BYTES:
        msg = f"the salt of a snapshot has {SALT_BYTES} bytes"
        raise ValueError(msg)
    asked = asked_of(scorer, draft)
    given = submission_from(scorer, draft)
    skipped: list[NotAsked] = []
    for rule in scorer.items:
        if rule.id not in asked.items:
            because = rule.not_asked(asked.facts).because
            assert because is not UNSET
            skipped.append(NotAsked(item=rule.id, fact=because.fact, is_=because.is_))
    evidence = tuple(
        EvidenceFile(item=name, file=piece.file, dated_on=piece.dated_on)
        for name, answer in given.answers.items()
        for piece in answer.pieces
        if piece.file is not None
    )
    asked_for = scorer.questionnaire
    return Snapshot(
        number=frame.number,
        questionnaire=PinnedQuestionnaire(
            name=asked_for.questionnaire, version=asked_for.version, structure=scorer.structure, full=frame.full
        ),
        language=frame.language,
        translation=frame.translation,
        as_of=draft.as_of,
        holder=frame.holder,
        scope=frame.scope,
        facts=given.profile,
        answers=given.answers,
        not_asked=tuple(skipped),
        evidence=evidence,
        salt=frame.salt.hex(),
    )


def snapshot_document(snapshot: Snapshot) -> dict[str, object]:
    """The snapshot as plain JSON data: text, whole numbers, null."""
    return cast("dict[str, object]", msgspec.to_builtins(snapshot))


def snapshot_bytes(snapshot: Snapshot) -> bytes:
    """The canonical bytes of a snapshot (RFC 8785).

    Raises:
        rfc8785.CanonicalizationError: a number beyond 2^53 − 1, which a draft without gaps does not hold.
    """
    return canonical_bytes(snapshot_document(snapshot))


def read_snapshot(stored: bytes | Mapping[str, object]) -> Snapshot:
    """A snapshot out of its bytes or its document.

    Raises:
        msgspec.ValidationError: not a snapshot of a version that we know.
        msgspec.DecodeError: not JSON.
    """
    if isinstance(stored, bytes):
        return msgspec.json.decode(stored, type=Snapshot)
    return msgspec.convert(stored, Snapshot)


def snapshot_digest(stored: bytes) -> str:
    """`sha256:` and the hexadecimal digest of a snapshot's bytes: what the signatory attests to."""
    return "sha256:" + hashlib.sha256(stored).hexdigest()


def submission_of(
    snapshot: Snapshot,
    *,
    attested: bool,
    decisions: Mapping[str, Decision] | None = None,
    sample: tuple[str, ...] | None = None,
) -> Submission:
    """What is scored, from the snapshot and what stands beside it."""
    return Submission(
        as_of=snapshot.as_of,
        profile=snapshot.facts,
        answers=snapshot.answers,
        decisions=dict(decisions or {}),
        sample=sample,
        attested=attested,
    )
