"""Evidence through the door: what is taken, who sees it, what is refused, and that nothing is left of what is refused."""

import http.client
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import msgspec
import pytest
from evidence_service import NOW, POLICY, digest, make_service, pdf, running
from sqlalchemy import insert

import photographs
from compliance.domain.scoring import Answer
from compliance.domain.scoring.submission import EvidencePiece
from compliance.errors import Unavailable
from compliance.files import Bucket, FolderStore, S3Store
from compliance.store.assessments import Assessment
from compliance.store.organisations import Site
from compliance.store.tables import assessments as tables
from compliance.usecases.evidence_files import EvidenceTooLarge, NewFile, add_evidence, safe_name
from compliance.usecases.evidence_jobs import JOBS, scan_evidence
from compliance.usecases.evidence_uses import note_files
from compliance.usecases.means import Terms
from fixtures.libraries import TINY
from measured import most_memory
from servers import EICAR, ClamServer

ABSENT = "01900000-0000-7000-8000-000000000000"
KIB, MIB = 1024, 1024 * 1024


@pytest.fixture
def make(migrated_url, tmp_path):
    made = []

    def make(**means):
        made.append(make_service(migrated_url, tmp_path / "evidence", questionnaires=TINY, **means))
        return made[-1]

    yield make
    for each in made:
        each.parts.close()


@pytest.fixture
def service(make):
    return make()


@pytest.fixture
def scanning(make, clam_server):
    return make(clam=clam_server)


def code(answer):
    return answer.status_code, answer.json()["code"]


def details(answer):
    return [(each["code"], each["where"]) for each in answer.json()["errors"]]


def opener(service, role="owner"):
    """Opens deeds as the door does."""
    credential = service.credentials[service.hotel, role]
    return lambda *, writes: service.parts.desk.deed(
        "member", writes=writes, credential=credential, organisation_id=service.hotel
    )


# ── Taking in


def test_a_file_is_taken_and_known_by_its_content(service):
    answer = service.upload(title="Policy", file_name="Policy 2026.txt", valid_from="2026-01-01", valid_to="2026-12-31")
    assert answer.status_code == 201
    taken = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["location"] == f"/api/v1/organisations/{service.hotel}/evidence/{taken['id']}"
    assert (taken["digest"], taken["size_bytes"], taken["media_type"]) == (digest(POLICY), len(POLICY), "text/plain")
    assert (taken["title"], taken["file_name"], taken["scan"]) == ("Policy", "Policy 2026.txt", "not_scanned")
    assert (taken["valid_from"], taken["valid_to"]) == ("2026-01-01", "2026-12-31")
    assert service.kept() == [digest(POLICY).removeprefix("sha256:")]
    assert service.pieces() == service.jobs() == []
    assert service.journal() == ["evidence-added"]


def test_what_the_sender_says_of_the_type_does_not_count(service):
    answer = service.ask("POST", content=pdf(), headers={"content-type": "image/png"}, params={"file_name": "a.docx"})
    assert (answer.json()["media_type"], answer.json()["file_name"]) == ("application/pdf", "a.pdf")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_photograph_is_kept_without_where_and_when_it_was_taken(service):
    sent = photographs.jpeg()
    taken, again = service.uploaded(sent, file_name="notice.jpg"), service.uploaded(sent)
    kept = service.ask("GET", f"/{taken['id']}/content").content
    assert photographs.said(kept) == ({photographs.ORIENTATION: 6}, set())
    assert photographs.seen(kept) == photographs.seen(sent)
    assert (taken["digest"], taken["size_bytes"]) == (digest(kept), len(kept))
    assert taken["digest"] == again["digest"] != digest(sent)
    assert service.uploaded(kept)["digest"] == taken["digest"]
    assert service.kept() == [digest(kept).removeprefix("sha256:")]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_purged_photograph_is_not_taken_again_with_another_place_in_it(service):
    picture = photographs.jpeg()
    taken = service.uploaded(picture)
    assert service.ask("POST", f"/{taken['id']}/purge", json={"reason": "Guests are seen."}).status_code == 200
    elsewhere = picture[:2] + photographs.segment(0xFE, b"Kampot") + picture[2:]
    assert code(service.upload(elsewhere)) == (409, "evidence-refused-before")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_of_a_damaged_photograph_nothing_is_left(service):
    picture = photographs.jpeg()
    answer = service.upload(picture[:-2] + picture)
    assert code(answer) == (422, "photograph-damaged")
    assert details(answer) == [("photograph-damaged", "")]
    assert service.kept() == service.pieces() == service.journal() == []


def test_a_contributor_may_upload_too(service):
    assert service.upload(role="contributor").status_code == 201


def test_the_same_content_again_is_new_evidence_and_the_same_file(service):
    first, second = service.uploaded(title="Policy"), service.uploaded(title="Policy again")
    assert first["id"] != second["id"]
    assert (second["digest"], second["received_at"]) == (first["digest"], first["received_at"])
    assert len(service.kept()) == 1
    with service.parts.desk.store.unit(writes=False) as unit:
        assert unit.evidence.kept_bytes(service.hotel) == len(POLICY)


def test_two_organisations_with_the_same_file_have_two(service):
    service.uploaded()
    service.uploaded(of=service.rival)
    assert len(service.kept()) == 2


def test_many_uploads_of_the_same_content_at_once_make_one_file(service):
    with running(service) as port, ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda _: send(service, port, POLICY), range(12)))
    assert statuses == [201] * 12
    assert len(service.ask("GET").json()["items"]) == 12
    assert (len(service.kept()), service.pieces()) == (1, [])
    assert service.journal() == ["evidence-added"] * 12


def test_the_quota_holds_when_many_come_at_once(make):
    service = make(terms=Terms(evidence_quota_bytes=2 * MIB))
    files = [bytes([ord("a") + each]) * (900 * KIB) for each in range(6)]
    with running(service) as port, ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(lambda file: send(service, port, file), files))
    assert statuses == [201, 201, 409, 409, 409, 409]
    assert (len(service.kept()), service.pieces()) == (2, [])


def send(service, port, content):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"authorization": f"Bearer {service.credentials[service.hotel, 'owner']}"}
    try:
        line.request("POST", f"/api/v1/organisations/{service.hotel}/evidence", content, headers)
        return line.getresponse().status
    finally:
        line.close()


# ── Refusing


def test_of_a_refused_type_nothing_is_left(service):
    refused = {
        b"": "file-empty",
        b"<html><script>alert(1)</script></html>": "file-type-unknown",
        b"MZ\x90\x00" + bytes(200): "file-type-unknown",
        pdf()[:-200]: "file-broken",
    }
    for content, why in refused.items():
        answer = service.upload(content, file_name="policy.pdf")
        assert code(answer) == (422, "file-type-refused")
        assert details(answer) == [(why, "")]
    assert service.kept() == service.pieces() == service.journal() == service.ask("GET").json()["items"] == []


def test_a_file_over_the_limit_is_refused_and_nothing_is_left(make):
    service = make(terms=Terms(evidence_max_bytes=64 * KIB))
    assert service.upload(b"a" * 64 * KIB).status_code == 201
    answer = service.upload(b"a" * (64 * KIB + 1))
    assert code(answer) == (413, "evidence-too-large")
    assert details(answer) == [("evidence-too-large", "")]
    assert len(service.kept()) == 1
    assert service.pieces() == []


def test_thirty_mebibytes_are_refused_without_being_held(service):
    sent = 0

    def chunks():
        nonlocal sent
        for _ in range(30 * 16):
            sent += 64 * KIB
            yield b"a" * 64 * KIB

    with most_memory() as most_bytes, pytest.raises(EvidenceTooLarge):
        add_evidence(opener(service), chunks(), NewFile())
    assert sent == 25 * MIB + 64 * KIB
    assert most_bytes() < 4 * MIB
    assert service.kept() == service.pieces() == []


def test_a_real_server_refuses_thirty_mebibytes_before_or_while_they_come(service):
    with running(service) as port:
        announced = connect(service, port, f"content-length: {30 * MIB}")
        assert b" 413 " in announced.recv(100)
        announced.close()

        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"authorization": f"Bearer {service.credentials[service.hotel, 'owner']}"}
        try:
            body = (b"a" * 64 * KIB for _ in range(30 * 16))
            line.request("POST", f"/api/v1/organisations/{service.hotel}/evidence", body, headers, encode_chunked=True)
            assert line.getresponse().status == 413
        except (BrokenPipeError, ConnectionResetError):
            pass  # it hung up while we were still sending
        finally:
            line.close()
        wait_for(lambda: service.pieces() == [])
    assert service.kept() == service.ask("GET").json()["items"] == []


def test_an_upload_that_breaks_off_leaves_nothing(service):
    with running(service) as port:
        line = connect(service, port, f"content-length: {MIB}")
        line.sendall(b"a" * 300 * KIB)
        wait_for(lambda: service.pieces() != [])
        line.close()
        wait_for(lambda: service.pieces() == [])
    assert service.kept() == service.journal() == service.ask("GET").json()["items"] == []


def connect(service, port, header):
    line = socket.create_connection(("127.0.0.1", port), timeout=20)
    credential = service.credentials[service.hotel, "owner"]
    line.sendall(
        f"POST /api/v1/organisations/{service.hotel}/evidence HTTP/1.1\r\nhost: 127.0.0.1\r\n"
        f"authorization: Bearer {credential}\r\n{header}\r\n\r\n".encode()
    )
    return line


def wait_for(holds):
    ends_at = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < ends_at
        time.sleep(0.02)


def test_a_full_organisation_takes_no_more(make):
    service = make(terms=Terms(evidence_quota_bytes=100 * KIB))
    service.uploaded(b"a" * 60 * KIB)
    answer = service.upload(b"b" * 60 * KIB)
    assert code(answer) == (409, "evidence-quota")
    assert (len(service.kept()), service.pieces()) == (1, [])
    service.uploaded(b"c" * 40 * KIB)
    assert code(service.upload(b"d")) == (409, "evidence-quota")


def test_what_is_said_of_a_file_is_checked_before_it_is_taken(service):
    assert code(service.upload(valid_from="2026-02-01", valid_to="2026-01-01")) == (422, "evidence-dates")
    for said in (
        {"valid_from": "tomorrow"},
        {"title": "a" * 201},
        {"title": " \t"},
        {"file_name": "a\x00.pdf"},
        {"content_type": "application/pdf"},
    ):
        assert code(service.upload(**said)) == (400, "request-malformed")
    assert service.kept() == []


def test_who_has_no_part_in_assessments_has_none_in_evidence(service):
    evidence = service.uploaded()
    assert code(service.upload(b"other", role="nobody")) == (403, "not-your-role")
    paths = ["", f"/{evidence['id']}", f"/{evidence['id']}/content", f"/{evidence['id']}/views"]
    assert [code(service.ask("GET", path, role="nobody")) for path in paths] == [(403, "not-your-role")] * 4
    changed = service.ask("PATCH", f"/{evidence['id']}", role="nobody", json={}, headers={"if-match": '"1"'})
    assert code(changed) == (403, "not-your-role")
    assert len(service.kept()) == 1


def test_another_organisations_evidence_is_not_there(service):
    evidence = f"/{service.uploaded()['id']}"
    paths = [evidence, f"{evidence}/content", f"{evidence}/views"]
    assert [code(service.ask("GET", path, of=service.rival)) for path in paths] == [(404, "no-such-evidence")] * 3
    assert code(service.upload(path=f"{evidence}/revisions", of=service.rival)) == (404, "no-such-evidence")
    assert code(service.ask("POST", f"{evidence}/purge", of=service.rival, json={"reason": "mine"}))[0] == 404
    assert service.ask("GET", of=service.rival).json()["items"] == []
    assert service.ask("GET", of=service.rival, params={"digest": digest(POLICY)}).json()["items"] == []


def test_a_read_only_token_reads_and_fetches_but_changes_nothing(service):
    evidence = f"/{service.uploaded()['id']}"
    assert service.ask("GET", f"{evidence}/content", role="reader").status_code == 200
    assert code(service.upload(b"more", role="reader")) == (403, "read-only-token")
    assert code(service.ask("POST", f"{evidence}/purge", role="reader", json={"reason": "x"})) == (
        403,
        "read-only-token",
    )


def test_nobody_uploads_without_a_session(service):
    answer = service.client.post(f"/api/v1/organisations/{service.hotel}/evidence", content=POLICY)
    assert code(answer) == (401, "not-signed-in")
    assert service.kept() == []


# ── Reading


def test_the_list_says_what_must_never_be_uploaded_and_goes_page_by_page(service):
    ids = [service.uploaded(f"page {each}".encode())["id"] for each in range(5)]
    first = service.ask("GET", params={"limit": 2}).json()
    second = service.ask("GET", params={"limit": 2, "cursor": first["next"]}).json()
    third = service.ask("GET", params={"limit": 2, "cursor": second["next"]}).json()
    assert [each["id"] for page in (first, second, third) for each in page["items"]] == ids[::-1]
    assert third["next"] is None
    assert "names or images of children" in first["warning"]
    assert "child sexual abuse material" in first["warning"]
    assert "http://127.0.0.1:8000/danger" in first["warning"]
    assert code(service.ask("GET", params={"cursor": "nonsense"})) == (422, "cursor-wrong")


def test_the_list_finds_a_content_and_what_runs_out(service):
    policy = service.uploaded(valid_to="2026-11-30")["id"]
    service.uploaded(b"a licence", valid_to="2027-11-30")
    service.uploaded(b"for ever")
    by_content = service.ask("GET", params={"digest": digest(POLICY)}).json()["items"]
    running_out = service.ask("GET", params={"expiring_before": "2026-12-31"}).json()["items"]
    assert [each["id"] for each in by_content] == [each["id"] for each in running_out] == [policy]


def test_new_content_is_a_new_revision_and_the_old_one_stays(service):
    first = service.uploaded(title="Policy", valid_to="2026-12-31")
    answer = service.upload(b"Our policy, better.", path=f"/{first['id']}/revisions", file_name="better.txt")
    assert (answer.status_code, answer.headers["etag"]) == (201, '"2"')
    second = answer.json()
    assert (second["id"], second["revision"], second["title"]) == (first["id"], 2, "Policy")
    assert second["valid_to"] is None, "a new paper has days of its own"
    whole = service.ask("GET", f"/{first['id']}").json()
    assert whole["evidence"] == second
    assert whole["earlier"] == [first]
    assert len(service.ask("GET").json()["items"]) == 1
    newest = service.ask("GET", f"/{first['id']}/content").content
    earlier = service.ask("GET", f"/{first['id']}/content", params={"revision": 1}).content
    assert (newest, earlier) == (b"Our policy, better.", POLICY)
    assert service.journal()[:2] == ["evidence-added", "evidence-revised"]
    assert code(service.upload(path=f"/{ABSENT}/revisions")) == (404, "no-such-evidence")
    assert service.ask("GET", f"/{first['id']}/content", params={"revision": 3}).status_code == 404


def test_title_and_days_change_by_a_revision_that_was_seen(service):
    first = service.uploaded(title="Polcy", valid_from="2026-01-01", valid_to="2026-12-31")

    def change(seen, **changes):
        return service.ask("PATCH", f"/{first['id']}", json=changes, headers={"if-match": f'"{seen}"'})

    second = change(1, title="Policy", valid_to=None)
    assert (second.status_code, second.headers["etag"]) == (200, '"2"')
    assert (second.json()["title"], second.json()["valid_from"], second.json()["valid_to"]) == (
        "Policy",
        "2026-01-01",
        None,
    )
    assert second.json()["digest"] == first["digest"]
    stale = change(1, title="Other")
    assert code(stale) == (412, "stale-revision")
    assert stale.json()["current"] == second.json()
    assert code(change(2, valid_to="2025-12-31")) == (422, "evidence-dates")
    assert change(2, digest=digest(b"other")).status_code == 422
    assert service.ask("PATCH", f"/{first['id']}", json={}).status_code == 428
    assert service.journal() == ["evidence-added", "evidence-described"]


def test_a_download_is_saved_and_never_shown(service):
    evidence = service.uploaded(pdf(), file_name="../รายงาน “2026”.exe")
    answer = service.ask("GET", f"/{evidence['id']}/content")
    assert answer.content == pdf()
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(len(pdf()))
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="')
    assert disposition.endswith("2026%E2%80%9D.pdf")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["cache-control"] == "no-store"
    text = service.ask("GET", f"/{service.uploaded()['id']}/content")
    assert text.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("policy.pdf", "policy.pdf"),
        ("", "evidence.pdf"),
        ("D:\\papers\\policy.docx", "policy.pdf"),
        ("/etc/passwd", "passwd.pdf"),
        ("..", "evidence.pdf"),
        ("policy\r\nx-evil: yes.txt", "policyx-evil- yes.pdf"),
        ("annexe\u202efdp.exe", "annexefdp.pdf"),
        ("គោលការណ៍.txt", "គោលការណ៍.pdf"),
        ("version 1.2 of our policy", "version 1.2 of our policy.pdf"),
        ('a"b;c*%2e.pdf', "a-b-c--2e.pdf"),
        ("a" * 300, "a" * 150 + ".pdf"),
    ],
)
def test_names_are_safe_to_save_under(given, name):
    assert safe_name(given, "pdf") == name


def test_every_view_is_logged_for_the_owner(service):
    evidence = service.uploaded()["id"]
    service.ask("GET", f"/{evidence}/content", role="contributor")
    service.ask("GET", f"/{evidence}/content")
    views = service.ask("GET", f"/{evidence}/views", params={"limit": 1}).json()
    earlier = service.ask("GET", f"/{evidence}/views", params={"limit": 1, "cursor": views["next"]}).json()
    assert [each["name"] for each in views["items"] + earlier["items"]] == ["Hotel owner", "Hotel contributor"]
    assert views["items"][0]["digest"] == digest(POLICY)
    assert earlier["next"] is None
    assert service.journal() == ["evidence-added", "evidence-viewed", "evidence-viewed"]
    assert code(service.ask("GET", f"/{evidence}/views", role="contributor")) == (403, "not-your-role")


def test_a_damaged_file_is_not_given_out_though_the_view_is_logged(service):
    """The log is written first, in a deed that does not wait for the store: it may say too much, never too little."""
    evidence = service.uploaded()["id"]
    path = next(path for path in (service.folder / "objects").rglob("*") if path.is_file())
    path.chmod(0o600)
    path.write_bytes(POLICY.replace(b"every", b"which"))
    assert service.ask("GET", f"/{evidence}/content").status_code == 500
    assert len(service.ask("GET", f"/{evidence}/views").json()["items"]) == 1


# ── The scanner


def test_a_file_waits_in_quarantine_until_it_is_clean(scanning):
    evidence = scanning.uploaded()
    assert evidence["scan"] == "quarantined"
    assert code(scanning.ask("GET", f"/{evidence['id']}/content")) == (409, "evidence-quarantined")
    sha256 = digest(POLICY).removeprefix("sha256:")
    assert scanning.jobs() == [("scan-evidence", {"organisation_id": scanning.hotel, "sha256": sha256})]
    assert scanning.work() == ["scan-evidence"]
    assert scanning.ask("GET", f"/{evidence['id']}").json()["evidence"]["scan"] == "clean"
    assert scanning.ask("GET", f"/{evidence['id']}/content").content == POLICY
    assert scanning.uploaded(title="Again")["scan"] == "clean"
    assert scanning.jobs() == []
    assert scanning.journal() == ["evidence-added", "evidence-clean", "evidence-viewed", "evidence-added"]


def test_a_rejected_file_loses_its_bytes_and_is_not_taken_again(scanning):
    evidence = scanning.uploaded(b"note: " + EICAR)
    assert scanning.work() == ["scan-evidence", "purge-evidence"]
    assert scanning.kept() == []
    shown = scanning.ask("GET", f"/{evidence['id']}").json()["evidence"]
    assert (shown["scan"], shown["scan_found"]) == ("rejected", "Eicar-Test-Signature")
    gone = scanning.ask("GET", f"/{evidence['id']}/content")
    assert code(gone) == (404, "evidence-gone")
    assert details(gone) == [("evidence-rejected", "")]
    again = scanning.upload(b"note: " + EICAR)
    assert code(again) == (409, "evidence-refused-before")
    assert scanning.kept() == scanning.pieces() == []
    assert scanning.journal() == ["evidence-added", "evidence-rejected"]


def test_a_scanner_that_is_away_leaves_the_file_in_quarantine(make):
    with ClamServer() as clam:
        service = make(clam=clam)
        evidence = service.uploaded()["id"]
        clam.stop()
        payload = {"organisation_id": service.hotel, "sha256": digest(POLICY).removeprefix("sha256:")}
        with pytest.raises(Unavailable):
            scan_evidence(service.parts.desk, payload)
        assert service.ask("GET", f"/{evidence}").json()["evidence"]["scan"] == "quarantined"
        clam.start()
        assert service.work() == ["scan-evidence"]
        scan_evidence(service.parts.desk, payload)
    assert service.ask("GET", f"/{evidence}").json()["evidence"]["scan"] == "clean"
    assert service.journal() == ["evidence-added", "evidence-clean"], "a scan done twice is one scan"


def test_a_scanner_that_was_taken_away_makes_files_not_scanned(make, clam_server):
    before = make(clam=clam_server)
    evidence = before.uploaded()["id"]
    desk = before.parts.desk
    desk.means = msgspec.structs.replace(desk.means, scanner=None)
    assert before.work() == ["scan-evidence"]
    assert before.ask("GET", f"/{evidence}").json()["evidence"]["scan"] == "not_scanned"


# ── Purging


def test_a_purge_reaches_every_evidence_of_the_content_and_leaves_a_tombstone(service):
    first, second = service.uploaded(title="Sok Dara", file_name="sok-dara.txt"), service.uploaded()
    other = service.uploaded(b"something else")
    service.uploaded(of=service.rival)
    answer = service.ask("POST", f"/{first['id']}/purge", json={"reason": "It names a child"})
    assert answer.json() == {"digest": digest(POLICY), "evidence_ids": [first["id"], second["id"]], "uses": []}
    assert service.work() == ["purge-evidence"]
    for each in (first, second):
        shown = service.ask("GET", f"/{each['id']}").json()["evidence"]
        assert (shown["scan"], shown["purge_reason"], shown["digest"]) == ("purged", "It names a child", digest(POLICY))
        assert (shown["title"], shown["file_name"]) == ("", ""), "a title may name somebody"
        assert shown["purged_by"] is not None
        assert shown["purged_at"] is not None
        assert code(service.ask("GET", f"/{each['id']}/content")) == (404, "evidence-gone")
    assert len(service.kept()) == 2, "the rival's file, and the other one"
    assert service.ask("GET", f"/{other['id']}/content").content == b"something else"
    assert code(service.ask("POST", f"/{second['id']}/purge", json={"reason": "Again"})) == (404, "evidence-gone")
    assert service.journal()[:4] == ["evidence-added"] * 3 + ["evidence-purged"]


def test_what_was_purged_is_not_taken_again_and_leaves_no_bytes(service):
    evidence = service.uploaded()["id"]
    service.ask("POST", f"/{evidence}/purge", json={"reason": "It names a child"})
    assert code(service.upload()) == (409, "evidence-refused-before")
    assert service.kept() == service.pieces() == []
    assert service.work() == ["purge-evidence"], "and what is deleted already can be deleted again"


def test_the_content_of_an_earlier_revision_can_be_purged_alone(service):
    evidence = service.uploaded()["id"]
    service.upload(b"Our policy, better.", path=f"/{evidence}/revisions")
    service.ask("POST", f"/{evidence}/purge", json={"reason": "It names a child", "revision": 1})
    service.work()
    whole = service.ask("GET", f"/{evidence}").json()
    assert (whole["evidence"]["scan"], whole["earlier"][0]["scan"]) == ("not_scanned", "purged")
    assert service.ask("GET", f"/{evidence}/content").content == b"Our policy, better."


def test_only_an_owner_purges_and_says_why(service):
    evidence = service.uploaded()["id"]
    assert code(service.ask("POST", f"/{evidence}/purge", role="contributor", json={"reason": "x"}))[0] == 403
    assert service.ask("POST", f"/{evidence}/purge", json={}).status_code == 422
    assert service.ask("POST", f"/{evidence}/purge", json={"reason": "  "}).status_code == 422
    assert code(service.ask("POST", f"/{ABSENT}/purge", json={"reason": "x"})) == (404, "no-such-evidence")
    assert len(service.kept()) == 1


def test_purging_makes_room(make):
    service = make(terms=Terms(evidence_quota_bytes=100 * KIB))
    evidence = service.uploaded(b"a" * 90 * KIB)["id"]
    assert service.upload(b"b" * 90 * KIB).status_code == 409
    service.ask("POST", f"/{evidence}/purge", json={"reason": "Too large"})
    service.uploaded(b"c" * 90 * KIB)


def test_the_sweep_removes_what_no_row_names_and_nothing_else(service):
    service.uploaded()
    with service.parts.desk.means.files.begin(service.hotel) as upload:
        upload.write(b"the server died before the row was written")
        upload.finish()
    assert len(service.kept()) == 2
    JOBS["sweep-evidence"](service.parts.desk, {})
    assert service.kept() == [digest(POLICY).removeprefix("sha256:")]


# ── Where it is used


@pytest.fixture
def drafts(service):
    """Two drafts of the hotel: of its site, and of another one."""
    with service.parts.desk.store.unit() as unit:
        other = Site(id=ABSENT, name="Annexe", town=None, country="KH", reference="2", revision=1, created_at=NOW,
                     closed_at=None)  # fmt: skip
        unit.organisations.add_site(service.hotel, other)
        unit.evidence._connection.execute(
            insert(tables.questionnaires).values(
                digest=digest(b"q"), name="inn", version="1.0", structure=digest(b"s"), title="Inn", language="en",
                states="[]", document="{}", copied_at=NOW,
            )
        )  # fmt: skip
    with opener(service)(writes=True) as deed:
        ids = [deed.new_id(), deed.new_id()]
        for assessment_id, site_id in zip(ids, (service.site_id, ABSENT), strict=True):
            draft = Assessment(
                organisation_id=service.hotel, id=assessment_id, questionnaire_digest=digest(b"q"),
                questionnaire="inn@1.0", sector="inn", country="KH", language="en", state="draft", facts={},
                facts_revision=0, started_by=deed.actor.user_id, started_at=NOW, changed_on=NOW.date(),
            )  # fmt: skip
            deed.unit.assessments.add(draft, site_ids=(site_id,))
    return ids


def naming(*contents):
    pieces = tuple(EvidencePiece(form="file", dated_on=date(2026, 1, 1), file=digest(each)) for each in contents)
    return Answer(value=3, pieces=pieces)


def uses(service, evidence_id, **asked):
    whole = service.ask("GET", f"/{evidence_id}", **asked).json()
    return {(each["assessment_id"], each["item"], each["snapshot"]) for each in whole["uses"]}


def test_evidence_tells_which_answers_name_it(service, drafts):
    evidence = service.uploaded()["id"]
    service.uploaded(b"other")
    with opener(service)(writes=True) as deed:
        note_files(deed, drafts[0], "INN-01", naming(POLICY, b"other"))
        note_files(deed, drafts[0], "INN-02", naming(POLICY, POLICY))
        note_files(deed, drafts[0], "INN-03", Answer(value=1))
        deed.unit.evidence.note_submitted(service.hotel, drafts[0], 1)
        deed.unit.evidence.note_uses(service.hotel, drafts[0], "INN-02", ())
    assert uses(service, evidence) == {(drafts[0], "INN-01", None), (drafts[0], "INN-01", 1), (drafts[0], "INN-02", 1)}
    purged = service.ask("POST", f"/{evidence}/purge", json={"reason": "It names a child"}).json()
    assert {(each["item"], each["snapshot"]) for each in purged["uses"]} == {
        ("INN-01", None),
        ("INN-01", 1),
        ("INN-02", 1),
    }


def test_who_is_limited_to_sites_is_told_of_their_assessments_only(service, drafts):
    evidence = service.uploaded()["id"]
    with opener(service)(writes=True) as deed:
        for each in drafts:
            note_files(deed, each, "INN-01", naming(POLICY))
        member = next(each for each in deed.unit.organisations.members(service.hotel) if each.roles == ("contributor",))
        membership, _ = deed.unit.organisations.membership(service.hotel, member.user_id)
        limited = msgspec.structs.replace(membership, site_ids=(service.site_id,), revision=2)
        assert deed.unit.organisations.update_membership(limited, seen=1)
    assert uses(service, evidence) == {(each, "INN-01", None) for each in drafts}
    assert uses(service, evidence, role="contributor") == {(drafts[0], "INN-01", None)}
    assert service.upload(b"theirs", role="contributor").status_code == 201


# ── The store


def test_a_store_that_cannot_be_written_is_a_fault_that_passes(make, tmp_path):
    (tmp_path / "blocked").write_text("no folder")
    service = make(files=FolderStore(tmp_path / "blocked" / "evidence"))
    answer = service.upload()
    assert code(answer) == (503, "unavailable")
    assert answer.headers["retry-after"] == "60"
    assert "evidence store" in answer.json()["detail"]
    assert service.journal() == service.ask("GET").json()["items"] == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_bucket_serves_as_well_as_a_folder(make, s3_server, bucket, clam_server):
    names = iter(f"piece-{each}" for each in range(100))
    place = Bucket(name=bucket, region=s3_server.region, access_key_id=s3_server.access_key,
                   secret_access_key=s3_server.secret_key, endpoint=s3_server.endpoint, most_retries=1)  # fmt: skip
    store = S3Store(place, draw_name=lambda: next(names))
    service = make(files=store, clam=clam_server)
    kept = lambda: [each.sha256_hex for each in store.list(service.hotel)]  # noqa: E731
    evidence = service.uploaded(pdf(), title="Policy")["id"]
    assert code(service.upload(b"<html>")) == (422, "file-type-refused")
    assert service.work() == ["scan-evidence"]
    assert service.ask("GET", f"/{evidence}/content").content == pdf()
    assert kept() == [digest(pdf()).removeprefix("sha256:")]
    service.ask("POST", f"/{evidence}/purge", json={"reason": "It names a child"})
    assert code(service.upload(pdf())) == (409, "evidence-refused-before")
    service.work()
    assert kept() == []
