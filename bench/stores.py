"""Stores to measure on: one of each kind is filled once, and every measurement gets a fresh copy of it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from bench import people
from incidents.clock import WallClock
from protocol.store import Store
from wiring.schema import migrate

POSTGRES = os.environ.get("TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/test")


class Shelf(Protocol):
    """A filled store, and copies of it."""

    kind: str

    def copy(self) -> str:
        """The address of the copy; there is one at a time."""
        ...

    def clear(self) -> None:
        """Removes everything."""
        ...


class SqliteShelf:
    """A file, and a copy of it beside."""

    kind = "sqlite"

    def __init__(self, folder: Path, count: int) -> None:
        self._filled, self._copy = folder / "filled.db", folder / "copy.db"
        _fill(f"sqlite:///{self._filled}", count)

    def copy(self) -> str:
        for file in self._copy.parent.glob("copy.db*"):
            file.unlink()
        shutil.copy(self._filled, self._copy)
        return f"sqlite:///{self._copy}"

    def clear(self) -> None:
        """The folder goes as a whole."""


class PostgresShelf:
    """A database of the bench's own, and another made from it. Raises OperationalError when there is no server."""

    kind = "postgresql"

    def __init__(self, count: int) -> None:
        self._admin = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
        self._filled, self._copy = f"crisis_bench_{os.getpid()}", f"crisis_bench_{os.getpid()}_copy"
        self._say(f"CREATE DATABASE {self._filled}")
        _fill(self._url(self._filled), count)
        filled = create_engine(self._url(self._filled), isolation_level="AUTOCOMMIT")
        with filled.connect() as connection:
            connection.execute(text("SELECT setval('member_id_seq', max(id)) FROM member"))  # they came with numbers
            connection.execute(text("VACUUM ANALYZE"))  # as the server would within a minute
        filled.dispose()

    def copy(self) -> str:
        self._say(f"DROP DATABASE IF EXISTS {self._copy} WITH (FORCE)")
        self._say(f"CREATE DATABASE {self._copy} TEMPLATE {self._filled}")
        return self._url(self._copy)

    def clear(self) -> None:
        for name in (self._copy, self._filled):
            self._say(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._admin.dispose()

    def _url(self, name: str) -> str:
        return self._admin.url.set(database=name).render_as_string(hide_password=False)

    def _say(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def shelves(folder: Path, count: int) -> Iterator[tuple[list[Shelf], str]]:
    """Filled stores of both kinds with so many people, and a sentence about one that is missing."""
    opened: list[Shelf] = [SqliteShelf(folder, count)]
    missing = ""
    try:
        opened.append(PostgresShelf(count))
    except OperationalError:
        missing = "PostgreSQL is skipped: set TEST_POSTGRES to an address that may create databases."
    try:
        yield opened, missing
    finally:
        for shelf in opened:
            shelf.clear()


def _fill(url: str, count: int) -> None:
    store = Store(url)
    migrate(store)
    people.settle_in(store, count, WallClock().now())
    store.close()
