"""Where evidence is used, in words: how often a file is named, and by which questions. Changes nothing."""

from collections.abc import Collection, Iterable

from msgspec import Struct

from compliance.usecases.assessments import NoSuchAssessment, check_works, get_assessment
from compliance.usecases.deed import Deed
from compliance.usecases.evidence import EvidenceUse
from compliance.words.journal import say_begun


class NamedUse(Struct, frozen=True, kw_only=True):
    """A question whose answer names the file."""

    assessment_id: str
    assessment: str
    """Its questionnaire and the day on which it was begun."""
    item: str
    text: str
    snapshot: int | None
    """The submission's number; None for the draft as it stands."""


def count_uses(deed: Deed, digests: Collection[str]) -> dict[str, int]:
    """Digest → how many answers of assessments that the actor may see name it.

    Raises:
        NotYourRole: neither owner, contributor nor signatory.
    """
    check_works(deed)
    uses = deed.unit.evidence.uses(deed.organisation_id, digests)
    seen = {each: _may_see(deed, each) for each in {use.assessment_id for use in uses}}
    answers = {(f"sha256:{use.sha256}", use.assessment_id, use.item) for use in uses if seen[use.assessment_id]}
    counts = dict.fromkeys(digests, 0)
    for digest, _, _ in answers:
        counts[digest] += 1
    return counts


def name_uses(deed: Deed, uses: Iterable[EvidenceUse], language: str) -> list[NamedUse]:
    """Uses as `read_evidence` gives them, in words. Of what is submitted, only what was submitted is named."""
    named: list[NamedUse] = []
    for use in uses:
        assessment = get_assessment(deed, use.assessment_id)
        if use.snapshot is None and assessment.state not in ("draft", "returned"):
            continue
        questionnaire, _ = deed.means.shelf.translated(assessment.questionnaire_digest, language)
        text = next((item.text for item in questionnaire.items if item.id == use.item), use.item)
        named.append(NamedUse(
            assessment_id=assessment.id, item=use.item, text=text, snapshot=use.snapshot,
            assessment=say_begun(questionnaire.title, assessment.started_at.date(), language),
        ))  # fmt: skip
    return named


def _may_see(deed: Deed, assessment_id: str) -> bool:
    try:
        get_assessment(deed, assessment_id)
    except NoSuchAssessment:
        return False
    return True
