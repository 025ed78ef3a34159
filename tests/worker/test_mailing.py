"""Mails: what a job becomes, what a wrong one ends as, and how none is lost and none doubled on the way out."""

import ast
import re
import threading
from pathlib import Path

import pytest
from workshop import NOON, add_hotel, jobs, queue

import compliance
from compliance.notify import FetchFailed, FolderPost, NotSent, SmtpPost, read_folder
from compliance.notify.fetch import FetchReason
from compliance.usecases.job_kinds import every_kind
from compliance.usecases.jobs import CannotSucceed
from compliance.usecases.mailing import DAYS, NAMELESS, PATHS, Queued, fields, write_letter
from compliance.words.en_domain_proofs import FAILURES
from compliance.words.en_mails import MAILS
from compliance.worker import Worker

ORGANISATION, ASSESSMENT = "01a20320-a200-70f4-89c6-789cab90c0ad", "01a20320-a200-70f4-89c6-789cab90c0ae"
TO = "sokha@example.org"


def send_all(desk, post):
    return Worker(desk, every_kind(post=post))._round(threading.Event())


def tell(desk, kind, **facts):
    with desk.deed(writes=True) as deed:
        deed.tell(TO, kind, language="en", **facts)


def letter(kind, language="en", name=None, **facts):
    return write_letter(Queued(TO, kind, language, facts), job_id="j-1", written_at=NOON,
                        base_url="https://check.example.org", name=name)  # fmt: skip


def test_the_link_the_service_and_the_organisations_name_are_added(desk, post):
    with desk.deed(writes=True) as deed:
        organisation_id, _ = add_hotel(deed, "Mekong Lodge")
    tell(desk, "section_assigned", organisation_id=organisation_id, assessment=ASSESSMENT, section="Guests")
    send_all(desk, post)
    (mail,) = post.mails
    assert (mail.to, mail.subject, mail.written_at) == (TO, "Questions for you: Guests", NOON)
    assert f"\nhttps://check.example.org/organisations/{organisation_id}/assessments/{ASSESSMENT}\n" in mail.text
    assert "\nhttps://check.example.org\n" in mail.text
    assert "Mekong Lodge" in mail.text
    assert re.fullmatch(r"<[0-9a-f-]{36}@check\.example\.org>", mail.message_id)
    assert jobs(desk) == []


def test_a_link_that_is_given_stays_as_it_is():
    link = "https://check.example.org/password-resets/aB-_9"
    assert f"\n{link}\n" in letter("reset_password", link=link, valid_minutes=60).text


def test_days_are_said_in_the_readers_language():
    facts = {"organisation_id": ORGANISATION, "assessment": ASSESSMENT, "days": 7, "expires_on": "2026-12-01"}
    assert "in 7 days, on 1 December 2026" in letter("draft_expires", name="Mekong Lodge", **facts).text.replace(
        "\n", " "
    )
    assert "2026-12-01" not in letter("draft_expires", "km", name="Mekong Lodge", **facts).text


@pytest.mark.parametrize(
    ("kind", "facts", "names"),
    [
        ("invitation", {"organisation": "Mekong Lodge", "link": "x"}, "inviter"),
        ("task_due", {"organisation": "Mekong Lodge", "due_on": "2026-12-01"}, "organisation_id"),
        ("password_changed", {"link": "x", "outcome": "met"}, "outcome"),
        ("draft_expires", {"organisation": "L", "link": "x", "days": 7, "expires_on": "soon"}, "isoformat"),
        ("no_such_kind", {"link": "x"}, "no_such_kind"),
    ],
)  # fmt: skip
def test_a_mail_with_the_wrong_facts_is_refused_by_their_names(kind, facts, names):
    with pytest.raises(CannotSucceed, match=rf"mail-wrong.*{names}"):
        letter(kind, **facts)


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"to": TO, "mail": "invitation", "language": "en", "facts": {"link": "x"}},
        {"to": TO, "mail": "identity_confirmed", "language": "en", "facts": {"organisation_id": ORGANISATION}},
        {"to": "nobody", "mail": "password_changed", "language": "en", "facts": {"link": "x"}},
    ],
)
def test_a_wrong_mail_is_dead_at_once_and_says_why(desk, smtp_post, payload):
    queue(desk, "mail", payload)
    send_all(desk, smtp_post)
    (job,) = jobs(desk)
    assert job.state == "dead"
    assert job.last_error
    assert "nobody" not in job.last_error


@pytest.fixture
def smtp_post(mailbox):
    return SmtpPost(mailbox.host, mailbox.port, sender="Check <check@example.org>", security="none", timeout_s=10)


def test_a_mail_server_that_refuses_for_now_loses_and_doubles_nothing(desk, clock, mailbox, smtp_post):
    """4xx, then gone altogether, then back: each mail arrives once."""
    for n in range(5):
        tell(desk, "password_changed", link=f"https://check.example.org/{n}")
    mailbox.refuse_with(451)
    send_all(desk, smtp_post)
    assert {job.last_error for job in jobs(desk, "ready")} == {"unavailable: mail (recipient-refused)"}
    mailbox.refuse_with(None)
    mailbox.stop()
    try:
        clock.forward(minutes=1)
        send_all(desk, smtp_post)
        assert {job.last_error for job in jobs(desk, "ready")} == {"unavailable: mail (unreachable)"}
    finally:
        mailbox.start()
    clock.forward(minutes=10)
    send_all(desk, smtp_post)
    assert jobs(desk) == []
    texts = [letter.message.get_content() for letter in mailbox.messages]
    assert sorted(n for text in texts for n in re.findall(r"example\.org/(\d)", text)) == list("01234")


def test_a_recipient_refused_for_good_is_dead(desk, mailbox, smtp_post):
    tell(desk, "password_changed", link="https://check.example.org/")
    mailbox.refuse_with(550)
    send_all(desk, smtp_post)
    (job,) = jobs(desk)
    assert (job.state, job.last_error) == ("dead", "recipient-refused")


def test_a_mail_sent_again_after_a_crash_has_the_same_id(desk, clock, tmp_path):
    """In the folder it lies over the first."""
    post = FolderPost(tmp_path, sender="check@example.org")
    tell(desk, "password_changed", link="https://check.example.org/")
    with desk.deed(writes=True) as deed:
        (job,) = deed.unit.jobs.claim(now=deed.now, lease_s=60, most=1)
    every_kind(post=post)["mail"](desk, job)  # sent, and then the machine stops
    clock.forward(minutes=2)
    send_all(desk, post)
    assert len(read_folder(tmp_path, 10)) == 1
    assert jobs(desk) == []


def test_the_post_refusing_for_good_or_for_now_is_told_apart(desk, clock, post):
    for permanent, state in ((False, "ready"), (True, "dead")):
        tell(desk, "password_changed", link="https://check.example.org/")
        post.refuses = NotSent("text-refused", permanent=permanent, reply="550 sokha@example.org")
        clock.forward(hours=1)
        send_all(desk, post)
        assert {job.state for job in jobs(desk)} == {state}


def calls_of_tell():
    """Every call of `tell` with a kind that stands there, with the facts it names."""
    for path in sorted(Path(compliance.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "tell"
                and node.args
            ):
                kind = node.args[1]
                facts = {each.arg for each in node.keywords} - {"language", "once"}
                if isinstance(kind, ast.Constant) and None not in facts:
                    yield pytest.param(kind.value, facts, id=f"{path.name}:{node.lineno}")


@pytest.mark.parametrize(("kind", "facts"), list(calls_of_tell()))
def test_every_caller_gives_a_mail_the_facts_that_it_says(kind, facts):
    given = {
        name: "2026-12-01" if name in DAYS else 7 if name in ("days", "valid_minutes") else "owner" for name in facts
    }
    name = (
        "Mekong Lodge" if "organisation_id" in facts and "organisation" not in facts and kind not in NAMELESS else None
    )
    assert letter(kind, name=name, **given).text


def test_every_kind_of_mail_is_given_a_link_or_has_a_path():
    kinds = {key.removesuffix("-text") for key in MAILS if key.endswith("-text")}
    assert PATHS.keys() <= kinds
    assert {name for path in PATHS.values() for name in fields(path)} == {
        "organisation_id",
        "assessment",
        "task",
        "number",
    }


def test_every_reason_why_a_proof_could_not_be_read_has_a_sentence():
    from typing import get_args

    assert FAILURES.keys() == set(get_args(FetchReason))
    assert FetchFailed("timed-out", permanent=False).reason in FAILURES
