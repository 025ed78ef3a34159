import pytest
from guest import Guest

from demo import Demo


@pytest.fixture
def guest(service):
    """A browser without scripts that nobody has logged in with."""
    return Guest(service.client.app)


@pytest.fixture
def manager(service, guest):
    """The manager of a hotel, logged in, with `visitor` to ask the service by its API."""
    visitor = service.visitor("Sok Dara")
    visitor.begin()
    guest.log_in(visitor.email, "seven ripe mangoes")
    guest.visitor = visitor
    return guest


@pytest.fixture(scope="module")
def demo(demo_made, tmp_path_factory):
    """A copy of the demonstration for the tests of a module, with the service on it."""
    with Demo(demo_made, tmp_path_factory.mktemp("demo") / "data") as demo:
        yield demo
