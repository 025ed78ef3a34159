"""Addresses that mails name, which lead on to where the thing stands."""

from compliance.usecases.deed import Deed
from compliance.usecases.plans import read_task
from compliance.web.page import Go, Page, Visit


def lead_to_task(deed: Deed, visit: Visit) -> Go:
    """A task, by its id alone."""
    task = read_task(deed, visit["task_id"], visit.language)
    return Go(to=f"/organisations/{deed.organisation_id}/assessments/{task.assessment_id}/tasks/{task.id}")


PAGES = (Page(path="/organisations/{organisation_id}/tasks/{task_id}", show=lead_to_task),)
