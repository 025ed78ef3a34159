"""What a test measures of the process it runs in."""

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def most_memory() -> Iterator[Callable[[], int]]:
    """Gives the most bytes that Python held at once inside; measuring ends with the block, also when it raises."""
    tracemalloc.start()
    most_bytes = 0
    try:
        yield lambda: most_bytes
        most_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
