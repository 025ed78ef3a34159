"""The service on a port of this machine, for a real browser; and the browser itself."""

import threading
import time
from pathlib import Path
from typing import Any, Self

import uvicorn
from axe_playwright_python.sync_playwright import Axe

from servers import LOOPBACK, free_port

SCREENS = Path(__file__).parents[2] / "build" / "screens"
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--disable-gpu", "--disable-quic", "--no-first-run"]  # fmt: skip
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
READY_WITHIN_S = 30
WITHIN_MS = 20_000
"""A page that is not there by then does not come; machines that test are slow."""


class Port:
    """An application that answers on a port while the block runs."""

    def __init__(self, app: Any, port: int | None = None) -> None:
        self.port = port or free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        config = uvicorn.Config(
            app, host=LOOPBACK, port=self.port, log_level="warning", lifespan="off", access_log=False
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> Self:
        self._thread.start()
        give_up_at = time.monotonic() + READY_WITHIN_S
        while not self._server.started:
            assert time.monotonic() < give_up_at
            time.sleep(0.01)
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.should_exit = True
        self._thread.join()


def opened(chromium: Any, url: str, *, language: str = "en", size: dict[str, int] = DESK, **options: Any) -> Any:
    """A browser of its own, as far as cookies go, for the service at an address."""
    context = chromium.new_context(viewport=size, **options)
    context.set_default_timeout(WITHIN_MS)
    context.add_cookies([{"name": "language", "value": language, "url": url}])
    return context


def violations(page: Any) -> list[str]:
    """What axe finds wrong with a page as it stands: rule, and where."""
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"][:3]]


def is_too_wide(page: Any) -> bool:
    """Whether the page scrolls sideways."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")


def picture(page: Any, name: str) -> None:
    """Keep a picture of the whole page."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png", full_page=True)
