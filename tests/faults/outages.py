"""Writers that go on through an outage, and what they were told meanwhile."""

import threading
import time
from dataclasses import dataclass, field

import httpx
import inspection
import many_hotels
import msgspec
from inspection import Request
from many_hotels import Hotel
from processes import client_of
from scene import Scene

from compliance.domain.scoring import Answer

WRITERS = 4
BACK_WITHIN_S = 30
PAUSE_S = 0.05


@dataclass
class Writer:
    """Writes one answer after the other into a draft of its own; what is refused is written again."""

    hotel: Hotel
    answers: dict[str, Answer]
    done: list[Request] = field(default_factory=list)
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    last_success_at: float = 0.0

    def run(self, client: httpx.Client, stop: threading.Event) -> None:
        items = list(self.answers)
        revisions = dict.fromkeys(items, 1)
        while not stop.is_set():
            item = items[len(self.done) % len(items)]
            request = self._request(item, revisions[item])
            if self._sent(client, request):
                revisions[item] += 1
            else:
                time.sleep(PAUSE_S)

    def _request(self, item: str, seen: int) -> Request:
        marker = f"answer {len(self.done)}"
        draft = self.hotel.draft_ids[0]
        body = msgspec.json.encode(msgspec.structs.replace(self.answers[item], note=marker))
        path = f"{self.hotel.path}/{draft}/answers/{item}"
        return Request("answer", self.hotel, draft, "PUT", path, body, marker, seen=seen)

    def _sent(self, client: httpx.Client, request: Request) -> bool:
        answer = client.request(request.method, request.path, content=request.body, headers=request.headers)
        request.take(answer)
        if request.is_acknowledged:
            self.done.append(request)
            self.last_success_at = time.monotonic()
        elif is_told_to_wait(answer):
            self.refused += 1
        else:
            self.wrong.append(request.told)
        return request.is_acknowledged


def is_told_to_wait(answer: httpx.Response) -> bool:
    """Whether it is the answer that an outage has: what it is, and when to come back."""
    has_moment = answer.headers.get("retry-after", "").isdecimal()
    return answer.status_code == 503 and has_moment and answer.json()["code"] == "unavailable"


@dataclass(frozen=True)
class Outage:
    """What came of an outage. `wrong`, `lost` and `half` must be nothing."""

    away_s: float
    requests: int
    refused: int
    """Told 503 with Retry-After."""
    wrong: int
    """Answered in any other way."""
    lost: int
    """Acknowledged before, during or after it, and not there."""
    half: int
    back_after_s: float
    """From its end to the next write."""

    @property
    def is_wrong(self) -> bool:
        return bool(self.wrong or self.lost or self.half) or self.refused == 0


def database_gone(scene: Scene, *, away_s: float) -> Outage:
    """Stop PostgreSQL under the writers, for so long."""
    assert scene.postgres is not None
    with writing(scene) as writers:
        scene.postgres.stop()
        time.sleep(away_s)
        scene.postgres.start()
        back_after_s = wait_until_back(writers)
    return outage_of(scene, writers, away_s=away_s, back_after_s=back_after_s)


class writing:  # noqa: N801 - read as a phrase: with writing(scene)
    """Writers that write while the block runs; some writes were done before it begins."""

    def __init__(self, scene: Scene) -> None:
        crowd = many_hotels.found_hotels(scene.parts, WRITERS, sites=1, answered=many_hotels.met_today(), first=50_000)
        self._writers = [Writer(hotel, many_hotels.met_today().answers) for hotel in crowd]
        self._stop = threading.Event()
        self._client = client_of(scene.service)
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> list[Writer]:
        client = self._client.__enter__()
        self._threads = [threading.Thread(target=each.run, args=(client, self._stop)) for each in self._writers]
        for thread in self._threads:
            thread.start()
        wait_until_back(self._writers)
        return self._writers

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._client.__exit__(None, None, None)


def wait_until_back(writers: list[Writer]) -> float:
    """Until every writer has written something from now on; seconds to the first of these writes.

    Raises:
        TimeoutError: some writer has not.
    """
    now = time.monotonic()
    while any(each.last_success_at <= now for each in writers):
        if time.monotonic() > now + BACK_WITHIN_S:
            problem = f"no write succeeds: {[each.wrong[-1:] for each in writers]}"
            raise TimeoutError(problem)
        time.sleep(0.01)
    return min(each.last_success_at for each in writers) - now


def wait_until_refused(writers: list[Writer]) -> None:
    """Until some writer was told that it cannot be done just now.

    Raises:
        TimeoutError: nobody was.
    """
    give_up_at = time.monotonic() + BACK_WITHIN_S
    while not any(each.refused for each in writers):
        if time.monotonic() > give_up_at:
            problem = f"nothing is refused: {[each.wrong[-1:] for each in writers]}"
            raise TimeoutError(problem)
        time.sleep(0.01)


def outage_of(scene: Scene, writers: list[Writer], *, away_s: float, back_after_s: float) -> Outage:
    """Count, once the writers have stopped."""
    scene.parts.database.dispose()  # the lines from here were cut, too
    newest = {(each.path): each for writer in writers for each in writer.done}
    return Outage(
        away_s=away_s,
        requests=sum(len(each.done) + each.refused + len(each.wrong) for each in writers),
        refused=sum(each.refused for each in writers),
        wrong=sum(len(each.wrong) for each in writers),
        lost=len(inspection.lost(scene.parts, list(newest.values()))),
        half=len(inspection.half(scene.parts, [each.hotel for each in writers])),
        back_after_s=back_after_s,
    )
