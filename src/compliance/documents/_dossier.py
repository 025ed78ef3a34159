"""What a document about one assessment is drawn from."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from compliance.domain.assessment import AnswersFile
from compliance.domain.questionnaire import Questionnaire
from compliance.domain.remediation import Plan, Step, TaskState
from compliance.domain.scoring import ScoreCard


class TaskToday(Struct, frozen=True, kw_only=True):
    """How a task of the plan stands."""

    state: TaskState
    owner: str
    """The name of who does it; empty for nobody yet."""
    due_on: date
    evidence: tuple[str, ...]
    """In words: records, and the titles of files."""

    @property
    def is_finished(self) -> bool:
        """Whether nothing of it is left to do."""
        return self.state in ("done", "verified")


class PlanToday(Struct, frozen=True, kw_only=True):
    """How the plan stands on a day."""

    on: date
    tasks: Mapping[tuple[str, int | None], TaskToday]
    """By item and action, as steps name them."""

    def of(self, step: Step) -> TaskToday | None:
        """How the task of a step stands."""
        return self.tasks.get((step.item, step.action))

    @property
    def finished(self) -> int:
        """How many tasks are finished."""
        return sum(task.is_finished for task in self.tasks.values())


class Dossier(Struct, frozen=True, kw_only=True):
    """One scored assessment, with the words of one language."""

    questionnaire: Questionnaire
    """In the document's language, as far as it is translated."""
    source: Questionnaire
    """In the language it was written in; what counts where a translation is not reviewed."""
    reviewed: bool
    """Whether a native-speaking expert reviewed every text in the document's language."""
    published: bool
    """Whether exactly this questionnaire stands in the issuer's lock."""
    answers: AnswersFile
    card: ScoreCard
    plan: Plan
    today: PlanToday | None = None
    """How the plan stands; None where documents show it as it was drawn, which is the same on any day."""

    @property
    def language(self) -> str:
        """The document's language."""
        return self.questionnaire.language

    @property
    def is_micro(self) -> bool:
        """Whether up to five people work there: plainer help, and "you" for job titles."""
        workers = self.answers.profile.get("workers")
        return isinstance(workers, int) and workers <= 5
