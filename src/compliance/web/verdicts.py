"""What a check found, for pages: numbered steps in the reader's language, the first that does not hold unfolded."""

from collections.abc import Mapping

from msgspec import Struct

from compliance.usecases.verifying import State, Verdict, say_step, say_verdict
from compliance.words.results import standing_alone
from compliance.words.speaker import CATALOGUES, speaker

TAGS: Mapping[State, str] = {"held": "done", "false": "bad", "not_established": "part", "not_asked": "later"}


class ShownStep(Struct, frozen=True, kw_only=True):
    """A step, as it is told."""

    code: str
    title: str
    tag: str
    """How its state looks: the ending of a class of the style sheet."""
    state: str
    sentence: str
    is_open: bool


class ShownVerdict(Struct, frozen=True, kw_only=True):
    """A verdict, as it is told."""

    state: State
    says: str
    language: str
    """Of all sentences: the page's, or English where that lacks them."""
    steps: tuple[ShownStep, ...]
    fingerprint: str | None


def shown_verdict(verdict: Verdict, language: str) -> ShownVerdict:
    """The verdict in a language. Opened is the first false step, else the first that was not established."""
    said = speaker(language if language in CATALOGUES else "en")
    opened = next((each.code for state in ("false", "not_established") for each in verdict.steps if each.state == state),
                  None)  # fmt: skip
    steps: list[ShownStep] = []
    for each in verdict.steps:
        words = say_step(said, each)
        steps.append(ShownStep(code=each.code, title=words.title, tag=TAGS[each.state], state=standing_alone(words.state),
                               sentence=words.sentence, is_open=each.code == opened))  # fmt: skip
    return ShownVerdict(state=verdict.state, says=say_verdict(said, verdict), language=said.language,
                        steps=tuple(steps), fingerprint=verdict.fingerprint)  # fmt: skip
