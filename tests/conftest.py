"""Fixtures that every room shares: the same tests on SQLite and on PostgreSQL."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from playbooks.library import load_library, read_library
from protocol.company import load_company, read_company
from protocol.store import Store
from protocol.vault import Vault
from tests.fakes.company import Snapshot, put, snapshot_of
from tests.fakes.room import Room
from tests.fakes.set_clock import NOW
from wiring.schema import migrate
from wiring.tables import METADATA

POSTGRES = os.environ.get("TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
SECRET = b"a secret of the tests"
TEST_DATABASE = f"crisis_test_{os.getpid()}"


def _loopback_only(event: str, arguments: tuple[object, ...]) -> None:
    """No test speaks to anything beyond this machine, whatever library would like to."""
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host = str(arguments[1][0])
    if not host.startswith("127.") and host not in ("::1", "localhost"):
        raise PermissionError(f"a test would have connected to {host}")


sys.addaudithook(_loopback_only)


def missing(what: str) -> None:
    """Skips what this machine cannot test, and says so; where everything is required, it fails."""
    if os.environ.get("TEST_REQUIRED"):
        pytest.fail(f"needs {what}")
    pytest.skip(f"needs {what}")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "crisis.db"
    store = Store(f"sqlite:///{file}")
    migrate(store)
    store.close()
    return file


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    admin = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {TEST_DATABASE}"))
    except OperationalError:
        missing("PostgreSQL; set TEST_POSTGRES to an address that may create databases")
    url = admin.url.set(database=TEST_DATABASE).render_as_string(hide_password=False)
    store = Store(url)
    migrate(store)
    store.close()
    yield url
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {TEST_DATABASE} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store with every table, once per kind of database."""
    if request.param == "sqlite":
        file = tmp_path / "crisis.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        opened = Store(f"sqlite:///{file}")
        yield opened
        opened.close()
        return
    opened = Store(request.getfixturevalue("postgres_database"))
    yield opened
    with opened.engine.begin() as connection:
        connection.execute(text(_emptying()))
    opened.close()


def _emptying() -> str:
    """One round trip; faster than TRUNCATE, which makes a new file of every table and index."""
    tables = list(reversed(METADATA.sorted_tables))
    deletes = [f'DELETE FROM "{table.name}"' for table in tables]
    counters = [name for table in tables for name in [f"{table.name}_id_seq"] if "id" in table.c]
    restarts = [f"SELECT setval('{name}', 1, false) WHERE to_regclass('{name}') IS NOT NULL" for name in counters]
    return "; ".join([*deletes, *restarts])


@pytest.fixture
def vault() -> Vault:
    return Vault(SECRET)


@pytest.fixture(scope="session")
def sample_company(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The rows of the sample company and the shipped library."""
    file = tmp_path_factory.mktemp("company") / "crisis.db"
    shutil.copy(sqlite_template, file)
    loaded = Store(f"sqlite:///{file}")
    with loaded.write() as session:
        load_company(session, Vault(SECRET), read_company(Path("examples") / "company.yaml"))
        load_library(session, read_library(), NOW)
    rows = snapshot_of(loaded)
    loaded.close()
    return rows


@pytest.fixture
def room(store: Store, vault: Vault, tmp_path: Path, sample_company: Snapshot) -> Iterator[Room]:
    """The sample company in a store, a clock that is set by hand, and phones that record."""
    put(store, sample_company)
    opened = Room(store, vault, tmp_path)
    yield opened
    opened.close()
