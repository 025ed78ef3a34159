"""A log at an address."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from compliance.cli.fetching import Fetched, NotFetched, check_address, fetch, open_client
from compliance.errors import Problem
from compliance.usecases.log_watching import LogUnread
from compliance.usecases.verifying import printable

OK = 200
GONE = frozenset({404, 410})
_TOO_OFTEN = frozenset({429, 503})
_MOST_TRIES = 5
_LONGEST_WAIT_S = 60


class ServiceSource:
    """Asks one address, over connections that are kept; waits when it is told to."""

    def __init__(self, base_url: str, ask: Callable[[str, int], Fetched]) -> None:
        self._base_url = base_url
        self._ask = ask

    @classmethod
    @contextmanager
    def opened(cls, base_url: str) -> Generator["ServiceSource"]:
        """The source, as long as it is needed.

        Raises:
            AddressRefused: the address is not asked.
        """
        check_address(base_url)
        with open_client() as client:
            yield cls(base_url, lambda url, most: fetch(url, most_bytes=most, client=client))

    def read(self, path: str, most_bytes: int) -> bytes | None:
        """What stands at a path; None where there is nothing.

        Raises:
            LogUnread: it does not answer, leads elsewhere, or says more than that.
        """
        url = f"{self._base_url}/{path}"
        answer = self._asked(url, path, most_bytes)
        for _ in range(_MOST_TRIES - 1):
            if answer.status not in _TOO_OFTEN:
                break
            time.sleep(min(max(answer.retry_after_s, 1), _LONGEST_WAIT_S))
            answer = self._asked(url, path, most_bytes)
        if answer.status == OK:
            return answer.body
        if answer.status in GONE:
            return None
        raise LogUnread([Problem("log-no-answer", path, {"reason": f"it answers {answer.status}"})])

    def _asked(self, url: str, path: str, most_bytes: int) -> Fetched:
        try:
            return self._ask(url, most_bytes)
        except NotFetched as why:
            raise LogUnread([Problem("log-no-answer", path, {"reason": printable(str(why))})]) from None
