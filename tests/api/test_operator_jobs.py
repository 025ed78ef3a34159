"""The operator's view of jobs and mails: what is listed, what is hidden, and waking what was given up."""

import threading

import pytest

from compliance.notify import FolderPost, NotSent
from compliance.usecases.job_kinds import every_kind
from compliance.worker import Worker
from visitor import Service


class RefusingPost:
    def send(self, mail):
        raise NotSent("recipient-refused", permanent=True, reply=f"550 {mail.to}")


@pytest.fixture
def service(migrated_url, clock, tmp_path):
    with Service(migrated_url, clock=clock, questionnaires=tmp_path / "none", mail_folder=tmp_path / "mail") as service:
        yield service


@pytest.fixture
def questionnaires(tmp_path):
    (tmp_path / "none").mkdir()


@pytest.fixture
def admin(questionnaires, service):
    return service.operator()


def work(service, post):
    Worker(service.parts.desk, every_kind(post=post))._round(threading.Event())


def post_of(tmp_path):
    return FolderPost(tmp_path / "mail", sender="check@example.org")


def test_jobs_are_listed_by_page_without_what_they_say(service, admin):
    with service.deed(writes=True) as deed:
        for n in range(5):
            deed.queue("mail", {"to": "secret@example.org", "n": n})
    found, cursor = [], None
    while True:
        query = {"state": "ready", "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = admin.must("GET", "/operator/jobs", params=query)
        found += page["items"]
        assert len(page["items"]) <= 2
        cursor = page["next"]
        if cursor is None:
            break
    ids = [each["id"] for each in found]
    assert ids == sorted(set(ids))
    assert len(ids) == page["counts"]["ready"] >= 5
    assert found[-1].keys() == {
        "id", "kind", "organisation_id", "state", "attempts", "run_at", "created_at", "last_error",
    }  # fmt: skip
    assert "secret" not in str(found)


def test_a_dead_job_is_found_and_woken_and_then_done(service, admin, tmp_path):
    work(service, RefusingPost())
    dead = admin.must("GET", "/operator/jobs", params={"state": "dead"})["items"]
    assert dead
    assert {(each["last_error"], each["attempts"]) for each in dead} == {("recipient-refused", 1)}

    for each in dead:
        woken = admin.must("POST", f"/operator/jobs/{each['id']}/retry")
        assert (woken["state"], woken["attempts"], woken["last_error"]) == ("ready", 0, "recipient-refused")
        again = admin.post(f"/operator/jobs/{each['id']}/retry")
        assert (again.status_code, again.json()["code"]) == (409, "job-not-dead")
    work(service, post_of(tmp_path))
    page = admin.must("GET", "/operator/jobs")
    assert (page["items"], page["counts"]) == ([], {"ready": 0, "running": 0, "done": 0, "dead": 0})


def test_waking_a_job_stands_in_the_operators_journal(service, admin):
    work(service, RefusingPost())
    (dead, *_) = admin.must("GET", "/operator/jobs", params={"state": "dead"})["items"]
    admin.must("POST", f"/operator/jobs/{dead['id']}/retry")
    organisation_id = admin.must("GET", "/organisations")[0]["organisation"]["id"]
    assert ("job-retried", {"job": dead["id"], "job_kind": "mail"}) in service.journal(organisation_id)


def test_a_job_that_is_not_there_is_not_found(service, admin):
    gone = admin.post("/operator/jobs/01a20320-a200-70f4-89c6-789cab90c0ad/retry")
    assert (gone.status_code, gone.json()["code"]) == (404, "no-such-job")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"state": "lost"}, 400, "request-malformed"),
        ({"limit": "0"}, 400, "request-malformed"),
        ({"cursor": "x"}, 422, "cursor-wrong"),
    ],
)
def test_a_wrong_question_is_refused(service, admin, query, status, code):
    answer = admin.get("/operator/jobs", params=query)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/operator/jobs"), ("GET", "/operator/mails"),
    ("POST", "/operator/jobs/01a20320-a200-70f4-89c6-789cab90c0ad/retry"),
])  # fmt: skip
def test_only_the_operator_sees_jobs_and_mails(questionnaires, service, method, path):
    assert service.ask(method, path).status_code == 401
    visitor = service.visitor()
    answer = visitor.ask(method, path)
    assert (answer.status_code, answer.json()["code"]) == (403, "operator-only")


def test_mails_in_the_folder_are_shown_to_the_operator_newest_first(service, admin, clock, tmp_path):
    clock.forward(minutes=1)
    service.visitor("Sok Dara", settled=False).register()
    work(service, post_of(tmp_path))
    newest = admin.must("GET", "/operator/mails")["mails"][0]
    assert (newest["to"], newest["subject"]) == ("sok.dara@example.org", "Confirm your mail address")
    assert "/email-confirmations/" in newest["text"]


def test_mails_are_given_a_page_at_a_time(service, admin, tmp_path):
    for name in ("Sok Dara", "Chan Thida", "Lim Vuthy"):
        service.visitor(name, settled=False).register()
    work(service, post_of(tmp_path))
    everything = admin.must("GET", "/operator/mails")
    assert everything["next"] is None
    found, cursor = [], None
    while cursor is not None or not found:
        page = admin.must("GET", "/operator/mails", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        found, cursor = [*found, *page["mails"]], page["next"]
        assert len(page["mails"]) <= 2
    assert found == everything["mails"]
    assert admin.ask("GET", "/operator/mails", params={"cursor": "none-of-ours"}).json()["code"] == "cursor-wrong"


def test_where_a_mail_server_takes_them_no_mails_are_shown(migrated_url, clock, questionnaires, tmp_path):
    with Service(migrated_url, clock=clock, questionnaires=tmp_path / "none") as service:
        answer = service.operator().get("/operator/mails")
    assert (answer.status_code, answer.json()["code"]) == (404, "mails-sent-elsewhere")
