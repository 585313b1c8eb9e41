"""CloudEvents 1.0 (cloudevents.io): an event is taken apart into what it brings.

Source: the JSON format, the JSON batch format and the HTTP protocol binding of the specification, version 1.0.2.
"""

import base64
from typing import Any
from urllib.parse import unquote

import orjson

VERSION = "1.0"
NEEDED = ("id", "source", "type")


class BadEvent(str):
    """What is wrong with an event, in one sentence."""


def unwrapped(event: Any) -> list[Any]:
    """What an event brings: its data, or each entry when that is a list.

    An entry without `source`, `at` or `id` of its own has those of the event.
    """
    fault = _fault(event)
    if fault:
        return [BadEvent(fault)]
    data = _data(event)
    if isinstance(data, BadEvent):
        return [data]
    alone = not isinstance(data, list)
    entries = [data] if alone else data
    return [_filled(entry, event, "" if alone else f"/{place}") for place, entry in enumerate(entries, 1)]


def _fault(event: Any) -> str | None:
    if not isinstance(event, dict):
        return 'a CloudEvent is an object like {"specversion": "1.0", "id": "1", "source": "/press", "data": {}}.'
    if event.get("specversion") != VERSION:
        return "specversion must be 1.0; send that version of CloudEvents."
    missing = next((name for name in NEEDED if not isinstance(event.get(name), str) or not event[name]), None)
    return f"the event has no {missing}; CloudEvents need {', '.join(NEEDED)}." if missing else None


def _data(event: dict[str, Any]) -> Any:
    if "data_base64" not in event:
        return event.get("data")
    try:
        return orjson.loads(base64.b64decode(event["data_base64"], validate=True))
    except (TypeError, ValueError):
        return BadEvent("data_base64 must be JSON in base64; correct it, or send data.")


def _filled(entry: Any, event: dict[str, Any], place: str) -> Any:
    if not isinstance(entry, dict):
        return entry
    given = {"source": event["source"], "id": event["id"] + place}
    if isinstance(event.get("time"), str):
        given["at"] = event["time"]
    return {**given, **entry}


def header_text(value: str) -> str:
    """An attribute as a header writes it: with percent signs for what no header may hold."""
    return unquote(value)
