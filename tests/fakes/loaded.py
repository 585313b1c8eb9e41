"""Stores with the sample company, made once per test session and copied for each test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from monitoring.definitions import load_rules
from playbooks.library import load_library, read_library
from protocol.company import load_company, read_company
from tests.fakes.terminal import COMPANY, RULES, Terminal
from wiring.works import open_works

TEMPLATE = f"crisis_loaded_{os.getpid()}"


def fill(environ: dict[str, str]) -> None:
    """A new store with the sample company, library and rules."""
    works = open_works(environ, create=True)
    with works.store.write() as session:
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
def loaded_database(postgres_database: str, loaded_home: Path) -> Iterator[str]:
    """The name of a PostgreSQL database to make others from; its secret key is that of `loaded_home`."""
    admin = create_engine(postgres_database, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {TEMPLATE}"))
    address = admin.url.set(database=TEMPLATE).render_as_string(hide_password=False)
    fill({"CRISIS_HOME": str(loaded_home), "CRISIS_DATABASE_URL": address})
    yield TEMPLATE
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {TEMPLATE} WITH (FORCE)"))


@pytest.fixture
def new_database(postgres_database: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    yield from _database(postgres_database, "template0")


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
    template = request.getfixturevalue("loaded_database")
    for address in _database(request.getfixturevalue("postgres_database"), template):
        terminal.settings["CRISIS_DATABASE_URL"] = address
        yield terminal


def _database(server: str, template: str) -> Iterator[str]:
    name = f"crisis_one_{os.getpid()}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
