"""The first operator, and every further one: made at the machine itself, by whoever runs the program there."""

from msgspec import Struct

from compliance.usecases.deed import Deed
from compliance.usecases.operator_people import let_in_here
from compliance.usecases.operators import FIRST_LINK_MINUTES, appoint_operator
from compliance.usecases.registering import reset_link


class Founding(Struct, frozen=True, kw_only=True):
    """An operator, and the link with which they choose a password."""

    user_id: str
    link: str
    """Whoever has it may choose the password, once. It is not mailed: who asks for it stands at the machine."""
    valid_minutes: int


def found_operator(deed: Deed, *, email: str, name: str, country: str, language: str) -> Founding:
    """Make somebody an operator; the first one makes the operator's organisation too. Repeatable.

    For somebody who is one already, it is a new link: so an operator who lost password and mailbox comes in again.
    Whoever was shut out is let in again.
    """
    user_id = appoint_operator(deed, email=email, name=name, country=country, language=language, mails_link=False)
    let_in_here(deed, user_id)
    link = reset_link(deed, user_id, minutes=FIRST_LINK_MINUTES)
    return Founding(user_id=user_id, link=link, valid_minutes=FIRST_LINK_MINUTES)
