"""How a plan stands today: what documents about it say beside what was drawn from the result."""

from compliance.documents._dossier import PlanToday, TaskToday
from compliance.store.submissions import TaskRow
from compliance.usecases.deed import Deed

_FILE = "sha256:"


def plan_today(deed: Deed, assessment_id: str, number: int) -> PlanToday:
    """The tasks of a submission as they stand: who does them, by when, how far they are, with which evidence.

    Whoever asks has looked whether the actor may see the assessment.
    """
    rows = deed.unit.submissions.tasks(deed.organisation_id, assessment_id, number)
    names = deed.unit.people.names({row.owner_id for row in rows if row.owner_id is not None})
    titles = {digest: _title(deed, digest) for row in rows for digest in row.evidence if digest.startswith(_FILE)}

    def stands(row: TaskRow) -> TaskToday:
        return TaskToday(state=row.state, owner=names.get(row.owner_id or "", ""), due_on=row.due_on,
                         evidence=tuple(titles.get(each, each) for each in row.evidence))  # fmt: skip

    return PlanToday(on=deed.today, tasks={(row.item, row.step.action): stands(row) for row in rows})


def _title(deed: Deed, digest: str) -> str:
    """What a file is called; the beginning of its digest where it was deleted."""
    found = deed.unit.evidence.page(deed.organisation_id, before=None, limit=1, sha256=digest.removeprefix(_FILE))
    return (found[0][0].title if found else "") or digest[:20]
