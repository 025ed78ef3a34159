"""Which evidence level an answer reaches by itself: `documented` where a piece of evidence is fresh, else `declared`.

Source: docs/scoring.md, "Evidence".
"""

import calendar
from datetime import date
from functools import lru_cache

from compliance.domain.questionnaire.model import Evidence, EvidenceLevel
from compliance.domain.scoring.submission import Answer
from compliance.domain.scoring.values import Wrong


@lru_cache(maxsize=1024)
def last_stale_day(as_of: date, months: int) -> date:
    """The last day whose age in whole months at `as_of` is at least `months`.

    The age is 12·Δyear + Δmonth, less 1 if the day of `as_of` is smaller: a day so many months back, in a month that
    is too short for it, is that month's last.
    """
    year, month = divmod(12 * as_of.year + as_of.month - 1 - months, 12)
    if year < date.min.year:
        return date.min
    return date(year, month + 1, min(as_of.day, calendar.monthrange(year, month + 1)[1]))


class EvidenceRule:
    """What an item expects as evidence, compiled."""

    def __init__(self, evidence: Evidence) -> None:
        self._form = evidence.form
        self._expected = frozenset(piece.id for piece in evidence.expected)
        self._fresh_for_months = evidence.fresh_for_months

    def level(self, answer: Answer, as_of: date) -> EvidenceLevel:
        """The level that an answer with evidence, or a date of it, reaches.

        Raises:
            Wrong: a level that is not the respondent's, a piece of the wrong form or from the future.
        """
        if answer.evidence not in ("declared", "documented"):
            raise Wrong("evidence-not-yours-to-claim", given=answer.evidence)
        if answer.pieces:
            return self._level_of_pieces(answer, as_of)
        dated_on = answer.evidence_on
        if dated_on is None or self._is_fresh(dated_on, as_of):
            return answer.evidence
        return "declared"

    def _level_of_pieces(self, answer: Answer, as_of: date) -> EvidenceLevel:
        if answer.evidence_on is not None:
            raise Wrong("evidence-twice")
        fresh = False
        for piece in answer.pieces:
            if self._form is not None and piece.form != self._form:
                raise Wrong("evidence-form", form=self._form, given=piece.form)
            if piece.expected is not None and piece.expected not in self._expected:
                raise Wrong("evidence-unknown", given=piece.expected, expected=", ".join(sorted(self._expected)))
            fresh |= self._is_fresh(piece.dated_on, as_of)
        return "documented" if fresh else "declared"

    def _is_fresh(self, dated_on: date, as_of: date) -> bool:
        if dated_on > as_of:
            raise Wrong("evidence-date-future", given=dated_on.isoformat(), as_of=as_of.isoformat())
        return dated_on > last_stale_day(as_of, self._fresh_for_months)
