"""A text is handed to an address, and what comes back is limited in size and time; nothing leads elsewhere."""

import time

import pytest

from compliance.notify import NotAnswered, send_text
from outside import certificate_for, drips, says, web_server

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"


def send(port, text="old 0\n", *, scheme="http", **how):
    return send_text(f"{scheme}://127.0.0.1:{port}/of/us/add", text, **{"timeout_s": 5, **how})


def refusal(behave, **how):
    with web_server(behave) as port, pytest.raises(NotAnswered) as refused:
        send(port, **how)
    return refused.value.reason


def test_a_text_is_posted_and_the_answer_read_whatever_its_status():
    heads = []
    behave = says(
        b"17\n", status="409 Conflict", headers="Content-Type: Text/X.Tlog.Size; charset=utf-8\r\n", heads=heads
    )
    with web_server(behave) as port:
        answered = send(port)
    assert (answered.status, answered.media_type, answered.body) == (409, "text/x.tlog.size", b"17\n")
    assert heads[0].startswith(b"POST /of/us/add HTTP/1.1\r\n")
    assert b"accept-encoding: identity" in heads[0].lower()


@pytest.mark.parametrize(("behave", "reason"), [
    (says(b"", status="302 Found", headers="Location: http://127.0.0.1:9/\r\n"), "redirected"),
    (says(b"x" * 101), "too-large"),
    (says(b"\x1f\x8b", headers="Content-Encoding: gzip\r\n"), "encoded"),
    (drips(HEAD, b"", every_s=0, times=0), "unreachable"),
    (drips(b"nonsense\r\n\r\n", b"", every_s=0, times=0), "unreachable"),
])  # fmt: skip
def test_what_is_no_answer_is_told_by_a_code(behave, reason):
    assert refusal(behave, most_bytes=100) == reason


def test_an_answer_that_drips_is_cut_off():
    begun = time.monotonic()
    assert refusal(drips(HEAD, b"x", every_s=0.1, times=100), timeout_s=0.4) == "timed-out"
    assert time.monotonic() - begun < 5


def test_where_nobody_answers_or_nobody_is_known_it_is_unreachable():
    with web_server(says(b"")) as port:
        pass
    for url in (f"http://127.0.0.1:{port}/", "http://witness.invalid/", "http://[::1"):
        with pytest.raises(NotAnswered) as refused:
            send_text(url, "", timeout_s=5)
        assert refused.value.reason == "unreachable", url


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    with (
        web_server(says(b"secret"), tls=certificate_for("localhost", tmp_path)[0]) as port,
        pytest.raises(NotAnswered) as refused,
    ):
        send(port, scheme="https")
    assert refused.value.reason == "tls-failed"
