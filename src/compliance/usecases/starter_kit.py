"""The starter kit for the tasks of a plan: which template serves which question, and the template as a PDF."""

from functools import cache

from msgspec import Struct

from compliance.domain.questionnaire.starter_kit import KitDocument
from compliance.errors import NotFound
from compliance.intake.library import Library
from compliance.intake.starter_kit import NoSuchKit, read_kit
from compliance.resources import shipped
from compliance.usecases.assessments import get_assessment
from compliance.usecases.deed import Deed


class NoSuchTemplate(NotFound):
    """There is no such document in the starter kit."""

    code = "no-such-template"


class KitEntry(Struct, frozen=True, kw_only=True):
    """A template of the kit."""

    name: str
    """`policy`"""
    title: str
    note: str
    """What it takes for the template to count."""
    items: tuple[str, ...]
    """The questions that it serves."""
    language: str


def list_kit(language: str) -> tuple[KitEntry, ...]:
    """The templates in a language, each in English where it is not translated."""
    return tuple(KitEntry(name=each.document, title=each.title, note=each.note, items=each.items,
                          language=each.language) for each in _kit(language))  # fmt: skip


def draw_template(deed: Deed, assessment_id: str, name: str, language: str) -> bytes:
    """A template as a PDF of one page, with the reporting channels of the assessment's country.

    Raises:
        NoSuchAssessment, NotYourRole: the actor may not see the assessment.
        NoSuchTemplate: the kit has none of that name.
    """
    from compliance.documents.starter_kit import draw_kit_document  # ReportLab, which nothing else waits for

    assessment = get_assessment(deed, assessment_id)
    document = next((each for each in _kit(language) if each.document == name), None)
    if document is None:
        raise NoSuchTemplate
    channels = (deed.means.registers or Library(shipped("questionnaires"))).channels().channels
    return draw_kit_document(document, channels=channels, country=assessment.country, made_on=deed.today)


@cache
def _kit(language: str) -> tuple[KitDocument, ...]:
    folder = shipped("questionnaires") / "starter-kit"
    english = read_kit(folder, "en")
    try:
        own = {each.document: each for each in read_kit(folder, language)}
    except NoSuchKit:
        own = {}
    return tuple(own.get(each.document, each) for each in english)
