"""What is published for everybody: as it was signed, open to other sites, asked for again by its ETag, never a fault."""

from base64 import b64decode
from contextlib import closing
from datetime import timedelta

import pytest
from msgspec import json

from compliance.domain.certificate import StatusList, log_evidence_in
from compliance.domain.transparency import (
    check_tree,
    leaf_hash,
    read_bundle,
    read_checkpoint,
    read_leaf,
    read_note,
    read_tile_path,
    verify_consistency,
    verify_inclusion,
)
from compliance.signing import check_key_list, check_proof, read_key_list
from compliance.usecases.certificate_statuses import reinstate_certificate, suspend_certificate, withdraw_certificate
from sealed import SignedHotel

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def hotel(migrated_url, tmp_path):
    with closing(SignedHotel(migrated_url, tmp_path)) as hotel:
        yield hotel


def fetch(hotel, path, **headers):
    return hotel.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def decide(hotel, do, number, reason="Used for another hotel"):
    with hotel.parts.desk.deed(writes=True) as deed:
        do(deed, number, reason)


def bits(hotel, purpose):
    listed = fetch(hotel, f"/status/{purpose}").json()
    return StatusList.decode(listed["credentialSubject"]["encodedList"])


def root_now(hotel):
    return read_checkpoint(read_note(fetch(hotel, "/log/checkpoint").content).text)


def test_every_change_of_status_is_seen_everywhere_at_once(hotel):
    number = hotel.certified()
    index = fetch(hotel, f"/certificates/{number}/credential.json").json()["credentialStatus"][0]["statusListIndex"]
    seen = []
    for do in (suspend_certificate, reinstate_certificate, withdraw_certificate):
        before = root_now(hotel)
        decide(hotel, do, number)
        hotel.work(2)
        status, after = fetch(hotel, f"/certificates/{number}/status.json").json(), root_now(hotel)
        seen.append((status["status"], status["is_valid"], bits(hotel, "suspension").bit(int(index)),
                     bits(hotel, "revocation").bit(int(index)), after.size - before.size))  # fmt: skip
        proof = fetch(hotel, f"/log/consistency?from={before.size}&to={after.size}").json()["proof"]
        assert verify_consistency(before.size, after.size, before.root, after.root, [b64decode(each) for each in proof])
    assert seen == [
        ("suspended", False, True, False, 1), ("active", True, False, False, 1), ("withdrawn", False, False, True, 1),
    ]  # fmt: skip
    assert fetch(hotel, f"/certificates/{number}/certificate.pdf").status_code == 200, "nothing disappears"


@SQLITE
def test_the_whole_log_can_be_read_and_its_leaves_name_nobody(hotel):
    hotel.certified()
    checkpoint = root_now(hotel)
    path = f"tile/entries/000.p/{checkpoint.size}"
    entries = read_bundle(fetch(hotel, f"/log/{path}").content, read_tile_path(path))
    assert check_tree(entries, checkpoint.size) == checkpoint.root
    assert [read_leaf(each).event for each in entries] == ["key", "key", "key", "key", "issued"]
    assert b"Riverside" not in b"".join(entries)
    tile = fetch(hotel, f"/log/tile/0/000.p/{checkpoint.size}")
    assert tile.content == b"".join(map(leaf_hash, entries))
    assert "immutable" in tile.headers["cache-control"]
    included = fetch(hotel, f"/log/inclusion?leaf=4&size={checkpoint.size}").json()
    proof = [b64decode(each) for each in included["proof"]]
    assert verify_inclusion(4, checkpoint.size, leaf_hash(entries[4]), proof, checkpoint.root)


@SQLITE
def test_the_bundle_holds_all_that_a_check_needs(hotel):
    number = hotel.certified()
    bundle = fetch(hotel, f"/certificates/{number.lower()}/bundle.json").json()
    keys = read_key_list(json.encode(bundle["keys"]))
    check_key_list(keys)
    for purpose, signed in (("credentials", bundle["credential"]), ("status", bundle["status_lists"]["revocation"]),
                            ("status", bundle["status_lists"]["suspension"])):  # fmt: skip
        check_proof(signed, keys.in_use(purpose).public)
    checkpoint = read_checkpoint(read_note(bundle["checkpoint"]).text)
    assert {read_leaf(b64decode(each["leaf"])).id for each in bundle["key_events"]} == {
        "credentials-1", "status-1", "checkpoints-1", "pdf-1",
    }  # fmt: skip
    for each in bundle["key_events"]:
        leaf = leaf_hash(b64decode(each["leaf"]))
        proof = [b64decode(one) for one in each["proof"]]
        assert verify_inclusion(each["index"], checkpoint.size, leaf, proof, checkpoint.root)
    assert bundle["consistency"]["from"] == log_evidence_in(bundle["credential"]).size
    methods = [each["id"] for each in fetch(hotel, "/.well-known/did.json").json()["verificationMethod"]]
    assert bundle["credential"]["proof"][0]["verificationMethod"] in methods


@SQLITE
def test_what_is_known_is_not_sent_again_and_other_sites_may_read_it(hotel):
    number = hotel.certified()
    for path in (f"/certificates/{number}/credential.json", f"/certificates/{number}/certificate.pdf",
                 f"/certificates/{number}/status.json", "/status/revocation", "/log/checkpoint",
                 "/.well-known/did.json", "/.well-known/compliance-keys.json", "/.well-known/compliance-root.pem",
                 "/contexts/certificate-v1.json"):  # fmt: skip
        first = fetch(hotel, path)
        assert first.status_code == 200, path
        assert first.headers["access-control-allow-origin"] == "*"
        assert "set-cookie" not in first.headers
        assert first.headers["cache-control"] == "public, no-cache"
        again = fetch(hotel, path, if_none_match=first.headers["etag"])
        assert (again.status_code, again.content) == (304, b""), path
    assert fetch(hotel, "/log/checkpoint").headers["content-type"] == "text/plain; charset=utf-8"


@SQLITE
def test_lists_are_signed_anew_before_they_run_out(hotel):
    hotel.certified()
    first = fetch(hotel, "/status/revocation").json()
    hotel.now += timedelta(hours=2)
    with hotel.parts.desk.deed(writes=True) as deed:
        deed.queue("watch-status-lists", {})
    hotel.work()
    assert fetch(hotel, "/status/revocation").json()["validFrom"] > first["validFrom"]


@SQLITE
@pytest.mark.parametrize(
    "path",
    ["/certificates/CP-0000-0000/credential.json", "/certificates/x/status.json", "/certificates/%00/bundle.json",
     "/status/other", "/status/revocation%00", "/log/tile/0/999", "/log/tile/entries/x", "/log/tile/../../etc/passwd",
     "/log/inclusion", "/log/inclusion?leaf=0&size=99", "/log/inclusion?leaf=-1&size=1", "/log/inclusion?leaf=0&size=0",
     f"/log/inclusion?leaf=0&size={'9' * 40}", "/log/consistency?from=0&to=1", "/log/consistency?from=2&to=1",
     "/log/inclusion?leaf=٣&size=٤", "/contexts/..%2fREADME.md", "/schemas/none.json"],
)  # fmt: skip
def test_what_is_not_there_is_refused_and_is_no_fault(hotel, path):
    answer = fetch(hotel, path)
    assert answer.status_code in (404, 422), answer.text
    assert answer.json()["code"]


@SQLITE
def test_before_anything_is_signed_nothing_is_published(migrated_url):
    from hotels import Hotel

    with closing(Hotel(migrated_url)) as hotel:
        for path in ("/status/revocation", "/log/checkpoint", "/.well-known/did.json", "/log/keys"):
            assert fetch(hotel, path).status_code == 404
