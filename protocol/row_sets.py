"""Many rows in one parameter, given to the database as JSON: one statement does the work of thousands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any, TypeAlias

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Double,
    Integer,
    Select,
    String,
    Subquery,
    Time,
    cast,
    column,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from protocol.base import Base

Rows: TypeAlias = Select[*tuple[Any, ...]]  # a query for rows of whatever columns it names
KINDS: dict[type, Any] = {
    int: BigInteger,
    float: Double,
    str: String,
    bool: Boolean,
    time: Time,
    datetime: DateTime(timezone=True),
}
IN_ONE_LIST = 500  # numbers in one statement
IN_ONE_SET = 10_000  # rows in one statement


def row_set(session: Session, name: str, columns: Mapping[str, type], rows: Iterable[Sequence[Any]]) -> Subquery:
    """A table `name` of the rows, with these columns of a type of KINDS, to join with; None becomes NULL."""
    in_sqlite = session.get_bind().dialect.name == "sqlite"
    written = orjson.dumps(list(rows), _moment_text, orjson.OPT_PASSTHROUGH_DATETIME).decode()
    return (_in_sqlite if in_sqlite else _in_postgresql)(name, columns, written)


def insert_rows(
    session: Session, table: type[Base], columns: Mapping[str, type], rows: Sequence[Sequence[Any]]
) -> None:
    """Inserts all of them with one statement."""
    if rows:
        given = row_set(session, "new", columns, rows)
        session.execute(insert(table).from_select(list(columns), select(*(given.c[name] for name in columns))))


def some_of(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many at a time as may stand in one statement."""
    return (numbers[start : start + IN_ONE_LIST] for start in range(0, len(numbers), IN_ONE_LIST))


def _moment_text(moment: object) -> str:
    """As SQLite keeps it; PostgreSQL takes it as well, in the time zone that is cast below."""
    if isinstance(moment, datetime):
        # Not by strftime: that writes the year 999 with three digits.
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return f"{moment:%H:%M:%S.%f}"


def _in_sqlite(name: str, columns: Mapping[str, type], given: str) -> Subquery:
    element = func.json_each(literal(given, String)).table_valued("value", name=f"{name}_given")
    picked: list[ColumnElement[Any]] = [
        func.json_extract(element.c.value, f"$[{place}]", type_=Integer() if kind in (int, bool) else String()).label(
            named
        )
        for place, (named, kind) in enumerate(columns.items())
    ]
    return select(*picked).subquery(name)


def _in_postgresql(name: str, columns: Mapping[str, type], given: str) -> Subquery:
    array = cast(literal(given, String), JSONB)
    element = func.jsonb_array_elements(array).table_valued(column("value", JSONB), name=f"{name}_given")
    texts = [element.c.value.op("->>")(literal(place, Integer)) for place in range(len(columns))]
    picked = [
        cast(text.concat("+00") if kind is datetime else text, KINDS[kind]).label(named)
        for text, (named, kind) in zip(texts, columns.items(), strict=True)
    ]
    return select(*picked).subquery(name)
