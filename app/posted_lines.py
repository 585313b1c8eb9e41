"""What sources post, JSON or NDJSON, as single things with their places; a broken line leaves the others standing."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from protocol.words import Remedy

NOT_JSON = object()
"""Stands for a line that is no JSON."""

NOT_JSON_LINE = "this is not JSON; correct the line."


@dataclass(frozen=True)
class LineFault:
    """What is wrong with one line of NDJSON, or with one place of a JSON array; the first is 1."""

    line: int
    error: str


def posted_items(body: bytes, by_line: bool, noun: str) -> Iterable[tuple[int, Any]]:
    """The things of a body, numbered from 1. Raises Remedy for one that is no JSON at all; `noun` is what one is."""
    return _lines(body) if by_line else _items(body, noun)


def posted_moment(value: Any) -> datetime:
    """A moment with its time zone, in UTC. Raises Remedy for anything else."""
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise Remedy("at must be a moment with its time zone, like 2026-03-03T21:05:00Z; correct it.")


def parsed(text: bytes) -> Any:
    """The document, or NOT_JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return NOT_JSON


def _lines(body: bytes) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(body.split(b"\n"), 1):
        if line.strip():
            yield number, parsed(line)


def _items(body: bytes, noun: str) -> Iterable[tuple[int, Any]]:
    document = parsed(body)
    if document is NOT_JSON:
        raise Remedy(
            f"The body is not JSON; send one {noun}, a list of them, or one in each line as application/x-ndjson."
        )
    return enumerate(document if isinstance(document, list) else [document], 1)
