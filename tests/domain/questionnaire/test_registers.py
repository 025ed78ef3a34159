"""The lock: what was published, and the state of a version on a day."""

from datetime import date

import msgspec
import pytest

from compliance.domain.questionnaire import Lock, LockedTranslation, LockedVersion, StateChange

DIGEST = "sha256:" + "0" * 64


def version(*states, name="inns", number="1.0") -> LockedVersion:
    return LockedVersion(
        questionnaire=name, version=number, file=DIGEST, structure=DIGEST, full=DIGEST, items={"INN-01": DIGEST},
        states=states or (StateChange(state="published", on=date(2026, 1, 1)),),
    )  # fmt: skip


LIFE = version(
    StateChange(state="draft", on=date(2026, 1, 1)),
    StateChange(state="published", on=date(2026, 2, 1)),
    StateChange(state="closing", on=date(2027, 1, 1), finish_by=date(2027, 6, 30)),
    StateChange(state="closed", on=date(2027, 7, 1)),
)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2025, 12, 31), "draft"),
        (date(2026, 1, 31), "draft"),
        (date(2026, 2, 1), "published"),
        (date(2026, 12, 31), "published"),
        (date(2027, 1, 1), "closing"),
        (date(2027, 6, 30), "closing"),
        (date(2027, 7, 1), "closed"),
        (date(2099, 1, 1), "closed"),
    ],
)
def test_a_version_has_one_state_on_each_day(day, state):
    assert LIFE.state_on(day).state == state


def test_before_its_first_state_a_version_is_a_draft_of_that_day():
    assert version().state_on(date(2025, 5, 5)) == StateChange(state="draft", on=date(2025, 5, 5))


def test_a_closing_version_says_until_when_to_finish():
    assert LIFE.state_on(date(2027, 3, 1)).finish_by == date(2027, 6, 30)


def test_a_version_is_found_by_its_reference():
    lock = Lock((version(), version(number="1.1"), version(name="core")))
    assert lock.find("inns@1.1") == version(number="1.1")
    assert lock.find("core@1.0").reference == "core@1.0"
    assert lock.find("inns@2.0") is None
    assert Lock().find("inns@1.0") is None


def test_a_lock_is_read_back_as_it_was_written():
    locked = msgspec.structs.replace(version(), translations={"km": LockedTranslation(digest=DIGEST, revision=2)})
    stored = msgspec.json.encode(Lock((locked,)))
    assert msgspec.json.decode(stored, type=Lock) == Lock((locked,))


@pytest.mark.parametrize(
    "changed",
    [
        {"file": "sha256:123"},
        {"version": "one"},
        {"questionnaire": "Inns"},
        {"states": []},
        {"states": [{"state": "open", "on": "2026-01-01"}]},
        {"translations": {"km": {"digest": DIGEST, "revision": 0}}},
        {"unknown": 1},
    ],
)
def test_a_lock_of_the_wrong_shape_is_refused(changed):
    plain = {**msgspec.to_builtins(version()), **changed}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"published": [plain]}, Lock)
