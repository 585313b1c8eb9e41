"""What machines post: JSON, lines of it or CloudEvents, taken apart into items, each with the place it stands at."""

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from io import BytesIO
from typing import Any, TypeVar

import orjson
from fastapi import Request

from app.cloud_events import BadEvent, header_text, unwrapped
from app.web_request import Refused
from monitoring.readings import EARLIEST
from protocol.words import Remedy

NOT_JSON = object()
SHOWN_FAULTS = 100
MOST_ITEMS = 100_000
"""So many items a post: each costs time and memory, and a body of five megabytes could hold millions."""
Item = TypeVar("Item")
LINE_NOT_JSON = "this is not JSON; correct the line."


class Form(StrEnum):
    """How a body is written."""

    JSON = "json"
    LINES = "lines"
    EVENT = "event"  # one CloudEvent
    EVENTS = "events"  # a list of them
    BINARY = "binary"  # the data alone; the rest of the event stands in headers


FORMS = {
    "application/json": Form.JSON,
    "application/x-ndjson": Form.LINES,
    "application/ndjson": Form.LINES,
    "application/jsonl": Form.LINES,
    "application/cloudevents+json": Form.EVENT,
    "application/cloudevents-batch+json": Form.EVENTS,
}
"""By media type. No web page can post any of them unasked."""


@dataclass(frozen=True)
class LineFault:
    """What is wrong with one line of NDJSON, one place of a JSON array or one event; the first is 1."""

    line: int
    error: str


@dataclass
class Faults:
    """What is wrong with a post: in how many places, and the first hundred of them."""

    count: int = 0
    shown: list[LineFault] = field(default_factory=list)

    def note(self, line: int, error: str) -> None:
        """One place could not be taken."""
        self.count += 1
        if len(self.shown) < SHOWN_FAULTS:
            self.shown.append(LineFault(line, error))


class TooMany(Remedy):
    """More than one post may hold."""


def unread(remedy: Remedy) -> Refused:
    """The answer to a post that could not be taken apart: 413 for one that holds too many items, 400 for any other."""
    return Refused(413 if isinstance(remedy, TooMany) else 400, str(remedy))


def form_for(what: str) -> Callable[[Request], Awaitable[Form]]:
    """Reads the form of a request that brings `what`, and refuses another type before the body is read."""

    async def read(request: Request) -> Form:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        form = FORMS.get(kind)
        if form is None:
            how = "application/json or, one in each line, as application/x-ndjson, or as CloudEvents"
            raise Refused(415, f"Send {what} as {how}.")
        return Form.BINARY if form is Form.JSON and "ce-specversion" in request.headers else form

    return read


def items_of(body: bytes, form: Form, headers: Iterable[tuple[str, str]], what: str) -> Iterator[tuple[int, Any]]:
    """Each item with its place; NOT_JSON for a line that is none, and a BadEvent for an event that is none.

    Raises Remedy for a body that is no JSON at all. From more than MOST_ITEMS on, taking the next raises TooMany.
    """
    return within_most(_items(body, form, headers, what))


def within_most(items: Iterable[Item]) -> Iterator[Item]:
    """The same items; the first beyond MOST_ITEMS raises TooMany."""
    for number, item in enumerate(items, 1):
        if number > MOST_ITEMS:
            raise TooMany(f"The post holds more than {MOST_ITEMS:,} items; send it in parts.")
        yield item


def _items(body: bytes, form: Form, headers: Iterable[tuple[str, str]], what: str) -> Iterator[tuple[int, Any]]:
    if form is Form.LINES:
        return _lines(body)
    document = parsed(body)
    if document is NOT_JSON:
        raise Remedy(
            f"The body is not JSON; send one {what}, a list of them, or one in each line as application/x-ndjson."
        )
    if form is Form.JSON:
        return iter(enumerate(document if isinstance(document, list) else [document], 1))
    if form is Form.BINARY:
        attributes = {name[3:]: header_text(value) for name, value in headers if name.startswith("ce-")}
        return _of_event({**attributes, "data": document})
    if form is Form.EVENT:
        return _of_event(document)
    if not isinstance(document, list):
        raise Remedy("A batch of CloudEvents is a list; send one event as application/cloudevents+json.")
    return _of_events(document)


def parsed(text: bytes) -> Any:
    """The document in a text, or NOT_JSON."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:  # slower, and takes what is not quite JSON: its fault is told in the words of what was posted
        return json.loads(text)
    except (ValueError, RecursionError):
        return NOT_JSON


def read_moment(value: Any) -> datetime:
    """An aware moment in UTC. Raises Remedy for anything else."""
    try:
        moment = datetime.fromisoformat(value)
        aware = moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (TypeError, ValueError, OverflowError):
        aware = None
    if aware is not None and aware < EARLIEST:
        raise Remedy("at lies before 1970; set the clock of its source.")
    if aware is not None:
        return aware
    raise Remedy("at must be a moment with its time zone, like 2026-03-03T21:05:00Z; correct it.")


def read_name(value: Any, what: str, longest: int, least: int = 1) -> str:
    """A name that every database can store. Raises Remedy for anything else."""
    # A control character or half a surrogate cannot be stored by every database.
    if not isinstance(value, str) or not least <= len(value) <= longest or not value.isprintable():
        raise Remedy(f"{what} must be a name of {least} to {longest} printable characters; give one.")
    return value


def _lines(body: bytes) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(BytesIO(body), 1):
        if line.strip():
            yield number, parsed(line)


def _of_event(event: Any) -> Iterator[tuple[int, Any]]:
    return iter(enumerate(unwrapped(event), 1))


def _of_events(events: list[Any]) -> Iterator[tuple[int, Any]]:
    return ((place, item) for place, event in enumerate(events, 1) for item in unwrapped(event))


def fault_of(item: Any) -> str | None:
    """What is wrong with an item that could not be taken apart; None for any other."""
    if item is NOT_JSON:
        return LINE_NOT_JSON
    return str(item) if isinstance(item, BadEvent) else None
