"""The starter kit: eight templates on one page each, as data.

A template proves nothing by itself; each says so in its `note`. Field names are the keys of the files in
`questionnaires/starter-kit/`.
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from compliance.domain.questionnaire.model import ItemId, LanguageTag, Text, YesNo

KitName = Literal[
    "policy",
    "code-of-conduct",
    "appointment-letter",
    "reporting-procedure",
    "staff-notice",
    "wallet-cards",
    "training-record",
    "concern-log",
]
KIT_NAMES: tuple[KitName, ...] = (
    "policy",
    "code-of-conduct",
    "appointment-letter",
    "reporting-procedure",
    "staff-notice",
    "wallet-cards",
    "training-record",
    "concern-log",
)
"""In the order in which a business takes them up."""

Texts = Annotated[tuple[Text, ...], Meta(min_length=1, max_length=20)]


class KitTable(Struct, frozen=True, forbid_unknown_fields=True):
    """An empty table to write into."""

    columns: Annotated[tuple[Text, ...], Meta(min_length=1, max_length=6)]
    rows: Annotated[int, Meta(ge=1, le=20)]


class KitCards(Struct, frozen=True, forbid_unknown_fields=True):
    """The two sides of a card."""

    front: Texts
    back: Texts
    without_channels: tuple[str, ...] = ()
    """Lines on the back where the country has no telephone channel."""


class KitBlock(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One part of a template: exactly one of its keys."""

    heading: Text | UnsetType = UNSET
    text: Text | UnsetType = UNSET
    box: Text | UnsetType = UNSET
    """What must be seen first."""
    bullets: Texts | UnsetType = UNSET
    steps: Texts | UnsetType = UNSET
    tick: Texts | UnsetType = UNSET
    fill: Text | Annotated[tuple[Text, ...], Meta(min_length=1, max_length=4)] | UnsetType = UNSET
    """Labels of blanks that share a line."""
    table: KitTable | UnsetType = UNSET
    cards: KitCards | UnsetType = UNSET
    channels: Literal["yes"] | UnsetType = UNSET
    """Where the reporting channels of the business's country stand."""

    def __post_init__(self) -> None:
        if sum(getattr(self, name) is not UNSET for name in self.__struct_fields__) != 1:
            msg = f"a block is exactly one of {', '.join(self.__struct_fields__)}"
            raise ValueError(msg)


class KitDocument(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One template of the starter kit, in one language."""

    document: KitName
    language: LanguageTag
    reviewed: YesNo
    title: Text
    items: Annotated[tuple[ItemId, ...], Meta(min_length=1)]
    """The items it serves."""
    note: Text
    """What it takes for the template to count."""
    blocks: Annotated[tuple[KitBlock, ...], Meta(min_length=1)]
