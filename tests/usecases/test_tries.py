"""Tries are counted by who holds an address, and the count outlives a refusal."""

import pytest

from compliance.app import assemble
from compliance.usecases.means import Passwords
from compliance.usecases.tries import PER_CLIENT, WINDOW_S, TooManyTries, count_client


@pytest.fixture
def parts(migrated_url, tmp_path):
    parts = assemble(migrated_url, questionnaires=tmp_path, passwords=Passwords(memory_kib=64, passes=1))
    yield parts
    parts.close()


def refused(parts, client):
    with parts.desk.deed(writes=True, client=client) as deed:
        count_client(deed)
        return deed.refusal


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("", "", True),
    ],
)
def test_whoever_holds_an_ipv6_address_holds_its_whole_network(parts, one, other, is_same):
    for _ in range(PER_CLIENT):
        assert refused(parts, one) is None
    found = refused(parts, other)
    assert isinstance(found, TooManyTries) is is_same
    assert not is_same or 1 <= found.retry_after_s <= WINDOW_S
