"""`HEAD` says what `GET` would, without the body, over a line that goes on afterwards."""

import http.client
from urllib.parse import urlsplit

import pytest

from served import Served

SAME = {"content-type", "content-length", "etag", "cache-control", "location", "content-security-policy"}


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    with Served(tmp_path_factory.mktemp("heads")) as served:
        line = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=20)
        yield line
        line.close()


def ask(line, method, path):
    line.request(method, path)
    answer = line.getresponse()
    return (
        answer.status,
        {name.lower(): value for name, value in answer.getheaders() if name.lower() in SAME},
        answer.read(),
    )


@pytest.mark.parametrize(("path", "status"), [
    ("/", 200), ("/danger/KH", 200), ("/questionnaires/hospitality@1.0/form", 200), ("/api/v1/questionnaires", 200),
    ("/health/live", 200), ("/account", 303), ("/nowhere", 404), ("/certificates/CP-0000-0000", 404),
    ("/api/v1/certificates/CP-7QF4-M2XX", 422),
])  # fmt: skip
def test_a_head_is_that_of_the_page_and_nothing_follows(line, path, status):
    head, page = ask(line, "HEAD", path), ask(line, "GET", path)
    assert (head[0], page[0]) == (status, status)
    assert head[1] == page[1]
    assert head[2] == b""


def test_what_only_takes_forms_cannot_be_asked_so(line):
    assert ask(line, "HEAD", "/api/v1/registrations")[0] == 405
    assert ask(line, "GET", "/health/live")[0] == 200
