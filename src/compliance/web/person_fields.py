"""What people type about themselves, read from forms: one line, a mail address, a code, a new password."""

import re
import unicodedata

from compliance.usecases.registering import LONGEST_PASSWORD
from compliance.web.forms import Form

LONGEST_EMAIL = 254
LONGEST_NAME = 150
_EMAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+")


def read_line(form: Form, name: str, *, most: int = LONGEST_NAME) -> str:
    """A text of one line. Signs that nobody sees, such as a line break, are complained about: no name has any."""
    text = form.text(name, most=most)
    if any(unicodedata.category(each) == "Cc" for each in text):
        form.complain("field-line", name)
    return text


def read_email(form: Form, name: str) -> str:
    """A mail address, as it was typed; whether it is anybody's, only a mail can tell."""
    email = form.text(name, most=LONGEST_EMAIL)
    if email and len(email) <= LONGEST_EMAIL and not _EMAIL.fullmatch(email):
        form.complain("field-email", name)
    return email


def read_password(form: Form, name: str) -> str:
    """A password, with every blank that was typed."""
    password = form.raw(name)
    if not password:
        form.complain("field-needed", name)
    elif len(password) > LONGEST_PASSWORD:
        form.complain("field-too-long", name, most=LONGEST_PASSWORD)
    return password


def read_digits(form: Form, name: str) -> str:
    """A code of six digits; blanks between them and the digits of any script are taken."""
    code = plain_digits("".join(form.text(name, most=40).split()))
    if 0 < len(code) <= 40 and not re.fullmatch(r"[0-9]{6}", code):
        form.complain("field-six-digits", name)
    return code


def plain_digits(text: str) -> str:
    """The same text with the digits of every script as 0 to 9."""
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)
