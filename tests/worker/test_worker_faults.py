"""Faults: the database goes away, a worker process is killed; two processes share one table."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from workshop import jobs, open_desk, queue

from compliance.http.chance import system_clock
from compliance.store.engine import open_engine
from compliance.store.migrating import migrate
from compliance.worker import Worker
from servers import PostgresServer

CHILD = Path(__file__).with_name("worker_child.py")


def until(claim, *, within_s=60):
    give_up_at = time.monotonic() + within_s
    while not claim():
        assert time.monotonic() < give_up_at, "it did not happen"
        time.sleep(0.02)


def start_child(url, notes, *, rests_s, lease_s):
    """A worker in a process of its own, which writes each job that it begins and ends into a file."""
    return subprocess.Popen([sys.executable, CHILD, url, notes, str(rests_s), str(lease_s)])


def noted(notes, word):
    said = [line.split() for line in notes.read_text().splitlines()] if notes.exists() else []
    return Counter(number for what, number in said if what == word)


@pytest.fixture
def live_desk(desk):
    desk.clock = system_clock
    return desk


def test_two_processes_run_each_job_once(live_desk, migrated_url, tmp_path):
    notes = tmp_path / "notes"
    children = [start_child(migrated_url, notes, rests_s=0.02, lease_s=60) for _ in range(2)]
    until(lambda: len(noted(notes, "ready")) == 2)
    with live_desk.deed(writes=True) as deed:
        for n in range(60):
            deed.queue("try", {"n": n})
    until(lambda: len(noted(notes, "end")) == 60)
    for child in children:
        child.send_signal(signal.SIGTERM)
    assert [child.wait(30) for child in children] == [0, 0]
    assert noted(notes, "begin") == noted(notes, "end") == {str(n): 1 for n in range(60)}
    assert [job for job in jobs(live_desk) if job.kind == "try"] == []


def test_what_a_killed_process_had_in_hand_is_run_again(live_desk, migrated_url, tmp_path):
    notes = tmp_path / "notes"
    for n in range(3):
        queue(live_desk, "try", {"n": n})
    killed = start_child(migrated_url, notes, rests_s=60, lease_s=2)
    until(lambda: noted(notes, "begin"))
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait(10)
    assert noted(notes, "end") == {}

    second = start_child(migrated_url, notes, rests_s=0, lease_s=2)
    until(lambda: len(noted(notes, "end")) == 3)
    second.send_signal(signal.SIGTERM)
    assert second.wait(30) == 0
    assert noted(notes, "begin") == {"0": 2, "1": 1, "2": 1}
    assert noted(notes, "end") == {"0": 1, "1": 1, "2": 1}
    assert [job for job in jobs(live_desk) if job.kind == "try"] == []


def test_a_database_that_is_away_stops_nothing_for_long_and_nothing_runs_twice(logged):
    """It goes while a job runs, whose effect is out: that it was done is written down when the database is back."""
    done = Counter()
    with PostgresServer(own=True) as server:
        url = server.create_database("outage")
        engine = open_engine(url)
        migrate(engine)
        engine.dispose()
        desk = open_desk(url, clock=system_clock)

        def try_it(desk, job):
            done[job.payload["n"]] += 1
            if job.payload["n"] == 0:
                server.stop()

        queue(desk, "try", {"n": 0})
        worker = Worker(desk, {"try": try_it}).start_in_thread()
        until(lambda: done[0] == 1)
        time.sleep(2)
        server.start()
        queue(desk, "try", {"n": 1})
        until(lambda: done[1] == 1)
        assert worker.stop(wait_s=20)
        assert done == {0: 1, 1: 1}
        assert [job for job in jobs(desk) if job.kind == "try"] == []
        desk.store.database.dispose()
