"""What was typed into a form: read without bending it, with every problem said at once."""

from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import parse_qsl

from compliance.errors import Invalid, Problem

MOST_FIELDS = 1000
_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")


class FormInvalid(Invalid):
    """Something in this form needs another look."""

    code = "form-invalid"


class FormMalformed(Invalid):
    """This form cannot be read."""

    code = "form-malformed"


class Form:
    """The fields that were sent: name → values, in their order."""

    def __init__(self, fields: Mapping[str, list[str]] | None = None) -> None:
        self._fields = dict(fields or {})
        self._problems: list[Problem] = []

    @classmethod
    def read(cls, body: bytes) -> "Form":
        """Read a form that was sent urlencoded.

        Raises:
            FormMalformed: not UTF-8, too many fields, or with NUL.
        """
        try:
            pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(body), errors="strict",
                              max_num_fields=MOST_FIELDS)  # fmt: skip
        except ValueError:
            raise FormMalformed from None
        fields: dict[str, list[str]] = {}
        for name, value in pairs:
            if "\x00" in name or "\x00" in value:
                raise FormMalformed
            fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
        return cls(fields)

    def __bool__(self) -> bool:
        return bool(self._fields)

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def pairs(self) -> list[tuple[str, str]]:
        """Every name with every value, to be sent again."""
        return [(name, value) for name, values in self._fields.items() for value in values]

    def names(self) -> list[str]:
        """The names of the fields."""
        return list(self._fields)

    def keep(self, name: str, value: str) -> None:
        """Take in a field that was sent beside a file, as if it had stood in an ordinary form."""
        self._fields.setdefault(name, []).append(value)

    def raw(self, name: str) -> str:
        """The first value, as it was typed; empty where there is none."""
        return self._fields.get(name, [""])[0]

    def many(self, name: str) -> tuple[str, ...]:
        """Every value, such as of boxes that were ticked; empty ones left out."""
        return tuple(value for value in self._fields.get(name, ()) if value)

    def text(self, name: str, *, most: int = 200, needed: bool = True) -> str:
        """A text without blanks around it."""
        value = self.raw(name).strip()
        if needed and not value:
            self.complain("field-needed", name)
        elif len(value) > most:
            self.complain("field-too-long", name, most=most)
        return value

    def maybe(self, name: str, *, most: int = 200) -> str | None:
        """A text, or None where it was left empty."""
        return self.text(name, most=most, needed=False) or None

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self.raw(name))

    def number(self, name: str, *, needed: bool = True) -> int | None:
        """A whole number; Khmer digits and blanks between thousands are taken."""
        value = "".join(self.raw(name).translate(_KHMER_DIGITS).split())
        if not value:
            if needed:
                self.complain("field-needed", name)
            return None
        if not value.isdecimal() or not value.isascii() or len(value) > 9:
            self.complain("field-number", name)
            return None
        return int(value)

    def day(self, name: str, *, needed: bool = True) -> date | None:
        """A day, from one field (2026-11-22) or from three: NAME-day, NAME-month, NAME-year."""
        parts = [self.raw(f"{name}-{part}").translate(_KHMER_DIGITS).strip() for part in ("year", "month", "day")]
        given = self.raw(name).translate(_KHMER_DIGITS).strip() or ("-".join(parts) if any(parts) else "")
        if not given:
            if needed:
                self.complain("field-needed", name)
            return None
        try:
            year, month, day = given.split("-")
            return date(int(year), int(month), int(day))
        except (ValueError, OverflowError):
            self.complain("field-day", name)
            return None

    def complain(self, code: str, where: str, **facts: str | int) -> None:
        """Note that something is wrong."""
        self._problems.append(Problem(code, where, facts))

    def take_in(self, problems: Iterable[Problem]) -> None:
        """Note what a use case would refuse, to be said together with the rest."""
        self._problems.extend(problems)

    def check(self) -> None:
        """Go on only if nothing was wrong.

        Raises:
            FormInvalid: with everything that was noted.
        """
        if self._problems:
            raise FormInvalid(self._problems)
