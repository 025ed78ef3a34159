"""The loop: each job once, again when it failed, dead when it cannot succeed, back when the worker stops or dies."""

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from workshop import NOON, jobs, queue

from compliance.errors import NotFound, Unavailable
from compliance.http.chance import system_clock
from compliance.usecases.jobs import CannotSucceed, claim_jobs, finish_job, renew_leases
from compliance.worker import Worker


class GoneForGood(NotFound):
    """What the job was about is gone."""

    code = "gone-for-good"


class Kind:
    """A kind of job that raises what it is told to, and counts."""

    def __init__(self, *raises):
        self.raises = list(raises)
        self.done = Counter()
        self._lock = threading.Lock()

    def __call__(self, _desk, job):
        with self._lock:
            fault = self.raises.pop(0) if self.raises else None
            self.done[job.payload.get("n", job.id)] += fault is None
        if fault is not None:
            raise fault


def stop_all(workers):
    assert [worker.stop(wait_s=10) for worker in workers] == [True] * len(workers)


def round_of(desk, kinds, **how):
    return Worker(desk, kinds, **how)._round(threading.Event())


def test_a_job_is_run_once_and_its_row_goes(desk):
    kind = Kind()
    queue(desk, "try", {"n": 1})
    assert round_of(desk, {"try": kind}) == 1
    assert round_of(desk, {"try": kind}) == 0
    assert kind.done == {1: 1}
    assert jobs(desk) == []


def test_a_job_that_may_run_once_only_stays_known_without_what_it_said(desk):
    kind = Kind()
    for _ in range(2):
        queue(desk, "try", {"n": 1}, once="today")
        round_of(desk, {"try": kind})
    assert kind.done == {1: 1}
    (kept,) = jobs(desk)
    assert (kept.state, kept.payload) == ("done", {})


def test_a_job_for_later_waits_until_it_is_due(desk, clock):
    kind = Kind()
    queue(desk, "try", run_at=NOON + timedelta(hours=1))
    assert round_of(desk, {"try": kind}) == 0
    clock.forward(hours=1)
    assert round_of(desk, {"try": kind}) == 1


def test_what_may_pass_is_tried_again_later_each_time_longer(desk, clock, logged):
    kind = Kind(*[Unavailable("mail (unreachable)")] * 3)
    queue(desk, "try")
    longest = []
    for _ in range(3):
        round_of(desk, {"try": kind})
        (job,) = jobs(desk, "ready")
        assert job.last_error == "unavailable: mail (unreachable)"
        wait = job.run_at - clock()
        longest.append(wait)
        assert round_of(desk, {"try": kind}) == 0, "not before its time"
        clock.set(job.run_at)
    assert all(timedelta(seconds=1) <= wait <= timedelta(seconds=30 * 2**n) for n, wait in enumerate(longest))
    assert round_of(desk, {"try": kind}) == 1
    assert jobs(desk) == []
    assert [line["event"] for line in logged] == ["job-failed"] * 3 + ["job-done"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [(CannotSucceed("mail-wrong: no such kind"), "mail-wrong: no such kind"), (GoneForGood(), "gone-for-good")],
)
def test_what_cannot_succeed_is_dead_at_once(desk, fault, error):
    queue(desk, "try")
    round_of(desk, {"try": Kind(fault)})
    (job,) = jobs(desk)
    assert (job.state, job.attempts, job.last_error) == ("dead", 1, error)


def test_a_fault_of_ours_is_logged_whole_and_tried_again(desk, logged):
    queue(desk, "try", {"to": "sokha@example.org"})
    round_of(desk, {"try": Kind(ZeroDivisionError("by sokha@example.org"))})
    (job,) = jobs(desk)
    assert (job.state, job.last_error) == ("ready", "ZeroDivisionError")
    (line,) = logged
    assert line["log_level"] == "error"
    assert isinstance(line["exc_info"], ZeroDivisionError)
    assert "sokha" not in str({name: value for name, value in line.items() if name != "exc_info"})


def test_after_three_days_of_failing_a_job_is_dead(desk, clock):
    kind = Kind(*[Unavailable("mail (unreachable)")] * 100)
    queue(desk, "try")
    while (job := jobs(desk)[0]).state == "ready":
        clock.set(max(job.run_at, clock()))
        round_of(desk, {"try": kind})
    assert (job.state, job.attempts) == ("dead", 45)
    assert timedelta(days=1) < clock() - NOON < timedelta(days=6)


def test_a_kind_that_nobody_knows_waits_for_a_worker_that_does(desk, clock):
    queue(desk, "from-a-newer-version")
    round_of(desk, {})
    (job,) = jobs(desk, "ready")
    clock.set(job.run_at)
    kind = Kind()
    round_of(desk, {"from-a-newer-version": kind})
    assert jobs(desk) == []


def test_the_job_of_a_worker_that_died_is_run_again_when_its_lease_has_ended(desk, clock):
    queue(desk, "try", {"n": 1})
    claim_jobs(desk, lease_s=300, most=10)
    kind = Kind()
    clock.forward(seconds=299)
    assert round_of(desk, {"try": kind}) == 0
    clock.forward(seconds=2)
    assert round_of(desk, {"try": kind}) == 1
    assert kind.done == {1: 1}


def test_a_job_that_kills_every_worker_ends_dead(desk, clock):
    queue(desk, "try")
    for _ in range(45):
        assert claim_jobs(desk, lease_s=300, most=10)
        clock.forward(seconds=301)
    kind = Kind()
    round_of(desk, {"try": kind})
    (job,) = jobs(desk)
    assert (job.state, job.last_error, kind.done.total()) == ("dead", "worker-died", 0)


def test_who_lost_the_lease_can_neither_finish_nor_renew(desk, clock):
    queue(desk, "try")
    (slow,) = claim_jobs(desk, lease_s=300, most=10)
    clock.forward(seconds=301)
    (quick,) = claim_jobs(desk, lease_s=300, most=10)
    assert not finish_job(desk, slow)
    assert renew_leases(desk, [slow], lease_s=300) == set()
    assert renew_leases(desk, [quick], lease_s=300) == {quick.id}
    assert finish_job(desk, quick)


def test_a_worker_held_up_for_longer_than_its_lease_leaves_the_rest_to_others(desk, clock):
    done = []

    def slow(desk, job):
        done.append(job.payload["n"])
        clock.forward(seconds=400)

    for n in range(3):
        queue(desk, "try", {"n": n}, run_at=NOON + timedelta(seconds=n - 9))
    worker = Worker(desk, {"try": slow})
    worker._round(threading.Event())
    assert done == [0]
    assert len(jobs(desk, "running")) == 2


def test_a_lease_is_renewed_while_a_long_job_runs(migrated_url, desk):
    """With the clock of the machine: a job three times as long as its lease, and a second worker that waits for it."""
    desk.clock = system_clock
    kind = Kind()

    def long(desk, job):
        time.sleep(3)
        kind(desk, job)

    queue(desk, "try", {"n": 1})
    workers = [Worker(desk, {"try": long}, lease_s=1).start_in_thread() for _ in range(2)]
    time.sleep(4)
    stop_all(workers)
    assert kind.done == {1: 1}


def test_told_to_stop_it_finishes_the_job_in_hand_and_gives_the_others_back(desk):
    stop, begun = threading.Event(), threading.Event()
    done = []

    def slow(desk, job):
        begun.set()
        stop.wait(10)
        done.append(job.payload["n"])

    for n in range(5):
        queue(desk, "try", {"n": n}, run_at=NOON + timedelta(seconds=n - 9))
    worker = Worker(desk, {"try": slow})
    thread = threading.Thread(target=worker.run, args=(stop, threading.Event()))
    thread.start()
    assert begun.wait(10)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert done == [0]
    left = [job for job in jobs(desk, "ready") if job.kind == "try"]
    assert sorted((job.payload["n"], job.attempts) for job in left) == [(n, 0) for n in range(1, 5)]


def test_a_deed_of_the_same_process_wakes_the_worker_at_once(desk):
    """It looks only once in a minute by itself here, so what is done at once was done because it was woken."""
    done = threading.Event()
    worker = Worker(desk, {"try": lambda *_: done.set()}, poll_s=60).start_in_thread()
    time.sleep(1)
    queue(desk, "try")
    assert done.wait(10)
    assert worker.stop(wait_s=5)


def test_what_was_rolled_back_was_never_queued(desk):
    def undone():
        with desk.deed(writes=True) as deed:
            deed.queue("try", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    assert not desk.wake.is_set()
    assert jobs(desk) == []


def test_three_workers_at_one_table_run_each_job_once(desk):
    kind = Kind()
    for n in range(0, 120, 20):
        with desk.deed(writes=True) as deed:
            for each in range(n, n + 20):
                deed.queue("try", {"n": each})
    running = [Worker(desk, {"try": kind}, most_at_once=4).start_in_thread() for _ in range(3)]
    give_up_at = time.monotonic() + 30
    while len(kind.done) < 120 and time.monotonic() < give_up_at:
        time.sleep(0.05)
    stop_all(running)
    assert kind.done == dict.fromkeys(range(120), 1)
    assert [job for job in jobs(desk) if job.kind == "try"] == []


def test_what_may_not_wait_is_done_while_another_job_hangs(desk):
    goes_on, hung, prompt = threading.Event(), threading.Event(), Kind()

    def hang(_desk, _job):
        hung.set()
        assert goes_on.wait(30)

    queue(desk, "mail", {"n": 1})
    running = Worker(desk, {"mail": hang, "prompt": prompt}, prompt={"prompt"}).start_in_thread()
    assert hung.wait(30)
    queue(desk, "prompt", {"n": 2})
    give_up_at = time.monotonic() + 30
    while not prompt.done and time.monotonic() < give_up_at:
        time.sleep(0.02)
    done_meanwhile = dict(prompt.done)
    goes_on.set()
    assert running.stop(wait_s=10)
    assert done_meanwhile == {2: 1}
    assert [job for job in jobs(desk) if job.kind in ("mail", "prompt")] == []
