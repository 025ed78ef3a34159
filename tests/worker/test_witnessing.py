"""The job that offers checkpoints to witnesses: what they sign is verified, kept and served; and nobody waits for it."""

import threading
import time
from contextlib import closing
from datetime import timedelta
from functools import partial

import pytest
from litestar.testing import TestClient
from msgspec import json
from msgspec.structs import replace
from workshop import Clock, KeepingPost, jobs

from compliance.app import assemble, from_settings, make_app, worker_of
from compliance.cli.starting import ready_database
from compliance.domain.certificate import log_evidence_in
from compliance.domain.transparency import commitment, origin_of, read_checkpoint, read_note
from compliance.http.chance import SeededChance
from compliance.settings import read_settings
from compliance.signing import check_note, has_signed, verifier_key
from compliance.usecases.job_kinds import APART, every_kind
from compliance.usecases.jobs import Kinds, claim_jobs, fail_job
from compliance.usecases.log_entries import enter
from compliance.usecases.log_exports import export_log
from compliance.usecases.log_watching import FolderSource, monitor_log, verify_log
from compliance.usecases.means import Passwords, Terms
from compliance.usecases.transparency import cover_log
from compliance.usecases.verifying import check, read_bundle
from compliance.usecases.witnesses import KIND, offer_checkpoint
from compliance.worker import Worker
from sealed import SignedHotel, demo_seals
from witness import WitnessServer

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
ORIGIN = "check.example.org"
KEY = "checkpoints"


class Service:
    """A service with keys and a log, which four leaves about these begin; `witnesses` are those that it asks."""

    def __init__(self, url, clock, *witnesses):
        self.clock = clock
        self.parts = assemble(url, clock=clock, chance=SeededChance("witnessed"), seals=demo_seals(), terms=Terms(base_url=f"https://{ORIGIN}"),
                              witnesses=tuple(each.configured for each in witnesses),
                              passwords=Passwords(memory_kib=64, passes=1))  # fmt: skip
        self.desk = self.parts.desk
        self.worker = Worker(self.desk, every_kind(post=KeepingPost()))
        for each in witnesses:
            each.trust(ORIGIN, self.key.public)

    def close(self):
        self.parts.close()

    @property
    def key(self):
        return demo_seals().signer.public_key(KEY)

    def sign(self, *leaves):
        """Sign a checkpoint, over these leaves too."""
        self.clock.forward(seconds=2)
        with self.desk.deed(writes=True) as deed:
            for each in leaves:
                enter(deed, "trail", each, commitment(bytes(32), each.encode()))
        cover_log(self.desk)
        return self.newest()

    def newest(self):
        with self.desk.deed(writes=False) as deed:
            return deed.unit.log.checkpoint()

    def offered(self):
        """The jobs that offer something."""
        return [each for each in jobs(self.desk) if each.kind in APART]

    def work(self):
        """Do what is due now."""
        return self.worker._round(threading.Event())

    def wait(self, **span):
        self.clock.forward(**span)
        return self.work()

    def signed_by(self, witness, size):
        with self.desk.deed(writes=False) as deed:
            found = [each for each in deed.unit.log.cosignatures(size) if each.witness == witness.configured.id]
        return len(found) == 1

    def drop_cosignatures(self):
        """As after a restore of a backup that is older than they are."""
        with self.parts.database.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM log_cosignatures")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def witness():
    with WitnessServer() as server:
        yield server


@pytest.fixture
def service(migrated_url, clock, witness):
    with closing(Service(migrated_url, clock, witness)) as service:
        yield service


def last_asked(witness):
    path, body = witness.asked[-1]
    assert path.endswith("/add-checkpoint")
    return body.partition("\n")[0]


def error(service):
    (job,) = service.offered()
    assert job.state == "ready", "it is asked again"
    return job.last_error


def test_every_checkpoint_is_signed_by_the_witness_from_where_it_saw_the_last(service, witness):
    first = service.sign()
    service.work()
    assert (last_asked(witness), service.signed_by(witness, first.size)) == ("old 0", True)
    second = service.sign("one", "two", "three")
    service.wait(minutes=1)
    assert (last_asked(witness), service.signed_by(witness, second.size)) == (f"old {first.size}", True)
    assert (len(witness.asked), service.offered()) == (2, [])
    assert witness.signed[ORIGIN] == read_checkpoint(read_note(second.note).text)


@SQLITE
def test_what_is_signed_within_a_minute_is_offered_once(service, witness):
    service.sign()
    service.work()
    for n in range(3):
        service.sign(f"leaf-{n}")
        service.work()
    assert len(witness.asked) == 1
    (job,) = service.offered()
    service.clock.set(job.run_at)
    service.work()
    assert (len(witness.asked), service.signed_by(witness, service.newest().size)) == (2, True)
    assert service.offered() == []


@SQLITE
def test_the_checkpoint_is_served_with_what_was_signed_until_the_next(service, witness, tmp_path):
    note = service.sign().note
    with TestClient(make_app(service.parts, threads=2)) as client:
        before = client.get("/log/checkpoint")
        assert before.text == note
        service.work()
        after = client.get("/log/checkpoint", headers={"if-none-match": before.headers["etag"]})
        assert after.status_code == 200
        assert after.text.startswith(note)
        assert has_signed(witness.key, read_note(after.text).signatures[1], read_note(note).text)
        own = verifier_key(service.key, name=ORIGIN)
        assert check_note(after.content, [own]).key == own
        # As Go's `note.Open` reads it: what follows the last empty line, each line a signature by a name and a hash.
        lines = after.text.rpartition("\n\n")[2].splitlines()
        assert [line.split(" ")[:2] for line in lines] == [["—", ORIGIN], ["—", witness.name]]
        again = client.get("/log/checkpoint", headers={"if-none-match": after.headers["etag"]})
        assert (again.status_code, again.headers["etag"]) == (304, after.headers["etag"])
        with service.desk.deed(writes=False) as deed:
            export_log(deed, tmp_path / "mirror")
        assert (tmp_path / "mirror" / "log" / "checkpoint").read_bytes() == after.content
        mirror = FolderSource(tmp_path / "mirror")
        assert verify_log(mirror).signed.checkpoint.size == 4
        assert [monitor_log(mirror, tmp_path / "watch").finding for _ in range(2)] == ["first", "same"]
        assert client.get("/log/checkpoint").text != service.sign("next").note
        assert client.get("/log/checkpoint").text == service.newest().note, "the next one begins without"


@SQLITE
def test_a_witness_that_has_seen_another_size_is_asked_from_there(service, witness):
    service.sign()
    service.work()
    service.sign("one", "two")
    service.drop_cosignatures()
    service.wait(minutes=1)
    assert [body.partition("\n")[0] for _, body in witness.asked[1:]] == ["old 0", "old 4"]
    assert service.signed_by(witness, 6)


@SQLITE
def test_a_witness_that_is_away_is_asked_again_and_then_signs_the_newest(service, witness):
    witness.instead = lambda _: (503, b"")
    service.sign()
    waits = []
    for n in range(5):
        service.work()
        (job,) = service.offered()
        assert (job.attempts, job.last_error) == (n + 1, "unavailable: witness witness.example/w1: status-503")
        waits.append(job.run_at - service.clock())
        service.sign(f"leaf-{n}")
        service.clock.set(max(job.run_at, service.clock()))
    assert max(waits) > timedelta(seconds=30) > min(waits)
    assert len(witness.asked) == 5
    witness.instead = None
    service.work()
    assert service.signed_by(witness, service.newest().size)
    assert service.offered() == []


@SQLITE
def test_a_checkpoint_that_is_signed_while_a_witness_is_asked_is_offered_once_later(service, witness):
    service.sign()
    witness.instead = lambda _: (service.sign("meanwhile"), (503, b""))[1]
    service.work()
    first, second = service.offered()
    assert (first.attempts, second.attempts) == (1, 0)
    assert second.run_at >= service.clock() + timedelta(seconds=58)
    witness.instead = lambda _: (503, b"")
    service.clock.set(second.run_at)
    service.work()
    (job,) = service.offered()
    assert (job.id, job.attempts) == (first.id, 2), "one goes on, with its pauses"
    witness.instead = None
    service.clock.set(job.run_at)
    service.work()
    assert (service.signed_by(witness, 5), service.offered()) == (True, [])


@SQLITE
def test_a_witness_that_was_given_up_is_asked_about_the_next_checkpoint(service, witness):
    service.sign()
    (job,) = claim_jobs(service.desk, lease_s=60, most=1, kinds=Kinds(APART, are_others=False))
    fail_job(service.desk, job, "unavailable: for three days", wait=None)
    service.sign("one")
    service.work()
    assert service.signed_by(witness, 5)


def other_text(service, witness):
    return witness.signature_of(read_note(service.newest().note).text.replace("4", "5"))


def by_somebody_else(service, witness):
    with WitnessServer(witness.name) as other:
        return other.signature_of(read_note(service.newest().note).text)


def forged(service, witness):
    right = witness.signature_of(read_note(service.newest().note).text)
    return right[:-8] + (b"AAAA" if right[-8:-4] != b"AAAA" else b"BBBB") + right[-4:]


ANSWERS = [
    (lambda *_: (404, b""), "log-unknown"),
    (lambda *_: (403, b""), "key-unknown"),
    (lambda *_: (422, b""), "proof-refused"),
    (lambda *_: (400, b""), "malformed"),
    (lambda *_: (500, b"<html>"), "status-500"),
    (lambda *_: (409, b""), "roots-differ"),
    (lambda *_: (409, b"0\n"), "roots-differ"),
    (lambda *_: (409, b"2\n"), "overtaken"),
    (lambda *_: (409, b"4\n"), "roots-differ"),
    (lambda *_: (409, b"9\n"), "witness-ahead"),
    (lambda *_: (302, b"", ("location", "http://127.0.0.1:9/")), "redirected"),
    (lambda *_: (200, b"x" * 20_000), "too-large"),
    (lambda *_: (200, b"", ("content-encoding", "gzip")), "encoded"),
    (lambda *_: (200, b"ok\n"), "answer-malformed"),
    (lambda *_: (200, b""), "answer-malformed"),
    (lambda *given: (200, by_somebody_else(*given)), "signature-missing"),
    (lambda *given: (200, other_text(*given)), "signature-wrong"),
    (lambda *given: (200, forged(*given)), "signature-wrong"),
]  # fmt: skip


@SQLITE
def test_what_a_witness_answers_otherwise_is_kept_as_nothing_and_told(service, witness, logged):
    service.sign()
    for answer, reason in ANSWERS:
        logged.clear()
        witness.asked.clear()
        witness.instead = lambda _, answer=answer: answer(service, witness)
        service.wait(hours=4)
        assert error(service) == f"unavailable: witness witness.example/w1: {reason}"
        (told,) = [each for each in logged if each["event"] == "witness-did-not-sign"]
        assert (told["reason"], told["witness"], told["size"]) == (reason, witness.configured.id, 4)
        is_alarm = reason in ("proof-refused", "roots-differ", "witness-ahead", "signature-wrong")
        assert told["log_level"] == ("error" if is_alarm else "warning"), reason
        assert len(witness.asked) == (2 if answer(service, witness)[:2] in ((409, b"2\n"), (409, b"4\n")) else 1)
        assert not service.signed_by(witness, 4)


@SQLITE
def test_a_witness_that_is_not_there_or_never_answers_is_asked_again(migrated_url, clock):
    with WitnessServer() as witness, closing(Service(migrated_url, clock, witness)) as service:
        release = threading.Event()
        witness.instead = lambda _: (release.wait(20), (200, b""))[1]
        kinds = {KIND: partial(offer_checkpoint, timeout_s=0.3)}
        service.sign()
        Worker(service.desk, kinds)._round(threading.Event())
        release.set()
        assert error(service).endswith(": timed-out")
    with closing(Service(migrated_url, clock, witness)) as service:  # which has gone
        service.wait(hours=1)
        assert error(service).endswith(": unreachable")


@SQLITE
def test_a_log_that_was_rewritten_is_refused_by_the_witness(service, witness):
    service.sign()
    service.work()
    service.sign("one", "two")
    true = witness.signed[ORIGIN]
    witness.signed[ORIGIN] = replace(true, root=b"\7" * 32)
    service.wait(minutes=1)
    assert error(service).endswith(": proof-refused")
    assert not service.signed_by(witness, 6)
    witness.signed[ORIGIN] = replace(true, size=7, root=b"\7" * 32)
    service.wait(minutes=5)
    assert error(service).endswith(": witness-ahead"), "as after the restore of an old backup"


def test_several_witnesses_sign_below_each_other_and_one_that_is_new_is_asked_at_the_start(migrated_url, clock):
    with WitnessServer("b.example") as one, WitnessServer("a.example") as other:
        with closing(Service(migrated_url, clock, one)) as service:
            size = service.sign().size
            service.work()
        with closing(Service(migrated_url, clock, one, other)) as service:
            service.work()
            assert (len(one.asked), len(other.asked)) == (1, 1)
            with TestClient(make_app(service.parts, threads=2)) as client:
                served = read_note(client.get("/log/checkpoint").text)
            assert [each.name for each in served.signatures] == [ORIGIN, "a.example", "b.example"]
        with closing(Service(migrated_url, clock)) as service:
            service.sign("one")
            assert service.offered() == [], "who is no longer configured is not asked"
            assert service.signed_by(one, size)


@SQLITE
def test_a_certificate_does_not_wait_for_a_witness_and_is_verified_with_it_later(migrated_url, tmp_path, witness):
    with closing(SignedHotel(migrated_url, tmp_path)) as hotel:
        desk = hotel.parts.desk
        desk.means = replace(desk.means, witnesses=(witness.configured,))
        witness.trust(origin_of(desk.means.terms.base_url), demo_seals().signer.public_key("checkpoints").public)
        witness.instead = lambda _: (503, b"")
        number = hotel.certified()
        assert witness.asked
        content = hotel.file(number, "credential").content
        assert len(read_note(log_evidence_in(json.decode(content)).checkpoint).signatures) == 1

        witness.instead = None
        hotel.work(3600)

        assert hotel.file(number, "credential").content == content
        bundle = hotel.client.get(f"/certificates/{number}/bundle.json").content
        found = []
        for witnesses in ((), (witness.line,)):
            sources = replace(read_bundle(bundle), witnesses=witnesses)
            verdict = check(number, sources, at=hotel.now, trusted=demo_seals().keys.fingerprint)
            found.append((verdict.state, verdict.step("witnesses").finding))
        assert found == [("held", "unnamed"), ("held", "witnessed")]


def test_a_service_that_is_started_with_witnesses_asks_them(tmp_path, witness):
    settings = read_settings({
        "COMPLIANCE_DATA_DIR": str(tmp_path / "service"), "COMPLIANCE_DEMO": "yes",
        "COMPLIANCE_BASE_URL": f"https://{ORIGIN}", "COMPLIANCE_WITNESSES": f"{witness.line} {witness.url}/",
    })  # fmt: skip
    ready_database(settings)
    with closing(from_settings(settings)) as parts:
        witness.trust(ORIGIN, parts.desk.means.seals.signer.public_key("checkpoints").public)
        running = worker_of(settings, parts).start_in_thread()
        try:
            give_up_at = time.monotonic() + 20
            while ORIGIN not in witness.signed and time.monotonic() < give_up_at:
                time.sleep(0.05)
        finally:
            assert running.stop(wait_s=20)
        with parts.desk.deed(writes=False) as deed:
            signed = deed.unit.log.newest_cosignature(witness.configured.id)
        assert signed.size == witness.signed[ORIGIN].size


@SQLITE
def test_a_witness_that_does_not_answer_keeps_no_other_job_waiting(service, witness):
    answers = threading.Event()
    witness.instead = lambda _: (answers.wait(20), (503, b""))[1]
    post = KeepingPost()
    done = threading.Event()
    kinds = {**every_kind(post=post), "note": lambda *_: done.set()}
    worker = Worker(service.desk, kinds, apart=APART, poll_s=0.05)
    service.sign()
    running = worker.start_in_thread()
    try:
        give_up_at = time.monotonic() + 10
        while not witness.asked and time.monotonic() < give_up_at:
            time.sleep(0.01)
        assert witness.asked
        with service.desk.deed(writes=True) as deed:
            deed.queue("note", {})
        assert done.wait(10), "the witness still has not answered"
        assert not answers.is_set()
    finally:
        answers.set()
        assert running.stop(wait_s=10)
    assert error(service).endswith(": status-503")
