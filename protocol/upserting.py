"""Rows that come to say what a file says: upserted by key, and lists replaced only when they differ."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from protocol.base import Base
from protocol.row_sets import insert_rows, row_set, some_of

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


def replace_lists(
    session: Session,
    row_type: type[Base],
    owner: str,
    columns: Mapping[str, type],
    wanted: Mapping[int, Sequence[tuple[Any, ...]]],
) -> None:
    """The same for thousands of owners at once: `owner` is the column of their numbers, `columns` are what rows say."""
    stored = _stored_lists(session, row_type, owner, columns, wanted)
    differ = [number for number, rows in wanted.items() if Counter(rows) != Counter(stored.get(number, ()))]
    whose = getattr(row_type, owner)
    for numbers in some_of([number for number in differ if number in stored]):
        session.execute(delete(row_type).where(whose.in_(numbers)), execution_options={"synchronize_session": False})
    new = [(number, *row) for number in differ for row in wanted[number]]
    insert_rows(session, row_type, {owner: int, **columns}, new)


def _stored_lists(
    session: Session, row_type: type[Base], owner: str, columns: Iterable[str], owners: Iterable[int]
) -> Mapping[int, Sequence[tuple[Any, ...]]]:
    theirs = row_set(session, "theirs", {owner: int}, ([number] for number in owners))
    whose = getattr(row_type, owner)
    query = select(whose, *(getattr(row_type, name) for name in columns)).join(theirs, theirs.c[owner] == whose)
    found: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for number, *values in session.execute(query):
        found[number].append(tuple(values))
    return found
