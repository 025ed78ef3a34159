"""What a document about one assessment is drawn from."""

from msgspec import Struct

from compliance.domain.assessment import AnswersFile
from compliance.domain.questionnaire import Questionnaire
from compliance.domain.remediation import Plan
from compliance.domain.scoring import ScoreCard


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

    @property
    def language(self) -> str:
        """The document's language."""
        return self.questionnaire.language

    @property
    def is_micro(self) -> bool:
        """Whether up to five people work there: plainer help, and "you" for job titles."""
        workers = self.answers.profile.get("workers")
        return isinstance(workers, int) and workers <= 5
