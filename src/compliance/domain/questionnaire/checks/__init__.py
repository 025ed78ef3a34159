"""Whether a questionnaire may be loaded (`reference_problems`) and published (`gate_problems`)."""

from compliance.domain.questionnaire.checks.gate import gate_problems, passing_share, points_possible
from compliance.domain.questionnaire.checks.references import reference_problems

__all__ = ["gate_problems", "passing_share", "points_possible", "reference_problems"]
