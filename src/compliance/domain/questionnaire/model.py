"""The questionnaire language: what a file may say, as frozen structs.

A `QuestionnaireFile` is one file as written; a `Questionnaire` has its includes resolved and every default written
out. Field names are the keys of the files. Which fields are texts for readers is said once, in `TEXT_FIELDS`.

Source: docs/questionnaire.md.
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

YesNo = Literal["yes", "no"]
EvidenceLevel = Literal["declared", "documented", "verified_remotely", "verified_on_site"]
EvidenceForm = Literal["file", "record"]
Pillar = Literal["policy", "training", "reporting", "practice"]
Direction = Literal["higher_is_better", "lower_is_better"]
ItemType = Literal["maturity", "yes_no", "choice", "multiple", "percentage", "number", "date", "text"]

EVIDENCE_LEVELS: tuple[EvidenceLevel, ...] = ("declared", "documented", "verified_remotely", "verified_on_site")
PILLARS: tuple[Pillar, ...] = ("policy", "training", "reporting", "practice")

ItemId = Annotated[str, Meta(pattern=r"^[A-Z]{3,4}-[0-9]{2,3}$")]
SectionId = Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
Identifier = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
QuestionnaireName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]
Version = Annotated[str, Meta(pattern=r"^[0-9]{1,4}(\.[0-9]{1,4}){1,2}$")]
Reference = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*@[0-9]{1,4}(\.[0-9]{1,4}){1,2}$")]
LanguageTag = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Text = Annotated[str, Meta(min_length=1, max_length=4000)]
Points = Annotated[int, Meta(ge=0, le=100)]
Whole = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Days = Annotated[int, Meta(ge=1, le=3650)]
Step = tuple[Whole, Points]
Steps = Annotated[tuple[Step, ...], Meta(min_length=1, max_length=100)]

MATURITY_POINTS = (0, 25, 50, 75, 100)
PERCENTAGE_STEPS: tuple[Step, ...] = ((0, 0), (50, 25), (80, 75), (95, 100))
DEFAULT_MAX = 1_000_000
DEFAULT_FRESH_FOR_MONTHS = 24
DEFAULT_AT_LEAST = 75

TEXT_FIELDS = frozenset(
    [
        "title",
        "intro",
        "about",
        "text",
        "help",
        "why",
        "decides",
        "unit",
        "levels",
        "never",
        "counts",
        "universal",
        "do",
        "by",
        "micro_help",
        "on_certificate",
    ]
)
"""Fields that hold words for readers. The structure digest sees that they are there, not what they say."""


class Condition(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Typed data that decides whether a fact is asked or an item applies.

    Exactly one form: a comparison (`fact` or `answer`, with one operator), `answered`, `all`, `any` or `not`.
    """

    fact: Identifier | UnsetType = UNSET
    answer: ItemId | UnsetType = UNSET
    answered: ItemId | UnsetType = UNSET
    is_: str | int | UnsetType = field(default=UNSET, name="is")
    in_: tuple[str | int, ...] | UnsetType = field(default=UNSET, name="in")
    at_least: int | UnsetType = UNSET
    at_most: int | UnsetType = UNSET
    includes: Identifier | UnsetType = UNSET
    all_: "tuple[Condition, ...] | UnsetType" = field(default=UNSET, name="all")
    any_: "tuple[Condition, ...] | UnsetType" = field(default=UNSET, name="any")
    not_: "Condition | UnsetType" = field(default=UNSET, name="not")

    def __post_init__(self) -> None:
        forms = [self.fact, self.answer, self.answered, self.all_, self.any_, self.not_]
        operators = [self.is_, self.in_, self.at_least, self.at_most, self.includes]
        compares = self.fact is not UNSET or self.answer is not UNSET
        if sum(form is not UNSET for form in forms) != 1:
            msg = "a condition is exactly one of fact, answer, answered, all, any, not"
            raise ValueError(msg)
        if sum(operator is not UNSET for operator in operators) != (1 if compares else 0):
            msg = "a comparison has exactly one of is, in, at_least, at_most, includes"
            raise ValueError(msg)
        if self.all_ == () or self.any_ == ():
            msg = "all and any need at least one condition"
            raise ValueError(msg)


class Option(Struct, frozen=True, forbid_unknown_fields=True):
    """One possible answer of a choice or multiple question."""

    id: Identifier
    text: Text


class ScoredOption(Struct, frozen=True, forbid_unknown_fields=True):
    """One possible answer of a scored choice."""

    id: Identifier
    text: Text
    points: Points


class AskedFact(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", kw_only=True):
    """Something about the business that decides what is asked."""

    id: Identifier
    text: Text
    help: Text | None = None
    decides: Text | None = None
    """What follows from it, in words; required where no condition and no percentage refers to the fact."""
    asked_if: Condition | None = None


class YesNoFact(AskedFact, frozen=True, tag="yes_no", kw_only=True):
    """A fact answered yes or no."""

    on_certificate: Text | None = None
    """Printed on the certificate when the answer is yes."""


class NumberFact(AskedFact, frozen=True, tag="number", kw_only=True):
    """A whole number, with its unit."""

    unit: Text
    min: Whole = 0
    max: Whole = DEFAULT_MAX


class ChoiceFact(AskedFact, frozen=True, tag="choice", kw_only=True):
    """One of several."""

    options: Annotated[tuple[Option, ...], Meta(min_length=2)]


class MultipleFact(AskedFact, frozen=True, tag="multiple", kw_only=True):
    """Any of several, or none."""

    options: Annotated[tuple[Option, ...], Meta(min_length=2)]


Fact = YesNoFact | NumberFact | ChoiceFact | MultipleFact


class ExpectedEvidence(Struct, frozen=True, forbid_unknown_fields=True):
    """A piece of evidence that would support an answer."""

    id: Identifier
    text: Text


class Evidence(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What supports an answer, in which form, and for how long it counts."""

    form: EvidenceForm | None = None
    """Left out: either."""
    expected: Annotated[tuple[ExpectedEvidence, ...], Meta(min_length=1)]
    fresh_for_months: Annotated[int, Meta(ge=1, le=120)] = DEFAULT_FRESH_FOR_MONTHS


class Effect(Struct, frozen=True, forbid_unknown_fields=True):
    """What an item earns once an action is done."""

    points: Points
    evidence: EvidenceLevel


FULL_EFFECT = Effect(100, "documented")


class Action(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing to do; the actions of an item build upon each other in the written order."""

    do: Text
    effort_days: Days
    within_days: Days
    by: Text
    reaches: Effect
    """Left out only on the last action of an item; loading writes `FULL_EFFECT` out."""


class Critical(Struct, frozen=True, forbid_unknown_fields=True):
    """An item whose failure nothing offsets. Written `critical: yes` for the default."""

    at_least: Points = DEFAULT_AT_LEAST


class Requirement(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", kw_only=True):
    """One assessable requirement."""

    id: ItemId
    text: Text
    help: Text
    why: Text
    weight: Literal[1, 3, 5]
    critical: Critical | None = None
    universal: Text | None = None
    applies_if: Condition | None = None
    evidence: Evidence
    actions: Annotated[tuple[Action, ...], Meta(min_length=1)]
    maps_to: Annotated[tuple[str, ...], Meta(min_length=1)]
    micro_help: Text | None = None
    checked: YesNo = "yes"


class MaturityItem(Requirement, frozen=True, tag="maturity", kw_only=True):
    """Five sentences, 0 to 4."""

    levels: Annotated[tuple[Text, ...], Meta(min_length=5, max_length=5)]


class YesNoItem(Requirement, frozen=True, tag="yes_no", kw_only=True):
    """Yes or no; `good` earns everything."""

    good: YesNo = "yes"


class ChoiceItem(Requirement, frozen=True, tag="choice", kw_only=True):
    """One of several, each with its points."""

    options: Annotated[tuple[ScoredOption, ...], Meta(min_length=2)]


class MultipleItem(Requirement, frozen=True, tag="multiple", kw_only=True):
    """Several of a list; some of them indispensable."""

    options: Annotated[tuple[Option, ...], Meta(min_length=2)]
    must_have: tuple[Identifier, ...] = ()
    exclusive: Option | None = None


class Counts(Struct, frozen=True, forbid_unknown_fields=True):
    """What the part and the whole of a percentage count."""

    is_: Text = field(name="is")
    of: Text | None = None


class PercentageItem(Requirement, frozen=True, tag="percentage", kw_only=True):
    """A part of a whole; the whole may come from a fact."""

    counts: Counts
    of_fact: Identifier | None = None
    may_be_none: YesNo = "no"
    steps: Steps = PERCENTAGE_STEPS


class NumberItem(Requirement, frozen=True, tag="number", kw_only=True):
    """A whole number scored by steps."""

    unit: Text
    direction: Direction
    steps: Steps
    max: Whole = DEFAULT_MAX
    never: Text | None = None


class DateItem(Requirement, frozen=True, tag="date", kw_only=True):
    """A day in the past, scored by its age in whole months."""

    unit: Text
    direction: Direction
    steps: Steps
    never: Text


class TextItem(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="text", kw_only=True):
    """Own words; never scored."""

    id: ItemId
    text: Text
    help: Text | None = None
    why: Text | None = None
    applies_if: Condition | None = None


ScoredItem = MaturityItem | YesNoItem | ChoiceItem | MultipleItem | PercentageItem | NumberItem | DateItem
Item = ScoredItem | TextItem


class Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Items of one topic area, in one pillar."""

    id: SectionId
    title: Text
    pillar: Pillar
    about: Text | None = None
    items: tuple[Item, ...] = ()


class JoinedSection(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A section as written in a file; without title and pillar it joins an included section of that id."""

    id: SectionId
    title: Text | None = None
    pillar: Pillar | None = None
    about: Text | None = None
    items: tuple[Item, ...] = ()


class Caps(Struct, frozen=True, forbid_unknown_fields=True):
    """The most points that each evidence level can carry."""

    declared: Points
    documented: Points
    verified_remotely: Points
    verified_on_site: Points


class MetThresholds(Struct, frozen=True, forbid_unknown_fields=True):
    """What `met` needs, in percent; a section counts from this assured weight on."""

    total: Points
    section: Points
    section_from_weight: Whole
    pillar: Points


class ApproachingThresholds(Struct, frozen=True, forbid_unknown_fields=True):
    """What `approaching` needs, in percent."""

    total: Points


class Scoring(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything about scoring that a policy-maker could want to change."""

    caps: Caps
    met: MetThresholds
    approaching: ApproachingThresholds
    flag_claimed_away_percent: Points


class QuestionnaireFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file, as written (with `critical: yes` already spelt out)."""

    questionnaire: QuestionnaireName
    version: Version
    title: Text
    language: LanguageTag
    intro: Text | None = None
    module: YesNo = "no"
    """`yes`: only to be included; nobody is assessed against it alone."""
    includes: tuple[Reference, ...] = ()
    scoring: dict[str, dict[str, Whole] | Whole] | None = None
    """Whole in a module without includes; elsewhere only the values that are raised."""
    facts: tuple[Fact, ...] = ()
    sections: tuple[JoinedSection, ...] = ()

    @property
    def reference(self) -> str:
        """Name and version, as in `hospitality@1.0`."""
        return f"{self.questionnaire}@{self.version}"


class Questionnaire(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A questionnaire to be answered: includes resolved, defaults written out, items in order."""

    questionnaire: QuestionnaireName
    version: Version
    title: Text
    language: LanguageTag
    intro: Text | None
    module: YesNo
    includes: tuple[Reference, ...]
    scoring: Scoring
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]

    @property
    def reference(self) -> str:
        """Name and version, as in `hospitality@1.0`."""
        return f"{self.questionnaire}@{self.version}"

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, in the order of asking."""
        return tuple(item for section in self.sections for item in section.items)

    @property
    def scored_items(self) -> tuple[ScoredItem, ...]:
        """The items that count, in the order of asking."""
        return tuple(item for item in self.items if not isinstance(item, TextItem))
