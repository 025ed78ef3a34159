"""Answering together: who answers which section, and what is said beside an item.

Comments are read by everybody who may see the assessment. They are no evidence, are never scored, and never leave the
organisation.
"""

from datetime import datetime

from msgspec import Struct

from compliance.domain.assessment import check_can_answer
from compliance.errors import Forbidden, Invalid, NotFound, Problem
from compliance.store.assessments import Assessment, Assignment, Comment
from compliance.store.people import User
from compliance.usecases.answering import NoSuchItem
from compliance.usecases.assessments import NotYourRole, get_assessment
from compliance.usecases.deed import Deed


class PersonCannotAnswer(Invalid):
    """This person cannot be given work on this assessment."""

    code = "person-cannot-answer"


class NoSuchAssignment(NotFound):
    """Nobody in particular was asked to answer this section."""

    code = "no-such-assignment"


class NoSuchComment(NotFound):
    """There is no such comment here."""

    code = "no-such-comment"


class CommentNotYours(Forbidden):
    """Only who wrote a comment, or an owner, takes it away."""

    code = "comment-not-yours"


class ShownAssignment(Struct, frozen=True, kw_only=True):
    """A section that one person answers."""

    section: str
    user_id: str
    assigned_by: str
    assigned_at: datetime


class ShownComment(Struct, frozen=True, kw_only=True):
    """What somebody said beside an item."""

    id: str
    item: str
    user_id: str
    name: str
    """Of who wrote it, as they are called now."""
    text: str
    """Empty once it was taken away."""
    created_at: datetime
    deleted_at: datetime | None


def assign_section(deed: Deed, assessment_id: str, section: str, user_id: str) -> ShownAssignment:
    """Give a section to one person, in place of who had it; that person is told by mail.

    Owners and signatories give; others than the assigned person, an owner or a signatory then cannot answer it.

    Raises:
        NoSuchAssessment, NotYourRole, AssessmentNotOpen: the actor may not give sections of this.
        NoSuchItem: there is no such section.
        PersonCannotAnswer: not a member who may answer for every site of the assessment.
    """
    assessment = _draft_to_share(deed, assessment_id)
    check_section(deed, assessment, section)
    check_can_be_given(deed, assessment, user_id)

    assignment = Assignment(section=section, user_id=user_id, assigned_by=deed.actor.user_id, assigned_at=deed.now)

    deed.unit.assessments.assign(deed.organisation_id, assessment_id, assignment)
    deed.record("section-assigned", assessment=assessment_id, section=section, person=user_id)
    if user_id != deed.actor.user_id:
        _tell_of_section(deed, assessment, section, user_id)
    return ShownAssignment(section=section, user_id=user_id, assigned_by=deed.actor.user_id, assigned_at=deed.now)


def unassign_section(deed: Deed, assessment_id: str, section: str) -> None:
    """Let everybody answer a section again.

    Raises:
        NoSuchAssessment, NotYourRole, AssessmentNotOpen, NoSuchItem: as `assign_section`.
        NoSuchAssignment: nobody had it.
    """
    assessment = _draft_to_share(deed, assessment_id)
    check_section(deed, assessment, section)

    if not deed.unit.assessments.unassign(deed.organisation_id, assessment_id, section):
        raise NoSuchAssignment
    deed.record("section-unassigned", assessment=assessment_id, section=section)


def list_comments(deed: Deed, assessment_id: str, item: str) -> list[ShownComment]:
    """The comments beside an item, oldest first.

    Raises:
        NoSuchAssessment, NotYourRole: the actor may not see it.
        NoSuchItem: there is no such item.
    """
    assessment = get_assessment(deed, assessment_id)
    _section_of(deed, assessment, item)
    comments = deed.unit.assessments.comments(deed.organisation_id, assessment_id, item)
    names = deed.unit.people.names({comment.user_id for comment in comments})
    return [_shown(comment, names.get(comment.user_id, "")) for comment in comments]


def add_comment(deed: Deed, assessment_id: str, item: str, text: str) -> ShownComment:
    """Say something beside an item. Who was given its section is told by mail, without the text.

    Raises:
        NoSuchAssessment, NotYourRole: the actor may not see it.
        NoSuchItem: there is no such item.
    """
    assessment = get_assessment(deed, assessment_id, lock="keep")
    section = _section_of(deed, assessment, item)
    assigned = deed.unit.assessments.assignments(deed.organisation_id, assessment_id).get(section)

    comment = Comment(id=deed.new_id(), assessment_id=assessment_id, item=item, user_id=deed.actor.user_id, text=text,
                      created_at=deed.now)  # fmt: skip

    deed.unit.assessments.add_comment(deed.organisation_id, comment)
    deed.record("comment-added", assessment=assessment_id, item=item, comment=comment.id)
    if assigned is not None and assigned.user_id != deed.actor.user_id:
        _tell_of_comment(deed, assessment, assigned.user_id)
    return _shown(comment, deed.actor.person.name)


def delete_comment(deed: Deed, assessment_id: str, item: str, comment_id: str) -> None:
    """Take a comment's text away; that there was one, by whom and when, stays.

    Raises:
        NoSuchAssessment, NotYourRole, NoSuchItem: as `add_comment`.
        NoSuchComment: there is none beside this item, or it was taken away before.
        CommentNotYours: somebody else wrote it, and the actor is no owner.
    """
    assessment = get_assessment(deed, assessment_id, lock="keep")
    _section_of(deed, assessment, item)
    comments = deed.unit.assessments.comments(deed.organisation_id, assessment_id, item)
    comment = next((each for each in comments if each.id == comment_id and each.deleted_at is None), None)
    if comment is None:
        raise NoSuchComment
    if comment.user_id != deed.actor.user_id and not deed.actor.has("owner"):
        raise CommentNotYours

    deed.unit.assessments.delete_comment(deed.organisation_id, comment_id, at=deed.now)
    deed.record("comment-deleted", assessment=assessment_id, item=item, comment=comment_id)


def check_section(deed: Deed, assessment: Assessment, section: str) -> None:
    """Refuse a section that the questionnaire does not have.

    Raises:
        NoSuchItem: likewise.
    """
    if section not in deed.means.shelf.sections_of(assessment.questionnaire_digest).values():
        raise NoSuchItem([Problem("section-unknown", "section", {"id": section[:40]})])


def check_can_be_given(deed: Deed, assessment: Assessment, user_id: str, *, where: str = "user_id") -> None:
    """Refuse a person who cannot work on an assessment.

    Raises:
        PersonCannotAnswer: no member, in no role that answers, or not for every site of the assessment.
    """
    found = deed.unit.organisations.membership(deed.organisation_id, user_id)
    if found is None or not {"owner", "contributor", "signatory"}.intersection(found[0].roles):
        raise PersonCannotAnswer([Problem("person-not-answering", where, {"id": user_id[:40]})])
    allowed = found[0].site_ids
    sites = deed.unit.assessments.site_ids(deed.organisation_id, assessment.id)
    if allowed is not None and not set(sites) <= set(allowed):
        raise PersonCannotAnswer([Problem("person-not-of-sites", where, {"id": user_id[:40]})])


def _draft_to_share(deed: Deed, assessment_id: str) -> Assessment:
    assessment = get_assessment(deed, assessment_id, lock="keep")
    if not deed.actor.has("owner", "signatory"):
        raise NotYourRole
    check_can_answer(assessment.state)
    return assessment


def _section_of(deed: Deed, assessment: Assessment, item: str) -> str:
    section = deed.means.shelf.sections_of(assessment.questionnaire_digest).get(item)
    if section is None:
        raise NoSuchItem([Problem("item-unknown", "item", {"id": item[:40]})])
    return section


def _shown(comment: Comment, name: str) -> ShownComment:
    return ShownComment(id=comment.id, item=comment.item, user_id=comment.user_id, name=name, text=comment.text,
                        created_at=comment.created_at, deleted_at=comment.deleted_at)  # fmt: skip


def _tell_of_section(deed: Deed, assessment: Assessment, section: str, user_id: str) -> None:
    user, organisation = _addressee(deed, user_id)
    questionnaire, _ = deed.means.shelf.translated(assessment.questionnaire_digest, user.language)
    title = next(each.title for each in questionnaire.sections if each.id == section)
    deed.tell(user.email, "section_assigned", language=user.language, organisation=organisation, section=title,
              organisation_id=deed.organisation_id, assessment=assessment.id)  # fmt: skip


def _tell_of_comment(deed: Deed, assessment: Assessment, user_id: str) -> None:
    user, organisation = _addressee(deed, user_id)
    deed.tell(user.email, "comment_added", language=user.language, organisation=organisation,
              organisation_id=deed.organisation_id, assessment=assessment.id)  # fmt: skip


def _addressee(deed: Deed, user_id: str) -> tuple[User, str]:
    """Who is told, and the organisation's name."""
    user = deed.unit.people.find(user_id)
    organisation = deed.unit.organisations.find(deed.organisation_id)
    assert user is not None
    assert organisation is not None
    return user, organisation.name
