"""What the service issues, held against the check that strangers use: certificate, PDF, receipt, every change of status."""

import re
import subprocess
import sys
from contextlib import closing
from datetime import timedelta

import pytest

from compliance.usecases.certificate_statuses import reinstate_certificate, suspend_certificate, withdraw_certificate
from compliance.usecases.verifying import check, read_bundle
from fixtures.libraries import ROOT
from sealed import SignedHotel

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def hotel(migrated_url, tmp_path):
    with closing(SignedHotel(migrated_url, tmp_path)) as hotel:
        yield hotel


def fetch(hotel, path):
    answer = hotel.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.content


def sources(hotel, number):
    return read_bundle(fetch(hotel, f"/certificates/{number}/bundle.json"), is_firsthand=True)


def not_held(verdict):
    """What did not hold; that no witness was named is no failure."""
    return {step.code: step.finding for step in verdict.steps if step.state not in ("held", "not_asked")}


def test_what_the_service_issues_holds_in_every_form(hotel):
    number = hotel.certified()
    assessment_id = hotel.must("GET", "./certificates")["certificates"][0]["assessment_id"]
    receipt = hotel.ask("GET", f"./assessments/{assessment_id}/receipt").content
    known = sources(hotel, number)
    trusted = hotel.parts.desk.means.seals.keys.fingerprint
    forms = [
        number, f"{known.base_url}/certificates/{number}", fetch(hotel, f"/certificates/{number}/credential.json"),
        fetch(hotel, f"/certificates/{number}/certificate.pdf"),
        fetch(hotel, f"/certificates/{number}/status.json"),
    ]  # fmt: skip
    for presented in forms:
        verdict = check(presented, known, at=hotel.now, trusted=trusted, receipt=receipt)
        assert not_held(verdict) == {}, presented[:60]
        assert verdict.step("keys").finding == "demo"
        assert verdict.step("recomputed").finding == "same"


def test_what_the_service_issues_holds_in_the_sixty_lines_of_the_documentation(hotel, tmp_path):
    number = hotel.certified()
    page = (ROOT / "docs" / "verifying.md").read_text(encoding="utf-8")
    (tmp_path / "by_hand.py").write_text(re.search(r"by hand: begin -->\n```python\n(.+?)```", page, re.DOTALL)[1])
    (tmp_path / "credential.json").write_bytes(fetch(hotel, f"/certificates/{number}/credential.json"))
    (tmp_path / "compliance-keys.json").write_bytes(fetch(hotel, "/.well-known/compliance-keys.json"))
    fingerprint = hotel.parts.desk.means.seals.keys.fingerprint
    said = subprocess.run([sys.executable, "-I", "by_hand.py", fingerprint], cwd=tmp_path, capture_output=True,
                          check=False, text=True)  # fmt: skip
    assert said.stdout.startswith(f"{number} Riverside Hotel until "), said.stderr


def test_every_change_of_status_is_what_the_check_says(hotel):
    number = hotel.certified()
    for decide, wrong in (
        (suspend_certificate, {"status": "suspended"}), (reinstate_certificate, {}), (withdraw_certificate, {"status": "revoked"}),
    ):  # fmt: skip
        with hotel.parts.desk.deed(writes=True) as deed:
            decide(deed, number, "Used for another hotel")
        hotel.work(2)
        assert not_held(check(number, sources(hotel, number), at=hotel.now)) == wrong


def test_an_old_bundle_of_the_service_is_not_verified(hotel):
    number = hotel.certified()
    kept = sources(hotel, number)
    assert not_held(check(number, kept, at=hotel.now + timedelta(hours=25))) == {"status": "stale"}
