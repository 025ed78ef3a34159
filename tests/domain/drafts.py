"""Drafts, frames and snapshots for tests: what a test does not say is filled in."""

from datetime import UTC, datetime

from build import TODAY
from compliance.domain.assessment import (
    Draft,
    DraftAnswer,
    DraftFact,
    Holder,
    Scope,
    Site,
    SnapshotFrame,
    draw_snapshot,
)
from compliance.domain.scoring import Answer

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SALT = bytes(range(32))
FULL = "sha256:" + "f" * 64
FILE = "sha256:" + "1" * 64
OTHER_FILE = "sha256:" + "2" * 64


def scope(*sites: str, sector: str = "hospitality", country: str = "KH") -> Scope:
    return Scope(country=country, sector=sector, sites=tuple(Site(site, f"Site {site}") for site in sites or ("a",)))


def fact(value, **more) -> DraftFact:
    return DraftFact(value=value, changed_by="u1", changed_at=AT, **more)


def given(answer, **more) -> DraftAnswer:
    """A typed answer; what is no `Answer` is a declared value."""
    answer = answer if isinstance(answer, Answer) else Answer(value=answer)
    return DraftAnswer(answer=answer, changed_by="u1", changed_at=AT, **more)


def draft(answers=None, *, facts=None, scans=None, as_of=TODAY) -> Draft:
    return Draft(
        as_of=as_of,
        facts={name: each if isinstance(each, DraftFact) else fact(each) for name, each in (facts or {}).items()},
        answers={
            name: each if isinstance(each, DraftAnswer) else given(each) for name, each in (answers or {}).items()
        },
        scans=scans or {},
    )


def draft_of(submission) -> Draft:
    """The draft in which somebody typed a submission."""
    return draft(submission.answers, facts=submission.profile, as_of=submission.as_of)


def frame(**changed) -> SnapshotFrame:
    usual = {
        "full": FULL,
        "language": "en",
        "translation": None,
        "holder": Holder(name="Riverside Hotel", country="KH"),
        "scope": scope("a", "b"),
        "number": 1,
        "salt": SALT,
    }
    return SnapshotFrame(**{**usual, **changed})


def snapshot(scorer, submission, **changed):
    return draw_snapshot(scorer, draft_of(submission), frame(**changed))
