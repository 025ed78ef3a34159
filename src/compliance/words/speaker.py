"""A speaker says things in one language: sentences by key, dates, problems, conditions, values, reasons.

What a language lacks is said in English rather than not at all; a test lists what is missing.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache

from compliance.errors import Problem, Refusal
from compliance.words import (
    en_badges,
    en_changes,
    en_forms,
    en_reports,
    en_sentences,
    en_standalone,
    en_verifying,
    km_badges,
    km_changes,
    km_facts,
    km_forms,
    km_problems,
    km_reports,
    km_sentences,
    km_standalone,
    km_verifying,
)
from compliance.words.en_problems import PROBLEMS

ENGLISH: Mapping[str, str] = {
    **en_sentences.SENTENCES, **en_reports.SENTENCES, **en_forms.SENTENCES, **en_changes.SENTENCES,
    **en_verifying.SENTENCES, **en_badges.SENTENCES, **en_standalone.SENTENCES,
}  # fmt: skip
CATALOGUES: Mapping[str, Mapping[str, str]] = {
    "en": ENGLISH,
    "km": {
        **km_sentences.SENTENCES,
        **km_reports.SENTENCES,
        **km_forms.SENTENCES,
        **km_changes.SENTENCES,
        **km_verifying.SENTENCES,
        **km_badges.SENTENCES,
        **km_standalone.SENTENCES,
    },
}
TRANSLATED_PROBLEMS: Mapping[str, Mapping[str, str]] = {"km": km_problems.PROBLEMS}
TRANSLATED_REFUSALS: Mapping[str, Mapping[str, str]] = {"km": km_problems.REFUSALS}
TRANSLATED_FACTS: Mapping[str, Mapping[str, Mapping[str, str]]] = {"km": km_facts.FACTS}
VOCABULARIES: Mapping[tuple[str, str], str] = {
    ("assessment-state", "state"): "assessment", ("assessment-state", "needed"): "assessment",
    ("task-step", "before"): "task", ("task-step", "after"): "task",
    ("certificate-status", "before"): "certificate", ("certificate-status", "after"): "certificate",
    ("invitation-state", "state"): "invitation", ("role-unknown-here", "given"): "role",
    ("gap-unconfirmed", "source"): "source", ("gap-fact-unconfirmed", "source"): "source",
    ("evidence-form", "form"): "answer", ("evidence-form", "given"): "answer",
    ("evidence-not-yours-to-claim", "given"): "answer", ("wrong-word", "words"): "answer",
    ("wrong-kind", "wanted"): "answer", ("out-of-range", "most"): "answer",
    ("file-broken", "reason"): "file", ("not-a-spreadsheet", "reason"): "workbook",
}  # fmt: skip
"""Problem and fact → the closed list that the fact is of. Other facts are names, numbers, days or quotations."""
_QUOTING = ("fact-", "value-", "want-", "wrong-")
"""Problems that quote what was given: what somebody wrote stands in quotation marks, the rest are words of ours."""
_LISTED = frozenset({"needed", "words", "wanted"})
"""Facts that are several words of their list."""
LONGEST_FACT = 240
LOCALES: Mapping[str, str] = {"en": "en_GB"}
"""Where dates are written otherwise than by the language's commonest locale."""
REVIEWED_LANGUAGES = frozenset({"en"})
"""Languages whose catalogue a native-speaking expert has reviewed."""


class Speaker:
    """Says sentences in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._sentences = CATALOGUES.get(language, ENGLISH)
        self.is_reviewed = language in REVIEWED_LANGUAGES

    def say(self, key: str, **facts: object) -> str:
        """The sentence of that key, with its facts filled in."""
        sentence = self._sentences.get(key) or ENGLISH[key]
        return sentence.format(**facts) if facts else sentence

    def say_count(self, key: str, number: object, /, **facts: object) -> str:
        """The sentence of that key; for one thing the sentence of `KEY-one`, where there is one."""
        single = f"{key}-one"
        return self.say(single if number == 1 and single in ENGLISH else key, **facts)

    def day(self, day: date) -> str:
        """A day as people of the language write it, in full."""
        from babel.dates import format_date  # 60 ms, and only documents need it

        return format_date(day, format="long", locale=LOCALES.get(self.language, self.language))

    def half_days(self, effort: int) -> str:
        """An effort in half-days, in words."""
        if effort == 1:
            return self.say("half-days-half")
        if effort == 2:
            return self.say("half-days-one")
        return self.say("half-days", days=f"{effort // 2}½" if effort % 2 else effort // 2)


@cache
def speaker(language: str) -> Speaker:
    """The speaker of a language."""
    return Speaker(language)


def say_problem(problem: Problem, language: str = "en") -> str:
    """What is wrong and how to mend it, as sentences; in English where the language lacks it."""
    facts = {name: _short(_fact_in(language, problem.code, name, fact)) if isinstance(fact, str) else fact
             for name, fact in problem.facts.items()}  # fmt: skip
    own = TRANSLATED_PROBLEMS.get(language, PROBLEMS)
    return (own.get(problem.code) or PROBLEMS[problem.code]).format(**facts)


def say_refusal(refusal: Refusal, language: str = "en") -> str:
    """A refusal in one sentence; in English where the language lacks it."""
    return TRANSLATED_REFUSALS.get(language, {}).get(refusal.code) or refusal.summary


def language_of(told: Problem | Refusal, language: str) -> str:
    """In which language a problem or a refusal is said to readers of a language: in that, or in English."""
    known = TRANSLATED_PROBLEMS if isinstance(told, Problem) else TRANSLATED_REFUSALS
    return language if told.code in known.get(language, {}) else "en"


def _fact_in(language: str, code: str, name: str, fact: str) -> str:
    """A fact that is a word or a clause of ours, in that language; any other as it is."""
    quotes = name == "given" and code.startswith(_QUOTING)
    vocabulary = VOCABULARIES.get((code, name)) or ("answer" if quotes else "")
    words = TRANSLATED_FACTS.get(language, {}).get(vocabulary)
    if words is None:
        return fact
    if name in _LISTED:
        between = " or " if " or " in fact else ", "
        joined = speaker(language).say("condition-any") if between == " or " else between
        return joined.join(words.get(word, word) for word in fact.split(between))
    # A clause may be followed by a name in brackets.
    clause, bracket, rest = fact.partition(" (")
    return words[clause] + bracket + rest if clause in words else fact


def _short(fact: str) -> str:
    """What somebody wrote, on one line and short enough for a sentence."""
    line = " ".join(fact.split())
    return line if len(line) <= LONGEST_FACT else line[: LONGEST_FACT - 1] + "…"
