"""A speaker says things in one language: sentences by key, dates, problems, conditions, values, reasons.

What a language lacks is said in English rather than not at all; a test lists what is missing.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache

from compliance.errors import Problem, Refusal
from compliance.words import en_forms, en_reports, en_sentences, km_forms, km_problems, km_reports, km_sentences
from compliance.words.en_problems import PROBLEMS

ENGLISH: Mapping[str, str] = {**en_sentences.SENTENCES, **en_reports.SENTENCES, **en_forms.SENTENCES}
CATALOGUES: Mapping[str, Mapping[str, str]] = {
    "en": ENGLISH,
    "km": {**km_sentences.SENTENCES, **km_reports.SENTENCES, **km_forms.SENTENCES},
}
TRANSLATED_PROBLEMS: Mapping[str, Mapping[str, str]] = {"km": km_problems.PROBLEMS}
TRANSLATED_REFUSALS: Mapping[str, Mapping[str, str]] = {"km": km_problems.REFUSALS}
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
    facts = {name: _short(fact) if isinstance(fact, str) else fact for name, fact in problem.facts.items()}
    own = TRANSLATED_PROBLEMS.get(language, PROBLEMS)
    return (own.get(problem.code) or PROBLEMS[problem.code]).format(**facts)


def say_refusal(refusal: Refusal, language: str = "en") -> str:
    """A refusal in one sentence; in English where the language lacks it."""
    return TRANSLATED_REFUSALS.get(language, {}).get(refusal.code) or refusal.summary


def _short(fact: str) -> str:
    """What somebody wrote, on one line and short enough for a sentence."""
    line = " ".join(fact.split())
    return line if len(line) <= LONGEST_FACT else line[: LONGEST_FACT - 1] + "…"
