"""What is published: everybody may read every version, for ever."""

from msgspec import Struct

from compliance.domain.questionnaire import Questionnaire, StateChange
from compliance.usecases.deed import Deed
from compliance.usecases.shelf import Version


class ShownVersion(Struct, frozen=True, kw_only=True):
    """A published version, without its questions."""

    reference: str
    name: str
    version: str
    title: str
    language: str
    translations: dict[str, bool]
    """Language → whether a person has reviewed the translation."""
    digest: str
    structure: str
    state: StateChange


def show_version(version: Version, deed: Deed) -> ShownVersion:
    """A version as everybody sees it."""
    copy = version.copy
    return ShownVersion(
        reference=copy.reference, name=copy.name, version=copy.version, title=copy.title, language=copy.language,
        translations={each.language: each.is_reviewed for each in version.translations}, digest=copy.digest,
        structure=copy.structure, state=version.state_on(deed.today),
    )  # fmt: skip


def list_questionnaires(deed: Deed) -> list[ShownVersion]:
    """Every version, by name, oldest first."""
    return [show_version(version, deed) for version in deed.means.shelf.versions()]


def read_questionnaire(deed: Deed, reference: str, language: str | None) -> tuple[Questionnaire, str]:
    """A version whole, in a language if it is there, with its digest.

    Raises:
        NoSuchVersion: it was never published here.
    """
    version = deed.means.shelf.named(reference)
    questionnaire, _ = deed.means.shelf.translated(version.copy.digest, language or version.copy.language)
    return questionnaire, version.copy.digest
