"""One door to the files that the package carries: in the installed package, else in the checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The folder of that name (`questionnaires`, `fonts`): packaged data first, then the checkout.

    Raises:
        FileNotFoundError: the installation is broken.
    """
    for place in (_PACKAGE / "_data" / name, _PACKAGE / name, _PACKAGE.parent.parent / name):
        if place.is_dir():
            return place
    msg = f"the installation lacks its {name}"
    raise FileNotFoundError(msg)
