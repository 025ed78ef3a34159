"""The door of the demonstration that asks for no password: open there, on this computer, and nowhere else."""

import pytest
from guest import Guest

from compliance.usecases.demo_doors import NoDemonstration, be_sokha
from compliance.usecases.means import Terms
from visitor import Service


def test_sokha_comes_in_from_this_computer(demo):
    with demo.parts.desk.deed(writes=True, client="127.0.0.1") as deed:
        session = be_sokha(deed, device="a browser").token
    guest = Guest(demo.app)
    guest.client.cookies.set("session", session)
    assert guest.open("/organisations").status == 200


@pytest.mark.parametrize("client", ["192.0.2.7", "2001:db8::1", "testclient", ""])
def test_nobody_comes_in_by_it_from_elsewhere(demo, client):
    with demo.parts.desk.deed(writes=True, client=client) as deed, pytest.raises(NoDemonstration):
        be_sokha(deed, device="a browser")
    guest = Guest(demo.app)
    assert guest.open("/demo/sokha").status == 404
    assert "session" not in guest.client.cookies


@pytest.mark.parametrize("terms", [Terms(), Terms(is_demo=True, base_url="https://compliance.example")])
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_where_real_businesses_are_served_there_is_no_such_door(migrated_url, terms):
    with Service(migrated_url, terms=terms) as service:
        with service.parts.desk.deed(writes=True, client="127.0.0.1") as deed, pytest.raises(NoDemonstration):
            be_sokha(deed, device="a browser")
        assert Guest(service.client.app).open("/demo/sokha").status == 404
