"""`compliance verify` against an issuer that is served on this machine: exit status, sentences, bundles, refusals."""

import json
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler

import msgspec
import pytest

from compliance.domain.transparency import COSIGNATURE, VerifierKey, write_offer, write_verifier_key
from compliance.signing import write_key_list
from issuer import NUMBER, OTHER_NUMBER, Issuer, receipt
from listening import Listening
from witness import WitnessServer

NOW = datetime.now(tz=UTC).replace(microsecond=0)
"""The command line asks the clock, so this issuer issues today."""
BUNDLE = f"/certificates/{NUMBER}/bundle.json"


class Site(Listening):
    """An address on this machine: path → status, body; and what was asked."""

    def __init__(self):
        self.pages = {}
        self.asked = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append(self.path)
                status, body, *headers = site.pages.get(self.path, (404, b'{"code": "no-such-certificate"}'))
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        super().__init__(Handler)


@pytest.fixture
def site():
    with Site() as made:
        yield made


@pytest.fixture
def issuer(site):
    made = Issuer(site.url, at=NOW)
    made.append_something(3)
    return made


@pytest.fixture
def issued(issuer, site, tmp_path):
    """A certificate that is served, and lies in a file."""
    made = issuer.issue()
    publish(site, issuer, made)
    (tmp_path / "credential.json").write_bytes(made.credential)
    return made


def publish(site, issuer, issued):
    site.pages[BUNDLE] = (200, issuer.bundle(issued))
    site.pages["/.well-known/compliance-keys.json"] = (200, write_key_list(issuer.keys))
    site.pages["/status/revocation"] = (200, issuer.status_list("revocation"))
    site.pages["/status/suspension"] = (200, issuer.status_list("suspension"))
    site.pages["/log/checkpoint"] = (200, issuer.checkpoint().encode())
    site.pages["/log/keys"] = (200, msgspec.json.encode(issuer.key_events()))


@pytest.fixture
def verify(run):
    return lambda *arguments: run("verify", *arguments, library=None)


def steps(said):
    document = json.loads(said.out)
    return document["verdict"], {step["step"]: step["finding"] for step in document["steps"]}


def test_a_number_is_fetched_from_the_service_and_every_step_is_told(verify, issued, site, issuer):
    said = verify(NUMBER, "--service", site.url + "/")
    assert said.status == 0
    assert said.out.startswith(
        f"{NUMBER} · Riverside Hotel (KH) · hospitality@1.0\n  Self-assessment. Nobody else has checked"
    )
    assert " 1. It can be read: HELD\n    The issuer has a credential" in said.out
    assert "12. Who vouches for the log besides the issuer: NOT ASKED FOR\n    Nobody but the issuer" in said.out
    assert said.out.endswith("\nEverything that had to be proved held.\n")
    assert issuer.fingerprint in said.out
    assert f"Fetched: {site.url}{BUNDLE} (200, " in said.err


def test_an_address_needs_no_service(verify, issued, site):
    assert verify(f"{site.url}/certificates/{NUMBER}").status == 0
    assert site.asked == [BUNDLE]


def test_a_credential_and_a_pdf_name_their_issuer_themselves(verify, issued, site, issuer, tmp_path):
    assert verify(tmp_path / "credential.json").status == 0
    (tmp_path / "certificate.pdf").write_bytes(issuer.pdf(issued))
    said = verify(tmp_path / "certificate.pdf", "--trust", issuer.fingerprint)
    assert said.status == 0
    assert "The key pdf-1 signed the whole file" in said.out
    assert "The root that you trust has signed" in said.out


def test_a_badge_leads_to_its_number(verify, issued, site, tmp_path):
    (tmp_path / "badge.json").write_text(json.dumps({"number": NUMBER, "verify": f"{site.url}/certificates/{NUMBER}"}))
    assert verify(tmp_path / "badge.json").status == 0


def test_a_witness_that_did_not_sign_leaves_it_open(verify, issued, site):
    key = write_verifier_key(VerifierKey("witness.example", bytes(32), COSIGNATURE))
    said = verify(f"{site.url}/certificates/{NUMBER}", "--witness", key, "--json")
    assert (said.status, steps(said)[1]["witnesses"]) == (3, "absent")


def test_a_witness_that_signed_counts_where_its_key_was_named(verify, issued, site, issuer, tmp_path):
    with WitnessServer() as witness:
        witness.trust(issuer.origin, issuer.signer.public_key("checkpoints").public)
        note = issuer.checkpoint()
        _, line = witness.answer(write_offer(note, old_size=0, proof=()))
    cosigned = note + line.decode()
    bundle = json.loads(issuer.bundle(issued))
    bundle["checkpoint"] = cosigned
    site.pages[BUNDLE] = (200, json.dumps(bundle).encode())
    (tmp_path / "witnesses.txt").write_text(f"# ours\n\n{witness.line} https://witness.example\n")
    (tmp_path / "trust.txt").write_text(f"{issuer.fingerprint}\n# and who watches\n{witness.line}\n")
    address = f"{site.url}/certificates/{NUMBER}"
    for named in (("--witness", witness.line), ("--witness", tmp_path / "witnesses.txt"),
                  ("--trust", tmp_path / "trust.txt")):  # fmt: skip
        said = verify(address, *named)
        assert said.status == 0
        assert f"These witnesses saw the same log: {witness.name} (20" in said.out
    said = verify(address, "--bundle", tmp_path / "kept.json", "--json")
    assert (said.status, steps(said)[1]["witnesses"]) == (0, "unnamed")
    kept = verify(NUMBER, "--with", tmp_path / "kept.json", "--trust", tmp_path / "trust.txt", "--json")
    assert (kept.status, steps(kept)[1]["witnesses"]) == (0, "witnessed")


def test_what_is_false_ends_with_1(verify, issued, site, issuer):
    issuer.revoked.add(issued.claim.status_index)
    publish(site, issuer, issued)
    said = verify(f"{site.url}/certificates/{NUMBER}")
    assert said.status == 1
    assert "Not withdrawn, not suspended: FALSE\n    The certificate was withdrawn, or replaced" in said.out
    assert said.out.endswith("Not valid: at least one step is false.\n")


def test_steps_can_be_had_as_json(verify, issued, site, issuer):
    said = verify(f"{site.url}/certificates/{NUMBER}", "--json", "--trust", issuer.fingerprint)
    document = json.loads(said.out)
    assert said.status == 0
    assert document["verdict"] == "held"
    assert document["issuer"] == site.url
    assert document["root"] == issuer.fingerprint
    assert document["claim"]["number"] == NUMBER
    assert [step["number"] for step in document["steps"]] == list(range(1, 13))
    assert document["steps"][2] == {
        "number": 3, "step": "keys", "state": "held", "finding": "pinned", "title": "The issuer's keys",
        "says": "The root that you trust has signed the list of keys (list number 4).",
        "facts": {"fingerprint": issuer.fingerprint, "sequence": 4, "issuer": site.url},
    }  # fmt: skip


def test_it_speaks_khmer(verify, issued, site):
    said = verify(f"{site.url}/certificates/{NUMBER}", "--lang", "km")
    assert said.out.endswith("អ្វីៗដែលត្រូវបញ្ជាក់ គឺត្រឹមត្រូវទាំងអស់។\n")


# Without a network


def test_a_bundle_is_kept_and_checks_without_a_network(verify, issued, site, issuer, tmp_path):
    kept, trusted = tmp_path / "kept.json", tmp_path / "root.txt"
    assert verify(NUMBER, "--service", site.url, "--bundle", kept).status == 0
    assert kept.read_bytes() == site.pages[BUNDLE][1]
    site.asked.clear()
    trusted.write_text(issuer.fingerprint.upper() + "\n")
    for what in (NUMBER, tmp_path / "credential.json"):
        assert verify(what, "--with", kept, "--trust", trusted).status == 0
    said = verify(NUMBER, "--with", kept, "--json")
    assert said.status == 3
    assert steps(said)[1]["keys"] == "unvouched"
    assert site.asked == []


def test_a_root_can_be_pinned_by_a_list_of_keys(verify, issued, site, issuer, tmp_path):
    (tmp_path / "keys.json").write_bytes(write_key_list(issuer.keys))
    assert verify(f"{site.url}/certificates/{NUMBER}", "--trust", tmp_path / "keys.json").status == 0
    newer = issuer.sign_list(keys=issuer.keys.keys)
    (tmp_path / "keys.json").write_bytes(write_key_list(newer))
    said = verify(f"{site.url}/certificates/{NUMBER}", "--trust", tmp_path / "keys.json", "--json")
    assert (said.status, steps(said)[1]["keys"]) == (1, "older")
    other = Issuer(site.url, at=NOW)
    said = verify(f"{site.url}/certificates/{NUMBER}", "--trust", other.fingerprint, "--json")
    assert said.status == 1
    assert steps(said)[1]["keys"] == "other-root"


def test_offline_establishes_nothing_and_asks_nobody(verify, issued, site, tmp_path):
    said = verify(tmp_path / "credential.json", "--offline")
    assert said.status == 3
    assert said.out.endswith("Not verified: nothing is false, but not every step could be established.\n")
    assert "valid:" not in said.out.lower()
    assert (site.asked, said.err) == ([], "")


def test_an_issuer_that_does_not_answer_establishes_nothing(verify, issued, site, tmp_path):
    site.stop()
    said = verify(tmp_path / "credential.json")
    assert said.status == 3
    assert "it does not answer: ConnectError" in said.err


# What an issuer may do


def test_a_certificate_that_the_issuer_does_not_know_is_refused(verify, issued, site, issuer):
    said = verify(f"{site.url}/certificates/{OTHER_NUMBER}", "--json")
    assert said.status == 1
    assert steps(said)[1]["readable"] == "unknown"


def test_a_forged_credential_is_held_against_the_issuers_keys(verify, issued, site, tmp_path):
    forged = Issuer(site.url, at=NOW).issue(number=OTHER_NUMBER)
    (tmp_path / "forged.json").write_bytes(forged.credential)
    said = verify(tmp_path / "forged.json", "--json")
    assert said.status == 1
    found = steps(said)[1]
    assert (found["number"], found["signature"]) == ("unissued", "wrong")


def test_a_credential_of_old_is_held_against_keys_lists_and_log_though_the_number_was_forgotten(
    verify, issued, site, tmp_path
):
    del site.pages[BUNDLE]
    said = verify(tmp_path / "credential.json", "--json")
    assert said.status == 1
    found = steps(said)[1]
    assert (found["number"], found["signature"], found["status"]) == ("unissued", "signed", "active")
    assert found["key-times"] == "in-time"
    site.pages["/log/keys"] = (200, b"[[[")
    assert steps(verify(tmp_path / "credential.json", "--json"))[1]["key-times"] == "no-events"


def test_a_certificate_that_is_being_signed_is_not_called_false(verify, issued, site):
    site.pages[BUNDLE] = (404, b'{"code": "not-published"}')
    said = verify(f"{site.url}/certificates/{NUMBER}", "--json")
    assert (said.status, steps(said)[1]["readable"]) == (3, "pending")


@pytest.mark.parametrize(("answer", "why"), [
    ((302, b"", ("location", "https://evil.example/bundle.json")), "leads on to https://evil.example/bundle.json"),
    ((500, b"oops"), "(500, 4 bytes)"),
    ((200, b" " * (16 * 1024 * 1024 + 1)), "it says more than 16384 KiB"),
    ((200, b"\x1f\x8b", ("content-encoding", "gzip")), "it answers compressed"),
    ((200, b"<html>"), "nothing that a certificate could be checked with"),
    ((200, b'{"type": "compliance-bundle", "type": "x"}'), "nothing that a certificate could be checked with"),
])  # fmt: skip
def test_strange_answers_establish_nothing(verify, issued, site, tmp_path, answer, why):
    site.pages[BUNDLE] = answer
    said = verify(tmp_path / "credential.json")
    assert said.status == 3
    assert why in said.err
    assert "evil.example" not in str(site.asked)


def test_an_issuer_that_calls_itself_another_one_is_refused(verify, issued, site, issuer):
    other = Issuer("https://check.example.org", at=NOW)
    site.pages[BUNDLE] = (200, other.bundle(other.issue()))
    said = verify(f"{site.url}/certificates/{NUMBER}", "--json")
    assert said.status == 1
    assert steps(said)[1]["claim"] == "issuer"


def test_a_code_that_leads_elsewhere_is_told_where_the_service_is_named(verify, issued, site):
    said = verify(f"http://127.0.0.1:9/certificates/{NUMBER}", "--service", site.url)
    assert said.status == 1
    assert "The address leads to http://127.0.0.1:9, which is not the issuer" in said.out


# Receipts


def test_a_receipt_is_computed_again(verify, issued, site, tmp_path):
    (tmp_path / "receipt.json").write_bytes(receipt())
    said = verify(tmp_path / "credential.json", "--recompute", tmp_path / "receipt.json")
    assert said.status == 0
    assert "13. The result, computed again: HELD" in said.out
    (tmp_path / "receipt.json").write_bytes(receipt(number=2))
    assert verify(tmp_path / "credential.json", "--recompute", tmp_path / "receipt.json").status == 1


# What is refused before anything is checked


def test_a_mistyped_number_asks_nobody(verify, issued, site):
    said = verify("CP-7QF4-M2XG", "--service", site.url)
    assert said.status == 1
    assert "there is a typing error in it" in said.out
    assert site.asked == []


@pytest.mark.parametrize(("arguments", "says"), [
    ([NUMBER], "A number alone does not say who issued it"),
    ([NUMBER, "--service", "http://check.example.org"], "http://check.example.org is not asked"),
    ([NUMBER, "--service", "ftp://127.0.0.1"], "ftp://127.0.0.1 is not asked"),
    ([NUMBER, "--service", "https://user@check.example.org"], "is not asked"),
    ([NUMBER, "--service", "https://[::1"], "is not asked"),
    (["nowhere.json"], "nowhere.json: The file cannot be opened"),
    ([NUMBER, "--offline", "--trust", "abc"], "“abc” is no fingerprint"),
    ([NUMBER, "--offline", "--witness", "witness.example+00000000+BCqq"], "“witness.example+00000000+BCqq” is not the verifier key"),
    ([NUMBER, "--with", "nowhere.json"], "nowhere.json: The file cannot be opened"),
    ([NUMBER, "--offline", "--recompute", "nowhere.json"], "nowhere.json: The file cannot be opened"),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused(verify, arguments, says):
    said = verify(*arguments)
    assert said.status == 2
    assert says in said.err
    assert said.out == ""


def test_there_is_nothing_to_keep_where_nothing_came(verify, site, tmp_path):
    said = verify(f"{site.url}/certificates/{NUMBER}", "--bundle", tmp_path / "kept.json")
    assert said.status == 2
    assert "the issuer gave no bundle" in said.err
    assert not (tmp_path / "kept.json").exists()


def test_an_expired_bundle_is_not_verified(verify, site, issuer, tmp_path):
    early = Issuer(site.url, at=NOW - timedelta(days=2))
    old = early.issue()
    (tmp_path / "old.json").write_bytes(early.bundle(old))
    said = verify(NUMBER, "--with", tmp_path / "old.json", "--trust", early.fingerprint, "--json")
    assert (said.status, steps(said)[1]["status"]) == (3, "stale")


def test_help_names_an_example(capsys):
    from compliance.cli import main

    with pytest.raises(SystemExit):
        main(["verify", "--help"])
    assert "example:\n  compliance verify certificate.pdf" in capsys.readouterr().out
