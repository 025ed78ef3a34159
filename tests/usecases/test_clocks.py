"""Clocks that run ahead or behind, and clocks that are changed in spring and autumn: every day is a day in UTC."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from pyotp.totp import TOTP

from compliance.domain.certificate import claim_in, log_evidence_in, read_claim, valid_until
from compliance.domain.transparency import leaf_hash, read_checkpoint, read_leaf, read_note, verify_inclusion
from compliance.signing import KeyChangeRefused, check_pdf, make_keys, pdf_roots, read_root, retire_key, rotate_key
from compliance.usecases.clockwork import sweep, tick
from compliance.usecases.public_checks import check_stored
from compliance.usecases.sealing import seal
from compliance.usecases.second_factor import CLOCKS_DIFFER_STEPS, STEP_S, SecondFactorWrong, check_second_factor
from compliance.usecases.verifying import check, say_step
from compliance.words import speaker
from fixtures.libraries import ROOT
from hotels import MET, NOW
from issuer import Issuer, claim_of
from sealed import SignedHotel, demo_seals

YEAR = timedelta(days=365)


@pytest.fixture
def hotel(sqlite_template, tmp_path):
    shutil.copyfile(sqlite_template, tmp_path / "hotel.sqlite")
    with closing(SignedHotel(f"sqlite:///{tmp_path / 'hotel.sqlite'}", tmp_path)) as hotel:
        yield hotel


@pytest.fixture
def stored(migrated_url, tmp_path):
    """A hotel on each engine."""
    with closing(SignedHotel(migrated_url, tmp_path)) as hotel:
        yield hotel


def a_year_later(given):
    """Answers with all their days a year later: none is older than it was."""

    def later(answer):
        pieces = tuple(replace(piece, dated_on=piece.dated_on + YEAR) for piece in answer.pieces)
        value = answer.value + YEAR if isinstance(answer.value, date) else answer.value
        evidence_on = None if answer.evidence_on is None else answer.evidence_on + YEAR
        return replace(answer, pieces=pieces, value=value, evidence_on=evidence_on)

    return replace(given, answers={item: later(answer) for item, answer in given.answers.items()})


def served(hotel, path, **headers):
    return hotel.client.get(path, headers=headers)


def do_duties(hotel):
    """What a worker does that looks at the clock: the duties of this hour and day, and what they queue."""
    tick(hotel.parts.desk)
    hotel.work()


def found(hotel, number):
    """Step → finding, of the check that the service makes of its own files."""
    with hotel.parts.desk.deed(writes=False) as deed:
        verdict = check_stored(deed, number)
    return verdict, {step.code: step.finding for step in verdict.steps}


def sentence(verdict, code, language="en"):
    return say_step(speaker(language), verdict.step(code)).sentence


def leaves_of(hotel):
    """The log: the leaves that have a place, in its order."""
    with hotel.unit() as unit:
        return [read_leaf(each) for each in unit.log.leaves(0, unit.log.size())]


# A machine of the issuer whose clock is wrong


def test_a_certificate_of_a_clock_that_ran_ahead_is_not_valid_yet_and_everything_says_so(hotel):
    hotel.now = NOW + YEAR
    early = hotel.certified(a_year_later(MET))
    files = {kind: hotel.file(early, kind).content for kind in ("credential", "pdf")}
    before = [(each.event, each.id) for each in leaves_of(hotel)]
    assert served(hotel, f"/certificates/{early}/status.json").json()["is_valid"] is True

    hotel.now = NOW
    status = served(hotel, f"/certificates/{early}/status.json").json()
    assert (status["status"], status["is_valid"], status["valid_from"], status["as_of"]) == (
        "active", False, "2027-11-22", "2026-11-22",
    )  # fmt: skip
    assert hotel.must("GET", f"/certificates/{early}")["is_valid"] is False
    page = served(hotel, f"/certificates/{early}")
    assert page.status_code == 200
    assert "Not valid yet: its first day is still to come" in page.text
    assert "Asked on 22 November 2026; its first day is 22 November 2027." in page.text
    assert "មិនទាន់មានសុពលភាព" in served(hotel, f"/certificates/{early}", **{"accept-language": "km"}).text
    assert "Valid today" not in page.text.partition("<main")[2].partition("app-steps")[0]
    verdict, steps = found(hotel, early)
    assert (verdict.state, steps["days"], steps["status"]) == ("false", "early", "early")
    assert "Not valid yet: its first day is 22 November 2027" in sentence(verdict, "days")
    assert "Look at the clock" in sentence(verdict, "status")
    assert "22 វិច្ឆិកា 2027" in sentence(verdict, "days", "km")

    do_duties(hotel)
    _, steps = found(hotel, early)
    assert (steps["days"], steps["status"], steps["checkpoints"]) == ("early", "active", "consistent")

    # The next certificate takes its place; nothing was issued or signed twice, and the log only grew.
    right = hotel.certified()
    listed = {each["number"]: each for each in hotel.must("GET", "./certificates")["certificates"]}
    assert {number: each["status"] for number, each in listed.items()} == {early: "superseded", right: "active"}
    assert (listed[right]["issued_on"], listed[right]["valid_until"]) == ("2026-11-22", "2027-11-22")
    assert found(hotel, right)[0].state == "held"
    assert found(hotel, early)[1]["status"] == "revoked"
    assert {kind: hotel.file(early, kind).content for kind in files} == files
    after = [(each.event, each.id) for each in leaves_of(hotel)]
    assert after[: len(before)] == before
    assert [event for event, _ in after].count("issued") == 2
    assert [each.on for each in leaves_of(hotel) if each.event == "issued"] == [date(2027, 11, 22), date(2026, 11, 22)]


def test_a_clock_that_is_behind_after_a_restart_makes_nothing_valid_and_loses_nothing(hotel):
    number = hotel.certified()
    files = {kind: hotel.file(number, kind).content for kind in ("credential", "pdf")}

    hotel.now = NOW - YEAR
    do_duties(hotel)
    listed = json.loads(served(hotel, "/status/revocation").content)
    assert (listed["validFrom"][:13], listed["validUntil"][:13]) == ("2025-11-22T09", "2025-11-23T09")
    assert served(hotel, f"/certificates/{number}/status.json").json()["is_valid"] is False
    assert found(hotel, number)[1]["days"] == "early"

    # Whoever has a right clock does not take the lists of the wrong one.
    hotel.now = NOW + timedelta(hours=2)
    verdict, steps = found(hotel, number)
    assert (verdict.state, steps["status"], steps["days"]) == ("not_established", "stale", "today")
    assert "If they were fetched just now, look at the clock of this device" in sentence(verdict, "status")

    do_duties(hotel)
    assert found(hotel, number)[0].state == "held"
    assert {kind: hotel.file(number, kind).content for kind in files} == files


def test_a_clock_that_is_behind_keeps_nothing_from_being_issued_signed_and_logged_in_order(hotel):
    right = NOW + timedelta(days=30)
    hotel.now = right
    first = hotel.certified()
    hotel.now = NOW
    second = hotel.certified(sites=("Garden",))
    claim = read_claim(claim_in(json.loads(hotel.file(second, "credential").content)))
    assert (claim.issued_on, claim.valid_until) == (date(2026, 11, 22), date(2027, 11, 22))
    assert [each.on for each in leaves_of(hotel) if each.event == "issued"] == [right.date(), NOW.date()]
    with hotel.unit() as unit:
        checkpoint = unit.log.checkpoint()
        assert (checkpoint.at.date(), checkpoint.size) == (NOW.date(), unit.log.size()), (
            "signed, though the last is later"
        )
    assert found(hotel, second)[1]["status"] == "early", "the lists are those of the later clock until they are due"
    do_duties(hotel)
    assert found(hotel, second)[0].state == "held"

    hotel.now = right + timedelta(hours=1)
    do_duties(hotel)
    assert [found(hotel, number)[0].state for number in (first, second)] == ["held", "held"]


def test_a_session_of_a_clock_that_ran_ahead_does_not_last_until_that_day(hotel):
    hotel.now = NOW + YEAR
    token = hotel.session("Sok Dara")

    def asks():
        return hotel.client.get("/api/v1/me", headers={"authorization": f"Bearer {token}"}).status_code

    assert asks() == 200
    hotel.now = NOW
    assert asks() == 401
    hotel.must("GET", "/me")  # whoever logs in again goes on


def test_a_code_that_was_shown_while_a_clock_ran_ahead_locks_nobody_out(stored):
    person = stored.people["Sok Dara"]
    secret = b"k" * 20
    totp = TOTP("NNVWW23LNNVWW23LNNVWW23LNNVWW23L")

    def use(at):
        stored.now = at
        with stored.parts.desk.deed(writes=True) as deed:
            check_second_factor(deed, deed.unit.people.find(person), totp.at(at))

    with stored.parts.desk.deed(writes=True) as deed:
        sealed = seal(deed.means.secret_key, secret, of=person, chance=deed.chance)
        deed.unit.people.change(person, totp_secret=sealed, totp_confirmed_at=NOW)
    use(NOW + YEAR)
    use(NOW)
    with pytest.raises(SecondFactorWrong):
        use(NOW)  # no code works twice
    use(NOW + timedelta(seconds=STEP_S))
    with pytest.raises(SecondFactorWrong):
        use(NOW - timedelta(seconds=STEP_S * (CLOCKS_DIFFER_STEPS - 4)))  # nor an older one


def test_jobs_and_duties_that_a_clock_put_into_the_far_future_come_back(stored):
    stored.now = NOW + YEAR
    tick(stored.parts.desk)
    stored.work()
    with stored.unit() as unit:
        for at, kind in enumerate(("mail", "sign-certificate")):
            unit.jobs.add(f"019ab000-0000-7000-8000-00000000000{at}", kind, {}, now=stored.now)
        (held,) = unit.jobs.claim(now=stored.now, lease_s=300, most=1)
        unit.jobs.add("019ab000-0000-7000-8000-000000000009", "told", {}, now=stored.now, once="certificate-7:…")
        names = {job.kind for job in unit.jobs.list(state="done", after=None, limit=200)}
    assert {"watch-status-lists", "watch-certificates"} <= names

    stored.now = NOW
    sweep(stored.parts.desk)
    with stored.unit() as unit:
        left = unit.jobs.list(state=None, after=None, limit=200)
        assert [job.kind for job in left if job.state == "done"] == []
        assert {job.run_at for job in left if job.state == "ready"} == {stored.now}
        claimed = unit.jobs.claim(now=stored.now + timedelta(seconds=1), lease_s=300, most=10)
        assert held.id in {job.id for job in claimed}
        assert len(claimed) == len(left) == 3


def test_jobs_of_a_clock_that_goes_right_are_left_alone(hotel):
    with hotel.unit() as unit:
        later = NOW + timedelta(hours=4)
        unit.jobs.add("019ab000-0000-7000-8000-000000000001", "mail", {}, now=NOW, run_at=later)
    sweep(hotel.parts.desk)
    with hotel.unit() as unit:
        waiting = unit.jobs.list(state="ready", after=None, limit=9)
        assert [job.run_at for job in waiting if job.kind == "mail"] == [later]


def test_a_key_that_was_made_while_the_clock_ran_ahead_can_be_ended_all_the_same(tmp_path):
    keys, root_file, words = tmp_path / "keys", tmp_path / "root.pem", "twenty letters or more"
    ahead, today = (NOW + YEAR).date(), NOW.date()
    make_keys(keys, words, root_file=root_file, root_passphrase=words, name="Check", on=ahead)
    root = read_root(root_file, words)
    rotate_key(keys, "status", passphrase=words, root=root, on=today)
    with pytest.raises(KeyChangeRefused) as refused:
        retire_key(keys, "status-1", on=today, root=root, today=today)
    (problem,) = refused.value.problems
    assert (problem.code, problem.facts["least"], problem.facts["most"]) == ("key-day", "2027-11-22", "2027-11-22")
    listed = retire_key(keys, "status-1", on=ahead, root=root, today=today)
    assert listed.in_use("status").id == "status-2"


# A verifier whose clock is wrong


@pytest.mark.parametrize(("off", "days", "status", "words"), [
    (YEAR * 2, "over", "stale", ("It has expired", "21 November 2028", "clock")),
    (-YEAR, "early", "early", ("Not valid yet", "22 November 2025", "clock")),
])  # fmt: skip
def test_a_verifier_whose_clock_is_wrong_is_told_which_day_it_took_for_today(off, days, status, words):
    issuer = Issuer()
    issued = issuer.issue()
    verdict = check(issued.credential, issuer.sources(issued), at=NOW + off, trusted=issuer.fingerprint)
    steps = {step.code: step.finding for step in verdict.steps}
    assert (verdict.state, steps["days"], steps["status"]) == ("false", days, status)
    assert all(word in sentence(verdict, "days") for word in words), sentence(verdict, "days")
    assert "clock of this device" in sentence(verdict, "status")
    assert "នាឡិកា" in sentence(verdict, "days", "km")
    assert {code for code, finding in steps.items() if verdict.step(code).state != "held"} == {
        "days",
        "status",
        "witnesses",
    }


def test_a_pdf_of_a_key_whose_certificate_is_not_valid_yet_names_the_clock():
    issuer = Issuer(at=NOW + YEAR)
    issued = issuer.issue()
    verdict = check(issuer.pdf(issued), issuer.sources(issued), at=NOW, trusted=issuer.fingerprint)
    assert verdict.step("pdf").finding == "untrusted"
    assert "not valid yet by the clock used here" in sentence(verdict, "pdf")


# Days


CHANGES = [
    ("America/New_York", (2027, 3, 14, 2, 30)), ("America/New_York", (2027, 11, 7, 1, 30)),
    ("Europe/Paris", (2027, 3, 28, 2, 30)), ("Europe/Paris", (2027, 10, 31, 2, 30)),
    ("America/Santiago", (2027, 4, 3, 23, 30)), ("Australia/Lord_Howe", (2027, 10, 3, 2, 10)),
    ("Asia/Phnom_Penh", (2027, 1, 1, 6, 30)), ("Pacific/Kiritimati", (2027, 1, 1, 0, 0)),
]  # fmt: skip
"""Zones with an hour that is missing there, or comes twice, or lies in another day than in UTC."""


@pytest.fixture(scope="module")
def known():
    """One issuer for all zones: its clock stands where each test puts it."""
    return Issuer()


@pytest.mark.parametrize("fold", [0, 1])
@pytest.mark.parametrize(("zone", "said"), CHANGES)
def test_a_day_is_a_day_in_utc_wherever_a_clock_stands_and_whatever_is_done_to_it(known, zone, said, fold):
    at = datetime(*said, tzinfo=ZoneInfo(zone), fold=fold)
    utc = at.astimezone(UTC)
    claim = claim_of(on=utc.date(), status_index=4)
    issued = known.sign(claim, known.evidence(*known.enter(claim)))
    assert issued.document["validFrom"] == f"{utc.date()}T00:00:00Z"

    def days(moment):
        lists = {purpose: known.status_list(purpose, at=moment) for purpose in ("revocation", "suspension")}
        sources = known.sources(issued, **lists)
        return check(issued.credential, sources, at=moment, trusted=known.fingerprint)

    assert (days(at).state, days(utc).state) == ("held", "held")
    assert days(at).step("days").facts["today_on"] == utc.date().isoformat()
    begins = datetime.combine(claim.issued_on, datetime.min.time(), UTC)
    ends = datetime.combine(claim.valid_until, datetime.max.time(), UTC)
    second = timedelta(microseconds=1)
    edges = [begins - second, begins, ends, ends + second]
    told = [days(each.astimezone(ZoneInfo(zone))).step("days").finding for each in edges]
    assert told == ["early", "today", "today", "over"]


@pytest.mark.parametrize(("on", "until"), [
    ((2028, 2, 29), (2029, 2, 28)), ((2027, 2, 28), (2028, 2, 28)), ((2027, 3, 28), (2028, 3, 28)),
    ((2026, 12, 31), (2027, 12, 31)),
])  # fmt: skip
def test_twelve_months_later_is_the_same_day_or_the_last_one_of_a_shorter_month(on, until):
    assert valid_until(date(*on), "self_assessed") == date(*until)


def test_at_half_past_six_on_new_years_day_in_phnom_penh_everything_says_the_day_in_utc(hotel):
    hotel.now = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    number = hotel.certified()
    credential = json.loads(hotel.file(number, "credential").content)
    claim = read_claim(claim_in(credential))
    assert (claim.issued_on, claim.valid_until) == (date(2026, 12, 31), date(2027, 12, 31))
    assert (credential["validFrom"], credential["validUntil"]) == ("2026-12-31T00:00:00Z", "2027-12-31T23:59:59Z")
    assert read_leaf(log_evidence_in(credential).leaf).on == date(2026, 12, 31)
    sealed = check_pdf(hotel.file(number, "pdf").content, roots=pdf_roots(demo_seals().keys), at=hotel.now)
    assert sealed.signed_at_claimed.date() == date(2026, 12, 31)
    evidence = log_evidence_in(credential)
    checkpoint = read_checkpoint(read_note(evidence.checkpoint).text)
    assert verify_inclusion(evidence.index, checkpoint.size, leaf_hash(evidence.leaf), evidence.proof, checkpoint.root)
    hotel.now += timedelta(hours=1)
    do_duties(hotel)
    assert found(hotel, number)[0].state == "held"


LOCAL = """
import hashlib, json, re
from datetime import datetime, UTC
from compliance.intake.answers import read_answers_file
from compliance.signing import check_pdf, pdf_roots
from compliance.usecases.assess import Assessor
from compliance.usecases.dossiers import dossier_of, draw_documents
from compliance.usecases.verifying import check, say_step
from compliance.words import speaker
from fixtures.libraries import ROOT
from issuer import Issuer, library

at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
issuer = Issuer(at=at)
issued = issuer.issue()
pdf = issuer.pdf(issued)
verdict = check(pdf, issuer.sources(issued), at=at, trusted=issuer.fingerprint)
said = {
    "days": sorted({each.decode() for each in re.findall(rb"D:[0-9]{8,14}[^)]*|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[^<\\" ]*", pdf)}),
    "signed_at": check_pdf(pdf, roots=pdf_roots(issuer.keys), at=at).signed_at_claimed.isoformat(),
    "verdict": verdict.state,
    "sentence": say_step(speaker("en"), verdict.step("days")).sentence,
    "proof": issued.document["proof"]["created"],
}
assessed = Assessor(library()).assess(read_answers_file(ROOT / "examples" / "hotel-met.yaml"))
drawn = draw_documents(dossier_of(library(), assessed, language="km")).documents
said["documents"] = {name: hashlib.sha256(content).hexdigest() for name, content in drawn.items()}
print(json.dumps(said))
"""


def test_the_zone_of_a_machine_leaks_into_no_date():
    told = {}
    for zone in ("America/New_York", "Asia/Phnom_Penh"):
        environment = {**os.environ, "TZ": zone, "PYTHONPATH": str(ROOT / "tests")}
        done = subprocess.run(
            [sys.executable, "-c", LOCAL], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        told[zone] = json.loads(done.stdout)
    assert told["America/New_York"] == told["Asia/Phnom_Penh"]
    one = told["Asia/Phnom_Penh"]
    assert (one["signed_at"], one["verdict"]) == ("2026-12-31T23:30:00+00:00", "held")
    assert one["sentence"].startswith("31 December 2026 lies between")
    assert {each[:10] for each in one["days"]} <= {"D:20261231", "2026-12-31"}, one["days"]
