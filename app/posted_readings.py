"""Readings as sources post them: JSON or NDJSON, judged line by line."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from monitoring.intake import future_fault
from monitoring.readings import HIGHEST, ReadingValue
from protocol.words import Remedy

LONGEST_SERIES = 200


@dataclass(frozen=True)
class LineFault:
    """What is wrong with one line of NDJSON, or with one place of a JSON array; the first is 1."""

    line: int
    error: str


@dataclass(frozen=True)
class Posted:
    """What can be taken in, and what cannot."""

    readings: tuple[ReadingValue, ...]
    faults: tuple[LineFault, ...]


def read_posted(body: bytes, by_line: bool, now: datetime, ahead: timedelta) -> Posted:
    """Reads a body. Raises Remedy for one that is no JSON at all; a broken line leaves the others standing."""
    items = _lines(body) if by_line else _items(body)
    judged = [(number, _judged(item, now, ahead)) for number, item in items]
    return Posted(
        readings=tuple(found for _, found in judged if isinstance(found, ReadingValue)),
        faults=tuple(LineFault(number, found) for number, found in judged if isinstance(found, str)),
    )


def _lines(body: bytes) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(body.split(b"\n"), 1):
        if line.strip():
            yield number, _parsed(line)


def _items(body: bytes) -> Iterable[tuple[int, Any]]:
    document = _parsed(body)
    if document is _NOT_JSON:
        raise Remedy(
            "The body is not JSON; send one reading, a list of them, or one in each line as application/x-ndjson."
        )
    return enumerate(document if isinstance(document, list) else [document], 1)


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NOT_JSON


def _judged(item: Any, now: datetime, ahead: timedelta) -> ReadingValue | str:
    if item is _NOT_JSON:
        return "this is not JSON; correct the line."
    if not isinstance(item, dict):
        return 'a reading is an object like {"series": "mentions", "at": "2026-03-03T21:05:00Z", "value": 12}.'
    try:
        reading = ReadingValue(_series(item.get("series")), _moment(item.get("at")), _count(item.get("value")))
    except Remedy as fault:
        return str(fault)
    return future_fault(reading, now, ahead) or reading


def _series(value: Any) -> str:
    # A control character or half a surrogate cannot be stored by every database.
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_SERIES or not value.isprintable():
        raise Remedy(f"series must be a name of 1 to {LONGEST_SERIES} printable characters; give one.")
    return value


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise Remedy("at must be a moment with its time zone, like 2026-03-03T21:05:00Z; correct it.")


def _count(value: Any) -> float:
    # The comparison is false for NaN too.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= HIGHEST:
        raise Remedy(f"value must be a number from 0 to {HIGHEST:g}; correct it.")
    return float(value)


_NOT_JSON = object()
