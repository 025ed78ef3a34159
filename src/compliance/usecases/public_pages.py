"""What everybody may read beside the questionnaires: reporting channels, standards, words, what is always critical."""

import functools
from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from compliance.domain.certificate import normal_number, number_is_valid
from compliance.domain.questionnaire import Channel, Glossary, Questionnaire, ScoredItem, Standard
from compliance.intake.library import Library
from compliance.resources import shipped
from compliance.usecases.deed import Deed
from compliance.usecases.shelf import Version

EVERYWHERE = "*"
_PURPOSES = ("emergency", "child in danger", "helpline for children", "material online", "trafficking",
             "travel-related")  # fmt: skip
_ALIKE = ("B8", "S5", "Z2", "G6", "D0", "Q0", "17", "VY", "MN", "UV", "CG", "EF", "PR", "3B", "KX")
_MOST_NEAR = 3
SOON_DAYS = 30


class ShownChannel(Struct, frozen=True, kw_only=True):
    """A reporting channel, and whether its number can be relied on."""

    channel: Channel
    is_confirmed: bool
    """Whether a person tried it out, and not too long ago."""
    since: date
    """When it was tried out last; where nobody did, when its source was read."""


class DueChannel(Struct, frozen=True, kw_only=True):
    """A reporting channel that somebody should try out."""

    channel: Channel
    days_left: int
    """Below 0 where it is overdue."""
    was_tried: bool


class MappedStandard(Struct, frozen=True, kw_only=True):
    """A standard, and the items that were written with it in mind."""

    standard: Standard
    items: Mapping[str, tuple[str, ...]]
    """Reference of a questionnaire → ids of its own items."""


class _Registers(Struct, frozen=True):
    channels: tuple[Channel, ...]
    standards: tuple[Standard, ...]
    glossary: Glossary


def _registers(deed: Deed) -> _Registers:
    return _read(deed.means.registers)


@functools.cache
def _read(library: Library | None) -> _Registers:
    """What stands beside the questionnaires of a folder; it is read once."""
    library = library or Library(shipped("questionnaires"))
    return _Registers(library.channels().channels, library.standards().standards, library.glossary())


# Reporting channels


def channels_of(deed: Deed, country: str) -> list[ShownChannel]:
    """The channels of a country, what helps in an emergency first; those that are dead are left out."""
    found = [each for each in _registers(deed).channels if each.country == country and each.status != "dead"]
    return [_shown(each, deed.today) for each in sorted(found, key=_urgency)]


def countries_with_channels(deed: Deed) -> list[str]:
    """The countries of which any channel is known."""
    found = {each.country for each in _registers(deed).channels if each.status != "dead"}
    return sorted(found - {EVERYWHERE})


def channels_due(deed: Deed) -> list[DueChannel]:
    """Channels that nobody has tried out, or that are to be tried again within a month; the longest overdue first."""
    due = [
        DueChannel(channel=each, days_left=(each.verify_again_by - deed.today).days,
                   was_tried=each.verified_on is not None)
        for each in _registers(deed).channels if each.status != "dead"
    ]  # fmt: skip
    wanted = [each for each in due if not each.was_tried or each.days_left <= SOON_DAYS]
    return sorted(wanted, key=lambda each: (each.days_left, each.channel.country, each.channel.id))


def _shown(channel: Channel, today: date) -> ShownChannel:
    is_confirmed = (
        channel.status == "active" and channel.verified_on is not None and channel.verify_again_by >= today
    )  # fmt: skip
    return ShownChannel(channel=channel, is_confirmed=is_confirmed, since=channel.verified_on or channel.source_on)


def _urgency(channel: Channel) -> tuple[int, bool]:
    return min(_PURPOSES.index(each) for each in channel.purpose), channel.phone is None


# Questionnaires


def open_versions(deed: Deed) -> list[Version]:
    """The newest version of every questionnaire that can be started today, by name."""
    shelf = deed.means.shelf
    names = dict.fromkeys(each.copy.name for each in shelf.versions())
    found = (shelf.newest(name, deed.today) for name in names)
    return [each for each in found if each is not None]


def always_critical(questionnaire: Questionnaire) -> list[ScoredItem]:
    """The items that are critical for everybody, whatever the facts; in the order of asking."""
    return [each for each in questionnaire.scored_items if each.critical is not None and each.applies_if is None]


def mapped_standards(deed: Deed) -> list[MappedStandard]:
    """Every standard of the register, with the items of the open questionnaires that name it."""
    items: dict[str, dict[str, list[str]]] = {}
    for version in open_versions(deed):
        for item in deed.means.shelf.questionnaire(version.copy.digest).scored_items:
            for code in item.maps_to:
                items.setdefault(code, {}).setdefault(version.copy.reference, []).append(item.id)
    return [
        MappedStandard(standard=each, items={name: tuple(ids) for name, ids in items.get(each.code, {}).items()})
        for each in _registers(deed).standards
    ]


def words_about_abuse(deed: Deed) -> Glossary:
    """Which words to avoid, and which to use instead."""
    return _registers(deed).glossary


# Certificate numbers


def near_numbers(typed: str) -> list[str]:
    """Numbers that were perhaps meant: one symbol taken for one that looks alike, or two neighbours swapped.

    Says nothing of whether such a certificate exists.
    """
    number = normal_number(typed)
    if number is None:
        return []
    symbols = number[3:].replace("-", "")
    swapped = [symbols[:at] + symbols[at + 1] + symbols[at] + symbols[at + 2 :] for at in range(len(symbols) - 1)]
    mistaken = [
        symbols[:at] + other + symbols[at + 1 :]
        for at, symbol in enumerate(symbols)
        for pair in _ALIKE if symbol in pair
        for other in pair.replace(symbol, "")
    ]  # fmt: skip
    good = [normal_number(each) for each in (*mistaken, *swapped) if number_is_valid(each)]
    return list(dict.fromkeys(each for each in good if each is not None and each != number))[:_MOST_NEAR]
