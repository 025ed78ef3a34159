"""What if some steps were done: another outcome, imagined from the stored result. Nothing is stored."""

from collections.abc import Collection

from msgspec import Struct

from compliance.domain.remediation import Priority, Step, draw_tasks
from compliance.domain.remediation.imagined import card_after, every_step, with_earlier
from compliance.domain.scoring import Outcome, Score, ScoreCard
from compliance.usecases.deed import Deed
from compliance.usecases.results import SaidReason, get_submission, say_step, words_of
from compliance.usecases.shortest import shortest_path
from compliance.words import say_blocks, say_reason, speaker


class PossibleStep(Struct, frozen=True, kw_only=True):
    """A step that could be done."""

    key: str
    """`CORE-01.0`: the item and the action's index; `CORE-01.evidence` for attaching evidence."""
    item: str
    text: str
    """The question."""
    do: str
    priority: Priority
    effort: str
    is_chosen: bool
    """Ticked, or brought along by a later step of the same item."""


class Imagined(Struct, frozen=True, kw_only=True):
    """The result as it is, and as it would be."""

    steps: tuple[PossibleStep, ...]
    """The most urgent first, as in the plan."""
    chosen: int
    effort: str
    before: Outcome
    after: Outcome
    before_total: Score
    after_total: Score
    reasons: tuple[SaidReason, ...]
    """What would still keep the result from being met."""
    language: str
    """Of what is said here: the questionnaire's own where it is not translated."""
    path: tuple[str, ...]
    """Keys of the least-effort path to the next outcome; empty where there is none."""


def imagine(deed: Deed, assessment_id: str, keys: Collection[str], language: str | None) -> Imagined:
    """What the newest submission would come to, once the steps of these keys were done. Unknown keys are passed over.

    Raises:
        NoSuchAssessment, NotYourRole, NotSubmitted: see `get_submission`.
        PathNotProven: a fault of ours, never because of the submission.
    """
    submission = get_submission(deed, assessment_id)
    scorer = deed.means.shelf.scorer(submission.assessment.questionnaire_digest)
    questionnaire, _ = words_of(deed, submission.assessment, language)
    card = submission.card(scorer)

    steps = every_step(scorer, card)
    chosen = with_earlier(steps, [step for step in steps if key_of(step) in keys])
    after = card_after(scorer, card, chosen)
    target = "approaching" if card.outcome == "not_met" else "met"
    path = shortest_path(scorer, card, target, digest=submission.row.result_digest).steps

    says = speaker(questionnaire.language)
    items = {item.id: item for item in questionnaire.scored_items}
    return Imagined(
        steps=tuple(
            PossibleStep(key=key_of(task.step), item=task.item, text=items[task.item].text,
                         do=say_step(says, items[task.item], task.step), priority=task.priority,
                         effort=says.half_days(task.step.effort_half_days), is_chosen=task.step in chosen)
            for task in draw_tasks(scorer, card)
        ),
        chosen=len(chosen), effort=says.half_days(sum(step.effort_half_days for step in chosen)),
        before=card.outcome, after=after.outcome, before_total=card.total, after_total=after.total,
        reasons=_said(after, questionnaire.language, deed, submission.assessment.questionnaire_digest),
        path=tuple(key_of(step) for step in path), language=questionnaire.language,
    )  # fmt: skip


def key_of(step: Step) -> str:
    """What a step is called in forms."""
    return f"{step.item}.{'evidence' if step.action is None else step.action}"


def _said(card: ScoreCard, language: str, deed: Deed, digest: str) -> tuple[SaidReason, ...]:
    questionnaire, _ = deed.means.shelf.translated(digest, language)
    says = speaker(questionnaire.language)
    return tuple(SaidReason(says=say_reason(says, each, questionnaire), blocks=say_blocks(says, each))
                 for each in card.reasons)  # fmt: skip
