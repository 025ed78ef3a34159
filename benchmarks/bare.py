"""The ceiling: Litestar handlers that do one prepared statement and nothing else, on the service's own database.

    python bare.py DATABASE_URL PORT THREADS

`/read/ID` reads one row by its key; PUT `/write` adds one row and commits. Each does so in a thread, as handlers that
wait for a database must; under `/loop`, on SQLite only, without one, which stops all others while the disk is waited for.
"""

import os
import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import uvicorn
from litestar import Litestar, Request, Response, get, put
from litestar.concurrency import set_asyncio_executor

READ, WRITE = "SELECT body FROM bare WHERE id = ?", "INSERT INTO bare (id, body) VALUES (?, ?)"


class Sqlite:
    """A connection for each thread, set as the service sets its own."""

    def __init__(self, url: str) -> None:
        self._path = url.removeprefix("sqlite:///")
        self._mine = threading.local()
        self._writing = threading.Lock()

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._mine, "connection"):
            self._mine.connection = sqlite3.connect(self._path, isolation_level=None)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
                self._mine.connection.execute(f"PRAGMA {pragma}")
        return self._mine.connection

    def read(self, key: str) -> bytes:
        return self._connection().execute(READ, (key,)).fetchone()[0].encode()

    def write(self, body: bytes) -> None:
        with self._writing:
            self._connection().execute(WRITE, (os.urandom(16).hex(), body.decode()))


class Postgres:
    """The same; each statement is prepared when the driver has seen it a few times."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("+psycopg", "", 1)
        self._mine = threading.local()

    def _connection(self) -> psycopg.Connection[Any]:
        if not hasattr(self._mine, "connection"):
            self._mine.connection = psycopg.connect(self._url, autocommit=True)
        return self._mine.connection

    def read(self, key: str) -> bytes:
        row = self._connection().execute(READ.replace("?", "%s"), (key,)).fetchone()
        assert row is not None
        return row[0].encode()

    def write(self, body: bytes) -> None:
        self._connection().execute(WRITE.replace("?", "%s"), (os.urandom(16).hex(), body.decode()))


def make_app(url: str, threads: int) -> Litestar:
    database = Sqlite(url) if url.startswith("sqlite") else Postgres(url)

    @get("/read/{key:str}", sync_to_thread=True)
    def read(key: str) -> Response[bytes]:
        return Response(database.read(key), media_type="application/json")

    @put("/write", sync_to_thread=True)
    def write(body: bytes) -> Response[bytes]:
        database.write(body)
        return Response(body, media_type="application/json")

    @get("/loop/read/{key:str}", sync_to_thread=False)
    def loop_read(key: str) -> Response[bytes]:
        return Response(database.read(key), media_type="application/json")

    @put("/loop/write")
    async def loop_write(request: Request[Any, Any, Any]) -> Response[bytes]:
        body = await request.body()
        database.write(body)
        return Response(body, media_type="application/json")

    set_asyncio_executor(ThreadPoolExecutor(threads))
    return Litestar([read, write, loop_read, loop_write], openapi_config=None, logging_config=None)


if __name__ == "__main__":
    uvicorn.run(
        make_app(sys.argv[1], int(sys.argv[3])), host="127.0.0.1", port=int(sys.argv[2]), loop="uvloop",
        http="httptools", log_level="warning", access_log=False,
    )  # fmt: skip
