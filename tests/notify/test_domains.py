"""Names of web domains in one spelling, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.notify import DomainNameWrong, parse_domain, proof_url


@pytest.mark.parametrize(("typed", "domain"), [
    ("hotel.example", "hotel.example"),
    (" Hotel.Example. ", "hotel.example"),
    ("www.hotel-angkor.com.kh", "www.hotel-angkor.com.kh"),
    ("münchen.example", "xn--mnchen-3ya.example"),
    ("MÜNCHEN.example", "xn--mnchen-3ya.example"),
    ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
    ("straße.example", "xn--strae-oqa.example"),
    ("hotel。example", "hotel.example"),
    ("1a.2b.example", "1a.2b.example"),
    # Honest about what is not known: a public suffix is taken for a name.
    ("co.uk", "co.uk"),
])  # fmt: skip
def test_a_domain_has_one_spelling(typed, domain):
    assert parse_domain(typed) == domain
    assert parse_domain(domain) == domain


@pytest.mark.parametrize("typed", [
    "", " ", ".", "..", "hotel", "localhost", "hotel.", ".example", "hotel..example", "hotel.example..",
    "https://hotel.example", "hotel.example/", "hotel.example:443", "user@hotel.example", "hotel.example?a", "hotel.example#a",
    "hotel.example/../x", "hotel.example\\x", "hotel.example x", "hotel\n.example", "hotel.example\x00", "hotel%2eexample",
    "192.0.2.1", "127.1", "0x7f.1", "0x7f.0x1", "017700000001", "2130706433", "1.2.3.4.", "１２７.0.0.1", "[::1]", "::1",
    "hotel.123", "-hotel.example", "hotel-.example", "_dmarc.hotel.example", "*.hotel.example",
    "xn--a.example", "a" * 64 + ".example", "a." * 130 + "example", "hotel.\u202eexample", "ho\u200btel.\u0000example",
])  # fmt: skip
def test_what_is_no_domain_is_refused_with_what_was_given(typed):
    with pytest.raises(DomainNameWrong) as refused:
        parse_domain(typed, where="website")
    (problem,) = refused.value.problems
    assert (problem.code, problem.where, problem.facts) == ("domain-name", "website", {"given": typed})


@given(st.text(max_size=60))
def test_whatever_is_typed_becomes_plain_ascii_or_is_refused(typed):
    try:
        domain = parse_domain(typed)
    except DomainNameWrong:
        return
    assert domain.isascii()
    assert domain == parse_domain(domain)
    assert set(domain) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert proof_url(domain) == f"https://{domain}/.well-known/compliance-check.txt"
