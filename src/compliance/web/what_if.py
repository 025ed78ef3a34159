"""What if: tick what could be done and see what the result would be. Nothing is saved."""

from compliance.domain.scoring import Score, Share
from compliance.usecases.deed import Deed
from compliance.usecases.overview import who_sees_submission
from compliance.usecases.results import NotSubmitted
from compliance.usecases.what_if import PossibleStep, imagine
from compliance.web.checking import A
from compliance.web.page import Go, Page, View, Visit
from compliance.web.results import OUTCOMES
from compliance.words import speaker

PRIORITIES = ("critical", "floor", "gain")
SHORTEST = "shortest"
"""In the address: tick the least-effort path."""


def show_what_if(deed: Deed, visit: Visit) -> View | Go:
    """The steps that are left, those of the address ticked; each has a name of its own there, as `do.CORE-01.0`."""
    keys = {name.removeprefix("do.") for name in visit.query if name.startswith("do.")}
    try:
        imagined = imagine(deed, visit["assessment_id"], keys, visit.language)
        if SHORTEST in visit.query:
            imagined = imagine(deed, visit["assessment_id"], imagined.path, visit.language)
    except NotSubmitted:
        return Go(to=A.format(**visit.path))
    says = speaker(visit.language)
    groups = [(says.say(f"priority-{each}"), [step for step in imagined.steps if step.priority == each])
              for each in PRIORITIES]  # fmt: skip
    return View(template="what_if.html", context={
        "at": A.format(**visit.path), "imagined": imagined, "groups": [(says, _by_item(steps)) for says, steps in groups if steps],
        "outcomes": OUTCOMES, "before": _assured(imagined.before_total), "after": _assured(imagined.after_total),
        "is_asked": bool(keys) or SHORTEST in visit.query, "who": "submission",
        "regulators": who_sees_submission(deed, visit["assessment_id"]),
    })  # fmt: skip


def _by_item(steps: list[PossibleStep]) -> list[tuple[str, list[PossibleStep]]]:
    """Question → its steps, in the order of the first step of each."""
    found: dict[str, tuple[str, list[PossibleStep]]] = {}
    for step in steps:
        found.setdefault(step.item, (step.text, []))[1].append(step)
    return list(found.values())


def _assured(total: Score) -> Share | None:
    return total.assured


PAGES = (Page(path=f"{A}/what-if", show=show_what_if),)
