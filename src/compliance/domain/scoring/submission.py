"""What is scored: a profile, answers, reviewers' decisions, a sample.

Field names are the keys of an answers file. Dates inside values stay text until an item reads them. None of these can
be part of a cycle, so the garbage collector need not visit them (`gc=False`): a submission has thousands.
"""

from datetime import date
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from compliance.domain.questionnaire.model import EvidenceForm, EvidenceLevel, Identifier
from compliance.domain.questionnaire.registers import Sha256

NOTE_LENGTH = 1_000
NEVER = "never"

Reason_ = Annotated[str, Meta(min_length=1, max_length=NOTE_LENGTH)]


class Part(Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a whole; `of` is left out where the profile states the whole."""

    is_: int = field(name="is")
    of: int | None = None


Value = int | Annotated[str, Meta(max_length=4_000)] | tuple[str, ...] | Part
"""A maturity or number, a word, date or option, a list of options, a part of a whole."""
FactValue = int | str | tuple[str, ...]


class EvidencePiece(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One piece of evidence: a file, or a record that says what exists, without names."""

    expected: Identifier | None = None
    """Which expected evidence of the item it is; None for something else."""
    form: EvidenceForm
    dated_on: date
    what: Annotated[str, Meta(max_length=NOTE_LENGTH)] = ""
    file: Sha256 | None = None
    """Digest of the file's bytes, where the service keeps them."""


class Answer(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A value with its evidence, or a claim that the item does not apply."""

    value: Value | UnsetType = UNSET
    evidence: EvidenceLevel = "declared"
    evidence_on: date | None = None
    """The day the evidence bears; left out: the day of the submission."""
    pieces: tuple[EvidencePiece, ...] = ()
    """The evidence piece by piece; makes `documented` where one of them is fresh."""
    note: Annotated[str, Meta(max_length=NOTE_LENGTH)] = ""
    """Own words; never scored."""
    not_applicable: Reason_ | None = None


DecisionKind = Literal[
    "upheld",
    "lowered",
    "needs_clarification",
    "not_applicable_accepted",
    "not_applicable_refused",
    "fact_upheld",
    "fact_corrected",
]


class Decision(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What a reviewer found about one answer, claim or fact. It stands beside the answer, never over it."""

    decision: DecisionKind
    value: Value | UnsetType = UNSET
    evidence: EvidenceLevel | None = None
    on: date
    reason: Reason_


class Submission(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Everything the score depends on, besides the questionnaire."""

    as_of: date
    profile: dict[str, FactValue]
    answers: dict[str, Answer]
    decisions: dict[str, Decision] = {}
    sample: tuple[str, ...] | None = None
    """Ids of drawn items and facts; None where nothing was drawn."""
    attested: bool = False
