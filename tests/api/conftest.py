import pytest

from visitor import Service


@pytest.fixture
def service_without_questionnaires(migrated_url, clock, tmp_path):
    """The same, ready sooner, for tests of everything that comes before an assessment."""
    with Service(migrated_url, clock=clock, questionnaires=tmp_path) as service:
        yield service


@pytest.fixture
def owner(service):
    """Somebody with a hotel."""
    visitor = service.visitor("Sok Dara")
    visitor.begin()
    return visitor
