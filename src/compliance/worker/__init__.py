"""The third skin: claims jobs, runs use cases, and asks the clock what is due."""

from compliance.worker.worker import Running, SettableClock, Worker

__all__ = ["Running", "SettableClock", "Worker"]
