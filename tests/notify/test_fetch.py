"""Reading from the web on somebody's behalf: what is read, and everything that is refused."""

import time
from ipaddress import ip_address

import pytest

from compliance.notify import (
    PUBLIC_WEB,
    DnsFailed,
    FetchFailed,
    Reach,
    fetch_text,
    is_global,
    proof_url,
    read_txt,
)
from outside import HOST, NameServer, certificate_for, drips, loopback_reach, one_host, says, web_server

PATH = "/.well-known/compliance-check.txt"
HEAD = b"HTTP/1.1 200 OK\r\n"


def fetch(behave, *, max_bytes=4_096, timeout_s=5.0, path=PATH):
    """What a caller gets from a server that behaves like that."""
    with one_host("127.0.0.1") as names, web_server(behave) as port:
        reach = loopback_reach(port)
        url = f"http://{HOST}:{port}{path}"
        return fetch_text(url, resolver=names.resolver, max_bytes=max_bytes, timeout_s=timeout_s, reach=reach)


def refusal(behave, **limits) -> FetchFailed:
    with pytest.raises(FetchFailed) as refused:
        fetch(behave, **limits)
    return refused.value


def test_a_text_is_read_with_the_name_in_the_host_header():
    heads = []
    assert fetch(says("ភស្តុតាង abc\n".encode(), heads=heads)) == "ភស្តុតាង abc\n"
    head = heads[0].decode()
    assert head.startswith(f"GET {PATH} HTTP/1.1\r\n")
    assert f"\r\nHost: {HOST}:" in head
    assert "cookie" not in head.lower()


def test_a_byte_order_mark_is_no_part_of_the_text():
    assert fetch(says(b"\xef\xbb\xbfabc")) == "abc"


def test_over_tls_the_certificate_must_be_that_of_the_name(tmp_path):
    serving, trusting = certificate_for(HOST, tmp_path)
    with one_host("127.0.0.1") as names, web_server(says(b"proof"), tls=serving) as port:
        reach = loopback_reach(port, scheme="https", tls=trusting)
        assert fetch_text(f"https://{HOST}:{port}{PATH}", resolver=names.resolver, reach=reach) == "proof"


@pytest.mark.parametrize("is_trusted", [True, False])
def test_the_certificate_of_another_or_of_nobody_known_is_refused(tmp_path, is_trusted):
    serving, trusting = certificate_for("other.example", tmp_path)
    with one_host("127.0.0.1") as names, web_server(says(b"proof"), tls=serving) as port:
        reach = loopback_reach(port, scheme="https", tls=trusting if is_trusted else None)
        with pytest.raises(FetchFailed) as refused:
            fetch_text(f"https://{HOST}:{port}{PATH}", resolver=names.resolver, reach=reach)
    assert (refused.value.reason, refused.value.permanent) == ("tls-failed", True)


@pytest.mark.parametrize("url", [
    f"http://{HOST}{PATH}",
    f"https://{HOST}:8443{PATH}",
    f"https://{HOST}:80{PATH}",
    f"https://user@{HOST}{PATH}",
    f"https://user:password@{HOST}{PATH}",
    f"https://@{HOST}{PATH}",
    f"https://{HOST}{PATH}#part",
    f"ftp://{HOST}{PATH}",
    f"file://{HOST}/etc/passwd",
    "https://192.0.2.1/",
    "https://[::1]/",
    "https://2130706433/",
    "https://127.1/",
    "https://0x7f.0.0.1/",
    "https://localhost/",
    f"https://{HOST}:99999/",
    f"https://{HOST}:x/",
    "https:///path",
    HOST,
    "",
    f"https://{HOST}/a b",
    f"https://{HOST}/a\r\nX: y",
    f"https://{HOST}\\@other.example/",
    f"https://{HOST}/" + "a" * 2_000,
])  # fmt: skip
def test_what_is_no_plain_https_url_of_a_name_is_refused_before_anybody_is_asked(url):
    with one_host("127.0.0.1") as names:
        with pytest.raises(FetchFailed) as refused:
            fetch_text(url, resolver=names.resolver)
        assert names.asked == []
    assert (refused.value.reason, refused.value.permanent) == ("url-not-allowed", True)


INNER = [
    "0.0.0.0", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1",
    "127.255.255.254", "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192",
    "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
]  # fmt: skip
INNER_6 = [
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
    "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::1", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254",
    "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "192.167.1.1",
    "223.255.255.1",
]
PUBLIC_6 = ["2606:4700::1111", "2001:4860:4860::8888", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INNER + INNER_6)
def test_an_inner_address_is_not_global(address):
    assert not is_global(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC + PUBLIC_6)
def test_a_public_address_is_global(address):
    assert is_global(ip_address(address))


@pytest.mark.parametrize("address", INNER)
def test_a_name_that_leads_to_an_inner_address_is_refused(address):
    with one_host(address) as names, pytest.raises(FetchFailed) as refused:
        fetch_text(proof_url(HOST), resolver=names.resolver)
    assert (refused.value.reason, refused.value.permanent) == ("address-not-public", True)


@pytest.mark.parametrize("address", INNER_6)
def test_a_name_that_leads_to_an_inner_ipv6_address_is_refused(address):
    with NameServer({(HOST, "AAAA"): [(address,)]}) as names, pytest.raises(FetchFailed) as refused:
        fetch_text(proof_url(HOST), resolver=names.resolver)
    assert refused.value.reason == "address-not-public"


def test_one_inner_address_among_public_ones_refuses_all():
    zone = {(HOST, "A"): [("8.8.8.8",)], (HOST, "AAAA"): [("::1",)]}
    with NameServer(zone) as names, pytest.raises(FetchFailed) as refused:
        fetch_text(proof_url(HOST), resolver=names.resolver)
    assert refused.value.reason == "address-not-public"


def test_a_name_that_changes_after_the_check_is_called_where_it_was_checked():
    """The second answer of the name server would be an inner address; nobody asks for it."""
    other_address = "127.0.0.2"
    with NameServer({(HOST, "A"): [("127.0.0.1",), (other_address,)]}) as names, web_server(says(b"first")) as port:
        reach = loopback_reach(port)
        url = f"http://{HOST}:{port}/"
        assert fetch_text(url, resolver=names.resolver, reach=reach) == "first"
        assert names.asked == [(HOST, "A"), (HOST, "AAAA")]
        with pytest.raises(FetchFailed) as refused:
            fetch_text(url, resolver=names.resolver, reach=reach)
    assert refused.value.reason == "address-not-public"


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_not_used(monkeypatch, variable):
    monkeypatch.setenv(variable, f"http://{HOST}:9")
    assert fetch(says(b"direct")) == "direct"


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent", "304 Not"]
)
def test_a_redirect_is_not_followed(status):
    refused = refusal(says(b"", status=status, headers="Location: /elsewhere\r\n"))
    assert (refused.reason, refused.permanent, refused.status) == ("redirected", True, int(status[:3]))


@pytest.mark.parametrize(("status", "permanent"), [
    ("404 Not Found", True), ("403 Forbidden", True), ("429 Too Many", False), ("500 Broken", False),
    ("503 Later", False), ("204 Nothing", False), ("206 Part", False),
])  # fmt: skip
def test_only_200_is_an_answer(status, permanent):
    refused = refusal(says(b"proof", status=status))
    assert (refused.reason, refused.permanent, refused.status) == ("status-refused", permanent, int(status[:3]))


def test_the_largest_text_is_read_and_one_byte_more_is_not():
    assert len(fetch(says(b"a" * 100), max_bytes=100)) == 100
    assert refusal(says(b"a" * 101), max_bytes=100).reason == "too-large"


def test_a_page_without_end_is_left():
    endless = drips(HEAD + b"\r\n", b"a" * 1_000, every_s=0, times=100_000)
    assert refusal(endless).reason == "too-large"


@pytest.mark.parametrize("behave", [
    drips(HEAD + b"Content-Length: 100\r\n\r\n", b"a", every_s=0.1, times=40),
    drips(HEAD + b"X-Slow: ", b"a", every_s=0.1, times=40),
    drips(b"", b"", every_s=1.5, times=1),
], ids=["body", "head", "silence"])  # fmt: skip
def test_a_slow_page_is_left_when_the_whole_time_is_over(behave):
    # Had it been waited for to its end, it would have been cut short, which is another reason.
    with one_host("127.0.0.1") as names, web_server(behave) as port, pytest.raises(FetchFailed) as refused:
        fetch_text(f"http://{HOST}:{port}/", resolver=names.resolver, timeout_s=0.5, reach=loopback_reach(port))
    assert (refused.value.reason, refused.value.permanent) == ("timed-out", False)


def test_compressed_pages_are_refused_unread():
    assert refusal(says(b"\x1f\x8b", headers="Content-Encoding: gzip\r\n")).reason == "encoded"


def test_what_is_not_utf8_is_no_text():
    assert refusal(says(b"\xff\xfe")).reason == "not-text"


@pytest.mark.parametrize("begin", [b"", b"no HTTP at all\r\n\r\n", HEAD + b"Content-Length: 9\r\n\r\nabc"])
def test_a_broken_answer_is_unreachable(begin):
    refused = refusal(drips(begin, b"", every_s=0, times=0))
    assert (refused.reason, refused.permanent) == ("unreachable", False)


def test_where_nobody_listens_the_next_address_is_tried():
    with one_host("127.0.0.9", "127.0.0.1") as names, web_server(says(b"second")) as port:
        reach = Reach(frozenset({"http"}), frozenset({port}), lambda address: address.is_loopback)
        assert fetch_text(f"http://{HOST}:{port}/", resolver=names.resolver, reach=reach) == "second"


def test_where_nobody_listens_at_all_it_is_unreachable():
    with one_host("127.0.0.9") as names, web_server(says(b"")) as port:
        reach = Reach(frozenset({"http"}), frozenset({port}), lambda address: address.is_loopback)
        with pytest.raises(FetchFailed) as refused:
            fetch_text(f"http://{HOST}:{port}/", resolver=names.resolver, reach=reach)
    assert (refused.value.reason, refused.value.permanent) == ("unreachable", False)


def test_a_name_that_does_not_exist_is_not_found():
    with NameServer({}) as names, pytest.raises(FetchFailed) as refused:
        fetch_text(proof_url(HOST), resolver=names.resolver, reach=PUBLIC_WEB)
    assert (refused.value.reason, refused.value.permanent) == ("host-not-found", True)


def test_a_name_server_that_is_silent_costs_no_more_than_the_whole_time():
    begin = time.monotonic()
    with NameServer({}, is_silent=True) as names, pytest.raises(FetchFailed) as refused:
        fetch_text(proof_url(HOST), resolver=names.resolver, timeout_s=0.5)
    assert (refused.value.reason, refused.value.permanent) == ("dns-timed-out", False)
    assert time.monotonic() - begin < 10


def test_a_name_server_that_fails_may_be_asked_again():
    with NameServer({}, rcode=2) as names, pytest.raises(FetchFailed) as refused:
        fetch_text(proof_url(HOST), resolver=names.resolver, timeout_s=1)
    assert refused.value.permanent is False


def test_texts_of_dns_are_read_below_the_label_of_the_proof():
    zone = {(f"_compliance-check.{HOST}", "TXT"): [('"b" "c"', '"a one"')]}
    with NameServer(zone) as names:
        assert read_txt(HOST, resolver=names.resolver) == ["a one", "bc"]
        assert names.asked == [(f"_compliance-check.{HOST}", "TXT")]


def test_a_domain_without_such_texts_has_none():
    with NameServer({}) as names:
        assert read_txt(HOST, resolver=names.resolver) == []
    with NameServer({(f"_compliance-check.{HOST}", "A"): [("8.8.8.8",)]}) as names:
        assert read_txt(HOST, resolver=names.resolver) == []


def test_texts_that_cannot_be_learned_in_time_are_a_failure():
    with NameServer({}, is_silent=True) as names, pytest.raises(DnsFailed) as refused:
        read_txt(HOST, resolver=names.resolver, timeout_s=0.3)
    assert (refused.value.reason, refused.value.permanent) == ("dns-timed-out", False)
