"""What the operator of the service sees of its jobs and mails, and may do about them."""

from typing import Any

from compliance.api.endpoint import Call, Reply, endpoint
from compliance.api.fields import Paged
from compliance.usecases.deed import Deed
from compliance.usecases.jobs import JobNotDead, JobPage, JobState, NoSuchJob, ShownJob, list_jobs, retry_job
from compliance.usecases.mailing import Letters, MailsSentElsewhere, list_mails
from compliance.usecases.pages import CursorWrong


class JobsInState(Paged, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of the list, and of which state."""

    state: JobState | None = None
    """Left out for all."""


@endpoint("GET", "/operator/jobs", access="operator", gives=JobPage, query=JobsInState, tags=("jobs",),
          refuses=(CursorWrong,))  # fmt: skip
def list_some_jobs(deed: Deed, call: Call[Any]) -> Reply:
    """List jobs, oldest first, without what they say, and how many are in each state."""
    query = call.query
    return Reply(body=list_jobs(deed, state=query.state, cursor=query.cursor, limit=query.limit))


@endpoint("POST", "/operator/jobs/{job_id}/retry", access="operator", gives=ShownJob, tags=("jobs",),
          refuses=(NoSuchJob, JobNotDead))  # fmt: skip
def retry_one_job(deed: Deed, call: Call[Any]) -> Reply:
    """Have a job tried again that was given up."""
    return Reply(body=retry_job(deed, call["job_id"]))


@endpoint("GET", "/operator/mails", access="operator", gives=Letters, query=Paged, tags=("jobs",),
          refuses=(MailsSentElsewhere, CursorWrong))  # fmt: skip
def list_some_mails(deed: Deed, call: Call[Any]) -> Reply:
    """List the newest mails, where no mail server is configured and they lie in a folder."""
    return Reply(body=list_mails(deed, cursor=call.query.cursor, limit=call.query.limit))


ENDPOINTS = (list_some_jobs, retry_one_job, list_some_mails)
