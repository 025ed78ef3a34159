"""The threads in which requests are answered: a blocking function each, so that the event loop waits for none of them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import TypeVar

from compliance.store.turns import Turns

_PATIENCE_S = 0.05

Given = TypeVar("Given")


class Threads:
    """Three kinds of them, so that who waits for one thing does not keep others waiting.

    `looks`: how many for what only reads, where reading is work of this process (SQLite). They take turns, in the order
    in which requests came: two at once would only take the interpreter from each other, call by call, and both come
    late. Who has waited for `patience_s` seconds goes on beside the one that takes so long, such as a spreadsheet that is written.
    None: reads are among the others.
    """

    def __init__(self, most: int, *, looks: int | None = None, patience_s: float = _PATIENCE_S) -> None:
        self._deeds = ThreadPoolExecutor(most, thread_name_prefix="deed")
        self._looks = self._deeds if looks is None else ThreadPoolExecutor(looks, thread_name_prefix="look")
        self._in_turn = None if looks is None else Turns(1, patience_s=patience_s)
        self._uploads = ThreadPoolExecutor(max(2, most // 4), thread_name_prefix="upload")

    async def run(self, do: Callable[..., Given], *arguments: object) -> Given:
        """Run what may write."""
        return await asyncio.get_running_loop().run_in_executor(self._deeds, do, *arguments)

    async def run_look(self, do: Callable[..., Given], *arguments: object) -> Given:
        """Run what only reads."""
        return await asyncio.get_running_loop().run_in_executor(self._looks, self._look, do, *arguments)

    def _look(self, do: Callable[..., Given], *arguments: object) -> Given:
        with self._in_turn or nullcontext():
            return do(*arguments)

    async def run_upload(self, do: Callable[..., Given], *arguments: object) -> Given:
        """Run what waits for a slow line."""
        return await asyncio.get_running_loop().run_in_executor(self._uploads, do, *arguments)

    def end(self) -> None:
        """Let what has begun finish."""
        for each in (self._deeds, self._looks, self._uploads):
            each.shutdown(wait=True)
