"""Whoever looks at a certificate, a badge or a status leaves no trace: what the log and the figures hold of such requests."""

import io
import json
import logging

import pytest
import structlog
from litestar.testing import TestClient
from sqlalchemy import MetaData, select, text

from compliance.app import Door, make_app
from compliance.http.logs import set_up_logging
from sealed import certified_hotel

ASKER, PROXY, OWN = "203.0.113.77", "10.11.12.13", "198.51.100.6"
REFERRER, AGENT, PICKED = "https://booking.example/hotels/riverside?guest=sokha", "GuestPhone/7.5", "kh-KH,kh;q=0.9"
TRACES = (ASKER, OWN, PROXY, "booking.example", "sokha", "GuestPhone", "kh-KH", "s3ss10n", "testclient")
FIELDS = {"method", "route", "status", "bytes", "duration_ms", "request_id", "event", "level", "logger", "at"}


@pytest.fixture
def stream():
    """Everything that is logged, by us and by libraries; logging is as it was afterwards."""
    names = ["", *logging.root.manager.loggerDict]
    was = {name: (logging.getLogger(name).handlers[:], logging.getLogger(name).level, logging.getLogger(name).propagate)
           for name in names}  # fmt: skip
    kept = io.StringIO()
    set_up_logging(log_format="json", level="debug", stream=kept)
    yield kept
    for name in {*names, *logging.root.manager.loggerDict}:
        logger = logging.getLogger(name)
        logger.handlers[:], logger.level, logger.propagate = was.get(name, ([], logging.NOTSET, True))
        logger.manager._clear_cache()
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def hotel(sqlite_template, tmp_path_factory):
    """A hotel with a certificate that has a badge, as those will that a reviewer has looked at."""
    folder = tmp_path_factory.mktemp("private")
    with certified_hotel(sqlite_template, folder) as hotel:
        with hotel.unit() as unit:
            connection = unit.certificates._connection
            claim = connection.execute(text("SELECT claim FROM certificates")).scalar_one()
            claim = bytes(claim).replace(b'"assurance":"self_assessed"', b'"assurance":"desk_verified"')
            connection.execute(text("UPDATE certificates SET claim = :c, assurance = 'desk_verified'"), {"c": claim})
        yield hotel


def stranger(hotel, *, peer):
    """Somebody who asks from an address, or through a proxy that says so; the service logs as it does in production."""
    app = make_app(hotel.parts, requests_per_minute=1_000, threads=4,
                   door=Door(logs_requests=True, trusted_proxies=(f"{PROXY}/32",)))  # fmt: skip
    served = app.asgi_handler

    async def from_peer(scope, receive, send):
        scope["client"] = (peer, 41234)
        await served(scope, receive, send)

    app.asgi_handler = from_peer
    client = TestClient(app)
    client.headers.update({"referer": REFERRER, "user-agent": AGENT, "accept-language": PICKED,
                           "cookie": "session=s3ss10n", "forwarded": f"for={ASKER}", "x-real-ip": ASKER,
                           "x-forwarded-for": f"{OWN}, {ASKER}"})  # fmt: skip
    return client


def addresses(number):
    """Every address at which a stranger asks about a certificate, with the answer that is right."""
    at = f"/certificates/{number}"
    return {
        f"/badges/{number}.svg": 200, f"/badges/{number}.svg?lang=km&from=sokha": 200, f"/badges/{number}.json": 200,
        f"{at}/status.json": 200, f"{at}/credential.json": 200, f"{at}/certificate.pdf": 200,
        f"{at}/bundle.json": 200, at: 200, f"/api/v1{at}": 200, "/status/revocation": 200, "/status/suspension": 200,
        "/log/checkpoint": 200, "/log/keys": 200, "/.well-known/did.json": 200, f"/check?number={number}": 303,
        "/check": 200, "/badges/CP-0000-0000.svg": 404, "/badges/sokha.json": 422, "/certificates/CP-0000-0000": 404,
        "/sokha": 404,
    }  # fmt: skip


def every_row(hotel):
    """All that is stored, as text."""
    tables = MetaData()
    with hotel.unit() as unit:
        connection = unit.certificates._connection
        tables.reflect(connection)
        return {name: [repr(tuple(row)) for row in connection.execute(select(table))]
                for name, table in tables.tables.items()}  # fmt: skip


@pytest.mark.parametrize("peer", [PROXY, ASKER], ids=["through a trusted proxy", "straight"])
def test_requests_about_certificates_are_logged_without_address_referrer_or_browser(hotel, stream, peer):
    before = every_row(hotel)
    stream.truncate(0)
    client = stranger(hotel, peer=peer)
    wanted = addresses(hotel.number)
    given = {path: client.get(path, follow_redirects=False).status_code for path in wanted}
    assert given == wanted
    client.options(f"/badges/{hotel.number}.svg", headers={"origin": "https://booking.example"})
    client.get(f"/badges/{hotel.number}.svg", headers={"if-none-match": "*"})

    said = stream.getvalue().lstrip("\0")
    lines = [json.loads(line) for line in said.splitlines()]
    requests = [line for line in lines if line["logger"] == "compliance.access"]
    assert len(requests) == len(wanted) + 2
    assert {name for line in requests for name in line} <= FIELDS
    assert {line["route"] for line in requests if "badges" in line["route"]} != set()
    assert [trace for trace in (*TRACES, hotel.number, hotel.id, "Riverside") if trace in said] == []
    client.headers.clear()
    assert [trace for trace in (*TRACES, hotel.number) if trace in client.get("/metrics").text] == []
    assert every_row(hotel) == before, "nothing is stored of who looks"


def test_a_fault_on_the_way_to_a_badge_tells_no_more(hotel, stream):
    with hotel.unit() as unit:
        unit.certificates._connection.execute(text("UPDATE certificates SET claim = X'7B'"))
    client = stranger(hotel, peer=PROXY)
    stream.truncate(0)
    broken = client.get(f"/badges/{hotel.number}.svg")
    assert broken.status_code == 500
    said = stream.getvalue().lstrip("\0")
    assert '"event":"fault"' in said
    assert [trace for trace in (*TRACES, hotel.number) if trace in said] == []
