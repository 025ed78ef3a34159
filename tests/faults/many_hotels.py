"""A crowd of invented hotels with sessions and drafts, made by the use cases, for what strains or breaks the service.

Answers are written as rows in one go, since thousands of drafts are wanted within seconds; all else is done by deeds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from compliance.app import Parts
from compliance.domain.actor import Person
from compliance.domain.assessment import AnswersFile, DraftFact
from compliance.domain.scoring import Answer
from compliance.http.desk import Desk
from compliance.intake.answers import read_answers_file
from compliance.store.answers import AnswerRow
from compliance.store.assessments import Assessment
from compliance.store.identities import Identity
from compliance.store.people import User
from compliance.usecases.assessments import new_draft, newest_version
from compliance.usecases.credentials import actor_for
from compliance.usecases.deed import Deed
from compliance.usecases.organisations import OrganisationBegun, begin_organisation
from compliance.usecases.signing_in import open_session
from compliance.usecases.sites import add_site
from fixtures.libraries import ROOT
from fresh import as_if_written

SECTOR, COUNTRY = "hospitality", "KH"


@dataclass(frozen=True)
class Hotel:
    """A group of hotels with one person, who may do everything, and that person's session."""

    organisation_id: str
    token: str
    user_id: str
    email: str
    site_ids: tuple[str, ...]
    draft_ids: tuple[str, ...]
    """One open draft for each site."""

    @property
    def path(self) -> str:
        return f"/api/v1/organisations/{self.organisation_id}/assessments"

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


def met() -> AnswersFile:
    """The answers of a hotel that meets the questionnaire; its files are records in words, so nothing is uploaded."""
    file = read_answers_file(ROOT / "examples" / "hotel-met.yaml", decisions_allowed=True).answers
    return msgspec.structs.replace(file, answers={item: without_files(each) for item, each in file.answers.items()})


def met_today() -> AnswersFile:
    """The same, written today: for a service that looks at the real clock."""
    return as_if_written(met(), on=datetime.now(UTC).date())


def without_files(answer: Answer) -> Answer:
    pieces = tuple(msgspec.structs.replace(piece, form="record", file=None) if piece.form == "file" else piece
                   for piece in answer.pieces)  # fmt: skip
    return msgspec.structs.replace(answer, pieces=pieces)


def found_hotels(parts: Parts, count: int, *, sites: int, answered: AnswersFile | None, first: int = 1) -> list[Hotel]:
    """Hotels number `first` and following, each with a draft for each of its sites: filled in, or empty."""
    return list(_found(parts.desk, range(first, first + count), sites, answered))


def _found(desk: Desk, numbers: range, sites: int, answered: AnswersFile | None) -> Iterator[Hotel]:
    for number in numbers:
        with desk.deed(writes=True) as deed:
            user = _person(deed, number)
            signed_in = open_session(deed, user, device="crowd", second_factor_at=None)
            deed.person = msgspec.structs.replace(deed.someone, credential_id=signed_in.session.id)
            begun = begin_organisation(deed, OrganisationBegun(name=f"Hotel {number}", country=COUNTRY))
            organisation_id = begun.organisation.id
            deed.acting = actor_for(deed.unit, deed.someone, organisation_id)
            _confirm(deed, number)
            for site in range(2, sites + 1):
                add_site(deed, name=f"Hotel {number}, house {site}", town=None, country=COUNTRY, reference=None)
            site_ids = tuple(site.id for site in deed.unit.organisations.sites(organisation_id))
            draft_ids = tuple(_draft(deed, site_id, answered) for site_id in site_ids)
        yield Hotel(organisation_id, signed_in.token, user.id, user.email, site_ids, draft_ids)


def _person(deed: Deed, number: int) -> User:
    email = f"manager{number}@hotels.example"
    user = User(id=deed.new_id(), email=email, email_key=email, name=f"Manager {number}", language="en",
                password_hash=None, email_verified_at=deed.now, created_at=deed.now)  # fmt: skip
    deed.unit.people.add(user)
    deed.person = Person(user.id, user.name, user.email, user.language, email_is_verified=True)
    return user


def _confirm(deed: Deed, number: int) -> None:
    """The operator looked the register number up."""
    deed.unit.identities.add(
        Identity(organisation_id=deed.organisation_id, country=COUNTRY, state="confirmed", how="register_operator",
                 register="Register of the test", number=str(number), asked_at=deed.now, decided_at=deed.now,
                 revision=1, created_at=deed.now)
    )  # fmt: skip


def _draft(deed: Deed, site_id: str, answered: AnswersFile | None) -> str:
    version = newest_version(deed, SECTOR)
    draft = new_draft(deed, version, sector=SECTOR, country=COUNTRY, language="en")
    if answered is not None:
        draft = msgspec.structs.replace(draft, facts=facts_of(deed, answered), facts_revision=1)
    deed.unit.assessments.add(draft, site_ids=(site_id,))
    deed.record("assessment-started", assessment=draft.id, questionnaire=draft.questionnaire)
    if answered is not None:
        _fill(deed, draft, answered)
    return draft.id


def facts_of(deed: Deed, answered: AnswersFile) -> dict[str, DraftFact]:
    return {name: DraftFact(value=value, changed_by=deed.actor.user_id, changed_at=deed.now)
            for name, value in answered.profile.items()}  # fmt: skip


def _fill(deed: Deed, draft: Assessment, answered: AnswersFile) -> None:
    sections = deed.means.shelf.sections_of(draft.questionnaire_digest)
    rows = [
        AnswerRow(item=item, section=sections[item], answer=msgspec.Raw(msgspec.json.encode(answer)), revision=1,
                  source="typed", is_confirmed=True, changed_by=deed.actor.user_id, changed_at=deed.now,
                  confirmed_by=None, confirmed_at=None)
        for item, answer in answered.answers.items()
    ]  # fmt: skip
    deed.unit.answers.add_all(deed.organisation_id, draft.id, rows)
    deed.record("answers-changed", assessment=draft.id, answers=len(rows))
