"""Taking turns: so many threads at once, those who came first go first."""

import threading
from collections import deque


class Turns:
    """Lets so many threads in at once, in the order in which they came; a thread that is in may enter again.

    Reading SQLite is work of this process, and each call into it hands the interpreter to another thread: more threads
    at once than these only take turns, which costs two thirds of the reads (docs/benchmarks.md). A semaphore lets
    whoever happens to run go first: one request of twenty waited ten times as long as the others.
    """

    def __init__(self, most: int, *, patience_s: float | None = None) -> None:
        """Say how many. Who has waited for `patience_s` seconds goes in besides them; without it nobody does."""
        self._free = most
        self._patience_s = -1 if patience_s is None else patience_s
        self._queue: deque[threading.Lock] = deque()
        self._changing = threading.Lock()
        self._mine = threading.local()

    def __enter__(self) -> None:
        depth: int = getattr(self._mine, "depth", 0)
        if depth == 0:
            self._mine.has_turn = self._take()
        self._mine.depth = depth + 1

    def __exit__(self, *_: object) -> None:
        self._mine.depth -= 1
        if self._mine.depth == 0 and self._mine.has_turn:
            self._hand_on()

    @property
    def waiting(self) -> int:
        """How many threads wait."""
        return len(self._queue)

    def _take(self) -> bool:
        with self._changing:
            if self._free:
                self._free -= 1
                return True
            called = threading.Lock()
            called.acquire()
            self._queue.append(called)
        if called.acquire(timeout=self._patience_s):
            return True
        with self._changing:
            if called not in self._queue:  # called in the very moment in which it gave up
                return True
            self._queue.remove(called)
            return False

    def _hand_on(self) -> None:
        with self._changing:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._free += 1
