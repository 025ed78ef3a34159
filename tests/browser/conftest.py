import sys
from pathlib import Path

import pytest
from browsing import ARGUMENTS, Port
from playwright.sync_api import sync_playwright

from demo import Demo
from servers import free_port

sys.path.append(str(Path(__file__).parents[1] / "web"))  # its guest, and how it fills assessments in


@pytest.fixture(scope="module")
def chromium():
    """A browser, as people have it. Not longer than for a module: it keeps an event loop running, which others mind."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def url(service):
    """Where it answers."""
    with Port(service.client.app) as port:
        yield port.url


@pytest.fixture(scope="module")
def demo(demo_made, tmp_path_factory):
    """A copy of the demonstration on a port, for the tests of a module; `demo.url` is where."""
    port = free_port()
    folder = tmp_path_factory.mktemp("demo") / "data"
    with Demo(demo_made, folder, port=port) as demo, Port(demo.app, port) as served:
        demo.url = served.url
        yield demo
