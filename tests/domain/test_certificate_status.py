"""How a certificate's status changes, and on which days time alone does it."""

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.certificate import (
    FINAL_STATUSES,
    CertificateStatus,
    CertificateStatusFixed,
    ReasonMissing,
    StatusChange,
    change_status,
    is_expired,
    reminders,
    status_on,
    valid_until,
    withdrawn_with_submission,
)

STATUSES = get_args(CertificateStatus)
LAST = date(2027, 11, 21)


def change(status, day: int = 21, reason: str | None = "Seen") -> StatusChange:
    return StatusChange(status=status, at=datetime(2026, 11, day, 12, tzinfo=UTC), by="u1", reason=reason)


def history(*statuses) -> tuple[StatusChange, ...]:
    made: tuple[StatusChange, ...] = ()
    for day, status in enumerate(statuses, 1):
        made = change_status(made, change(status, day))
    return made


STEPS = {
    ("active", "expired"), ("active", "superseded"), ("active", "suspended"), ("active", "withdrawn"),
    ("suspended", "active"), ("suspended", "superseded"), ("suspended", "withdrawn"),
}  # fmt: skip
WAYS = {
    "active": ("active",), "suspended": ("active", "suspended"), "expired": ("active", "expired"),
    "superseded": ("active", "superseded"), "withdrawn": ("active", "withdrawn"),
}  # fmt: skip


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_there_are_no_other_steps(before, after):
    if (before, after) in STEPS:
        assert change_status(history(*WAYS[before]), change(after))[-1].status == after
    else:
        with pytest.raises(CertificateStatusFixed):
            change_status(history(*WAYS[before]), change(after))


@pytest.mark.parametrize("status", [status for status in STATUSES if status != "active"])
def test_a_certificate_begins_active(status):
    with pytest.raises(CertificateStatusFixed):
        change_status((), change(status))
    assert change_status((), change("active", reason=None))[0].status == "active"


@pytest.mark.parametrize(("before", "after", "needs_reason"), [
    (("active",), "suspended", True), (("active",), "withdrawn", True), (("active", "suspended"), "active", True),
    (("active", "suspended"), "withdrawn", True), (("active",), "expired", False), (("active",), "superseded", False),
    (("active", "suspended"), "superseded", False),
])  # fmt: skip
@pytest.mark.parametrize("reason", [None, "", "  "])
def test_decisions_need_a_reason(before, after, needs_reason, reason):
    if needs_reason:
        with pytest.raises(ReasonMissing):
            change_status(history(*before), change(after, reason=reason))
    else:
        change_status(history(*before), change(after, reason=reason))


@given(st.lists(st.sampled_from(STATUSES), max_size=15))
def test_no_sequence_of_changes_leaves_a_final_status_or_forgets_one(wanted):
    made: tuple[StatusChange, ...] = ()
    for status in wanted:
        try:
            after = change_status(made, change(status))
        except CertificateStatusFixed:
            continue
        assert not made or made[-1].status not in FINAL_STATUSES
        assert after[:-1] == made
        made = after
    assert {"expired", "superseded", "withdrawn"} == FINAL_STATUSES


@pytest.mark.parametrize("statuses", [("active",), ("active", "suspended")])
def test_a_withdrawn_submission_takes_its_certificate_along(statuses):
    made = history(*statuses)
    fall = withdrawn_with_submission(made, at=datetime(2026, 11, 22, tzinfo=UTC), by="u1")
    assert fall is not None
    assert change_status(made, fall)[-1].reason == "submission-withdrawn"


@pytest.mark.parametrize("statuses", [(), ("active", "expired"), ("active", "superseded"), ("active", "withdrawn")])
def test_what_has_ended_is_not_withdrawn_again(statuses):
    assert withdrawn_with_submission(history(*statuses), at=datetime(2026, 11, 22, tzinfo=UTC), by="u1") is None


# Time


def test_the_status_of_every_day_is_known():
    made = history("active", "suspended", "active", "withdrawn")
    days = [date(2026, 10, 31), *(date(2026, 11, day) for day in range(1, 6))]
    assert [status_on(made, day, last_day=LAST) for day in days] == [
        None, "active", "suspended", "active", "withdrawn", "withdrawn",
    ]  # fmt: skip


def test_past_its_last_day_it_has_expired_though_nobody_recorded_it():
    made = history("active")
    assert status_on(made, LAST, last_day=LAST) == "active"
    assert status_on(made, LAST + timedelta(days=1), last_day=LAST) == "expired"
    assert is_expired(LAST, today=LAST) is False


def test_nobody_waits_a_suspension_out():
    made = history("active", "suspended")
    assert status_on(made, LAST + timedelta(days=400), last_day=LAST) == "suspended"
    again = change_status(made, change("active", 20))
    assert status_on(again, LAST + timedelta(days=1), last_day=LAST) == "expired"


@pytest.mark.parametrize(("issued", "assurance", "last"), [
    (date(2026, 11, 21), "self_assessed", date(2027, 11, 21)),
    (date(2028, 2, 29), "desk_verified", date(2029, 2, 28)),
    (date(2028, 2, 29), "site_verified", date(2031, 2, 28)),
    (date(2026, 12, 31), "site_verified", date(2029, 12, 31)),
])  # fmt: skip
def test_validity_ends_on_the_same_day_of_a_later_year(issued, assurance, last):
    assert valid_until(issued, assurance) == last


def test_reminders_come_three_times_before_and_once_after():
    assert reminders(date(2027, 11, 21)) == (
        (60, date(2027, 9, 22)), (30, date(2027, 10, 22)), (7, date(2027, 11, 14)), (-7, date(2027, 11, 28)),
    )  # fmt: skip
