"""The way to the database: short read and write transactions on SQLite or PostgreSQL."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, CursorResult, Engine, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, sessionmaker

from protocol.base import Base
from protocol.words import Remedy

BUSY_SECONDS = 30
CONNECT_SECONDS = 5
UNREADABLE = "CRISIS_DATABASE_URL cannot be read; use sqlite:///FILE or postgresql://USER@HOST/DATABASE."
ROWS_AT_ONCE = 500  # SQLite takes 32,766 parameters a statement


class Store:
    """One database. `read()` and `write()` give a session; a write commits on leaving, or rolls back on an error.

    On SQLite a write begins IMMEDIATE, so two writers queue instead of failing half-way. Parameters never appear in
    errors, because they may be personal.
    """

    def __init__(self, url: str) -> None:
        self.url = parsed(url)
        self.engine = _engine(self.url)
        event.listen(self.engine, "handle_error", _without_values)
        self._readers = sessionmaker(self.engine, expire_on_commit=False)
        self._writers = sessionmaker(self.engine.execution_options(crisis_write=True), expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file on this machine."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment and changes nothing."""
        with self._readers() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are committed together on leaving."""
        with self._writers.begin() as session:
            yield session

    def compact(self) -> bool:
        """Rewrites an SQLite file without what was deleted or replaced in it; False while others hold it.

        On PostgreSQL those bytes go at the next vacuum, and the answer is True.
        """
        if not self.is_sqlite:
            return True
        with self.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection  # outside of any transaction, where alone it works
            try:
                driver.execute("VACUUM")
                (held, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError:
                return False
        return not held

    def close(self) -> None:
        """Gives back every connection."""
        self.engine.dispose()


def insert_new(session: Session, table: type[Base], rows: Sequence[dict[str, Any]], unique: Sequence[str]) -> int:
    """Inserts the rows that are not there yet by their `unique` columns; answers how many were new."""
    if not rows:
        return 0
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = 0
    for start in range(0, len(rows), ROWS_AT_ONCE):
        statement = dialect.insert(table.__table__).values(list(rows[start : start + ROWS_AT_ONCE]))
        once = statement.on_conflict_do_nothing(index_elements=list(unique))
        # psycopg forgets the count of an INSERT (-1, which is true) when its cursor closes, unless it is kept.
        result = session.execute(once, execution_options={"preserve_rowcount": True})
        new += cast("CursorResult[Any]", result).rowcount
    return new


def parsed(url: str) -> URL:
    """The address of the database, with the driver that this product uses. Raises Remedy when it cannot be read."""
    try:
        parsed_url = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise Remedy(UNREADABLE) from None
    match parsed_url.get_backend_name():
        case "sqlite" if parsed_url.host:
            raise Remedy(UNREADABLE)
        case "sqlite":
            return parsed_url
        case "postgresql":
            return parsed_url.set(drivername="postgresql+psycopg")
    raise Remedy(
        f"CRISIS_DATABASE_URL names {parsed_url.get_backend_name()}, which is not supported; use sqlite or postgresql."
    )


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_SECONDS}
        )
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        Path(url.database).touch(mode=0o600)  # contacts and notes stand in it; its journal takes the same mode
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _without_values(context: ExceptionContext) -> None:
    # hide_parameters is not enough: after its first line PostgreSQL's own message shows the whole row.
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = tuple(arg.split("\n")[0] if isinstance(arg, str) else arg for arg in error.args)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", f"busy_timeout={BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("crisis_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
