"""Mails: from a job to a letter that leaves the house; and the folder in which they lie where there is no mail server.

Whoever queues one (`Deed.tell`) says the kind and its facts. What every mail of a kind has is added here: the address
that its link leads to, the address of the service, and the name of the organisation.
"""

import re
import string
from collections.abc import Mapping
from datetime import date, datetime
from typing import cast
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Struct

from compliance.errors import NotFound, Unavailable
from compliance.notify import Mail, NotSent, Post, make_message_id, read_folder
from compliance.store.jobs import Job
from compliance.usecases.deed import Deed
from compliance.usecases.jobs import CannotSucceed, Opener
from compliance.usecases.pages import read_cursor, write_cursor
from compliance.words.mails import MailFact, MailKind, write_mail

PATHS: Mapping[str, str] = {
    "identity_confirmed": "/organisations/{organisation_id}/profile",
    "identity_refused": "/organisations/{organisation_id}/profile",
    "section_assigned": "/organisations/{organisation_id}/assessments/{assessment}",
    "comment_added": "/organisations/{organisation_id}/assessments/{assessment}",
    "assessment_submitted": "/organisations/{organisation_id}/assessments/{assessment}",
    "draft_expires": "/organisations/{organisation_id}/assessments/{assessment}",
    "task_due": "/organisations/{organisation_id}/tasks/{task}",
    "certificate_expires": "/certificates/{number}",
    "certificate_expired": "/certificates/{number}",
    "certificate_suspended": "/certificates/{number}",
    "certificate_withdrawn": "/certificates/{number}",
    "certificate_reinstated": "/certificates/{number}",
}
"""Kind → the page that its link leads to, with the facts that it is made of; all other kinds are given their `link`."""
DAYS = frozenset({"due_on", "expires_on"})
"""Facts that are days, as `2027-03-01`."""
NAMELESS = frozenset({"verify_email", "account_exists", "reset_password", "password_changed", "new_login_blocked"})
"""Kinds that name no organisation."""


class MailsSentElsewhere(NotFound):
    """Mails go to a mail server here; no folder keeps them."""

    code = "mails-sent-elsewhere"


class Queued(Struct, frozen=True):
    """What a mail's job says."""

    to: str
    mail: str
    language: str
    facts: dict[str, str | int] = {}


class ShownMail(Struct, frozen=True, kw_only=True):
    """A mail as it lies in the folder."""

    to: str
    subject: str
    text: str
    message_id: str
    written_at: datetime


class Letters(Struct, frozen=True, kw_only=True):
    """Some mails, the newest first."""

    mails: list[ShownMail]
    next: str | None
    """The cursor of those before them; null where there are none."""


def send_mail(desk: Opener, job: Job, *, post: Post) -> None:
    """Write a mail and hand it to the post. Sent again, it has the same id, so that its receiver can drop doubles.

    Raises:
        CannotSucceed: it was queued with the wrong facts, or its address takes no mail.
        Unavailable: the post cannot be reached, or does not take it just now.
    """
    queued = _read(job)
    name = _organisation(desk, queued)

    mail = write_letter(queued, job_id=job.id, written_at=job.created_at, base_url=desk.means.terms.base_url, name=name)

    try:
        post.send(mail)
    except NotSent as fault:
        if fault.permanent:
            raise CannotSucceed(fault.reason) from fault
        what = f"mail ({fault.reason})"
        raise Unavailable(what) from fault


def _read(job: Job) -> Queued:
    try:
        return msgspec.convert(job.payload, Queued)
    except msgspec.ValidationError as fault:
        raise CannotSucceed("mail-wrong: the job says no mail") from fault


def _organisation(desk: Opener, queued: Queued) -> str | None:
    """The name of the organisation, where only its id was given."""
    organisation_id = queued.facts.get("organisation_id")
    if organisation_id is None or "organisation" in queued.facts or queued.mail in NAMELESS:
        return None
    with desk.deed(writes=False) as deed:
        found = deed.unit.organisations.find(str(organisation_id))
    if found is None:
        raise CannotSucceed("mail-wrong: there is no such organisation")
    return found.name


def write_letter(queued: Queued, *, job_id: str, written_at: datetime, base_url: str, name: str | None) -> Mail:
    """The mail that a job stands for; `name` is the organisation's, where the facts have only its id.

    Raises:
        CannotSucceed: facts are missing, or there are others than the mail and its link say.
    """
    try:
        facts = _facts(queued, base_url.rstrip("/"))
        if name is not None:
            facts["organisation"] = name
        subject, text = write_mail(cast("MailKind", queued.mail), queued.language, facts)
    except KeyError as fault:
        reason = f"mail-wrong: {queued.mail}: there is no {fault.args[0]!r}"
        raise CannotSucceed(reason) from fault
    except ValueError as fault:
        reason = f"mail-wrong: {fault}"
        raise CannotSucceed(reason) from fault
    return Mail(queued.to, subject, text, make_message_id(job_id, domain=_host(base_url)), written_at)


def _facts(queued: Queued, base_url: str) -> dict[str, MailFact]:
    """The facts that the words want, with link and address of the service; what only the link is made of is left out."""
    facts: dict[str, MailFact] = {"base_url": base_url}
    path = PATHS.get(queued.mail)
    if path is not None and "link" not in queued.facts:
        in_path = {name: quote(str(queued.facts[name]), safe="") for name in fields(path)}
        facts["link"] = base_url + path.format_map(in_path)
    only_for_path = {"organisation_id", *fields(path or "")}
    for name, fact in queued.facts.items():
        if name not in only_for_path:
            facts[name] = date.fromisoformat(str(fact)) if name in DAYS else fact
    return facts


def fields(path: str) -> list[str]:
    """The facts that a path is made of."""
    return [name for _, name, _, _ in string.Formatter().parse(path) if name is not None]


def _host(base_url: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", urlsplit(base_url).hostname or "localhost")


def list_mails(deed: Deed, *, cursor: str | None, limit: int) -> Letters:
    """The newest mails that were written to the folder, for the operator of a trial.

    Raises:
        MailsSentElsewhere: a mail server is configured.
        CursorWrong: see `read_cursor`.
    """
    folder = deed.means.mail_folder
    if folder is None:
        raise MailsSentElsewhere
    place = read_cursor(cursor)
    found = read_folder(folder, limit + 1, before=place[0] if place else None)
    page = found[:limit]
    shown = [
        ShownMail(to=mail.to, subject=mail.subject, text=mail.text, message_id=mail.message_id, written_at=mail.written_at)
        for mail in page
    ]  # fmt: skip
    return Letters(mails=shown, next=write_cursor(page[-1].name) if len(found) > limit else None)
