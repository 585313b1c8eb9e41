"""The rows of the sample company, read once per session and put into each test's store."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, select, text
from sqlalchemy.orm import Session

from protocol.store import Store
from wiring.tables import METADATA

Snapshot = Mapping[str, list[dict[str, Any]]]


def snapshot_of(store: Store) -> Snapshot:
    """Every row of a store, to be put into others."""
    with store.read() as session:
        return {t.name: [dict(row._mapping) for row in session.execute(select(t))] for t in METADATA.sorted_tables}


def put(store: Store, snapshot: Snapshot) -> None:
    """Fills an empty store."""
    with store.write() as session:
        for table in METADATA.sorted_tables:
            if snapshot[table.name]:
                session.execute(table.insert(), snapshot[table.name])
                _count_on(session, store, table)


def _count_on(session: Session, store: Store, table: Table) -> None:
    if not store.is_sqlite and "id" in table.c:
        last = f"(SELECT max(id) FROM {table.name})"
        session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last})"))
