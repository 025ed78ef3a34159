"""What the service needs is away for a while: clear answers meanwhile, recovery by itself, nothing lost.

PostgreSQL is away for 3 seconds here; `./dev torture` keeps it away for 20.
"""

import resource
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from sqlite3 import connect

import inspection
import many_hotels
import outages
import pytest
import torment
from processes import client_of
from scene import scene_on
from sqlalchemy import select, update

from compliance.store.tables import records
from servers import S3Server

LEFT_BYTES = 256 * 1024
"""How large files may still become on the disk that is said to be full."""


def test_postgresql_away_is_told_with_retry_after_and_the_service_recovers_by_itself(tmp_path):
    with scene_on("postgresql", tmp_path) as scene:
        outage = outages.database_gone(scene, away_s=3)
        assert (outage.wrong, outage.lost, outage.half) == (0, 0, 0)
        assert outage.refused > 0
        assert outage.back_after_s < 10
        with client_of(scene.service) as client:
            assert client.get("/health/ready").status_code == 200
        # The worker, too, has found its way back.
        hotel = submit_one(scene)
        torment.wait_for_mails(scene.parts)
        assert inspection.mails_lost(scene.smtp, [hotel]) == []


def test_a_full_disk_under_sqlite_is_told_reading_goes_on_and_nothing_is_lost_or_half_written(tmp_path):
    with scene_on("sqlite", tmp_path) as scene:
        with outages.writing(scene) as writers, client_of(scene.service) as client:
            disk_full(scene.service.pid, LEFT_BYTES)
            outages.wait_until_refused(writers)
            time.sleep(0.5)
            hotel = writers[0].hotel
            assert client.get(f"{hotel.path}/{hotel.draft_ids[0]}", headers=hotel.headers).status_code == 200
            disk_full(scene.service.pid, resource.RLIM_INFINITY)
            back_after_s = outages.wait_until_back(writers)
        outage = outages.outage_of(scene, writers, away_s=0.5, back_after_s=back_after_s)
        assert (outage.wrong, outage.lost, outage.half) == (0, 0, 0)
        assert inspection.journals_broken(scene.parts) == []
    with closing(connect(tmp_path / "compliance.sqlite")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def disk_full(pid, left_bytes):
    """Let a process write no file beyond this size: to it, the disk is full. More room is given back likewise."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (left_bytes, resource.RLIM_INFINITY))


def test_a_store_of_evidence_that_refuses_is_told_and_takes_uploads_again_once_it_is_back(tmp_path):
    with S3Server("evidence") as store, scene_on("sqlite", tmp_path, **s3_settings(store)) as scene:
        hotel = many_hotels.found_hotels(scene.parts, 1, sites=1, answered=None)[0]
        with client_of(scene.service) as client:
            assert upload(client, hotel, "first").status_code == 201
            store.stop()
            refused = upload(client, hotel, "second")
            assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
            assert refused.headers["retry-after"].isdecimal()
            assert [each["title"] for each in evidence_of(client, hotel)] == ["first"]
            store.start()
            assert upload(client, hotel, "second").status_code == 201
            listed = evidence_of(client, hotel)
            assert sorted(each["title"] for each in listed) == ["first", "second"]
            for each in listed:
                path = f"/api/v1/organisations/{hotel.organisation_id}/evidence/{each['id']}/content"
                assert client.get(path, headers=hotel.headers).text == f"The register of {each['title']} visits\n"


def s3_settings(store):
    return {"EVIDENCE_S3_ENDPOINT": store.endpoint, "EVIDENCE_S3_BUCKET": "evidence",
            "EVIDENCE_S3_ACCESS_KEY": store.access_key, "EVIDENCE_S3_SECRET_KEY": store.secret_key}  # fmt: skip


def upload(client, hotel, title):
    path = f"/api/v1/organisations/{hotel.organisation_id}/evidence"
    content = f"The register of {title} visits\n".encode()
    headers = {**hotel.headers, "content-type": "text/plain"}
    return client.post(path, params={"title": title, "file_name": f"{title}.txt"}, content=content, headers=headers)


def evidence_of(client, hotel):
    path = f"/api/v1/organisations/{hotel.organisation_id}/evidence"
    return client.get(path, headers=hotel.headers).json()["items"]


@pytest.mark.parametrize("how", ["cut off", "says later"])
def test_mail_that_is_refused_comes_later_and_once(how, tmp_path):
    with scene_on("sqlite", tmp_path) as scene:
        scene.smtp.stop() if how == "cut off" else scene.smtp.refuse_with(451)
        submission = submit_one(scene)
        wait_until_tried(scene)
        assert scene.smtp.messages == []
        scene.smtp.start() if how == "cut off" else scene.smtp.refuse_with(None)
        time_passes(scene)
        torment.wait_for_mails(scene.parts)
        assert inspection.mails_lost(scene.smtp, [submission]) == []
        assert len(scene.smtp.messages) == 1


def submit_one(scene):
    """A hotel submits over HTTP; gives the request, which was acknowledged."""
    hotel = many_hotels.found_hotels(scene.parts, 1, sites=1, answered=many_hotels.met_today(), first=90_000)[0]
    draft = hotel.draft_ids[0]
    body = torment.signature(scene.parts, hotel, draft)
    request = inspection.Request("submission", hotel, draft, "POST", f"{hotel.path}/{draft}/submission", body, draft)
    with client_of(scene.service) as client:
        torment.send(client, request, lambda: None)
    assert request.is_acknowledged, request.told
    return request


def wait_until_tried(scene):
    """Until the mail has failed for the first time."""
    give_up_at = time.monotonic() + 30
    while time.monotonic() < give_up_at:
        with scene.parts.database.transaction(writes=False) as connection:
            table = records.jobs
            found = connection.execute(
                select(table.c.last_error).where(table.c.kind == "mail", table.c.state == "ready")
            )
            if any(found.scalars()):
                return
        time.sleep(0.05)
    pytest.fail("the mail was not tried")


def time_passes(scene):
    """The wait before the next try, up to half a minute, is over."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    with scene.parts.database.transaction(writes=True) as connection:
        table = records.jobs
        connection.execute(update(table).where(table.c.kind == "mail", table.c.state == "ready").values(run_at=past))
