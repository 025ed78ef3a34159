"""Which use case does which kind of job."""

from collections.abc import Callable, Mapping
from functools import partial

from msgspec import Struct, ValidationError, convert

from compliance.notify import PUBLIC_WEB, DnsResolver, Post, Reach
from compliance.store.jobs import Job
from compliance.usecases.clockwork import DAILY, HOURLY
from compliance.usecases.domain_proofs import check_domain
from compliance.usecases.evidence_jobs import JOBS
from compliance.usecases.issuing import issue_waiting
from compliance.usecases.jobs import CannotSucceed, Opener, Run
from compliance.usecases.mailing import send_mail
from compliance.usecases.patience import patiently
from compliance.usecases.signing_certificates import sign_certificate
from compliance.usecases.status_lists import publish_status
from compliance.usecases.transparency import cover_log
from compliance.usecases.witnesses import KIND as OFFER_CHECKPOINT
from compliance.usecases.witnesses import offer_checkpoint

APART = frozenset({OFFER_CHECKPOINT})
"""Kinds that wait for strangers of whom nothing else depends: they must not keep the other jobs waiting."""
PROMPT = frozenset({"publish-status", "cover-log"})
"""Kinds that may not wait for others: what was decided about a certificate is to be known everywhere within a second."""


class Waiting(Struct, frozen=True):
    """Whose certificates may be issued now."""

    organisation_id: str
    country: str


def every_kind(*, post: Post, resolver: DnsResolver | None = None, reach: Reach = PUBLIC_WEB) -> dict[str, Run]:
    """Every kind of job with what does it. The resolver is the machine's unless another is given."""
    kinds: Mapping[str, Run] = {
        "mail": partial(send_mail, post=post),
        "check-domain": partial(check_domain, resolver=resolver or DnsResolver(), reach=reach),
        "issue-waiting": _issue_waiting,
        "sign-certificate": sign_certificate,
        "publish-status": publish_status,
        "cover-log": _cover_log,
        OFFER_CHECKPOINT: offer_checkpoint,
    }
    evidence = {kind: partial(_with_payload, do) for kind, do in JOBS.items()}
    return {**kinds, **evidence, **DAILY, **HOURLY}


def _cover_log(desk: Opener, job: Job) -> None:
    cover_log(desk, job)


def _with_payload(do: Callable[[Opener, Mapping[str, object]], None], desk: Opener, job: Job) -> None:
    try:
        do(desk, job.payload)
    except ValidationError as fault:
        reason = f"{job.kind}-wrong"
        raise CannotSucceed(reason) from fault


def _issue_waiting(desk: Opener, job: Job) -> None:
    try:
        whose = convert(job.payload, Waiting)
    except ValidationError as fault:
        raise CannotSucceed("issue-wrong") from fault

    def issue() -> None:
        with desk.deed(writes=True) as deed:
            issue_waiting(deed, whose.organisation_id, whose.country)

    patiently(issue)
