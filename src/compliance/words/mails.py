"""Mails in the reader's language: a subject of one line and a plain text.

No mail names a score, an outcome or a case, or repeats what somebody wrote in an assessment: mails are read on shared
machines and kept by strangers. They say that something is there, and where.
"""

import re
import textwrap
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Literal

from compliance.words import en_mails, km_mails
from compliance.words.speaker import speaker

MailKind = Literal[
    "verify_email", "account_exists", "reset_password", "password_changed", "second_factor_taken",
    "new_login_blocked", "invitation", "identity_confirmed",
    "identity_refused", "section_assigned", "comment_added", "assessment_submitted", "draft_expires", "task_due",
    "certificate_expires", "certificate_expired", "certificate_suspended", "certificate_withdrawn",
    "certificate_reinstated",
]  # fmt: skip
MailFact = str | int | date

LINE_WIDTH = 78
LONGEST_NAME = 80
LONGEST_REASON = 1_000
_ENGLISH = (en_mails.MAILS, en_mails.PARTS)
_CATALOGUES = {"en": _ENGLISH, "km": (km_mails.MAILS, km_mails.PARTS)}
_UNBROKEN = frozenset({"km"})
"""Languages without spaces between words: where a line may end is known to the reader's program, not to us."""
_OURS = frozenset({"link", "base_url", "code"})
"""Facts that we made ourselves, which stay exactly as they are."""
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def write_mail(kind: MailKind, language: str, facts: Mapping[str, MailFact]) -> tuple[str, str]:
    """Subject and text of a mail, in English where the language has none.

    Facts, beside the `link` and `base_url` (without a last slash) of every mail:

    - `verify_email`: `code`, `valid_minutes`; `reset_password`, `new_login_blocked`: `valid_minutes`
    - `second_factor_taken`: `administrator` (a name)
    - all others but `account_exists`, `password_changed`: `organisation` (its name)
    - `invitation`: `inviter` (a name), `role` (as in lifecycle.md), `expires_on`
    - `identity_refused`: `reason`; `section_assigned`: `section` (its title); `task_due`: `due_on`
    - `draft_expires`, `certificate_expires`, `certificate_expired`: `days` (until then, or since), `expires_on`

    Names are put on one line and shortened, and links in them are broken: whoever names an organisation must not
    write our mails. Lines end at 78 characters, except links; in Khmer each paragraph is one line.

    Raises:
        ValueError: a fact is missing, or one is given that the mail does not say. A fault of the caller.
        KeyError: there is no such role. Likewise.
    """
    mails, parts = _CATALOGUES.get(language, _ENGLISH)
    subject, text = mails[f"{kind}-subject"], mails[f"{kind}-text"]
    whole = f"{parts['greeting']}\n\n{text}\n\n{'-' * 20}\n\n{parts['footer']}\n"
    said = {name: fact for given in facts for name, fact in [_say(given, facts[given], language, parts)]}
    wanted = set(_PLACEHOLDER.findall(subject + whole))
    if wanted != said.keys():
        message = f"{kind}: the facts do not fit: {sorted(wanted ^ said.keys())}"
        raise ValueError(message)
    filled = whole.format_map(said)
    return subject.format_map(said), filled if language in _UNBROKEN else _wrap(filled)


def _say(name: str, fact: MailFact, language: str, parts: Mapping[str, str]) -> tuple[str, str]:
    """A fact as the sentence names it, and as it is said."""
    if isinstance(fact, date):
        return name, speaker(language if language in _CATALOGUES else "en").day(fact)
    match name:
        case "valid_minutes":
            return "valid", _duration(int(fact), parts)
        case "days":
            return name, _count(int(fact), "days", parts)
        case "role":
            return name, parts[f"role-{fact}"]
        case "reason":
            return name, _tame(str(fact), LONGEST_REASON)
        case _:
            return name, str(fact) if name in _OURS else _tame(str(fact), LONGEST_NAME)


def _duration(minutes: int, parts: Mapping[str, str]) -> str:
    if minutes % 60 == 0:
        return _count(minutes // 60, "hours", parts)
    return _count(minutes, "minutes", parts)


def _count(count: int, unit: str, parts: Mapping[str, str]) -> str:
    return parts[f"{unit}-one"] if count == 1 else parts[unit].format(count=count)


def _tame(text: str, longest: int) -> str:
    """What somebody wrote, on one line, visible, without links, and short enough."""
    # Direction marks go; the joiners that Khmer and others are written with (U+200B to U+200D) stay.
    seen = "".join(each for each in text if each.isspace() or _is_visible(each))
    line = " ".join(_SCHEME.sub("", seen).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs") or character in "\u200b\u200c\u200d"


def _wrap(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        piece
        for line in lines
        for piece in textwrap.wrap(line, LINE_WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
    )
