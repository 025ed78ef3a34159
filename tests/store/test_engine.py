"""Transactions when lines are cut, and when many threads read at once."""

import threading

import pytest
from sqlalchemy import text

from compliance.errors import Unavailable
from compliance.store.engine import ConnectionLost, Database, open_engine
from compliance.usecases.patience import patiently

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture
def database(database_url):
    database = Database(open_engine(database_url, pool_size=4))
    with database.transaction(writes=True) as connection:
        connection.execute(text("CREATE TABLE kept (word VARCHAR(10))"))
    yield database
    database.dispose()


@pytest.fixture
def cut(database_url):
    """Cuts every line to the database but its own."""
    other = Database(open_engine(database_url, pool_size=1))

    def cut_all():
        with other.transaction(writes=True) as connection:
            connection.execute(text(CUT))

    yield cut_all
    other.dispose()


def words(database):
    with database.transaction(writes=False) as connection:
        return [row[0] for row in connection.execute(text("SELECT word FROM kept ORDER BY word"))]


def put(database, word):
    with database.transaction(writes=True) as connection:
        connection.execute(text("INSERT INTO kept (word) VALUES (:word)"), {"word": word})


def at_once(count, do):
    """Let threads do it while each of them is in; so that there are as many connections."""
    all_in = threading.Barrier(count)
    threads = [threading.Thread(target=do, args=(all_in,)) for _ in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_lines_that_were_cut_while_they_waited_are_noticed_by_nobody(database, cut):
    def look(all_in):
        with database.transaction(writes=False) as connection:
            connection.execute(text("SELECT 1"))
            all_in.wait(20)

    at_once(4, look)
    cut()
    patiently(lambda: put(database, "a"))
    assert [patiently(lambda: words(database)) for _ in range(4)] == [["a"]] * 4


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_deed_whose_line_is_cut_is_done_again_and_once(database, cut):
    tries = []

    def do():
        with database.transaction(writes=True) as connection:
            connection.execute(text("INSERT INTO kept (word) VALUES (:word)"), {"word": f"try {len(tries)}"})
            tries.append(1)
            if len(tries) == 1:
                cut()
            connection.execute(text("SELECT 1"))

    patiently(do)
    assert words(database) == ["try 1"]


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_line_cut_before_the_commit_is_no_reason_to_do_it_again(database, cut):
    """Whether it was kept, nobody knows then: the visitor is told to look."""

    def do():
        with database.transaction(writes=True) as connection:
            connection.execute(text("INSERT INTO kept (word) VALUES ('a')"))
            cut()

    with pytest.raises(Unavailable) as refused:
        patiently(do)
    assert not isinstance(refused.value, ConnectionLost)
    assert patiently(lambda: words(database)) == []


def test_many_threads_read_at_once_and_one_may_read_within_a_read(database):
    put(database, "a")
    found = []

    def read(all_in):
        all_in.wait(20)
        for _ in range(20):
            with database.transaction(writes=False) as connection:
                connection.execute(text("SELECT 1"))
                found.append(words(database))

    at_once(8 if database.is_sqlite else 3, read)
    assert set(map(tuple, found)) == {("a",)}
