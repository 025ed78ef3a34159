"""The virus scanner, and everything that is no verdict."""

import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from compliance.files import ClamScanner, ScannerUnavailable, StoreUnavailable, Verdict
from servers import ClamServer, free_port

# In two halves, so that no scanner takes this file for the test virus.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def scanner_of(server, *, timeout_s=5):
    return ClamScanner(f"{server.host}:{server.port}", timeout_s=timeout_s)


@contextmanager
def saying(*answers, after_bytes=1, path=None, then_wait_s=0):
    """One connection's worth of a scanner that says this, whatever it was asked. It collects what it heard."""
    if path is None:
        listener = socket.create_server(("127.0.0.1", 0))
    else:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen()
    heard = bytearray()
    over = threading.Event()

    def serve():
        connection, _ = listener.accept()
        with connection, suppress(ConnectionError):  # who asked may have gone
            while len(heard) < after_bytes and (piece := connection.recv(65536)):
                heard.extend(piece)
            for answer in answers:
                connection.sendall(answer)
            over.wait(then_wait_s)
            # What is sent meanwhile is read, so that hanging up is no reset.
            with suppress(OSError):  # unless the other side has hung up already
                connection.shutdown(socket.SHUT_WR)
            connection.settimeout(2)
            while piece := connection.recv(65536):
                heard.extend(piece)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield (str(path) if path else f"127.0.0.1:{listener.getsockname()[1]}"), heard
    finally:
        over.set()
        thread.join()
        listener.close()


def test_a_clean_file_is_clean(clam_server):
    assert scanner_of(clam_server).scan([b"our child ", b"protection policy"]) == Verdict(clean=True)


def test_a_virus_is_found_also_across_chunks(clam_server):
    found = Verdict(clean=False, found="Eicar-Test-Signature")
    assert scanner_of(clam_server).scan([EICAR]) == found
    assert scanner_of(clam_server).scan([b"x" * 300_000, EICAR[:20], EICAR[20:], b"y" * 300_000]) == found


def test_an_empty_chunk_does_not_end_the_file(clam_server):
    assert not scanner_of(clam_server).scan([b"", b"x", b"", EICAR]).clean


def test_an_empty_file_is_clean(clam_server):
    assert scanner_of(clam_server).scan([]).clean


def test_a_scanner_that_answers_is_ready(clam_server):
    scanner_of(clam_server).check()


def test_a_unix_socket_is_spoken_to_likewise(tmp_path):
    with saying(b"stream: OK\0", path=tmp_path / "clamd.ctl", after_bytes=20) as (address, heard):
        assert ClamScanner(address, timeout_s=5).scan([b"abc"]).clean
    assert bytes(heard) == b"zINSTREAM\0" + b"\0\0\0\3abc" + b"\0\0\0\0"


@pytest.mark.parametrize("size_bytes", [2000, 20_000_000])
def test_a_file_longer_than_the_scanner_takes_was_not_scanned(size_bytes):
    with ClamServer(limit_bytes=1000) as server, pytest.raises(ScannerUnavailable) as told:
        scanner_of(server).scan(b"x" * 1000 for _ in range(size_bytes // 1000))
    # When the scanner hangs up in the middle of a long file, its last word may be lost with the line.
    assert told.value.permanent or size_bytes > 2000


def test_a_word_said_before_the_file_ended_is_heard():
    with (
        saying(b"INSTREAM size limit exceeded. ERROR\0", after_bytes=1000) as (address, _),
        pytest.raises(ScannerUnavailable, match="size limit") as told,
    ):
        ClamScanner(address, timeout_s=5).scan([b"x" * 100_000] * 100)
    assert told.value.permanent


@pytest.mark.parametrize(
    "answers",
    [
        (),
        (b"stream: OK",),
        (b"stream: O", b"K"),
        (b"\0",),
        (b"stream: OK\0\0",),
        (b"stream: OK\0stream: OK\0",),
        (b"OK\0",),
        (b"stream: Eicar FOUND or not\0",),
        (b"stream: Can't allocate memory ERROR\0",),
        (b"UNKNOWN COMMAND\0",),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n",),
        (b"x" * 10_000,),
        (b"\xff\xfe\0",),
    ],
)
def test_whatever_is_no_whole_verdict_is_none(answers):
    with saying(*answers) as (address, _), pytest.raises(ScannerUnavailable) as told:
        ClamScanner(address, timeout_s=5).scan([b"abc"])
    assert not told.value.permanent


def test_an_answer_in_pieces_is_put_together():
    with saying(b"stream: ", b"Win.Test.EICAR_HDB-1", b" FOUND\0") as (address, _):
        assert ClamScanner(address, timeout_s=5).scan([b"abc"]) == Verdict(clean=False, found="Win.Test.EICAR_HDB-1")


@pytest.mark.parametrize("answers", [(), (b"stream: O",)])
def test_an_answer_that_does_not_come_in_time_is_none(answers):
    with saying(*answers, then_wait_s=30) as (address, _):
        began_s = time.monotonic()
        with pytest.raises(ScannerUnavailable):
            ClamScanner(address, timeout_s=0.3).scan([b"abc"])
        assert time.monotonic() - began_s < 20


def test_the_time_is_for_the_whole_conversation():
    def slow():
        for _ in range(1_000):
            time.sleep(0.05)
            yield b"x"

    with saying(after_bytes=10**9) as (address, _):
        began_s = time.monotonic()
        with pytest.raises(ScannerUnavailable):
            ClamScanner(address, timeout_s=0.4).scan(slow())
        assert time.monotonic() - began_s < 20


def test_nobody_at_the_address_is_told(tmp_path):
    for address in (f"127.0.0.1:{free_port()}", str(tmp_path / "no.ctl")):
        for deed in (lambda address=address: ClamScanner(address, timeout_s=1).scan([b"x"]),
                     ClamScanner(address, timeout_s=1).check):  # fmt: skip
            with pytest.raises(ScannerUnavailable) as told:
                deed()
            assert not told.value.permanent


def test_a_fault_of_the_store_while_its_file_is_scanned_stays_the_stores(clam_server):
    def broken():
        yield b"x"
        raise StoreUnavailable("gone", permanent=False)

    with pytest.raises(StoreUnavailable):
        scanner_of(clam_server).scan(broken())


@pytest.mark.parametrize("address", ["", "clamd", "clamd:", ":3310", "clamd:three"])
def test_an_address_that_is_none_is_told_at_once(address):
    with pytest.raises(ValueError, match="host:port"):
        ClamScanner(address, timeout_s=1)
