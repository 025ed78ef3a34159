import pytest
from guest import Guest

from demo import Demo, made_demo
from visitor import Clock, Service


@pytest.fixture
def clock():
    """The service's clock; `clock.forward(minutes=15)`."""
    return Clock()


@pytest.fixture
def service(migrated_url, clock):
    """The service on a fresh database, once on each engine."""
    with Service(migrated_url, clock=clock) as service:
        yield service


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


@pytest.fixture(scope="session")
def demo_made(tmp_path_factory, worker_id):
    """The demonstration, made by the first worker that asks."""
    base = tmp_path_factory.getbasetemp()
    return made_demo(base if worker_id == "master" else base.parent)


@pytest.fixture(scope="module")
def demo(demo_made, tmp_path_factory):
    """A copy of the demonstration for the tests of a module, with the service on it."""
    with Demo(demo_made, tmp_path_factory.mktemp("demo") / "data") as demo:
        yield demo
