"""The job that looks for the proof of a domain: in DNS, then as a file, again where something did not answer."""

import threading
from datetime import timedelta

import pytest
from workshop import add_hotel, add_person, jobs, queue

from compliance.store.identities import Identity
from compliance.usecases.job_kinds import every_kind
from compliance.worker import Worker
from outside import HOST, NameServer, loopback_reach, says, web_server

TEXT = "compliance-check=5f1d7a84"
DNS_NAME = f"_compliance-check.{HOST}"
KH = "KH"


@pytest.fixture
def hotel_id(desk):
    with desk.deed(writes=True) as deed:
        organisation_id, _ = add_hotel(deed)
        owner = add_person(deed, organisation_id, "owner@example.org", "owner")
        deed.unit.identities.add(
            Identity(organisation_id=organisation_id, country=KH, state="stated", domain=HOST, challenge=TEXT,
                     asked_by=owner, asked_at=deed.now, revision=1, created_at=deed.now)
        )  # fmt: skip
    queue(desk, "check-domain", {"organisation_id": organisation_id, "country": KH})
    return organisation_id


def look(desk, post, names, *, port=443):
    kinds = every_kind(post=post, resolver=names.resolver, reach=loopback_reach(port, scheme="https"))
    Worker(desk, kinds)._round(threading.Event())


def identity(desk, organisation_id):
    with desk.deed(writes=False) as deed:
        return deed.unit.identities.find(organisation_id, KH)


def test_the_record_in_dns_confirms_and_wakes_what_waited(desk, post, hotel_id):
    with NameServer({(DNS_NAME, "TXT"): [('"something else"', f'"{TEXT}"')]}) as names:
        look(desk, post, names)
        assert (identity(desk, hotel_id).state, identity(desk, hotel_id).how) == ("confirmed", "domain_dns")
        assert sorted(job.kind for job in jobs(desk)) == ["issue-waiting", "mail"]
        look(desk, post, names)
    assert jobs(desk) == []
    assert post.subjects() == ["The identity of Mekong Lodge is confirmed"]


def test_a_failed_look_that_may_pass_is_repeated_and_at_last_said(desk, clock, post, hotel_id):
    with NameServer({}, rcode=2) as names:
        for _ in range(3):
            look(desk, post, names)
            (job,) = jobs(desk)
            assert (job.state, job.last_error) == ("ready", "unavailable: domain")
            assert identity(desk, hotel_id).reason is None
            clock.set(job.run_at)
        look(desk, post, names)
    assert clock() - job.created_at < timedelta(minutes=4)
    assert jobs(desk) == []
    assert identity(desk, hotel_id).state == "stated"
    assert "name servers gave no usable answer" in identity(desk, hotel_id).reason


def test_what_is_not_there_is_said_at_once(desk, post, hotel_id):
    with NameServer({(DNS_NAME, "TXT"): [('"compliance-check=another"',)]}) as names:
        look(desk, post, names)
    assert jobs(desk) == []
    assert "There is no such domain" in identity(desk, hotel_id).reason


def test_an_identity_that_is_gone_is_nothing_to_look_for(desk, post):
    with NameServer({}) as names:
        queue(desk, "check-domain", {"organisation_id": "01a20320-a200-70f4-89c6-789cab90c0ad", "country": KH})
        queue(desk, "check-domain", {"country": KH})
        look(desk, post, names)
        assert names.asked == []
    assert [(job.state, job.last_error) for job in jobs(desk)] == [("dead", "check-wrong")]


def test_the_file_is_asked_for_where_dns_has_nothing(desk, hotel_id):
    """Over plain http here, as on a closed network."""
    from compliance.usecases.domain_proofs import look_for
    from compliance.usecases.identities import Challenge

    with (
        NameServer({(HOST, "A"): [("127.0.0.1",)], (DNS_NAME, "TXT"): [()]}) as names,
        web_server(says(f"{TEXT}\n".encode())) as port,
    ):
        url = f"http://{HOST}:{port}/.well-known/compliance-check.txt"
        challenge = Challenge(domain=HOST, dns_name=DNS_NAME, file_url=url, text=TEXT)
        proof, may_pass = look_for(challenge, resolver=names.resolver, reach=loopback_reach(port))
    assert (proof.file, proof.texts, proof.failure, may_pass) == (f"{TEXT}\n", (), "", False)
