"""The migrations make the tables that the code knows, and a store says whose it is."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from protocol.installation import Environment, stamp
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Remedy
from tests.fakes.set_clock import NOW
from wiring.schema import head, migrate, require_current, revision
from wiring.tables import METADATA
from wiring.works import open_works


def _is_a_models(name: str | None, kind: str, _parents: object) -> bool:
    """The full-text index of SQLite is a virtual table, with tables of SQLite's own beside it: no model's."""
    return kind != "table" or not (name or "").startswith("answer_search")


def test_the_migrations_make_exactly_the_tables_of_the_models(store: Store) -> None:
    with store.engine.connect() as connection:
        opts = {"compare_type": True, "compare_server_default": True, "include_name": _is_a_models}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, METADATA) == []
    assert revision(store) == head()


def test_migrating_again_changes_nothing(store: Store) -> None:
    migrate(store)
    require_current(store)


def test_an_empty_store_is_told(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/crisis.db")
    with pytest.raises(Remedy, match="The protocol store is empty; run `crisis up` or `crisis migrate` first"):
        require_current(store)
    store.close()


def test_a_store_of_a_newer_release_is_told(tmp_path: Path, sqlite_template: Path) -> None:
    file = tmp_path / "crisis.db"
    file.write_bytes(sqlite_template.read_bytes())
    store = Store(f"sqlite:///{file}")
    with store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Remedy, match="The protocol store is at release 9999, newer than this program; install the"):
        require_current(store)
    store.close()


def test_the_first_start_stamps_the_store_and_the_same_again_is_welcome(store: Store) -> None:
    for _ in range(2):
        with store.write() as session:
            stamp(session, Environment.STAGING, "check", NOW)


def test_another_environment_is_refused(store: Store) -> None:
    with store.write() as session:
        stamp(session, Environment.STAGING, "check", NOW)
    with pytest.raises(Remedy) as error, store.write() as session:
        stamp(session, Environment.PRODUCTION, "check", NOW)
    assert str(error.value) == (
        "This database belongs to staging, but CRISIS_ENVIRONMENT is production; "
        "set CRISIS_ENVIRONMENT=staging or use another CRISIS_DATABASE_URL."
    )


def test_another_secret_is_refused(store: Store) -> None:
    with store.write() as session:
        stamp(session, Environment.DEMO, Vault(b"one").key_check(), NOW)
    said = "This database was made with another secret key; set CRISIS_SECRET_KEY, or put back the file"
    with pytest.raises(Remedy, match=said), store.write() as session:
        stamp(session, Environment.DEMO, Vault(b"two").key_check(), NOW)


def test_an_installation_is_opened_only_as_what_it_is(tmp_path: Path) -> None:
    home = {"CRISIS_HOME": str(tmp_path / "home")}
    open_works(home, create=True).store.close()
    open_works(home).store.close()
    with pytest.raises(Remedy, match="This database belongs to demo, but CRISIS_ENVIRONMENT is staging"):
        open_works({**home, "CRISIS_ENVIRONMENT": "staging"})
    with pytest.raises(Remedy, match="made with another secret key"):
        open_works({**home, "CRISIS_SECRET_KEY": "another"})
    assert (tmp_path / "home" / "secret.key").stat().st_mode & 0o777 == 0o600
