"""What a value earns, item type by item type; and what makes it no value at all.

`compile_points` turns an item into a function from (value, whole, as_of) to points. It raises `Wrong` with a problem
code where the value is not one that the item takes. No interpolation, no floats.

Source: docs/scoring.md, "Points by answer type".
"""

from bisect import bisect_right
from collections.abc import Callable
from datetime import date
from typing import cast

from compliance.domain.questionnaire.model import (
    MATURITY_POINTS,
    ChoiceFact,
    ChoiceItem,
    DateItem,
    Fact,
    MaturityItem,
    MultipleFact,
    MultipleItem,
    NumberFact,
    NumberItem,
    PercentageItem,
    ScoredItem,
    Step,
    YesNoFact,
    YesNoItem,
)
from compliance.domain.scoring.submission import NEVER, Part

PointsOf = Callable[[object, int | None, date], int]
"""(value, the whole that the profile states, day of the submission) → points 0..100."""
FactCheck = Callable[[object], None]

_ISO_DATE_LENGTH = 10


class Wrong(Exception):
    """A value that an item or fact does not take. Caught where the place is known; never leaves the room."""

    def __init__(self, code: str, **facts: str | int) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code)


class ThereAreNone(Exception):
    """A whole of 0 where the item allows it: a claim "there are none"."""


def shown(value: object) -> str:
    """A value as a person wrote it, short enough for a sentence."""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def whole_months(earlier: date, later: date) -> int:
    """Age in whole months: 12·Δyear + Δmonth, less 1 if the day of the later date is smaller."""
    months = 12 * (later.year - earlier.year) + later.month - earlier.month
    return months - 1 if later.day < earlier.day else months


def parse_day(text: str) -> date | None:
    """A day written YYYY-MM-DD, or None. Other ISO 8601 forms are not taken."""
    if len(text) != _ISO_DATE_LENGTH or text[4] != "-" or text[7] != "-" or not text.isascii():
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def compile_points(item: ScoredItem) -> PointsOf:
    """The function that says what a value of this item earns."""
    match item:
        case MaturityItem():
            return _maturity
        case YesNoItem():
            return _yes_no(item)
        case ChoiceItem():
            return _choice(item)
        case MultipleItem():
            return _multiple(item)
        case PercentageItem():
            return _percentage(item)
        case NumberItem():
            return _number(item)
        case DateItem():
            return _date(item)


def _maturity(value: object, whole: int | None, as_of: date) -> int:
    del whole, as_of
    if type(value) is not int:
        raise Wrong("value-maturity", given=shown(value))
    if not 0 <= value < len(MATURITY_POINTS):
        raise Wrong("value-maturity", given=shown(value))
    return MATURITY_POINTS[value]


def _yes_no(item: YesNoItem) -> PointsOf:
    earned = {"yes": 100, "no": 0} if item.good == "yes" else {"yes": 0, "no": 100}

    def points(value: object, whole: int | None, as_of: date) -> int:
        del whole, as_of
        if type(value) is not str or value not in earned:
            raise Wrong("value-yes-no", given=shown(value))
        return earned[value]

    return points


def _choice(item: ChoiceItem) -> PointsOf:
    earned = {option.id: option.points for option in item.options}

    def points(value: object, whole: int | None, as_of: date) -> int:
        del whole, as_of
        if type(value) is not str or value not in earned:
            raise Wrong("value-choice", given=shown(value), options=", ".join(earned))
        return earned[value]

    return points


def _multiple(item: MultipleItem) -> PointsOf:
    options = frozenset(option.id for option in item.options)
    must_have = frozenset(item.must_have)
    exclusive = item.exclusive.id if item.exclusive else None
    named = ", ".join([*(option.id for option in item.options), *([exclusive] if exclusive else [])])

    def points(value: object, whole: int | None, as_of: date) -> int:
        del whole, as_of
        if not isinstance(value, tuple):
            raise Wrong("value-multiple", given=shown(value), options=named)
        listed = cast("tuple[str, ...]", value)
        check_chosen(listed, options | {exclusive} if exclusive else options, named)
        chosen = frozenset(listed)
        if exclusive in chosen:
            if len(chosen) > 1:
                raise Wrong("value-exclusive", option=exclusive or "")
            return 0
        if not chosen:
            raise Wrong("value-empty-list", options=named)
        return 100 * len(chosen) // len(options) if must_have <= chosen else 0

    return points


def check_chosen(value: tuple[str, ...], options: frozenset[str | None], named: str) -> None:
    """Refuse unknown and repeated options."""
    for option in value:
        if option not in options:
            raise Wrong("value-unknown-option", given=shown(option), options=named)
    if len(frozenset(value)) != len(value):
        repeated = next(option for option in value if value.count(option) > 1)
        raise Wrong("value-repeated-option", option=str(repeated))


def _by_steps(steps: tuple[Step, ...]) -> Callable[[int], int]:
    starts = [start for start, _ in steps]
    earned = [points for _, points in steps]
    return lambda amount: earned[bisect_right(starts, amount) - 1]


def _percentage(item: PercentageItem) -> PointsOf:
    steps = tuple(reversed(item.steps))
    of_fact = item.of_fact
    may_be_none = item.may_be_none == "yes"

    def points(value: object, whole: int | None, as_of: date) -> int:
        del as_of
        if type(value) is not Part:
            raise Wrong("value-part" if of_fact is None else "value-part-of-fact", given=shown(value))
        whole = _whole_of(value, whole, of_fact)
        if whole is None:
            return 0  # the fact was not asked, so the item does not apply
        if whole == 0:
            if may_be_none:
                raise ThereAreNone
            raise Wrong("value-whole-zero")
        # Compared exactly: is × 100 ≥ step × of. Nobody passes on a rounding.
        hundredfold = value.is_ * 100
        for start, earned in steps:
            if hundredfold >= start * whole:
                return earned
        return 0

    return points


def _whole_of(part: Part, whole: int | None, of_fact: str | None) -> int | None:
    """The whole of a part: the profile's where a fact states it, else the one given with it."""
    if of_fact is None:
        whole = part.of
        if whole is None:
            raise Wrong("value-part", given=part.is_)
    elif part.of is not None:
        raise Wrong("value-whole-from-fact", fact=of_fact)
    if part.is_ < 0 or (whole is not None and whole < 0):
        raise Wrong("value-negative")
    if whole is not None and part.is_ > whole:
        raise Wrong("value-part-larger", part=part.is_, whole=whole)
    return whole


def _number(item: NumberItem) -> PointsOf:
    earned = _by_steps(item.steps)
    most = item.max

    def points(value: object, whole: int | None, as_of: date) -> int:
        del whole, as_of
        if value == NEVER and item.never is not None:
            return 0
        if type(value) is not int or not 0 <= value <= most:
            raise Wrong("value-number-or-never" if item.never else "value-number", given=shown(value), max=most)
        return earned(value)

    return points


def _date(item: DateItem) -> PointsOf:
    earned = _by_steps(item.steps)

    def points(value: object, whole: int | None, as_of: date) -> int:
        del whole
        if value == NEVER:
            return 0
        day = parse_day(value) if type(value) is str else None
        if day is None:
            raise Wrong("value-date", given=shown(value))
        if day > as_of:
            raise Wrong("value-date-future", given=day.isoformat(), as_of=as_of.isoformat())
        return earned(whole_months(day, as_of))

    return points


def compile_fact_check(fact: Fact) -> FactCheck:
    """The function that refuses a value which a fact does not take."""
    match fact:
        case YesNoFact():
            return _fact_yes_no
        case NumberFact():
            return _fact_number(fact)
        case ChoiceFact():
            options = {option.id for option in fact.options}
            return lambda value: _fact_choice(value, options)
        case MultipleFact():
            return _fact_multiple(fact)


def _fact_yes_no(value: object) -> None:
    if value not in ("yes", "no"):
        raise Wrong("value-yes-no", given=shown(value))


def _fact_number(fact: NumberFact) -> FactCheck:
    def check(value: object) -> None:
        if type(value) is not int or not fact.min <= value <= fact.max:
            raise Wrong("fact-number", given=shown(value), min=fact.min, max=fact.max)

    return check


def _fact_choice(value: object, options: set[str]) -> None:
    if not isinstance(value, str) or value not in options:
        raise Wrong("value-choice", given=shown(value), options=", ".join(sorted(options)))


def _fact_multiple(fact: MultipleFact) -> FactCheck:
    options: frozenset[str | None] = frozenset(option.id for option in fact.options)
    named = ", ".join(option.id for option in fact.options)

    def check(value: object) -> None:
        if not isinstance(value, tuple):
            raise Wrong("fact-multiple", given=shown(value), options=named)
        check_chosen(cast("tuple[str, ...]", value), options, named)

    return check
