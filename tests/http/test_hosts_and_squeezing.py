"""By which names the service may be called, what is compressed, and what is not."""

import gzip
from contextlib import closing

import pytest

from compliance.app import Door
from compliance.http.hosts import name_of
from compliance.http.squeezing import takes_gzip
from settled import SMALL_PDF, Settled

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def hotel(migrated_url, tmp_path):
    with closing(Settled(migrated_url, tmp_path)) as hotel:
        yield hotel


@pytest.mark.parametrize(("host", "name"), [
    ("Check.example.org", "check.example.org"), ("check.example.org:8443", "check.example.org"),
    ("127.0.0.1:8000", "127.0.0.1"), ("[::1]:8000", "::1"), ("[::1]", "::1"), ("", ""),
])  # fmt: skip
def test_ports_and_capitals_are_not_compared(host, name, engine_name):
    assert name_of(host) == name


def test_a_request_for_another_name_is_refused(hotel):
    with hotel.client(door=Door(allowed_hosts=("check.example.org", "127.0.0.1"))) as client:
        for host, status in (
            ("check.example.org", 200), ("CHECK.example.org:443", 200), ("127.0.0.1:8000", 200),
            ("evil.example", 400), ("check.example.org.evil.example", 400), ("", 400),
        ):  # fmt: skip
            answer = client.get("/api/v1/questionnaires", headers={"host": host})
            assert answer.status_code == status, host
        refused = client.get("/api/v1/questionnaires", headers={"host": "evil.example"})
        assert refused.json()["code"] == "host-unknown"
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["x-request-id"]


@pytest.mark.parametrize(("given", "takes"), [
    (b"gzip", True), (b"br, GZIP;q=0.5", True), (b"gzip;q=0", False), (b"gzip; q=0.0", False), (b"br", False), (b"", False),
    (b"*", False), (b"xgzip", False),
])  # fmt: skip
def test_gzip_is_sent_to_whoever_takes_it_by_name(given, takes, engine_name):
    assert takes_gzip(given) is takes


def test_large_json_is_compressed_and_says_that_it_varies(hotel):
    with hotel.client() as client:
        plain = client.get("/api/v1/openapi.json", headers={"accept-encoding": "identity"})
        with client.stream("GET", "/api/v1/openapi.json", headers={"accept-encoding": "gzip"}) as answer:
            sent = b"".join(answer.iter_raw())
            assert answer.headers["content-encoding"] == "gzip"
            assert int(answer.headers["content-length"]) == len(sent) < len(plain.content) / 4
        assert gzip.decompress(sent) == plain.content
        assert "content-encoding" not in plain.headers
        assert plain.headers["vary"] == answer.headers["vary"] == "accept-encoding"
        assert plain.headers["etag"] == answer.headers["etag"]


def test_small_answers_and_files_go_as_they_are(hotel):
    with hotel.client() as client:
        client.headers["accept-encoding"] = "gzip"
        small = client.get("/health/live")
        assert "content-encoding" not in small.headers
        content = b"%PDF-1.4\n" + b"%" * 5000 + SMALL_PDF.removeprefix(b"%PDF-1.4")
        evidence = hotel.upload(client, content)
        answer = client.get(f"/api/v1/organisations/{hotel.id}/evidence/{evidence['id']}/content")
        assert "content-encoding" not in answer.headers
        assert answer.content == content
        again = client.get("/api/v1/openapi.json")
        kept = client.get("/api/v1/openapi.json", headers={"if-none-match": again.headers["etag"]})
        assert (kept.status_code, kept.content) == (304, b"")
