"""Carry-over: what an assessment's successor begins with."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from compliance.api.assessments import ONE, SEEING, TAGS, Id
from compliance.api.endpoint import Call, Reply, endpoint
from compliance.domain.assessment import Country
from compliance.domain.questionnaire import QuestionnaireName
from compliance.usecases.assessments import AssessmentInvalid, SitesTaken
from compliance.usecases.carrying import CarryOver, Succession, preview_carry_over, start_successor
from compliance.usecases.deed import Deed
from compliance.usecases.shelf import NoSuchVersion

SiteList = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}(,[0-9a-f-]{36})*$(?!\n)", max_length=3700)]


class SuccessorQuery(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the successor would be about; what is left out is as before."""

    sector: QuestionnaireName | None = None
    country: Country | None = None
    site_ids: SiteList | None = None
    """Ids with commas between them; up to 100 here."""


class NewSuccessor(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the successor is about; what is left out is as before."""

    sector: QuestionnaireName | None = None
    country: Country | None = None
    site_ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=500)] | None = None
    language: Annotated[str, Meta(min_length=2, max_length=12)] | None = None
    """In which the questions are read."""


@endpoint("GET", ONE + "/carry-over", gives=CarryOver, query=SuccessorQuery, tags=TAGS,
          refuses=(*SEEING, NoSuchVersion, AssessmentInvalid))  # fmt: skip
def preview_successor(deed: Deed, call: Call[Any]) -> Reply:
    """Look at what a successor would begin with: renewal, a new version, or another sector or site."""
    query: SuccessorQuery = call.query
    sites = tuple(query.site_ids.split(",")) if query.site_ids else None
    preview = preview_carry_over(deed, call["assessment_id"], sector=query.sector, country=query.country,
                                 site_ids=sites)  # fmt: skip
    return Reply(body=preview)


@endpoint("POST", ONE + "/successor", takes=NewSuccessor, gives=Succession, status=201, tags=TAGS,
          refuses=(*SEEING, NoSuchVersion, AssessmentInvalid, SitesTaken),
          examples={"The yearly renewal": {}, "A second sector": {"sector": "tour-operators"}})  # fmt: skip
def start_next_assessment(deed: Deed, call: Call[NewSuccessor]) -> Reply:
    """Start the draft that follows an assessment, with everything carried over that still fits, to be confirmed.

    Where a draft for these sites and this sector is open, it is given back instead, with status 201 and its id.
    """
    asked = call.body
    started = start_successor(deed, call["assessment_id"], sector=asked.sector, country=asked.country,
                              site_ids=asked.site_ids, language=asked.language)  # fmt: skip
    place = f"/api/v1/organisations/{deed.organisation_id}/assessments/{started.assessment.id}"
    return Reply(body=started, location=place)


ENDPOINTS = (preview_successor, start_next_assessment)
