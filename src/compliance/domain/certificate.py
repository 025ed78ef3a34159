"""When a certificate is earned, what it must admit was not checked, and how its number is spelt.

Source: docs/certificate.md.
"""

from msgspec import UNSET, Struct

from compliance.domain.questionnaire import EVIDENCE_LEVELS, Questionnaire, YesNoFact
from compliance.domain.scoring import Assurance, ItemScore, ScoreCard, Submission
from compliance.domain.scoring.profile import compile_fact, corrected_facts, submitted_facts

NUMBER_PREFIX = "CP"
NUMBER_SYMBOLS = 7
"""How many symbols of a number are drawn; one more checks them."""
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, which look like digits, and no U."""

_CHECK_MODULUS = 37  # the least prime above 32: every wrong symbol and every swap of neighbours shows
_MISREAD = str.maketrans("ILO", "110")
_SEPARATORS = str.maketrans("", "", "- \t\u00a0\u2010\u2011\u2012\u2013\u2014\u2212")
_VALIDITY_MONTHS: dict[Assurance, int] = {"self_assessed": 12, "desk_verified": 12, "site_verified": 36}
_CHECKED_FROM = EVIDENCE_LEVELS.index("verified_remotely")


class NotChecked(Struct, frozen=True):
    """What nobody but the holder has looked at."""

    sections: dict[str, int]
    """Section id → how many of its applicable items stand below `verified_remotely`; in order, none with 0.

    A claim that no reviewer has accepted counts: nobody has checked it either.
    """
    facts: tuple[str, ...]
    """Facts that switched off a critical item, each once, in the questionnaire's order."""
    switched_off: tuple[str, ...]
    """The critical items that these facts switched off, in the questionnaire's order."""

    @property
    def count(self) -> int:
        """How many items in all."""
        return sum(self.sections.values())


def earns_certificate(card: ScoreCard) -> bool:
    """Whether a certificate may be issued for a score card: the outcome is met, and somebody attested the answers."""
    return card.outcome == "met" and card.assurance is not None


def validity_months(assurance: Assurance) -> int:
    """For how many months a certificate of that assurance is valid."""
    return _VALIDITY_MONTHS[assurance]


def not_checked(questionnaire: Questionnaire, card: ScoreCard) -> NotChecked:
    """What a certificate for this score card has to admit."""
    sections: dict[str, int] = {}
    for section in questionnaire.sections:
        scores = (card.items.get(item.id) for item in section.items)
        if count := sum(1 for score in scores if score is not None and _is_unchecked(score)):
            sections[section.id] = count
    switched_off: list[str] = []
    blamed: set[str] = set()
    for item in questionnaire.scored_items:
        because = card.items[item.id].because
        if item.critical is not None and because is not UNSET:
            switched_off.append(item.id)
            blamed.add(because.fact)
    facts = tuple(fact.id for fact in questionnaire.facts if fact.id in blamed)
    return NotChecked(sections, facts, tuple(switched_off))


def _is_unchecked(score: ItemScore) -> bool:
    if score.state in ("answered", "unanswered"):
        assert score.level is not UNSET
        return EVIDENCE_LEVELS.index(score.level) < _CHECKED_FROM
    return score.claim == "pending"


def certificate_notes(questionnaire: Questionnaire, submission: Submission) -> tuple[str, ...]:
    """What facts answered yes have printed on the certificate, after reviewers' corrections; in their order."""
    rules = tuple(compile_fact(fact) for fact in questionnaire.facts)
    facts = corrected_facts(rules, submitted_facts(rules, submission.profile, []), submission.decisions)
    return tuple(
        fact.on_certificate
        for fact in questionnaire.facts
        if isinstance(fact, YesNoFact) and fact.on_certificate is not None and facts.get(fact.id) == "yes"
    )


# Numbers


def check_symbol(symbols: str) -> str | None:
    """The symbol that checks these seven; None where the check value has no symbol: such numbers are not drawn.

    Raises:
        ValueError: not seven symbols of `SYMBOLS`.
    """
    if len(symbols) != NUMBER_SYMBOLS or any(symbol not in SYMBOLS for symbol in symbols):
        msg = f"a certificate number has {NUMBER_SYMBOLS} symbols of {SYMBOLS}"
        raise ValueError(msg)
    value = 0
    for symbol in symbols:
        value = value * len(SYMBOLS) + SYMBOLS.index(symbol)
    check = value % _CHECK_MODULUS
    return SYMBOLS[check] if check < len(SYMBOLS) else None


def number_of(symbols: str) -> str | None:
    """The certificate number of seven drawn symbols, `CP-7QF4-M2XF`; None where they must be drawn again.

    Raises:
        ValueError: not seven symbols of `SYMBOLS`.
    """
    check = check_symbol(symbols)
    return None if check is None else _spelt(symbols + check)


def normal_number(typed: str) -> str | None:
    """A number as somebody typed it, in its one spelling; None where it cannot be one, whatever was mistyped.

    I and L are read as 1, O as 0; case, hyphens and spaces do not matter; the prefix may be left out.
    The check symbol is not looked at: `number_is_valid` does.
    """
    read = typed.strip().upper().translate(_SEPARATORS)
    if len(read) == len(NUMBER_PREFIX) + NUMBER_SYMBOLS + 1 and read.startswith(NUMBER_PREFIX):
        read = read.removeprefix(NUMBER_PREFIX)
    read = read.translate(_MISREAD)
    if len(read) != NUMBER_SYMBOLS + 1 or any(symbol not in SYMBOLS for symbol in read):
        return None
    return _spelt(read)


def number_is_valid(typed: str) -> bool:
    """Whether what somebody typed is spelt like a number that could have been issued; says nothing of whether it was."""
    number = normal_number(typed)
    if number is None:
        return False
    symbols = number.removeprefix(NUMBER_PREFIX).replace("-", "")
    return check_symbol(symbols[:-1]) == symbols[-1]


def _spelt(symbols: str) -> str:
    half = len(symbols) // 2
    return f"{NUMBER_PREFIX}-{symbols[:half]}-{symbols[half:]}"
