"""A file that was uploaded beside a question becomes a piece of its answer's evidence."""

from datetime import date

from msgspec.structs import replace

from compliance.domain.assessment import check_can_answer
from compliance.domain.questionnaire import TextItem
from compliance.domain.scoring import Answer, EvidencePiece
from compliance.errors import Problem
from compliance.usecases.answering import AnswerInvalid, NoSuchItem, SectionAssigned, put_answer
from compliance.usecases.assessments import ShownAnswer
from compliance.usecases.deed import Deed
from compliance.usecases.overview import read_standing


def check_can_attach(deed: Deed, assessment_id: str, item: str) -> None:
    """Find out before a file is sent whether it can become evidence for an item.

    Raises:
        NoSuchAssessment, NotYourRole, AssessmentNotOpen, NoSuchItem, SectionAssigned: the actor may not answer this.
        AnswerInvalid: the item takes no files.
    """
    standing = read_standing(deed, assessment_id)
    check_can_answer(standing.assessment.state)
    asked = next((each for each in deed.means.shelf.questionnaire(standing.digest).items if each.id == item), None)
    if asked is None:
        raise NoSuchItem
    if not standing.section(standing.items[item].section).can_answer:
        raise SectionAssigned
    if isinstance(asked, TextItem) or asked.evidence.form == "record":
        raise AnswerInvalid([Problem("evidence-form", "file", {"id": item, "form": "record", "given": "file"})])


def attach_file(
    deed: Deed, assessment_id: str, item: str, *, digest: str, dated_on: date, expected: str | None
) -> ShownAnswer:
    """Add a file to the evidence of an answer as it stands now; nothing that is there is replaced.

    Raises:
        what `put_answer` raises, save StaleRevision.
    """
    check_can_attach(deed, assessment_id, item)
    given = read_standing(deed, assessment_id).given(item)
    before = given.answer if given else Answer()
    piece = EvidencePiece(form="file", dated_on=dated_on, file=digest, expected=expected)
    after = replace(before, pieces=(*before.pieces, piece), evidence="declared", evidence_on=None)
    return put_answer(deed, assessment_id, item, after, seen=given.revision if given else 0)
