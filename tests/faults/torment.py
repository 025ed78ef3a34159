"""One round of torment: hundreds of writes at once, everything killed in the middle, started again, and then counted.

1. many threads write answers, comment and submit; each request is unlike any other and can be found again;
2. once some have been acknowledged, server and worker are killed (SIGKILL) and started again;
3. what was acknowledged must be there, and nothing may be half there;
4. what was not acknowledged is sent again, the same request with the same key: it must be there once;
5. every mail has left the house, and every journal is whole.
"""

import random
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import inspection
import many_hotels
import msgspec
from inspection import Request
from many_hotels import Hotel
from processes import Service, client_of
from scene import Scene
from sqlalchemy import update

from compliance.app import Parts
from compliance.store.tables import records
from compliance.usecases.submitting import check_completeness

HOTELS, SUBMITTED_EACH, WRITTEN_EACH = 8, 10, 5
ANSWERS, COMMENTS = 300, 120
THREADS = 50
MAILS_WITHIN_S = 60


@dataclass
class Tally:
    """What a round came to. All that is counted but `requests` and `acknowledged` must be nothing."""

    requests: int = 0
    acknowledged: int = 0
    """Before the kill."""
    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Requests that were answered otherwise than with success, or with 503 while nothing was killed."""
    mails_lost: list[str] = field(default_factory=list)
    journals_broken: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> dict[str, list[str]]:
        found = {name: value for name, value in vars(self).items() if isinstance(value, list)}
        return {name: value for name, value in found.items() if value}


def torment(scene: Scene, *, seed: int) -> Tally:
    """Run one round."""
    drawn, parts, service = random.Random(seed), scene.parts, scene.service
    crowd = many_hotels.found_hotels(parts, HOTELS, sites=SUBMITTED_EACH + WRITTEN_EACH, answered=many_hotels.met_today(),
                                first=seed * 100)  # fmt: skip
    requests = draw_requests(parts, crowd, drawn)
    tally = Tally(requests=len(requests))

    kill_after = drawn.randint(len(requests) // 6, len(requests) * 2 // 3)
    storm(service, requests, on_acknowledged=killer(kill_after, scene))
    tally.acknowledged = sum(each.is_acknowledged for each in requests)
    end_leases(parts)
    service.start()
    if scene.worker is not None:
        scene.worker.start()

    tally.lost += inspection.lost(parts, requests)
    tally.half += inspection.half(parts, crowd)
    storm(service, [each for each in requests if not each.is_acknowledged], on_acknowledged=lambda: None)
    tally.doubled += again(service, [each for each in requests if each.key][::10])
    tally.refused += [each.told for each in requests if not each.is_acknowledged]
    tally.lost += inspection.lost(parts, requests)
    tally.half += inspection.half(parts, crowd)
    tally.doubled += inspection.doubled(parts, crowd, requests)
    wait_for_mails(parts)
    tally.mails_lost += inspection.mails_lost(scene.smtp, requests)
    tally.journals_broken += inspection.journals_broken(parts)
    return tally


def draw_requests(parts: Parts, crowd: Sequence[Hotel], drawn: random.Random) -> list[Request]:
    answers = many_hotels.met_today().answers
    places = [(hotel, draft, item) for hotel in crowd for draft in hotel.draft_ids[SUBMITTED_EACH:] for item in answers]
    requests: list[Request] = []
    for number, (hotel, draft, item) in enumerate(drawn.sample(places, ANSWERS)):
        answer = msgspec.structs.replace(answers[item], note=f"answer {number}")
        requests.append(Request("answer", hotel, draft, "PUT", f"{hotel.path}/{draft}/answers/{item}",
                                msgspec.json.encode(answer), f"answer {number}", seen=1))  # fmt: skip
    for number, (hotel, draft, item) in enumerate(drawn.sample(places, COMMENTS)):
        text = f"comment {number}"
        requests.append(Request("comment", hotel, draft, "POST", f"{hotel.path}/{draft}/comments/{item}",
                                msgspec.json.encode({"text": text}), text, key=f"key-{draft}-{number}"))  # fmt: skip
    requests += [
        Request("submission", hotel, draft, "POST", f"{hotel.path}/{draft}/submission",
                signature(parts, hotel, draft), draft, key=f"key-{draft}")
        for hotel in crowd for draft in hotel.draft_ids[:SUBMITTED_EACH]
    ]  # fmt: skip
    drawn.shuffle(requests)
    return requests


def signature(parts: Parts, hotel: Hotel, draft: str) -> bytes:
    """What a signatory sends who has read the draft as it is now."""
    who = {"credential": hotel.token, "organisation_id": hotel.organisation_id}
    with parts.desk.deed("member", writes=False, **who) as deed:
        found = check_completeness(deed, draft)
    assert found.is_complete, found.gaps
    return msgspec.json.encode({"name": "A manager", "role": "Manager", "statement": found.statement.version,
                                "fingerprint": found.fingerprint})  # fmt: skip


def killer(after: int, scene: Scene) -> Callable[[], None]:
    """Counts acknowledgements, and kills after so many of them."""
    counting = threading.Lock()
    count = 0

    def acknowledged() -> None:
        nonlocal count
        with counting:
            count += 1
            is_time = count == after
        if is_time:
            scene.service.end(signal.SIGKILL)
            if scene.worker is not None:
                scene.worker.end(signal.SIGKILL)

    return acknowledged


def storm(service: Service, requests: Sequence[Request], *, on_acknowledged: Callable[[], None]) -> None:
    """Send them all, so many at a time. What is cut off stays unacknowledged."""
    with client_of(service, connections=THREADS) as client, ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda request: send(client, request, on_acknowledged), requests))


def send(client: httpx.Client, request: Request, on_acknowledged: Callable[[], None]) -> None:
    try:
        answer = client.request(request.method, request.path, content=request.body, headers=request.headers)
    except httpx.TransportError:
        return
    request.take(answer)
    if request.is_acknowledged:
        on_acknowledged()


def again(service: Service, requests: Sequence[Request]) -> list[str]:
    """Who sends the same once more with the same key is given the same answer; those who were not."""
    with client_of(service) as client:
        answers = [(each, client.request(each.method, each.path, content=each.body, headers=each.headers))
                   for each in requests]  # fmt: skip
    return [f"{each.marker}: {answer.status_code}" for each, answer in answers if answer.content != each.answer]


def end_leases(parts: Parts) -> None:
    """A killed worker's jobs are taken up by the next one when its lease ends; nobody here waits five minutes for it."""
    long_ago = datetime.now(UTC) - timedelta(minutes=1)
    with parts.database.transaction(writes=True) as connection:
        connection.execute(update(records.jobs).where(records.jobs.c.state == "running").values(lease_until=long_ago))


def wait_for_mails(parts: Parts) -> None:
    """Until no job is due any more.

    Raises:
        TimeoutError: some still are.
    """
    give_up_at = time.monotonic() + MAILS_WITHIN_S
    while True:
        with parts.database.transaction(writes=False) as connection:
            left = inspection.jobs_left(connection, now=datetime.now(UTC))
        if not left:
            return
        if time.monotonic() > give_up_at:
            problem = f"jobs are still to be done: {left}"
            raise TimeoutError(problem)
        time.sleep(0.1)
