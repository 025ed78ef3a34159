"""A worker in a process of its own, for tests that kill it: `worker_child.py URL NOTES RESTS_S LEASE_S`."""

import os
import signal
import sys
import threading
import time

from workshop import open_desk

from compliance.http.chance import SystemChance, system_clock
from compliance.worker import Worker


def main(url, notes, rests_s, lease_s):
    desk = open_desk(url, clock=system_clock)
    desk.chance = SystemChance()

    def note(word, number=""):
        # One write each, so that lines of two processes never mix.
        file = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, f"{word} {number}\n".encode())
        os.close(file)

    def try_it(desk, job):
        note("begin", job.payload["n"])
        time.sleep(float(rests_s))
        note("end", job.payload["n"])

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    note("ready", os.getpid())
    Worker(desk, {"try": try_it}, lease_s=int(lease_s), most_at_once=2).run(stop, threading.Event())
    desk.store.database.dispose()


main(*sys.argv[1:])
