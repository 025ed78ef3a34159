"""Which answers name which files: kept beside the answers, so that nobody has to search in them."""

from compliance.domain.scoring import Answer
from compliance.store.answers import AnswerRow
from compliance.usecases.deed import Deed


def note_files(deed: Deed, assessment_id: str, item: str, answer: Answer, *, before: AnswerRow | None = None) -> None:
    """Note the files that an answer of a draft names now. Asks the database only where it or the earlier one names any.

    To be called in the transaction that writes the answer.
    """
    now = files_of(answer)
    if now != (files_of(before.read()) if before is not None and b'"sha256:' in bytes(before.answer) else frozenset()):
        deed.unit.evidence.note_uses(deed.organisation_id, assessment_id, item, now)


def files_of(answer: Answer) -> frozenset[str]:
    """The digests of the files that an answer names."""
    return frozenset(piece.file for piece in answer.pieces if piece.file is not None)
