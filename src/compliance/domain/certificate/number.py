"""How a certificate's number is spelt, read and checked.

Source: docs/certificate.md.
"""

NUMBER_PREFIX = "CP"
NUMBER_SYMBOLS = 7
"""How many symbols of a number are drawn; one more checks them."""
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, which look like digits, and no U."""

_CHECK_MODULUS = 37  # the least prime above 32: every wrong symbol and every swap of neighbours shows
_MISREAD = str.maketrans("ILO", "110")
_SEPARATORS = str.maketrans("", "", "- \t\u00a0\u2010\u2011\u2012\u2013\u2014\u2212")


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
