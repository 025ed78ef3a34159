"""The registers beside the questionnaires: standards, terms, reporting channels, the lock, golden cases' frame."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from compliance.domain.questionnaire.model import LanguageTag, QuestionnaireName, Text, Version, YesNo

Sha256 = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$")]
State = Literal["draft", "published", "closing", "closed"]


class Standard(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text that items map to; never a claim of compliance or endorsement."""

    code: Annotated[str, Meta(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$")]
    title: Text
    year: Text
    issuer: Text
    kind: Literal["treaty", "law", "soft law", "scheme", "tool", "own"]
    jurisdiction: Text
    sectors: tuple[str, ...]
    status: Literal["in force", "current", "historical", "unconfirmed"]
    checked_on: date
    checked: YesNo
    note: Text | None = None


class Standards(Struct, frozen=True, forbid_unknown_fields=True):
    """`standards.yaml`."""

    standards: tuple[Standard, ...]


class Term(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words to avoid, and what to write instead."""

    avoid: Annotated[tuple[Text, ...], Meta(min_length=1)]
    prefer: Annotated[tuple[Text, ...], Meta(min_length=1)]
    why: Text
    except_when: tuple[Text, ...] = ()
    lint: YesNo = "yes"
    checked: YesNo = "no"


class Glossary(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`glossary.yaml`."""

    reviewed: YesNo
    exempt_titles: tuple[Text, ...]
    terms: tuple[Term, ...]


class Channel(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A reporting channel; shown with a warning until a person has tried it out."""

    id: str
    country: Annotated[str, Meta(pattern=r"^([A-Z]{2}|\*)$")]
    name: dict[LanguageTag, Text]
    operator: Text | None = None
    operator_type: Literal["police", "ministry", "organisation hotline", "helpline", "industry", "directory"]
    purpose: tuple[
        Literal[
            "emergency", "child in danger", "helpline for children", "material online", "trafficking", "travel-related"
        ],
        ...,
    ]
    phone: Text | None = None
    web: Text | None = None
    hours: Text | None = None
    languages: tuple[Text, ...] = ()
    free: YesNo | None = None
    source: Text
    source_on: date
    verified_on: date | None = None
    verify_again_by: date
    status: Literal["active", "unverified", "dead"]
    note: Text | None = None


class GeneralAdvice(Struct, frozen=True, forbid_unknown_fields=True):
    """What is said where no channel is confirmed."""

    id: str
    text: Text


class Channels(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`channels.yaml`."""

    general: tuple[GeneralAdvice, ...]
    channels: tuple[Channel, ...]


class LockedTranslation(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A translation as published: its digest and how often it was revised since."""

    digest: Sha256
    revision: Annotated[int, Meta(ge=1)]


class StateChange(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A state and the day it began; for `closing`, the day started assessments must be finished."""

    state: State
    on: date
    finish_by: date | None = None


class LockedVersion(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A published version: what its file and its loaded form hash to, and its states."""

    questionnaire: QuestionnaireName
    version: Version
    file: Sha256
    """Of the file's bytes."""
    structure: Sha256
    full: Sha256
    items: dict[str, Sha256]
    """Structure digest of each item of the file itself."""
    facts: tuple[str, ...] = ()
    states: Annotated[tuple[StateChange, ...], Meta(min_length=1)]
    translations: dict[LanguageTag, LockedTranslation] = {}

    @property
    def reference(self) -> str:
        """Name and version."""
        return f"{self.questionnaire}@{self.version}"

    def state_on(self, day: date) -> StateChange:
        """The state in force on a day; before the first one, a draft."""
        begun = [change for change in self.states if change.on <= day]
        return begun[-1] if begun else StateChange(state="draft", on=day)


class Lock(Struct, frozen=True, forbid_unknown_fields=True):
    """`published.lock`: what was published never changes."""

    published: tuple[LockedVersion, ...] = field(default=())

    def find(self, reference: str) -> LockedVersion | None:
        """The locked version of that name, if it was published."""
        return next((version for version in self.published if version.reference == reference), None)
