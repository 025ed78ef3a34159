import pytest
import structlog
from workshop import Clock, KeepingPost, open_desk


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def desk(migrated_url, clock):
    opened = open_desk(migrated_url, clock=clock)
    yield opened
    opened.store.database.dispose()


@pytest.fixture
def post():
    return KeepingPost()


@pytest.fixture
def logged():
    """What is logged, as dicts."""
    with structlog.testing.capture_logs() as lines:
        yield lines
