"""Conditions: compiled to closures, searched for the facts they name, and asked why they do not hold.

A comparison with something absent is false. A condition over facts reads a mapping from fact id to value; one that
also names answers reads a second mapping from item id to value.
"""

from collections.abc import Callable, Iterator, Mapping

from msgspec import UNSET, UnsetType

from compliance.domain.questionnaire.model import Condition

Known = Mapping[str, object]
"""Values by fact id or item id; what is absent is not in it."""
Holds = Callable[[Known], bool]


def compile_condition(condition: Condition) -> Holds:
    """Turn a condition into a function of the known facts (and, for text items, answers by item id)."""
    if condition.all_ is not UNSET:
        return _compile_joined(condition.all_, until=False)
    if condition.any_ is not UNSET:
        return _compile_joined(condition.any_, until=True)
    if condition.not_ is not UNSET:
        inner = compile_condition(condition.not_)
        return lambda known: not inner(known)
    if condition.answered is not UNSET:
        answered = condition.answered
        return lambda known: answered in known
    return _compile_comparison(condition)


def _compile_joined(conditions: tuple[Condition, ...], *, until: bool) -> Holds:
    """`any` (until one holds) or `all` (until one does not). A plain loop: half the time of a generator expression."""
    parts = tuple(compile_condition(part) for part in conditions)

    def holds(known: Known) -> bool:
        for part in parts:
            if part(known) is until:
                return until
        return not until

    return holds


def _compile_comparison(condition: Condition) -> Holds:
    subject = compared(condition)
    if condition.is_ is not UNSET:
        wanted = condition.is_
        return lambda known: known.get(subject) == wanted
    if condition.in_ is not UNSET:
        among = frozenset(condition.in_)
        return lambda known: _scalar(known.get(subject)) in among
    if condition.at_least is not UNSET:
        least = condition.at_least
        return lambda known: isinstance(value := known.get(subject), int) and value >= least
    if condition.at_most is not UNSET:
        most = condition.at_most
        return lambda known: isinstance(value := known.get(subject), int) and value <= most
    chosen = condition.includes
    return lambda known: isinstance(value := known.get(subject), tuple) and chosen in value


def _scalar(value: object) -> object:
    return value if isinstance(value, str | int) else None


def compared(condition: Condition) -> str:
    """The fact or item that a comparison looks at."""
    subject: str | UnsetType = condition.fact if condition.fact is not UNSET else condition.answer
    assert subject is not UNSET
    return subject


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """The conditions directly inside one; empty for a comparison."""
    if condition.all_ is not UNSET:
        return condition.all_
    if condition.any_ is not UNSET:
        return condition.any_
    if condition.not_ is not UNSET:
        return (condition.not_,)
    return ()


def leaves(condition: Condition) -> Iterator[Condition]:
    """The comparisons of a condition, in the written order."""
    inner = parts_of(condition)
    if not inner:
        yield condition
    for part in inner:
        yield from leaves(part)


def facts_named(condition: Condition) -> tuple[str, ...]:
    """The facts that a condition compares, in the written order, each once."""
    return tuple(dict.fromkeys(leaf.fact for leaf in leaves(condition) if leaf.fact is not UNSET))


def answers_named(condition: Condition) -> tuple[str, ...]:
    """The items whose answers a condition looks at, in the written order, each once."""
    named = [subject for leaf in leaves(condition) for subject in (leaf.answer, leaf.answered) if subject is not UNSET]
    return tuple(dict.fromkeys(named))


def compile_blame(condition: Condition) -> Callable[[Known], str]:
    """Turn a condition over facts into a function that names the first fact, as written, that made it false.

    Of `all`, the first part that is false is to blame; of `any`, its first part; of `not`, whatever made its inside
    true (of `all` there its first part, of `any` its first part that is true). Only for facts that make it false.
    """
    return _compile_blame(condition, held=False)


def _compile_blame(condition: Condition, *, held: bool) -> Callable[[Known], str]:
    if condition.not_ is not UNSET:
        return _compile_blame(condition.not_, held=not held)
    inner = parts_of(condition)
    if not inner:
        subject = compared(condition)
        return lambda _known: subject
    parts = tuple((compile_condition(part), _compile_blame(part, held=held)) for part in inner)
    return lambda known: next(blame(known) for holds, blame in parts if holds(known) == held)
