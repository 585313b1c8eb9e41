"""Brings the store to this release's schema, and says when it is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from protocol.store import Store
from protocol.words import Remedy


def migrate(store: Store) -> None:
    """Runs every migration that the store has not seen; a fresh database gets every table."""
    with store.engine.connect() as connection, _rebuilding(store, connection):
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


@contextmanager
def _rebuilding(store: Store, connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew: for so long nothing may hold on to the former one."""
    if not store.is_sqlite:
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys=OFF")  # outside of any transaction, where alone it counts
    try:
        yield
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise Remedy(f"The migration left {len(broken)} rows without what they point at; restore the backup.")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def require_current(store: Store) -> None:
    """Raises Remedy unless the store is at this release's schema."""
    found = revision(store)
    if found == head():
        return
    if found is None:
        raise Remedy("The protocol store is empty; run `crisis up` or `crisis migrate` first.")
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found not in known:
        raise Remedy(f"The protocol store is at release {found}, newer than this program; install the newer release.")
    raise Remedy(f"The protocol store is at release {found}, this program needs {head()}; run `crisis migrate`.")


def revision(store: Store) -> str | None:
    """The release of the store's schema; None for an empty database."""
    with store.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The release of the schema that this program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
