"""What has been done, said at the top of the next page. The address holds a code only, so that nobody can put words there."""

from collections.abc import Mapping


def N_(text: str) -> str:  # noqa: N802 - the name by which catalogues are gathered
    """Mark a text to be translated where it is shown."""
    return text


NOTICES: Mapping[str, str] = {
    "logged-out": N_("You are logged out."),
    "saved": N_("Saved."),
}
