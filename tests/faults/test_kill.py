"""Server and worker are killed in the middle of 500 writes, twice on each engine; `./dev torture` does it ten times.

Nothing that was acknowledged is lost, nothing is half there, nothing is there twice; every mail leaves the house; every
journal verifies. PostgreSQL runs with fsync here, and its worker is a process of its own.
"""

import inspection
import msgspec
import pytest
import torment
from inspection import Request
from many_hotels import found_hotels, met_today
from scene import scene_on
from sqlalchemy import delete, update

from compliance.app import assemble
from compliance.store.tables import assessments, certificates, records
from compliance.usecases.submitting import submit_assessment


@pytest.fixture
def service_parts(migrated_url):
    """The service without its door, on an empty database."""
    parts = assemble(migrated_url, pool_size=4)
    yield parts
    parts.close()


def test_a_kill_in_the_middle_of_500_writes_loses_nothing_and_leaves_nothing_half(engine_name, tmp_path):
    with scene_on(engine_name, tmp_path) as scene:
        for seed in (1, 2):
            tally = torment.torment(scene, seed=seed)
            assert tally.requests == 500
            assert 0 < tally.acknowledged < 500
            assert tally.wrong == {}


def test_the_inspection_finds_what_is_lost_half_there_twice_or_changed(service_parts):
    hotel = found_hotels(service_parts, 1, sites=2, answered=met_today())[0]
    submission = Request("submission", hotel, hotel.draft_ids[0], "POST", "", b"", hotel.draft_ids[0])
    signed = msgspec.json.decode(torment.signature(service_parts, hotel, hotel.draft_ids[0]))
    who = {"credential": hotel.token, "organisation_id": hotel.organisation_id}
    with service_parts.desk.deed("member", writes=True, **who) as deed:
        submission.answer = msgspec.json.encode(submit_assessment(deed, hotel.draft_ids[0], **signed))
    submission.is_acknowledged = True
    assert looked_at(service_parts, hotel, submission) == (0, 0, 0, 0)

    spoil(service_parts, delete(assessments.tasks).where(assessments.tasks.c.position == 2))
    assert looked_at(service_parts, hotel, submission) == (0, 1, 0, 0)
    spoil(service_parts, delete(certificates.certificate_statuses))
    assert looked_at(service_parts, hotel, submission) == (0, 2, 0, 0)
    spoil(service_parts, update(assessments.answers).where(assessments.answers.c.item == "CORE-01").values(revision=2))
    assert looked_at(service_parts, hotel, submission) == (0, 4, 2, 0)
    spoil(service_parts, update(records.journal).where(records.journal.c.position == 2).values(actor="nobody"))
    assert looked_at(service_parts, hotel, submission) == (0, 4, 2, 1)
    spoil(service_parts, update(assessments.snapshots).values(digest="sha256:other"))
    assert looked_at(service_parts, hotel, submission) == (1, 4, 2, 1)


def looked_at(parts, hotel, submission):
    return (
        len(inspection.lost(parts, [submission])), len(inspection.half(parts, [hotel])),
        len(inspection.doubled(parts, [hotel], [submission])), len(inspection.journals_broken(parts)),
    )  # fmt: skip


def spoil(parts, statement):
    with parts.database.transaction(writes=True) as connection:
        connection.execute(statement)
