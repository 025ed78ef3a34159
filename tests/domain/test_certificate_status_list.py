"""Status lists: bits where the standard has them, bombs refused, a credential that ends after a day."""

import base64
import zlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.certificate import (
    STATUS_LIST_BITS,
    StatusIndexOutside,
    StatusList,
    StatusListMalformed,
    StatusListTerms,
    draw_status_list,
    status_purpose,
)

PUBLISHED = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
"""The list of the examples in W3C's Recommendation Bitstring Status List v1.0, section 2.2: 131,072 bits, none set."""
TERMS = StatusListTerms(
    base_url="https://check.example.org",
    issuer="did:web:check.example.org",
    valid_from=datetime(2026, 11, 22, 10, 0, 0, 999_999, tzinfo=UTC),
)
indices = st.sets(st.integers(0, STATUS_LIST_BITS - 1), max_size=20)


def packed(octets, *, wbits=31):
    """Octets in a container, written as a list is written."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return written(packer.compress(octets) + packer.flush())


def written(octets):
    return "u" + base64.urlsafe_b64encode(octets).decode().rstrip("=")


def test_the_published_example_is_read_and_written():
    assert StatusList.decode(PUBLISHED) == StatusList(bytes(STATUS_LIST_BITS // 8))
    assert StatusList.of([]).encode() == PUBLISHED


def test_the_first_bit_is_the_leftmost_one():
    assert StatusList.of([0, 9]).octets[:3] == bytes([0b1000_0000, 0b0100_0000, 0])
    assert StatusList.of([STATUS_LIST_BITS - 1]).octets[-1] == 1


@given(indices)
def test_what_was_written_is_read_and_no_other_bit_is_set(wanted):
    found = StatusList.decode(StatusList.of(wanted).encode())
    assert all(found.bit(index) for index in wanted)
    assert int.from_bytes(found.octets, "big").bit_count() == len(wanted)


def test_the_order_of_indices_does_not_matter():
    assert StatusList.of([5, 3, 5]).encode() == StatusList.of([3, 5]).encode()


@pytest.mark.parametrize("index", [-1, STATUS_LIST_BITS])
def test_a_bit_outside_the_list_is_neither_set_nor_read(index):
    with pytest.raises(StatusIndexOutside):
        StatusList.of([index])
    with pytest.raises(StatusIndexOutside):
        StatusList.of([]).bit(index)


@pytest.mark.parametrize("size", [STATUS_LIST_BITS - 8, STATUS_LIST_BITS + 1])
def test_a_list_hides_each_certificate_among_many(size):
    with pytest.raises(ValueError, match="whole octets"):
        StatusList.of([], size_bits=size)


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "u",
        PUBLISHED[1:],  # no multibase prefix
        "z" + PUBLISHED[1:],
        PUBLISHED + "=",
        PUBLISHED + "\n",
        PUBLISHED.replace("-", "+"),
        PUBLISHED[:-8],  # cut short
        PUBLISHED[:5],
        "uAAAA",
        written(b"\x1f\x8b\x08\x00"),
        packed(bytes(STATUS_LIST_BITS // 8), wbits=15),  # zlib's own container
        packed(bytes(STATUS_LIST_BITS // 8 - 1)),  # shorter than the standard allows
        written(base64.urlsafe_b64decode(PUBLISHED[1:] + "=") + b"more"),
        written(base64.urlsafe_b64decode(PUBLISHED[1:] + "=") * 2),
        written(base64.urlsafe_b64decode(PUBLISHED[1:] + "=")[:-8] + bytes(8)),  # a wrong checksum
    ],
    ids=range(16),
)
def test_what_is_no_list_is_refused(encoded):
    with pytest.raises(StatusListMalformed):
        StatusList.decode(encoded)


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = packed(bytes(32 * 1024 * 1024))
    with pytest.raises(StatusListMalformed):
        StatusList.decode(bomb)
    with pytest.raises(StatusListMalformed):
        StatusList.decode("u" + "A" * 4_000_000)


def test_a_longer_list_is_read_up_to_a_limit():
    longer = StatusList.of([STATUS_LIST_BITS], size_bits=2 * STATUS_LIST_BITS).encode()
    assert StatusList.decode(longer).bit(STATUS_LIST_BITS)
    with pytest.raises(StatusListMalformed):
        StatusList.decode(longer, most_bits=STATUS_LIST_BITS)


def test_a_list_that_does_not_pack_well_is_read_too():
    every_other = StatusList(bytes(range(256)) * (STATUS_LIST_BITS // 8 // 256))
    stored = zlib.compressobj(0, zlib.DEFLATED, 31)
    assert StatusList.decode(written(stored.compress(every_other.octets) + stored.flush())) == every_other


@pytest.mark.parametrize(
    ("status", "purpose"),
    [("active", None), ("expired", None), ("withdrawn", "revocation"), ("superseded", "revocation"),
     ("suspended", "suspension")],
)  # fmt: skip
def test_a_status_has_its_bit_in_one_list_or_none(status, purpose):
    assert status_purpose(status) == purpose


def test_the_credential_of_a_list_ends_a_day_later():
    assert draw_status_list("suspension", [3], TERMS) == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "https://check.example.org/status/suspension",
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "did:web:check.example.org",
        "validFrom": "2026-11-22T10:00:00Z",
        "validUntil": "2026-11-23T10:00:00Z",
        "credentialSubject": {
            "id": "https://check.example.org/status/suspension#list",
            "type": "BitstringStatusList",
            "statusPurpose": "suspension",
            "encodedList": StatusList.of([3]).encode(),
        },
    }


def test_instants_are_written_in_utc_whatever_zone_they_came_in():
    elsewhere = datetime(2026, 11, 22, 17, 0, 0, tzinfo=timezone(timedelta(hours=7)))
    terms = StatusListTerms(base_url=TERMS.base_url, issuer=TERMS.issuer, valid_from=elsewhere)
    assert draw_status_list("revocation", [], terms)["validFrom"] == "2026-11-22T10:00:00Z"
    with pytest.raises(ValueError, match="zone"):
        draw_status_list("revocation", [], StatusListTerms(base_url="", issuer="", valid_from=datetime(2026, 11, 22)))  # noqa: DTZ001
