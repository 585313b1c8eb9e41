"""Stores with the sample company, made once per test session and copied for each test."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text

from monitoring.definitions import load_rules
from playbooks.library import load_library, read_library
from protocol.company import load_company, read_company
from protocol.history import Author, recorded
from protocol.store import Store
from tests.fakes.terminal import COMPANY, RULES, Terminal
from wiring.tables import METADATA
from wiring.works import open_works

Rows = Mapping[str, Sequence[dict[str, Any]]]


def fill(environ: dict[str, str]) -> None:
    """A new store with the sample company, library and rules."""
    works = open_works(environ, create=True)
    author = Author("the tests", "crisis load")
    with works.store.write() as session, recorded(session, author, works.clock.now()):
        load_company(session, works.vault, read_company(COMPANY))
        load_library(session, read_library(), works.clock.now())
        load_rules(session, RULES)
    works.store.close()


@pytest.fixture(scope="session")
def loaded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("loaded") / "home"
    fill({"CRISIS_HOME": str(home)})
    return home


@pytest.fixture(scope="session")
def loaded_rows(loaded_home: Path) -> Rows:
    """The same rows, to be put into PostgreSQL."""
    store = Store(f"sqlite:///{loaded_home / 'crisis.db'}")
    with store.read() as session:
        rows = {
            table.name: [dict(row) for row in session.execute(select(table)).mappings()]
            for table in METADATA.sorted_tables
        }
    store.close()
    return rows


@pytest.fixture
def new_database(postgres_database: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    name = f"crisis_new_{os.getpid()}"
    admin = create_engine(postgres_database, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def terminal(
    loaded_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """A terminal at a store on SQLite with the sample company."""
    shutil.copytree(loaded_home, tmp_path / "home")
    return Terminal(tmp_path / "home", monkeypatch, capsys)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_terminal(request: pytest.FixtureRequest, terminal: Terminal) -> Iterator[Terminal]:
    """A terminal at a store with the sample company, once per kind of database."""
    if request.param == "sqlite":
        yield terminal
        return
    address = request.getfixturevalue("postgres_database")
    store = Store(address)
    _fill(store, request.getfixturevalue("loaded_rows"))
    terminal.settings["CRISIS_DATABASE_URL"] = address
    yield terminal
    _empty(store)
    store.close()


def _fill(store: Store, rows: Rows) -> None:
    with store.write() as session:
        for table in METADATA.sorted_tables:
            if rows[table.name]:
                session.execute(table.insert(), rows[table.name])
            if table.autoincrement_column is not None and rows[table.name]:
                newest = max(row["id"] for row in rows[table.name])
                session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {newest})"))


def _empty(store: Store) -> None:
    tables = list(reversed(METADATA.sorted_tables))
    numbered = [table.name for table in tables if table.autoincrement_column is not None]
    deletes = [f'DELETE FROM "{table.name}"' for table in tables]
    restarts = [f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), 1, false)" for name in numbered]
    with store.engine.begin() as connection:
        connection.execute(text("; ".join([*deletes, *restarts])))
