"""Assessments that are filled in and submitted over the service's door, for tests of the pages that follow."""

from msgspec import to_builtins

from hotels import MET, POOR, in_records, seen

__all__ = ["MET", "POOR", "base", "fill", "start", "submit"]


def base(visitor, assessment_id):
    """Where the pages of an assessment stand."""
    return f"/organisations/{visitor.organisation_id}/assessments/{assessment_id}"


def site_of(visitor):
    listed = visitor.must("GET", f"{visitor.at}/sites")
    return (listed["sites"] if "sites" in listed else listed["items"])[0]["id"]


def start(visitor, **more):
    """A draft of the organisation's first site."""
    asked = {"sector": "hospitality", "country": "KH", "site_ids": [site_of(visitor)], **more}
    return visitor.must("POST", f"{visitor.at}/assessments", json=asked)["id"]


def fill(visitor, assessment_id, given=POOR, leave_out=()):
    """Answer a draft."""
    place = f"{visitor.at}/assessments/{assessment_id}"
    visitor.must("PATCH", f"{place}/facts", json={"facts": to_builtins(given.profile)}, headers=seen(0))
    answers = {item: {"answer": to_builtins(in_records(answer))} for item, answer in given.answers.items()
               if item not in leave_out}  # fmt: skip
    visitor.must("PATCH", f"{place}/answers", json={"answers": answers})


def submit(visitor, assessment_id=None, given=POOR):
    """A submission; of a new draft where none is named."""
    if assessment_id is None:
        assessment_id = start(visitor)
        fill(visitor, assessment_id, given)
    place = f"{visitor.at}/assessments/{assessment_id}"
    checked = visitor.must("GET", f"{place}/completeness")
    assert checked["is_complete"], checked["gaps"]
    signed = {"name": "Sok Dara", "role": "General manager", "fingerprint": checked["fingerprint"],
              "statement": checked["statement"]["version"]}  # fmt: skip
    visitor.must("POST", f"{place}/submission", json=signed)
    return assessment_id
