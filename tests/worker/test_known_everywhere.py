"""What is decided about a certificate, told everywhere by a real worker: `compliance worker`, in a process of its own."""

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from compliance.domain.certificate import StatusList
from compliance.domain.transparency import read_checkpoint, read_leaf, read_note
from compliance.signing import PdfSealer, ensure_demo_keys, read_root, rotate_key
from compliance.usecases.certificate_statuses import (
    expire_certificate,
    reinstate_certificate,
    suspend_certificate,
    withdraw_certificate,
)
from compliance.usecases.seals import Seals
from fresh import as_if_written
from hotels import MET
from sealed import SignedHotel
from served import READY_WITHIN_S, Served

HEAD_START = timedelta(minutes=1)
"""The hotel's own worker does what is due within seconds, so its clock runs ahead; it must not pass the real one."""
DESK_VERIFIED = "UPDATE certificates SET assurance = 'desk_verified', claim = :claim WHERE number = :number"


class Everywhere:
    """What a stranger sees of one certificate."""

    def __init__(self, hotel, number):
        self.hotel, self.number = hotel, number
        entries = self.get(f"/certificates/{number}/credential.json").json()["credentialStatus"]
        self.index = int(entries[0]["statusListIndex"])

    def get(self, path):
        self.hotel.now = datetime.now(UTC)
        return self.hotel.client.get(path)

    def bits(self):
        """Those of revocation and suspension."""
        lists = [self.get(f"/status/{each}").json()["credentialSubject"] for each in ("revocation", "suspension")]
        return tuple(StatusList.decode(each["encodedList"]).bit(self.index) for each in lists)

    def in_log(self, event):
        """How many leaves of this event the signed checkpoint covers."""
        size = read_checkpoint(read_note(self.get("/log/checkpoint").content).text).size
        with self.hotel.unit() as unit:
            return sum(read_leaf(leaf).event == event for leaf in unit.log.leaves(0, size))

    def seen(self):
        """Page and badge, as they are drawn, and the status, which the badge as JSON repeats."""
        status = self.get(f"/certificates/{self.number}/status.json").json()
        badge = self.get(f"/badges/{self.number}.json").json()
        assert badge.get("code") == "no-badge" or badge["status"] == status["status"]
        page, picture = (self.get(path).text for path in (f"/certificates/{self.number}", f"/badges/{self.number}.svg"))
        return page, picture, status["status"]


def changed(everywhere, do, *, status, bits, page, badge=None):
    """Decide; then wait until the worker has told lists and log. Page, status and badge know at once."""
    event = "reinstated" if status == "active" else status
    before = everywhere.in_log(event)
    do()
    shown, picture, said = everywhere.seen()
    assert (said, page in shown, (badge or "") in picture) == (status, True, True)
    wait_until(lambda: (everywhere.bits(), everywhere.in_log(event)) == (bits, before + 1))


def wait_until(is_so):
    """Return when it is; this is no measurement, and machines are slow at times."""
    give_up_at = time.monotonic() + READY_WITHIN_S
    while not is_so():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


def signer_of_list(everywhere):
    """The key that signed the list of what is suspended."""
    return everywhere.get("/status/suspension").json()["proof"]["verificationMethod"].rpartition("#")[2]


@pytest.fixture
def hotel(migrated_url, tmp_path):
    folder = tmp_path / "data" / "keys"
    folder.parent.mkdir(mode=0o700)
    started_at = datetime.now(UTC) - HEAD_START
    signer = ensure_demo_keys(folder, on=started_at.date(), draw=lambda octets: b"k" * octets)
    seals = Seals(signer=signer, keys=signer.key_list, pdf=PdfSealer(signer))
    with closing(SignedHotel(migrated_url, tmp_path, seals=seals)) as hotel:
        hotel.now = started_at
        yield hotel


def desk_verified(hotel, number):
    """The claim of this certificate says from now on that a reviewer checked it, so that it has a badge."""
    with hotel.unit() as unit:
        connection = unit.certificates._connection
        claim = connection.execute(text("SELECT claim FROM certificates WHERE number = :n"), {"n": number}).scalar_one()
        claim = bytes(claim).replace(b'"assurance":"self_assessed"', b'"assurance":"desk_verified"')
        connection.execute(text(DESK_VERIFIED), {"claim": claim, "number": number})


def last_day_was_yesterday(hotel, number):
    """As if a year had passed for this certificate."""
    with hotel.unit() as unit:
        unit.certificates._connection.execute(
            text("UPDATE certificates SET valid_until = :day WHERE number = :number"),
            {"day": (datetime.now(UTC).date() - timedelta(days=1)).isoformat(), "number": number},
        )


def signed(hotel, number):
    """The number, once the worker has signed it."""
    wait_until(lambda: hotel.client.get(f"/certificates/{number}/credential.json").status_code == 200)
    return number


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_every_change_of_a_certificate_is_told_everywhere_by_the_worker(hotel, migrated_url, tmp_path):
    answers = as_if_written(MET, on=hotel.now.date())
    numbers = [hotel.certified(answers, sites=(site,)) for site in ("River", "Garden")]
    desk_verified(hotel, numbers[0])
    first, second = (Everywhere(hotel, number) for number in numbers)

    def decide(do, *about):
        hotel.now = datetime.now(UTC)
        with hotel.parts.desk.deed(writes=True) as deed:
            do(deed, *about)

    with Served(tmp_path, "worker", ready="working", database_url=migrated_url, demo="yes"):
        changed(first, lambda: decide(suspend_certificate, first.number, "Shown for another hotel"),
                status="suspended", bits=(False, True), page="Not valid: it is suspended", badge="suspended")  # fmt: skip
        changed(first, lambda: decide(reinstate_certificate, first.number, "It was a mistake of ours"),
                status="active", bits=(False, False), page="Valid today", badge="Valid until")  # fmt: skip
        last_day_was_yesterday(hotel, first.number)
        changed(first, lambda: decide(expire_certificate, hotel.id, first.number),
                status="expired", bits=(False, False), page="Not valid: it has expired", badge="expired")  # fmt: skip
        changed(second, lambda: hotel.submitted(answers, sites=("Garden",)),
                status="superseded", bits=(True, False), page="a newer one replaces it")  # fmt: skip
        newest = hotel.must("GET", "./certificates")["certificates"][0]["number"]
        third = Everywhere(hotel, signed(hotel, newest))
        desk_verified(hotel, newest)
        changed(third, lambda: decide(withdraw_certificate, newest, "Shown for another hotel again"),
                status="withdrawn", bits=(True, False), page="Not valid: it was withdrawn", badge="withdrawn")  # fmt: skip
        folder = tmp_path / "data" / "keys"
        passphrase = (folder / "passphrase").read_text().strip()
        root = read_root(folder / "root.pem", passphrase)
        rotate_key(folder, "status", passphrase=passphrase, root=root, on=datetime.now(UTC).date())
        wait_until(lambda: signer_of_list(first) == "status-2")
    for each in (first, second, third):
        assert each.get(f"/certificates/{each.number}/certificate.pdf").status_code == 200, "nothing disappears"
