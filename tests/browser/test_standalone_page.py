"""The page that checks alone: opened from a disk, without any network, it finds what `compliance verify` finds."""

import json
from datetime import timedelta

import pytest
from browsing import DESK, PHONE, is_too_wide, picture, violations

from compliance.signing import read_key_list
from compliance.usecases.certificate_statuses import suspend_certificate
from compliance.web.checks import STANDALONE
from sealed import certified_hotel

FILE = STANDALONE.as_uri()
STATES = """() => Object.fromEntries([...document.querySelectorAll('#steps details')].map(
  (each) => [each.dataset.step, `${each.querySelector('strong').className.replace('tag ', '')}${each.open ? '*' : ''}`]))"""


@pytest.fixture(scope="module")
def hotel(sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hotel")
    with certified_hotel(sqlite_template, folder) as hotel:
        yield hotel


@pytest.fixture(scope="module")
def bundle(hotel):
    """What somebody keeps to check with, as the service gives it."""
    return hotel.client.get(f"/certificates/{hotel.number}/bundle.json").json()


@pytest.fixture
def page(hotel, chromium):  # the hotel first: signing PDFs minds the event loop of the browser
    """The page on somebody's disk; the clock of their device stands a few minutes after the certificate was signed."""
    context = chromium.new_context(viewport=PHONE, offline=True, locale="en-GB")
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)
    page.clock.set_fixed_time(hotel.now + timedelta(minutes=5))
    page.goto(FILE)
    yield page
    assert page.faults == []
    context.close()


def given(page, *files, fingerprint=""):
    """Choose files, and what came of each step; starred where it is unfolded."""
    page.locator("#fingerprint").fill(fingerprint)
    page.evaluate("document.getElementById('result').hidden = true")
    page.locator("#files").set_input_files(
        [{"name": f"{number}.json", "mimeType": "application/json",
          "buffer": each if isinstance(each, bytes) else json.dumps(each).encode()} for number, each in enumerate(files)]
    )  # fmt: skip
    page.locator("#result").wait_for(state="visible")
    page.locator("#check").click()
    page.locator("#result:focus").wait_for()
    return page.evaluate(STATES)


def fingerprint_of(bundle):
    return read_key_list(json.dumps(bundle["keys"]).encode()).fingerprint


def copy_of(document):
    return json.loads(json.dumps(document))


def test_a_good_certificate_holds_in_every_step_once_the_fingerprint_is_known(page, bundle):
    states = given(page, bundle["credential"], bundle, fingerprint=fingerprint_of(bundle))
    assert {step: state for step, state in states.items() if state != "held"} == {"witnesses": "not_asked"}
    assert len(states) == 11
    assert page.locator("#says").inner_text() == "Everything that had to be proved held."
    assert "Riverside Hotel" in page.locator("#names").inner_text()
    assert page.locator("#by").inner_text() == "Only the business itself has checked its answers."
    picture(page, "standalone-held-en-320")
    assert violations(page) == []
    assert not is_too_wide(page)


def test_without_a_fingerprint_nobody_vouches_for_the_keys_and_theirs_is_shown(page, bundle):
    states = given(page, bundle)
    assert {step: state for step, state in states.items() if state != "held"} == {
        "keys": "not_established*", "witnesses": "not_asked",
    }  # fmt: skip
    assert fingerprint_of(bundle) in page.locator("#steps").inner_text()
    assert "Not verified" in page.locator("#says").inner_text()


def test_another_root_than_the_trusted_one_is_false(page, bundle):
    assert given(page, bundle, fingerprint="ab" * 32)["keys"] == "false*"


def test_one_altered_octet_is_noticed_by_the_step_that_says_so(page, bundle):
    altered = json.dumps(bundle["credential"]).replace("Riverside", "Riversida").encode()
    states = given(page, altered, bundle, fingerprint=fingerprint_of(bundle))
    assert states["signature"] == "false*"
    assert "the credential was changed after it was signed" in page.locator("#steps").inner_text()
    assert page.locator("#says").inner_text() == "Not valid: at least one step is false."
    picture(page, "standalone-altered-en-320")
    assert violations(page) == []


@pytest.mark.parametrize(
    ("alter", "step"),
    [
        (lambda b: b["keys"].update(sequence=9), "keys"),
        (lambda b: b["keys"]["keys"][0].update(added_on="2020-01-01"), "keys"),
        (lambda b: b.update(checkpoint=b["checkpoint"].replace("\n", "\n1", 1)), "checkpoints"),
        (lambda b: b["key_events"][0].update(index=1), "key-times"),
        (lambda b: b["key_events"].clear(), "key-times"),
        (lambda b: b["status_lists"]["suspension"].update(b["status_lists"]["revocation"]), "status"),
        (lambda b: b["status_lists"].pop("revocation"), "status"),
        (lambda b: b["credential"]["evidence"][0].update(logIndex=0), "inclusion"),
        (lambda b: b["credential"]["evidence"][0].update(leafSalt="AAAA"), "inclusion"),
        (lambda b: b["credential"].update(validUntil="2099-01-01T23:59:59Z"), "claim"),
        (lambda b: b["credential"]["credentialSubject"]["claim"].update(number="CP-7QF4-M2XX"), "number"),
        (lambda b: b["credential"].update(proof=[]), "signature"),
    ],
)  # fmt: skip
def test_whatever_is_altered_in_the_files_some_step_does_not_hold(page, bundle, alter, step):
    altered = copy_of(bundle)
    alter(altered)
    states = given(page, altered, fingerprint=fingerprint_of(bundle))
    assert not states[step].startswith("held"), states
    assert page.locator("#says").inner_text() != "Everything that had to be proved held."


def test_old_lists_and_a_last_day_that_has_passed_are_said(page, hotel, bundle):
    page.clock.set_fixed_time(hotel.now + timedelta(days=2))
    assert given(page, bundle)["status"].startswith("not_established")
    page.clock.set_fixed_time(hotel.now + timedelta(days=800))
    assert given(page, bundle)["days"] == "false*"


@pytest.mark.parametrize(
    ("content", "says"),
    [(b'{"a": 1, "a": 2}', "stands twice"), (b"\xff", "no text in UTF-8"), (b"[" * 90_000, "nested deeper"),
     (b"{}", "no certificate of this kind"), (b"nothing", "not JSON"), (b'{"proof": 1}', "no claim")],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_nothing_breaks(page, content, says):
    given(page, content)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    assert says in page.locator("#result").inner_text()
    assert page.locator("#result").get_attribute("data-state") == "false"


def test_a_script_in_a_name_is_text_and_a_pdf_is_explained(page, bundle):
    altered = copy_of(bundle)
    altered["credential"]["credentialSubject"]["claim"]["holder"]["name"] = "<img src=x onerror=alert(1)>"
    given(page, altered)
    assert page.locator("img").count() == 0
    assert "<img src=x" in page.locator("#names").inner_text()
    given(page, b"%PDF-1.7 ...")
    assert "This page does not read PDFs" in page.locator("#says").inner_text()


def test_in_khmer_every_word_is_khmer(hotel, bundle, chromium):
    context = chromium.new_context(viewport=DESK, locale="km-KH")
    page = context.new_page()
    page.clock.set_fixed_time(hotel.now + timedelta(minutes=5))
    page.goto(FILE)
    given(page, bundle, fingerprint=fingerprint_of(bundle))
    assert page.locator("html").get_attribute("lang") == "km"
    assert page.locator("#says").inner_text() == "អ្វីៗដែលត្រូវបញ្ជាក់ គឺត្រឹមត្រូវទាំងអស់។"
    loaded = page.evaluate("[...document.fonts].filter((face) => face.status === 'loaded').map((face) => face.weight)")
    assert sorted(loaded) == ["400", "700"], "the page brings Khmer letters of its own"
    picture(page, "standalone-held-km-1280")
    assert violations(page) == []
    context.close()


def test_a_browser_that_lacks_these_signatures_says_so_and_checks_nothing(bundle, chromium):
    context = chromium.new_context(viewport=PHONE, locale="en-GB")
    context.add_init_script("SubtleCrypto.prototype.importKey = () => Promise.reject(new Error('NotSupportedError'))")
    page = context.new_page()
    page.goto(FILE)
    assert given(page, bundle) == {}
    assert "This browser cannot check signatures" in page.locator("#says").inner_text()
    context.close()


def test_a_suspended_one_is_noticed_with_a_newer_bundle_and_the_old_credential(page, hotel, bundle):
    with hotel.parts.desk.deed(writes=True) as deed:
        suspend_certificate(deed, hotel.number, "Shown for another hotel")
    hotel.work(2)
    newer = hotel.client.get(f"/certificates/{hotel.number}/bundle.json").json()
    states = given(page, bundle["credential"], newer, fingerprint=fingerprint_of(bundle))
    assert {step for step, state in states.items() if state != "held"} == {"status", "witnesses"}
    assert "The certificate is suspended." in page.locator("#steps").inner_text()
    assert newer["consistency"]["from"] < newer["consistency"]["to"], "and the longer log was proven to go on"
