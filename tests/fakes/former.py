"""Stores of earlier releases, so that a migration can be seen to keep what stood in them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from protocol.store import Store
from wiring import schema

KINDS = ("sqlite", "postgresql")


@contextmanager
def store_of_release(
    request: pytest.FixtureRequest, folder: Path, release: str, rows: Sequence[str], **values: Any
) -> Iterator[Store]:
    """A store at a former release that holds these rows; the fixture's parameter says of which kind it is."""
    on_file = request.param == "sqlite"
    store = Store(f"sqlite:///{folder}/former.db" if on_file else request.getfixturevalue("new_database"))
    with store.engine.connect() as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, release)
        connection.commit()
    with store.write() as session:
        for row in rows:
            session.execute(text(row), {name: value for name, value in values.items() if f":{name}" in row})
    yield store
    store.close()
