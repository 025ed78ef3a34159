"""Steps and verdicts in the reader's language."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct

from compliance.usecases.verifying.steps import State, Step, Verdict
from compliance.words import Speaker

_WORDS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("status", "list"): {"revocation": "verify-list-revocation", "suspension": "verify-list-suspension"},
}
"""Facts that are words of ours, and the keys of what they are called."""


class SaidStep(Struct, frozen=True, kw_only=True):
    """A step in words."""

    title: str
    """What was looked at, in a few words."""
    state: str
    """`held`, `false` or `not established`, in words."""
    sentence: str
    """What it proved, or what is wrong."""


def say_step(speaker: Speaker, step: Step) -> SaidStep:
    """A step in words; days as people write them, instants to the minute in UTC."""
    facts = {name: _said(speaker, step.code, name, fact) for name, fact in step.facts.items()}
    return SaidStep(
        title=speaker.say(f"verify-{step.code}"), state=say_state(speaker, step.state),
        sentence=speaker.say(f"verify-{step.code}-{step.finding}", **facts),
    )  # fmt: skip


def say_state(speaker: Speaker, state: State) -> str:
    """What came of a step, in a word or two."""
    return speaker.say(f"verify-state-{state}")


def say_verdict(speaker: Speaker, verdict: Verdict) -> str:
    """All steps together, in one sentence."""
    return speaker.say(f"verify-verdict-{verdict.state}")


def _said(speaker: Speaker, code: str, name: str, fact: str | int) -> str | int:
    if not isinstance(fact, str):
        return fact
    if name.endswith("_on"):
        return speaker.day(date.fromisoformat(fact))
    if name == "at" or name.endswith("_at"):
        return datetime.fromisoformat(fact).strftime("%Y-%m-%d %H:%M UTC")
    word = _WORDS.get((code, name), {}).get(fact)
    return fact if word is None else speaker.say(word)
