"""The rules of the service's house: tables, migrations, endpoints, and who may be asked without signing in."""

import re

import pytest

from compliance.api.routes import ENDPOINTS
from compliance.store.engine import open_engine
from compliance.store.migrating import differences, migrate, newest_revision
from compliance.store.tables import GLOBAL_TABLES, metadata
from fixtures.libraries import ROOT

MIGRATIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
PUBLIC = {
    "read_service", "read_problem_type", "list_published_questionnaires", "read_published_questionnaire",
    "look_up_certificate", "register", "confirm_address", "confirm_address_by_code", "ask_for_confirmation",
    "ask_for_password_reset", "choose_new_password", "log_in",
}  # fmt: skip
"""Endpoints that ask nobody who they are; a new one belongs here only after somebody thought about it."""


def test_the_key_of_every_table_begins_with_the_organisation_or_the_table_is_a_known_exception():
    others = {
        table.name for table in metadata.tables.values() if next(iter(table.primary_key)).name != "organisation_id"
    }
    assert others == GLOBAL_TABLES


def test_every_unique_index_of_a_tenants_table_begins_with_the_organisation():
    wrong = [
        index.name
        for table in metadata.tables.values()
        if table.name not in GLOBAL_TABLES
        for index in table.indexes
        if index.unique and next(iter(index.columns)).name != "organisation_id"
    ]
    assert wrong == []


def test_no_sequence_and_no_default_of_the_database_makes_a_value():
    columns = [column for table in metadata.tables.values() for column in table.columns]
    made = [column for column in columns if column.server_default is not None or column.identity is not None]
    assert made == []
    assert not [column for column in columns if column.autoincrement is True]


def test_migrations_are_numbered_without_gaps_and_have_one_head():
    numbers = [path.name[:4] for path in MIGRATIONS]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    assert newest_revision() == numbers[-1]


def test_migrations_take_their_connection_from_the_caller_and_read_nothing_else():
    for path in [*MIGRATIONS, ROOT / "migrations" / "env.py"]:
        assert not re.search(
            r"os\.environ|getenv|compliance\.settings|sqlalchemy\.url", path.read_text(encoding="utf-8")
        ), path.name


def test_every_migration_leads_from_empty_to_exactly_the_tables(database_url):
    engine = open_engine(database_url)
    try:
        migrate(engine)
        assert differences(engine) == []
    finally:
        engine.dispose()


def test_who_need_not_sign_in_is_written_down():
    assert {each.operation_id for each in ENDPOINTS if each.access == "anyone"} == PUBLIC


def test_every_endpoint_below_an_organisation_is_for_its_members():
    wrong = [
        each.operation_id
        for each in ENDPOINTS
        if each.path.startswith("/organisations/{organisation_id}") and each.access != "member"
    ]
    assert wrong == []
    assert not [
        each.operation_id for each in ENDPOINTS if each.path.startswith("/operator") and each.access != "operator"
    ]


def test_no_two_endpoints_share_a_name_or_a_place():
    assert len({each.operation_id for each in ENDPOINTS}) == len(ENDPOINTS)
    assert len({(each.method, each.path) for each in ENDPOINTS}) == len(ENDPOINTS)


@pytest.mark.parametrize("path", sorted((ROOT / "src/compliance/store").glob("*.py")), ids=lambda path: path.name)
def test_sql_commits_nowhere(path):
    assert ".commit(" not in path.read_text(encoding="utf-8")
