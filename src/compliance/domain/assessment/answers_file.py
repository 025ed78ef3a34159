"""What a business hands in: who it is, who attests, what it answers.

An answers file is the command line's and the import's form of it; the service's drafts and snapshots carry the same.
"""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from compliance.domain.questionnaire import Reference
from compliance.domain.scoring import Answer, Decision, FactValue, Submission

NAME_LENGTH = 150
Name = Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH)]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}$(?!\n)")]


class Organisation(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The business that answers."""

    name: Name
    country: Country
    """ISO 3166, two capitals."""
    town: Name | None = None
    invented: Annotated[str, Meta(max_length=NAME_LENGTH)] | None = None
    """A remark that this business does not exist; printed on every document."""


class Attestation(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The named senior person who says that the answers are true."""

    name: Name
    role: Name
    on: date


class AnswersFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """An answers file, as written."""

    questionnaire: Reference
    as_of: date
    organisation: Organisation
    attested_by: Attestation | None = None
    profile: dict[str, FactValue] = {}
    answers: dict[str, Answer] = {}
    decisions: dict[str, Decision] = {}
    sample: tuple[str, ...] | None = None

    def submission(self) -> Submission:
        """What is scored."""
        return Submission(
            as_of=self.as_of,
            profile=self.profile,
            answers=self.answers,
            decisions=self.decisions,
            sample=self.sample,
            attested=self.attested_by is not None,
        )
