"""Bodies of requests: read whole up to a limit, or passed part by part to a thread as fast as the parts are taken."""

import asyncio
import queue
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

from litestar.exceptions import InternalServerException

from compliance.errors import Invalid, Problem

SILENCE_S = 30


class UploadBroken(Invalid):
    """The upload ended before all of it had come."""

    code = "upload-broken"


async def whole_body(stream: AsyncIterator[bytes], most_bytes: int, too_large: type[Invalid]) -> bytes:
    """A body, read to its end.

    Raises:
        Invalid: `too_large`, as soon as there is more than `most_bytes`.
    """
    parts: list[bytes] = []
    size = 0
    async for part in stream:
        size += len(part)
        if size > most_bytes:
            raise too_large([Problem("body-too-large", "", {"limit_kib": most_bytes // 1024})])
        parts.append(part)
    return b"".join(parts)


@asynccontextmanager
async def fed(stream: AsyncIterator[bytes], *, silence_s: float = SILENCE_S) -> AsyncGenerator[Iterator[bytes]]:
    """The parts of a body, for a thread to read while the block runs.

    They end with `UploadBroken` if it breaks off, or if nothing comes for `silence_s`.
    """
    parts: queue.Queue[bytes | UploadBroken | None] = queue.Queue(maxsize=4)
    stopped = asyncio.Event()

    def chunks() -> Iterator[bytes]:
        while (part := _next(parts, silence_s)) is not None:
            if isinstance(part, UploadBroken):
                raise part
            yield part

    feeding = asyncio.create_task(_feed(stream, parts, stopped))
    try:
        yield chunks()
    finally:
        # Whoever is refused before the end is told at once, though more is still to come, or never comes.
        stopped.set()
        feeding.cancel()
        with suppress(asyncio.CancelledError):
            await feeding
        _wake(parts)


def _next(parts: "queue.Queue[bytes | UploadBroken | None]", silence_s: float) -> "bytes | UploadBroken | None":
    """The next part; who sends nothing for so long has broken off, and holds no thread any more."""
    try:
        return parts.get(timeout=silence_s)
    except queue.Empty:
        return UploadBroken()


def _wake(parts: "queue.Queue[bytes | UploadBroken | None]") -> None:
    """A thread that is still waiting, because this request was cancelled, is told that nothing more comes."""
    with suppress(queue.Empty):
        while True:
            parts.get_nowait()
    parts.put_nowait(UploadBroken())


async def _feed(
    stream: AsyncIterator[bytes], parts: "queue.Queue[bytes | UploadBroken | None]", stopped: asyncio.Event
) -> None:
    async def put(part: "bytes | UploadBroken | None") -> None:
        while not stopped.is_set():
            try:
                parts.put_nowait(part)
            except queue.Full:
                await asyncio.sleep(0.005)
            else:
                return

    last: UploadBroken | None = UploadBroken()
    try:
        async for part in stream:
            if stopped.is_set():
                break
            if part:
                await put(part)
        else:
            last = None
    except InternalServerException:  # the line was cut
        pass
    await put(last)
