"""Keys that are made, changed or retired while a worker runs: noted, used, and never used beyond their time."""

import shutil
from contextlib import closing
from datetime import UTC, datetime
from secrets import token_bytes

import pytest
import structlog
from msgspec import json
from msgspec.structs import replace

from compliance.app import assemble
from compliance.domain.transparency import read_leaf, read_note
from compliance.errors import Unavailable
from compliance.http.desk import Desk
from compliance.notify import FolderPost
from compliance.signing import (
    PURPOSES,
    PdfSealer,
    check_pdf,
    check_proof,
    ensure_demo_keys,
    mark_compromised,
    pdf_roots,
    read_root,
    retire_key,
    rotate_key,
)
from compliance.usecases.certificate_statuses import suspend_certificate
from compliance.usecases.job_kinds import every_kind
from compliance.usecases.known_keys import KeysOfAnotherRoot, renew_seals
from compliance.usecases.seals import FolderSeals, Seals
from compliance.usecases.verifying import check, read_bundle
from compliance.worker import Worker
from hotels import MET
from sealed import SignedHotel

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ON = AT.date()


class Keys:
    """A folder of keys of a test's own, as an operator changes it; `seals` are those that were opened last."""

    def __init__(self, folder):
        self.folder = folder
        self.seals = self.read()
        self.passphrase = (folder / "passphrase").read_text().strip()
        self.root = read_root(folder / "root.pem", self.passphrase)

    def read(self):
        signer = ensure_demo_keys(self.folder, on=ON, draw=token_bytes)
        return Seals(signer=signer, keys=signer.key_list, pdf=PdfSealer(signer))

    def rotate(self, purpose):
        rotate_key(self.folder, purpose, passphrase=self.passphrase, root=self.root, on=ON)

    def retire(self, key_id):
        retire_key(self.folder, key_id, on=ON, root=self.root, today=ON)

    def compromised(self, key_id):
        mark_compromised(self.folder, key_id, since_leaf=1_000, on=ON, root=self.root, today=ON)


@pytest.fixture(scope="module")
def made_keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys") / "keys"
    ensure_demo_keys(folder, on=ON, draw=token_bytes)
    return folder


@pytest.fixture
def keys(made_keys, tmp_path):
    return Keys(shutil.copytree(made_keys, tmp_path / "keys"))


@pytest.fixture
def hotel(migrated_url, tmp_path, keys):
    with closing(SignedHotel(migrated_url, tmp_path, seals=keys.seals)) as hotel:
        hotel.worker = watching(hotel, keys, tmp_path)
        yield hotel


def watching(hotel, keys, folder):
    kinds = every_kind(post=FolderPost(folder / "mail", sender="us@example.org"))
    return Worker(hotel.parts.desk, kinds, keys=FolderSeals(keys.folder, keys.read))


def signer_of(hotel, path):
    """The key that signed what is served there."""
    proof = hotel.client.get(path).json()["proof"]
    return (proof[0] if isinstance(proof, list) else proof)["verificationMethod"].rpartition("#")[2]


def leaves(hotel):
    with hotel.unit() as unit:
        return [read_leaf(each) for each in unit.log.leaves(0, unit.log.size())]


def bundle(hotel, number):
    return read_bundle(hotel.client.get(f"/certificates/{number}/bundle.json").content)


def decide(hotel, do, number):
    with hotel.parts.desk.deed(writes=True) as deed:
        do(deed, number, "Used for another hotel")


def waiting(hotel, kind):
    """What the jobs of a kind that wait or were given up failed by, with their state."""
    with hotel.unit() as unit:
        found = [job for job in unit.jobs.list(state=None, after=None, limit=200) if job.kind == kind]
        return [(job.state, job.last_error) for job in found if job.state != "done"]


def test_keys_that_are_changed_while_a_worker_runs_sign_from_then_on(hotel, keys):
    first = hotel.certified()
    for purpose in PURPOSES:
        keys.rotate(purpose)
        keys.retire(f"{purpose}-1")
    second = hotel.certified(sites=("Garden",))

    listed = keys.read().keys
    assert signer_of(hotel, f"/certificates/{second}/credential.json") == "credentials-2"
    assert signer_of(hotel, "/status/revocation") == signer_of(hotel, "/status/suspension") == "status-2"
    check_proof(json.decode(hotel.file(second, "credential").content), listed.find("credentials-2").public)
    assert check_pdf(hotel.file(second, "pdf").content, roots=pdf_roots(listed), at=hotel.now).is_valid
    assert hotel.client.get("/.well-known/compliance-keys.json").json()["sequence"] == listed.sequence
    note = read_note(hotel.client.get("/log/checkpoint").content)
    assert len(note.signatures) == 1

    of_keys = sorted(leaf.id for leaf in leaves(hotel) if leaf.event == "key")
    assert of_keys == sorted(f"{each}-{n}" for each in PURPOSES for n in (1, 1, 2)), "added and retired; added"

    for number in (first, second):
        for kind in ("credential", "pdf"):
            verdict = check(hotel.file(number, kind).content, bundle(hotel, number), at=hotel.now,
                            trusted=listed.fingerprint)  # fmt: skip
            assert verdict.state == "held", [step for step in verdict.steps if step.state != "held"]


def test_a_worker_with_older_keys_signs_nothing_once_one_of_them_is_noted_as_retired(hotel, keys, tmp_path):
    keys.rotate("status")
    elsewhere = Desk(hotel.parts.desk.store, hotel.parts.desk.means, clock=hotel.tick, chance=hotel.parts.desk.chance)
    renew_seals(elsewhere, FolderSeals(keys.folder, keys.read))
    behind = Worker(hotel.parts.desk, every_kind(post=FolderPost(tmp_path / "mail", sender="us@example.org")))
    aware, hotel.worker = hotel.worker, behind
    number = hotel.certified()
    assert signer_of(hotel, "/status/revocation") == "status-1", "in use still, though there is a newer one"

    keys.retire("status-1")
    renew_seals(elsewhere, FolderSeals(keys.folder, keys.read))
    decide(hotel, suspend_certificate, number)
    hotel.work(1)
    assert ("ready", "unavailable: signing keys (others are noted)") in waiting(hotel, "publish-status")
    assert hotel.client.get(f"/certificates/{number}/status.json").json()["status"] == "suspended", "said all the same"
    hotel.worker = aware
    hotel.work(120)
    assert signer_of(hotel, "/status/suspension") == "status-2"
    assert waiting(hotel, "publish-status") == []


def test_what_has_no_key_waits_until_there_is_one(hotel, keys):
    keys.compromised("credentials-1")
    hotel.submitted(MET)
    hotel.work(1)
    assert set(waiting(hotel, "sign-certificate")) == {("ready", "key-unusable")}
    keys.rotate("credentials")
    hotel.work(120)
    [shown] = hotel.must("GET", "./certificates")["certificates"]
    assert signer_of(hotel, f"/certificates/{shown['number']}/credential.json") == "credentials-2"


def test_keys_that_cannot_be_used_are_told_of_once_and_the_ones_before_go_on(hotel, keys):
    keys.rotate("pdf")
    (keys.folder / "pdf-2.pem").chmod(0o644)
    with structlog.testing.capture_logs() as logged:
        number = hotel.certified()
    told = [line for line in logged if line["event"] == "signing-keys-unusable"]
    assert [line["error"] for line in told] == ["key-folder-unusable"]
    assert told[0]["problems"] == [f"key-file-open {keys.folder / 'pdf-2.pem'}"]
    assert hotel.file(number, "pdf") is not None

    (keys.folder / "pdf-2.pem").chmod(0o600)
    with structlog.testing.capture_logs() as logged:
        hotel.certified(sites=("Garden",))
    assert [line["list"] for line in logged if line["event"] == "signing-keys-changed"] == [2]


def test_keys_that_are_made_after_the_start_are_found_and_a_folder_that_is_gone_changes_nothing(hotel, keys, tmp_path):
    desk = Desk(hotel.parts.desk.store, replace(hotel.parts.desk.means, seals=None), clock=hotel.tick,
                chance=hotel.parts.desk.chance)  # fmt: skip
    later = tmp_path / "later"
    source = FolderSeals(later, lambda: pytest.fail("nothing lies there"))
    assert renew_seals(desk, source) is None
    shutil.copytree(keys.folder, later)
    source = FolderSeals(later, keys.read)
    assert renew_seals(desk, source) is desk.means.seals is not None
    assert renew_seals(desk, source) is None
    shutil.rmtree(later)
    assert renew_seals(desk, source) is None
    assert desk.means.seals is not None


def test_keys_of_another_root_are_refused_at_the_start_and_while_it_runs(hotel, keys, migrated_url, tmp_path):
    other = Keys.__new__(Keys)
    other.folder = tmp_path / "other"
    strange = other.read()
    with pytest.raises(KeysOfAnotherRoot) as refused:
        assemble(migrated_url, seals=strange)
    [problem] = refused.value.problems
    assert problem.facts == {"given": strange.keys.fingerprint, "wanted": keys.seals.keys.fingerprint}

    shutil.rmtree(keys.folder)
    shutil.copytree(other.folder, keys.folder)
    with structlog.testing.capture_logs() as logged:
        number = hotel.certified()
    assert [line["error"] for line in logged if line["event"] == "signing-keys-unusable"] == ["keys-of-another-root"]
    verdict = check(hotel.file(number, "pdf").content, bundle(hotel, number), at=hotel.now,
                    trusted=keys.seals.keys.fingerprint)  # fmt: skip
    assert verdict.state == "held", "signed by those that were opened before"


def test_what_could_not_be_noted_for_the_moment_is_taken_up_later(hotel, keys):
    source = FolderSeals(keys.folder, keys.read)
    assert renew_seals(hotel.parts.desk, source) is None
    keys.rotate("pdf")

    class Away(Desk):
        def deed(self, *_, **__):
            raise Unavailable("database")

    away = Away(hotel.parts.desk.store, hotel.parts.desk.means, clock=hotel.tick, chance=hotel.parts.desk.chance)
    with pytest.raises(Unavailable):
        renew_seals(away, source)
    assert renew_seals(hotel.parts.desk, source).keys.find("pdf-2") is not None
