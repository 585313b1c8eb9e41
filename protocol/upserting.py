"""Rows that come to say what a file says: upserted by key, and lists replaced only when they differ."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol.base import Base

Row = TypeVar("Row", bound=Base)


def upsert(session: Session, row_type: type[Row], key: str, values: Mapping[str, Any]) -> Row:
    """The row of that key with these values; new when there was none."""
    row = session.scalar(select(row_type).where(getattr(row_type, "key") == key))  # noqa: B009 - Base has no key
    if row is None:
        row = row_type(key=key, **values)
        session.add(row)
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
    session.flush()
    return row


def replace(session: Session, row_type: type[Row], owner: Mapping[str, int], wanted: Sequence[dict[str, Any]]) -> None:
    """Makes the rows of one owner the wanted ones; touches nothing when they already are."""
    stored = session.scalars(select(row_type).filter_by(**owner)).all()
    names = list(wanted[0]) if wanted else []
    have = Counter(tuple(getattr(row, name) for name in names) for row in stored)
    if have == Counter(tuple(entry[name] for name in names) for entry in wanted):
        return
    for row in stored:
        session.delete(row)
    session.flush()  # the same key may come back in another place
    session.add_all(row_type(**owner, **entry) for entry in wanted)
    session.flush()
