"""The journal in the reader's language: one sentence for each entry.

An entry holds ids, digests, states and counts; names are looked up when it is read, and passed in here. A kind that
this version has no sentence for, and a fact that an old entry lacks, are said all the same: a journal can always be read.
"""

import string
from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from compliance.domain.journal import Entry
from compliance.words import en_journal, km_journal
from compliance.words.speaker import speaker

_ENGLISH = (en_journal.JOURNAL, en_journal.WORDS)
CATALOGUES: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "en": _ENGLISH,
    "km": (km_journal.JOURNAL, km_journal.WORDS),
}
PEOPLE = frozenset({"actor", "person"})
"""Facts that are a person's id."""
ASSESSMENTS = frozenset({"assessment", "source"})
"""Facts that are an assessment's id."""
_LISTED: Mapping[str, str] = {
    "before": "state", "after": "state", "roles": "role", "how": "how", "reasons": "reason", "fields": "field",
}  # fmt: skip
"""Facts that are one word of a closed list or several, and where these are said."""

Outsider = Literal["service", "operator", "regulator", "somebody"]


class Named(Struct, frozen=True, kw_only=True):
    """What ids are called now."""

    people: Mapping[str, str] = {}
    outsiders: Mapping[str, Outsider] = {}
    """People who act from outside the organisation: they are called by their office."""
    assessments: Mapping[str, str] = {}
    sites: Mapping[str, str] = {}


def say_entry(entry: Entry, named: Named, language: str) -> str:
    """An entry as a sentence; in English where the language has none."""
    sentences, words = CATALOGUES.get(language, _ENGLISH)
    kind = entry.kind if entry.kind in sentences else "other"
    facts = {**entry.facts, "actor": entry.actor, "kind": entry.kind}
    said = {name: _say(name, facts[name], named, words) if name in facts else words["unknown"]
            for name in placeholders(sentences[kind])}  # fmt: skip
    sentence = sentences[kind].format_map(said)
    return sentence[:1].upper() + sentence[1:]


def say_begun(title: str, day: date, language: str) -> str:
    """What an assessment is called: its questionnaire and the day on which it was begun."""
    known = language if language in CATALOGUES else "en"
    return CATALOGUES[known][1]["begun"].format(title=title, day=speaker(known).day(day))


def placeholders(sentence: str) -> list[str]:
    """The facts that a sentence names."""
    return [name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None]


def _say(name: str, fact: str | int, named: Named, words: Mapping[str, str]) -> str:
    if isinstance(fact, int):
        counted = words.get(f"count-{name}-one" if fact == 1 else f"count-{name}", "{count}")
        return counted.format(count=fact)
    if name in PEOPLE:
        return named.people.get(fact) or words[named.outsiders.get(fact, "somebody")]
    if name in ASSESSMENTS:
        return named.assessments.get(fact, words["unknown"])
    if name == "site":
        return named.sites.get(fact, words["unknown"])
    if name in _LISTED:
        return ", ".join(_word(each.strip(), _LISTED[name], words) for each in fact.split(","))
    return fact


def _word(word: str, listed: str, words: Mapping[str, str]) -> str:
    # Roles are named by `before` and `after` too.
    return words.get(f"{listed}-{word}") or words.get(f"role-{word}") or word
