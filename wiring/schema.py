"""Brings the store to this release's schema, and says when it is not."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from protocol.store import Store
from protocol.words import Remedy


def migrate(store: Store) -> None:
    """Runs every migration that the store has not seen; a fresh database gets every table."""
    with store.engine.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


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
