"""What the operator's pages show beside the lists: what waits for somebody, and one thing of it. Reads only."""

from msgspec import Struct

from compliance.usecases.deed import Deed
from compliance.usecases.identities import NoSuchIdentity
from compliance.usecases.identity_queues import WaitingIdentity, list_operator_queue
from compliance.usecases.jobs import JobCounts
from compliance.usecases.pages import MOST
from compliance.usecases.public_pages import channels_due


class UnreviewedTexts(Struct, frozen=True, kw_only=True):
    """A questionnaire in a language in which nobody has reviewed it."""

    reference: str
    title: str
    language: str


class WhatWaits(Struct, frozen=True, kw_only=True):
    """How much waits for the operator."""

    identities: int
    """At most `MOST`: that there are more changes nothing."""
    jobs: JobCounts
    channels: int
    translations: int


def see_what_waits(deed: Deed) -> WhatWaits:
    """Count what somebody has to look at."""
    waiting = list_operator_queue(deed, state="waiting", cursor=None, limit=MOST)
    return WhatWaits(
        identities=len(waiting.items), jobs=JobCounts(**deed.unit.jobs.counts()), channels=len(channels_due(deed)),
        translations=len(unreviewed_questionnaires(deed)),
    )  # fmt: skip


def unreviewed_questionnaires(deed: Deed) -> list[UnreviewedTexts]:
    """Translations of published questionnaires that wait for an expert."""
    return [
        UnreviewedTexts(reference=version.copy.reference, title=version.copy.title, language=each.language)
        for version in deed.means.shelf.versions() for each in version.translations if not each.is_reviewed
    ]  # fmt: skip


def read_numbered_identity(deed: Deed, organisation_id: str, country: str) -> WaitingIdentity:
    """A register number that was given, whatever became of it.

    Raises:
        NoSuchIdentity: none was given there.
    """
    identity = deed.unit.identities.find(organisation_id, country)
    organisation = deed.unit.organisations.find(organisation_id)
    if identity is None or identity.register is None or organisation is None:
        raise NoSuchIdentity
    return WaitingIdentity(
        organisation_id=organisation_id, country=country, name=organisation.name, register=identity.register,
        number=identity.number, state=identity.state, asked_at=identity.asked_at, revision=identity.revision,
    )  # fmt: skip
