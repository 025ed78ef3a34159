"""Assessments: start, answer together, check, submit, withdraw."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from compliance.api.endpoint import Call, Reply, endpoint
from compliance.domain.assessment import (
    AnswersIncomplete,
    AssessmentNotOpen,
    AssessmentState,
    CaseOpen,
    Country,
    Name,
    StatementOutdated,
)
from compliance.domain.questionnaire import ItemId, QuestionnaireName, Reference
from compliance.domain.scoring import Answer, FactValue
from compliance.usecases.answering import (
    AnswerInvalid,
    FactsInvalid,
    GivenAnswer,
    NoSuchItem,
    SectionAnswers,
    SectionAssigned,
    ShownFacts,
    confirm_carried,
    list_earlier,
    put_answer,
    put_answers,
    put_facts,
    put_section,
    read_section,
)
from compliance.usecases.assessments import (
    AssessmentInvalid,
    NoSuchAssessment,
    NotYourRole,
    ShownAnswer,
    ShownAssessment,
    SitesTaken,
    WholeAssessment,
    list_assessments,
    read_assessment,
    start_assessment,
    withdraw_assessment,
)
from compliance.usecases.deed import Deed
from compliance.usecases.pages import CursorWrong, Page
from compliance.usecases.revisions import StaleRevision
from compliance.usecases.shelf import NoSuchVersion
from compliance.usecases.submitting import (
    Completeness,
    SignatoryOnly,
    Submitted,
    check_completeness,
    submit_assessment,
)

ASSESSMENTS = "/organisations/{organisation_id}/assessments"
ONE = ASSESSMENTS + "/{assessment_id}"
TAGS = ("assessments",)
SEEING = (NoSuchAssessment, NotYourRole)
ANSWERING = (*SEEING, AssessmentNotOpen, NoSuchItem, SectionAssigned, StaleRevision)
LARGEST_BATCH = 500
Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$(?!\n)")]
Reason = Annotated[str, Meta(min_length=1, max_length=1000)]


class NewAssessment(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to be assessed."""

    sector: QuestionnaireName
    """The questionnaire's name: `hospitality`, `tour-operators`, `tourism-activities`, `transport`, `technology`."""
    country: Country
    """Where the sites are: ISO 3166, two capitals."""
    site_ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=500)]
    """Over several sites, every item is answered for the weakest one."""
    language: Annotated[str, Meta(min_length=2, max_length=12)] = "en"
    """In which the questions are read."""
    questionnaire: Reference | None = None
    """A version, `hospitality@1.0`; left out: the newest."""


class ListQuery(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which part of the list."""

    cursor: Annotated[str, Meta(max_length=300)] | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    state: AssessmentState | None = None


class FactChanges(Struct, frozen=True, forbid_unknown_fields=True):
    """Facts to be set; null takes one away."""

    facts: Annotated[dict[str, FactValue | None], Meta(max_length=200)]


class AnswerChanges(Struct, frozen=True, forbid_unknown_fields=True):
    """Answers by item, each with the revision that it saw."""

    answers: Annotated[dict[ItemId, GivenAnswer], Meta(min_length=1, max_length=LARGEST_BATCH)]


class SectionChanges(Struct, frozen=True, forbid_unknown_fields=True):
    """Answers by item, all of one section."""

    answers: Annotated[dict[ItemId, Answer], Meta(min_length=1, max_length=LARGEST_BATCH)]


class Confirmations(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Carried answers and facts that are still true."""

    answers: Annotated[dict[ItemId, int], Meta(max_length=LARGEST_BATCH)] = {}
    """Item → the revision that was read."""
    facts: Annotated[tuple[str, ...], Meta(max_length=200)] = ()


class Signature(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who signs what."""

    name: Name
    role: Name
    """What the person is in the business: “General manager”."""
    statement: Annotated[str, Meta(max_length=20)]
    """Version of the statement that was read."""
    fingerprint: Annotated[str, Meta(max_length=80)]
    """From the check; so that nobody signs what they did not see."""


class Withdrawal(Struct, frozen=True, forbid_unknown_fields=True):
    """Why it is taken back."""

    reason: Reason


class AnswerList(Struct, frozen=True):
    """Answers by item."""

    answers: dict[str, ShownAnswer]


class EarlierAnswers(Struct, frozen=True):
    """What an answer was before, newest first."""

    earlier: list[ShownAnswer]


@endpoint("POST", ASSESSMENTS, takes=NewAssessment, gives=ShownAssessment, status=201, tags=TAGS,
          refuses=(NotYourRole, NoSuchVersion, AssessmentInvalid, SitesTaken))  # fmt: skip
def start_new_assessment(deed: Deed, call: Call[NewAssessment]) -> Reply:
    """Start an assessment.

    Where a draft for these sites and this sector is open, it is given back instead, with status 201 and its id.
    """
    asked = call.body
    started = start_assessment(
        deed, sector=asked.sector, country=asked.country, site_ids=asked.site_ids, language=asked.language,
        questionnaire=asked.questionnaire,
    )  # fmt: skip
    place = f"/api/v1/organisations/{deed.organisation_id}/assessments/{started.assessment.id}"
    return Reply(body=started.assessment, location=place)


@endpoint("GET", ASSESSMENTS, gives=Page[ShownAssessment], query=ListQuery, tags=TAGS,
          refuses=(NotYourRole, CursorWrong))  # fmt: skip
def list_all_assessments(deed: Deed, call: Call[Any]) -> Reply:
    """List assessments, newest first."""
    query: ListQuery = call.query
    return Reply(body=list_assessments(deed, cursor=query.cursor, limit=query.limit, state=query.state))


@endpoint("GET", ONE, gives=WholeAssessment, tags=TAGS, refuses=SEEING)
def read_one_assessment(deed: Deed, call: Call[Any]) -> Reply:
    """Read an assessment with its facts and answers."""
    return Reply(body=read_assessment(deed, call["assessment_id"]))


@endpoint("PATCH", ONE + "/facts", takes=FactChanges, gives=ShownFacts, conditional=True, tags=TAGS,
          refuses=(*SEEING, AssessmentNotOpen, StaleRevision, FactsInvalid))  # fmt: skip
def change_facts(deed: Deed, call: Call[FactChanges]) -> Reply:
    """Set facts of the profile; they decide which items are asked."""
    facts = put_facts(deed, call["assessment_id"], call.body.facts, seen=call.revision)
    return Reply(body=facts, revision=facts.revision)


@endpoint("PUT", ONE + "/answers/{item}", takes=Answer, gives=ShownAnswer, conditional=True, tags=TAGS,
          refuses=(*ANSWERING, AnswerInvalid),
          examples={"A maturity with a record as evidence": {"value": 3, "pieces": [
              {"form": "record", "dated_on": "2026-03-01", "what": "Signed sheets of 46 workers, file 12 in the HR office"},
          ]}})  # fmt: skip
def answer_item(deed: Deed, call: Call[Answer]) -> Reply:
    """Answer one item; an empty answer takes the earlier one away."""
    saved = put_answer(deed, call["assessment_id"], call["item"], call.body, seen=call.revision)
    return Reply(body=saved, revision=saved.revision)


@endpoint("PATCH", ONE + "/answers", takes=AnswerChanges, gives=AnswerList, tags=TAGS,
          refuses=(*ANSWERING, AnswerInvalid))  # fmt: skip
def answer_items(deed: Deed, call: Call[AnswerChanges]) -> Reply:
    """Answer many items at once, all or none; each names the revision that it saw."""
    return Reply(body=AnswerList(put_answers(deed, call["assessment_id"], call.body.answers)))


@endpoint("GET", ONE + "/answers/{item}/earlier", gives=EarlierAnswers, tags=TAGS, refuses=SEEING)
def list_earlier_answers(deed: Deed, call: Call[Any]) -> Reply:
    """Read what an answer was before."""
    return Reply(body=EarlierAnswers(list_earlier(deed, call["assessment_id"], call["item"])))


@endpoint("GET", ONE + "/sections/{section}", gives=SectionAnswers, tags=TAGS, refuses=(*SEEING, NoSuchItem))
def read_one_section(deed: Deed, call: Call[Any]) -> Reply:
    """Read the answers of a section, with the section's revision as ETag."""
    section = read_section(deed, call["assessment_id"], call["section"])
    return Reply(body=section, revision=section.revision)


@endpoint("PATCH", ONE + "/sections/{section}", takes=SectionChanges, gives=SectionAnswers, conditional=True,
          tags=TAGS, refuses=(*ANSWERING, AnswerInvalid))  # fmt: skip
def answer_section(deed: Deed, call: Call[SectionChanges]) -> Reply:
    """Answer items of one section, if nobody changed the section meanwhile; all or none."""
    saved = put_section(deed, call["assessment_id"], call["section"], call.body.answers, seen=call.revision)
    return Reply(body=saved, revision=saved.revision)


@endpoint("POST", ONE + "/confirmations", takes=Confirmations, gives=AnswerList, status=200, tags=TAGS,
          refuses=(*ANSWERING, FactsInvalid))  # fmt: skip
def confirm_answers(deed: Deed, call: Call[Confirmations]) -> Reply:
    """Say of carried or proposed answers that they are still true."""
    body = call.body
    return Reply(body=AnswerList(confirm_carried(deed, call["assessment_id"], items=body.answers, facts=body.facts)))


@endpoint("GET", ONE + "/completeness", gives=Completeness, tags=TAGS, refuses=SEEING)
def read_completeness(deed: Deed, call: Call[Any]) -> Reply:
    """Read what is missing, and the statement to be signed."""
    return Reply(body=check_completeness(deed, call["assessment_id"]))


@endpoint("POST", ONE + "/submission", takes=Signature, gives=Submitted, status=201, tags=TAGS,
          refuses=(*SEEING, SignatoryOnly, AssessmentNotOpen, AnswersIncomplete, StatementOutdated,
                   StaleRevision))  # fmt: skip
def submit(deed: Deed, call: Call[Signature]) -> Reply:
    """Sign and submit: the result, the certificate record and the plan are there at once."""
    body = call.body
    submitted = submit_assessment(deed, call["assessment_id"], name=body.name, role=body.role,
                                  statement=body.statement, fingerprint=body.fingerprint)  # fmt: skip
    return Reply(body=submitted)


@endpoint("POST", ONE + "/withdrawal", takes=Withdrawal, gives=ShownAssessment, status=200, tags=TAGS,
          refuses=(*SEEING, AssessmentNotOpen, CaseOpen))  # fmt: skip
def withdraw(deed: Deed, call: Call[Withdrawal]) -> Reply:
    """Take a draft or a submission back; a certificate that rests on it is withdrawn."""
    return Reply(body=withdraw_assessment(deed, call["assessment_id"], call.body.reason))


ENDPOINTS = (
    start_new_assessment, list_all_assessments, read_one_assessment, change_facts, answer_item, answer_items,
    list_earlier_answers, read_one_section, answer_section, confirm_answers, read_completeness, submit, withdraw,
)  # fmt: skip
