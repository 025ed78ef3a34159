"""Answering together: sections given to people, and comments beside items."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from compliance.api.assessments import ONE, SEEING, TAGS, Id
from compliance.api.endpoint import Call, Reply, endpoint
from compliance.domain.assessment import AssessmentNotOpen
from compliance.usecases.answering import NoSuchItem
from compliance.usecases.collaborating import (
    CommentNotYours,
    NoSuchAssignment,
    NoSuchComment,
    PersonCannotAnswer,
    ShownAssignment,
    ShownComment,
    add_comment,
    assign_section,
    delete_comment,
    list_comments,
    unassign_section,
)
from compliance.usecases.deed import Deed

SHARING = (*SEEING, AssessmentNotOpen, NoSuchItem)
Words = Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]
"""Something in words: not only blanks."""


class NewAssignment(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is to answer a section."""

    user_id: Id
    """A member who may answer for every site of the assessment."""


class NewComment(Struct, frozen=True, forbid_unknown_fields=True):
    """What is said beside an item. Never names or images of children, and no case details."""

    text: Words


class Comments(Struct, frozen=True):
    """The comments beside an item, oldest first."""

    comments: list[ShownComment]


@endpoint("PUT", ONE + "/assignments/{section}", takes=NewAssignment, gives=ShownAssignment, tags=TAGS,
          refuses=(*SHARING, PersonCannotAnswer))  # fmt: skip
def assign_one_section(deed: Deed, call: Call[NewAssignment]) -> Reply:
    """Give a section to one person to answer; they are told by mail."""
    return Reply(body=assign_section(deed, call["assessment_id"], call["section"], call.body.user_id))


@endpoint("DELETE", ONE + "/assignments/{section}", tags=TAGS, refuses=(*SHARING, NoSuchAssignment))
def unassign_one_section(deed: Deed, call: Call[Any]) -> Reply:
    """Let everybody answer a section again."""
    unassign_section(deed, call["assessment_id"], call["section"])
    return Reply()


@endpoint("GET", ONE + "/comments/{item}", gives=Comments, tags=TAGS, refuses=(*SEEING, NoSuchItem))
def list_item_comments(deed: Deed, call: Call[Any]) -> Reply:
    """Read the comments beside an item."""
    return Reply(body=Comments(list_comments(deed, call["assessment_id"], call["item"])))


@endpoint("POST", ONE + "/comments/{item}", takes=NewComment, gives=ShownComment, status=201, tags=TAGS,
          refuses=(*SEEING, NoSuchItem))  # fmt: skip
def comment_item(deed: Deed, call: Call[NewComment]) -> Reply:
    """Comment an item. Comments are no evidence and are never scored."""
    return Reply(body=add_comment(deed, call["assessment_id"], call["item"], call.body.text))


@endpoint("DELETE", ONE + "/comments/{item}/{comment_id}", tags=TAGS,
          refuses=(*SEEING, NoSuchItem, NoSuchComment, CommentNotYours))  # fmt: skip
def delete_item_comment(deed: Deed, call: Call[Any]) -> Reply:
    """Take a comment's text away; that there was one stays."""
    delete_comment(deed, call["assessment_id"], call["item"], call["comment_id"])
    return Reply()


ENDPOINTS = (assign_one_section, unassign_one_section, list_item_comments, comment_item, delete_item_comment)
