"""Keys to sign with, and a hotel whose certificates are signed: for tests of what strangers check."""

import shutil
from contextlib import closing, contextmanager
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from secrets import token_bytes
from tempfile import mkdtemp

from compliance.notify import FolderPost
from compliance.signing import PdfSealer, ensure_demo_keys
from compliance.store.identities import Identity
from compliance.usecases.job_kinds import every_kind
from compliance.usecases.seals import Seals
from compliance.worker import Worker
from hotels import MET, Hotel


@cache
def demo_seals(on: date = date(2026, 11, 22)) -> Seals:
    """The same keys for all tests of a process: making them takes a second."""
    signer = ensure_demo_keys(Path(mkdtemp(prefix="keys-")) / "keys", on=on, draw=token_bytes)
    return Seals(signer=signer, keys=signer.key_list, pdf=PdfSealer(signer))


class HotelClock:
    """The hotel's clock, as a worker puts it."""

    def __init__(self, hotel):
        self.hotel = hotel

    def __call__(self):
        return self.hotel.tick()

    def set(self, at):
        self.hotel.now = at


class SignedHotel(Hotel):
    """A hotel at a service that has keys; `work` does every job that is due within some seconds."""

    def __init__(self, url, folder, *, seals=None):
        super().__init__(url, seals=seals or demo_seals())
        self.worker = Worker(self.parts.desk, every_kind(post=FolderPost(folder / "mail", sender="us@example.org")))
        with self.unit() as unit:
            unit.identities.add(
                Identity(organisation_id=self.id, country="KH", state="confirmed", how="register_operator",
                         register="Ministry of Commerce", number="00012345", decided_by=self.people["Sok Dara"],
                         decided_at=self.now, revision=1, created_at=self.now)
            )  # fmt: skip

    def work(self, seconds=5):
        self.worker.drain(self.now + timedelta(seconds=seconds), HotelClock(self))

    def certified(self, given=MET, **scope):
        """The number of a certificate that is signed."""
        assessment_id = self.submitted(given, **scope)
        self.work()
        return next(each for each in self.must("GET", "./certificates")["certificates"]
                    if each["assessment_id"] == assessment_id)["number"]  # fmt: skip

    def file(self, number, kind):
        with self.unit() as unit:
            return unit.signed.file(self.id, number, kind)


@contextmanager
def signed_hotel(template, folder):
    """A hotel at a service that has keys, on a copy of a migrated SQLite database: one for many tests."""
    shutil.copyfile(template, folder / "hotel.sqlite")
    with closing(SignedHotel(f"sqlite:///{folder / 'hotel.sqlite'}", folder)) as hotel:
        yield hotel


@contextmanager
def certified_hotel(template, folder):
    """The same, with the `number` of a signed certificate."""
    with signed_hotel(template, folder) as hotel:
        hotel.number = hotel.certified()
        yield hotel
