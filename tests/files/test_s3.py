"""The bucket's own faults: nobody there, a no, an error, silence, an answer cut off."""

import hashlib
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import obstore
import pytest
from buckets import new_place

from compliance.files import FileDamaged, FileMissing, ListedFile, StoreUnavailable
from servers import S3Server, free_port

HOTEL = "019a-hotel"
HASH = hashlib.sha256(b"x").hexdigest()


def keep(store, content):
    with store.begin(HOTEL) as upload:
        upload.write(content)
        return upload.finish()


def every_deed(store):
    return {
        "keep a small file": lambda: keep(store, b"x"),
        "keep a file in parts": lambda: keep(store, b"x" * 18 * 1024 * 1024),
        "read": lambda: store.read_all(HOTEL, HASH),
        "look for": lambda: store.exists(HOTEL, HASH),
        "delete": lambda: store.delete(HOTEL, HASH),
        "list": lambda: list(store.list(None)),
        "check": store.check,
    }


def faults_of(store, *, but=()):
    """Which deeds were permanently impossible; all of them must be told as faults of the store."""
    told = {}
    for name, deed in every_deed(store).items():
        if name not in but:
            with pytest.raises(StoreUnavailable) as fault:
                deed()
            told[name] = fault.value.permanent
    return set(told.values())


@contextmanager
def answering(answer):
    """A server that gives this answer to everything."""

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        log_message = staticmethod(lambda *_: None)

        def answer(self):
            self.rfile.read(int(self.headers.get("content-length") or 0))
            answer(self)

    for method in ("GET", "HEAD", "PUT", "POST", "DELETE"):
        setattr(Answering, f"do_{method}", Answering.answer)
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def with_status(status):
    def answer(request):
        request.send_response(status)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def test_nobody_at_the_address_is_a_passing_fault(place):
    assert faults_of(place.store(endpoint=f"http://127.0.0.1:{free_port()}", most_retries=0)) == {False}


def test_a_store_that_went_away_in_the_middle_is_there_again_when_the_server_is():
    with S3Server() as server:
        store = new_place(server).store(most_retries=0)
        stored = keep(store, b"x")
        with store.begin(HOTEL) as upload:
            upload.write(b"y" * 18 * 1024 * 1024)
            server.stop()
            with pytest.raises(StoreUnavailable) as told:
                upload.finish()
        assert not told.value.permanent

        server.start()
        store.check()
        assert list(store.list(None)) == [ListedFile(HOTEL, stored.sha256_hex, 1)]
        assert keep(store, b"y" * 18 * 1024 * 1024).size_bytes == 18 * 1024 * 1024


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_servers_error_is_a_passing_fault(place, status):
    with answering(with_status(status)) as endpoint:
        assert faults_of(place.store(endpoint=endpoint, most_retries=0)) == {False}


def test_an_answer_that_does_not_come_is_a_passing_fault(place):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        store = place.store(endpoint=endpoint, most_retries=0, timeout_s=0.3)
        assert faults_of(store) == {False}


def test_wrong_credentials_are_a_permanent_fault(place):
    assert faults_of(place.store(secret_access_key="another")) == {True}


def test_a_bucket_that_is_not_there_is_a_permanent_fault(place):
    # Asked for one address, S3 says only "not found"; that the bucket is missing is told by all other deeds.
    assert faults_of(place.store(name="no-such-bucket"), but=("look for",)) == {True}


def test_what_is_told_does_not_hold_the_secret(place):
    assert place.bucket.secret_access_key not in repr(place.bucket)
    with pytest.raises(StoreUnavailable) as told:
        place.store(secret_access_key="very-secret").check()
    assert "very-secret" not in str(told.value)
    assert "\n" not in str(told.value)


def test_nothing_of_the_machines_own_variables_mixes_in(place, monkeypatch):
    monkeypatch.setenv("AWS_SESSION_TOKEN", "stale")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    monkeypatch.setenv("AWS_ENDPOINT", "http://127.0.0.1:9")
    store = place.store()
    assert store.read_all(HOTEL, keep(store, b"x").sha256_hex) == b"x"


def test_an_answer_cut_off_is_never_taken_for_the_file(place):
    def answer(request):
        request.send_response(200)
        request.send_header("Content-Length", "600000")
        request.send_header("ETag", '"x"')
        request.send_header("Last-Modified", "Sun, 22 Nov 2026 10:00:00 GMT")
        request.end_headers()
        request.wfile.write(b"x" * 300_000)
        request.close_connection = True

    with answering(answer) as endpoint:
        store = place.store(endpoint=endpoint, most_retries=0)
        reading = store.open(HOTEL, HASH)
        with pytest.raises((StoreUnavailable, FileDamaged)):
            list(reading)


def test_an_object_of_another_size_is_found_and_mended_by_giving_the_file_again(place):
    store = place.store()
    stored = keep(store, b"a" * 1000)
    obstore.put(store._objects, f"objects/{HOTEL}/{stored.sha256_hex[:2]}/{stored.sha256_hex}", b"a" * 999)
    with pytest.raises(FileDamaged):
        store.read_all(HOTEL, stored.sha256_hex)
    keep(store, b"a" * 1000)
    assert store.read_all(HOTEL, stored.sha256_hex) == b"a" * 1000


def test_a_store_that_fails_at_the_end_leaves_no_object_behind(place):
    store = place.store()
    folder = place.folder
    with store.begin(HOTEL) as upload:
        upload.write(b"x")
        # A folder stands where the object is to be.
        (folder / "objects" / HOTEL / HASH[:2] / HASH / "in-the-way").mkdir(parents=True)
        with pytest.raises(StoreUnavailable):
            upload.finish()
    assert list((folder / "incoming").glob("*")) == []
    assert not store.exists(HOTEL, HASH)
    with pytest.raises(FileMissing):
        store.open(HOTEL, HASH)


def test_two_installations_share_a_bucket_by_their_prefixes(place):
    one, other = (place.store(prefix=f"installations/{name}") for name in ("one", "other"))
    stored = keep(one, b"x")
    assert not other.exists(HOTEL, stored.sha256_hex)
    assert list(other.list(None)) == []
