"""Fixtures that every room shares: the same tests on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from protocol.store import Store
from protocol.vault import Vault
from wiring.tables import METADATA

POSTGRES = os.environ.get("CRISIS_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
TEST_DATABASE = f"crisis_test_{os.getpid()}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "crisis.db"
    store = Store(f"sqlite:///{file}")
    METADATA.create_all(store.engine)
    store.close()
    return file


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    admin = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {TEST_DATABASE}"))
    except OperationalError:
        pytest.skip("needs PostgreSQL; set CRISIS_TEST_POSTGRES to an address that may create databases")
    url = admin.url.set(database=TEST_DATABASE).render_as_string(hide_password=False)
    store = Store(url)
    METADATA.create_all(store.engine)
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
    names = ", ".join(f'"{table.name}"' for table in METADATA.sorted_tables)
    with opened.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    opened.close()


@pytest.fixture
def vault() -> Vault:
    return Vault(b"a secret of the tests")
