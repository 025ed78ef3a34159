"""The steps of a check, what each may find, and what all of them come to.

A finding has a fixed state, so that no step can say one thing and mean another. Its sentence is `verify-STEP-FINDING` in
`words`.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, get_args

from msgspec import Struct

from compliance.domain.certificate import Claim

State = Literal["held", "false", "not_established", "not_asked"]
"""`not_asked`: the checker named nothing that this could be held against; it is told what follows from that."""
StepCode = Literal[
    "readable", "number", "keys", "signature", "claim", "pdf", "questionnaire", "inclusion", "checkpoints", "key-times",
    "status", "days", "witnesses", "recomputed",
]  # fmt: skip
STEPS: tuple[StepCode, ...] = get_args(StepCode)
"""In the order in which they are told. `pdf` is asked of PDFs only, `recomputed` where a receipt is given."""
Facts = Mapping[str, str | int]
LONGEST_FACT = 200

FINDINGS: Mapping[StepCode, Mapping[State, tuple[str, ...]]] = {
    "readable": {
        "held": ("credential", "pdf", "number"),
        "false": (
            "too-large", "not-text", "broken", "twice", "too-deep", "no-credential", "unknown", "pdf-broken",
            "pdf-encrypted", "pdf-unsigned", "pdf-empty",
        ),
        "not_established": ("nothing", "pending"),
    },
    "number": {"held": ("right",), "false": ("mistyped", "other", "elsewhere", "unissued"), "not_established": ("unread",)},
    "keys": {
        "held": ("pinned", "unpinned", "demo"),
        "false": ("unreadable", "unsigned", "other-root", "older"),
        "not_established": ("missing", "unvouched"),
    },
    "signature": {
        "held": ("signed",),
        "false": ("unsigned", "form", "foreign", "purpose", "wrong"),
        "not_established": ("no-keys", "unread"),
    },
    "claim": {
        "held": ("same",),
        "false": ("missing", "form", "number", "holder", "days", "status", "issuer", "attachment"),
        "not_established": ("newer", "unread"),
    },
    "pdf": {
        "held": ("sealed",),
        "false": ("altered", "added", "foreign", "untrusted", "open"),
        "not_established": ("no-keys", "unread"),
    },
    "questionnaire": {"held": ("known",), "false": ("other",), "not_established": ("unknown", "unread")},
    "inclusion": {
        "held": ("included",),
        "false": ("malformed", "other-leaf", "other-day", "not-in-tree"),
        "not_established": ("without", "unread"),
    },
    "checkpoints": {
        "held": ("consistent",),
        "false": ("unsigned-own", "unsigned-newest", "other-log", "forked", "shrunk"),
        "not_established": ("no-keys", "no-newest", "no-consistency", "unread"),
    },
    "key-times": {
        "held": ("in-time",),
        "false": ("after-retirement", "compromised", "not-in-log", "not-the-list", "list-older"),
        "not_established": ("no-events", "no-log", "unread"),
    },
    "status": {
        "held": ("active",),
        "false": ("revoked", "suspended", "unsigned", "malformed", "other-list", "index", "too-long"),
        "not_established": ("missing", "stale", "early", "no-keys", "unread"),
    },
    "days": {"held": ("today",), "false": ("early", "over"), "not_established": ("unread",)},
    "witnesses": {
        "held": ("witnessed",),
        "false": ("wrong",),
        "not_established": ("absent", "own", "unread"),
        "not_asked": ("nobody", "unnamed"),
    },
    "recomputed": {
        "held": ("same",),
        "false": ("unreadable", "other-answers", "other-result", "unscorable"),
        "not_established": ("unknown", "other-rule", "unread"),
    },
}  # fmt: skip
_STATES: Mapping[tuple[str, str], State] = {
    (step, finding): state for step, states in FINDINGS.items() for state, all_ in states.items() for finding in all_
}


class Step(Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    code: StepCode
    state: State
    finding: str
    """Stable, and unique within the step; one of `FINDINGS`."""
    facts: Facts = {}
    """What its sentence names. Quoted from what strangers gave, made short and printable."""


class Verdict(Struct, frozen=True, kw_only=True):
    """All that was found."""

    steps: tuple[Step, ...]
    at: datetime
    base_url: str
    """Where the issuer has its address. That it is this issuer's, only the steps say."""
    claim: Claim | None
    """What the certificate says; to be believed as far as the steps hold. None where it could not be read."""
    fingerprint: str | None
    """Of the root of the keys, where the list of keys holds."""

    @property
    def state(self) -> State:
        """Held only where every step is that was asked; false as soon as one is."""
        states = {step.state for step in self.steps}
        if "false" in states or not states:
            return "false"
        return "not_established" if "not_established" in states else "held"

    def step(self, code: StepCode) -> Step | None:
        """The step of that code, where it was asked."""
        return next((each for each in self.steps if each.code == code), None)


def found(code: StepCode, finding: str, **facts: str | int | date | datetime) -> Step:
    """A step with what was found; days and instants are written by ISO 8601.

    Raises:
        KeyError: there is no such finding.
    """
    plain = {name: _plain(fact) for name, fact in facts.items()}
    return Step(code=code, state=_STATES[code, finding], finding=finding, facts=plain)


def printable(text: str) -> str:
    """What a stranger wrote, short and on one line: nothing in it moves a cursor or turns the direction of text."""
    signs = (" " if sign.isspace() else sign for sign in text[: 4 * LONGEST_FACT])
    kept = "".join(sign for sign in signs if unicodedata.category(sign)[0] != "C")
    return kept if len(kept) <= LONGEST_FACT else kept[: LONGEST_FACT - 1] + "…"


def _plain(fact: str | int | date | datetime) -> str | int:
    if isinstance(fact, int):
        return fact
    return fact.isoformat() if isinstance(fact, date) else printable(fact)
