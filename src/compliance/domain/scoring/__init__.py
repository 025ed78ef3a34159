"""From a submission to item scores, sums, outcome, assurance and reasons. Exact integers only."""

from compliance.domain.scoring.card import (
    RULE,
    Assurance,
    Because,
    CriticalReason,
    ItemScore,
    Outcome,
    PillarReason,
    Reason,
    Score,
    ScoreCard,
    SectionReason,
    SectionScore,
    Share,
    TotalReason,
    result_bytes,
    result_document,
)
from compliance.domain.scoring.scorer import Scorer, SubmissionInvalid, score
from compliance.domain.scoring.submission import (
    NEVER,
    Answer,
    Decision,
    EvidencePiece,
    FactValue,
    Part,
    Submission,
    Value,
)

__all__ = [
    "NEVER", "RULE", "Answer", "Assurance", "Because", "CriticalReason", "Decision", "EvidencePiece", "FactValue",
    "ItemScore", "Outcome", "Part", "PillarReason", "Reason", "Score", "ScoreCard", "Scorer", "SectionReason",
    "SectionScore", "Share", "Submission", "SubmissionInvalid", "TotalReason", "Value", "result_bytes",
    "result_document", "score",
]  # fmt: skip
