"""A person's own password: shown again before what must not be done by whoever finds an open screen."""

from compliance.errors import Forbidden
from compliance.store.people import User
from compliance.usecases.deed import Deed
from compliance.usecases.tries import forget_person


class PasswordWrong(Forbidden):
    """This is not your password."""

    code = "password-wrong"


def check_password(deed: Deed, password: str) -> User:
    """The person who is signed in, after they showed their password again.

    Raises:
        PasswordWrong: it is another one.
    """
    user = deed.unit.people.find(deed.someone.user_id)
    if user is None or not deed.means.passwords.matches(user.password_hash, password):
        raise PasswordWrong
    forget_person(deed)
    return user
