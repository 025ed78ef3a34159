"""Catalogues: says results, reasons, conditions, problems and dates in the reader's language."""

from compliance.words.changes import HEADINGS, say_change
from compliance.words.results import (
    say_answer,
    say_blocks,
    say_condition,
    say_fact_value,
    say_item_score,
    say_reason,
    say_value,
)
from compliance.words.speaker import CATALOGUES, Speaker, say_problem, speaker

__all__ = [
    "CATALOGUES", "HEADINGS", "Speaker", "say_answer", "say_blocks", "say_change", "say_condition", "say_fact_value", "say_item_score",
    "say_problem", "say_reason", "say_value", "speaker",
]  # fmt: skip
