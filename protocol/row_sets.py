"""Many rows in one parameter, given to the database as JSON: one statement does the work of thousands."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import orjson
from sqlalchemy import BigInteger, ColumnElement, Integer, Select, String, Subquery, cast, column, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

Rows: TypeAlias = Select[*tuple[Any, ...]]  # a query for rows of whatever columns it names
KINDS: dict[type, Any] = {int: BigInteger, str: String}


def row_set(session: Session, name: str, columns: Mapping[str, type], rows: Iterable[Sequence[Any]]) -> Subquery:
    """A table `name` of the rows, with these columns of `int` or `str`, to join with; None becomes NULL."""
    given = orjson.dumps(list(rows)).decode()
    if session.get_bind().dialect.name == "sqlite":
        return _in_sqlite(name, columns, given)
    return _in_postgresql(name, columns, given)


def _in_sqlite(name: str, columns: Mapping[str, type], given: str) -> Subquery:
    element = func.json_each(literal(given, String)).table_valued("value", name=f"{name}_given")
    picked: list[ColumnElement[Any]] = [
        func.json_extract(element.c.value, f"$[{place}]", type_=Integer() if kind is int else String()).label(named)
        for place, (named, kind) in enumerate(columns.items())
    ]
    return select(*picked).subquery(name)


def _in_postgresql(name: str, columns: Mapping[str, type], given: str) -> Subquery:
    array = cast(literal(given, String), JSONB)
    element = func.jsonb_array_elements(array).table_valued(column("value", JSONB), name=f"{name}_given")
    picked = [
        cast(element.c.value.op("->>")(literal(place, Integer)), KINDS[kind]).label(named)
        for place, (named, kind) in enumerate(columns.items())
    ]
    return select(*picked).subquery(name)
