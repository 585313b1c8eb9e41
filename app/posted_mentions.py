"""Mentions as listening tools post them, judged one by one."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from app.posted import Faults, fault_of, read_moment, read_name
from monitoring.mentions import MOST_REACH, Mention, mention_fault
from protocol.words import Remedy

LONGEST_SOURCE = 200
SENTIMENTS = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}
EXAMPLE = '{"id": "1", "source": "press", "at": "2026-03-03T21:05:00Z", "text": "Aurora recalls a drink"}'


def judged(items: Iterable[tuple[int, Any]], now: datetime, ahead: timedelta) -> tuple[list[Mention], Faults]:
    """The mentions in some items, and what is wrong with the others; no fault repeats what was said."""
    mentions, faults = [], Faults()
    for number, item in items:
        try:
            mention = _mention(item)
            fault = mention_fault(mention.at, now, ahead)
        except Remedy as remedy:
            fault = str(remedy)
        if fault:
            faults.note(number, fault)
        else:
            mentions.append(mention)
    return mentions, faults


def _mention(item: Any) -> Mention:
    if not isinstance(item, dict):
        raise Remedy(fault_of(item) or f"a mention is an object like {EXAMPLE}.")
    channel = item.get("channel")
    return Mention(
        source=read_name(item.get("source") or "", "source", LONGEST_SOURCE, 0),
        at=read_moment(item.get("at")),
        text=_text(item, "text", needed=True),
        id=read_id(item.get("id")),
        author=_text(item, "author"),
        channels=frozenset([channel]) if isinstance(channel, str) else frozenset(),
        reach=_reach(item.get("reach")),
        sentiment=_sentiment(item.get("sentiment")),
    )


def read_id(value: Any) -> str:
    """An id as text; empty where there is none. Raises Remedy for what is no text and no whole number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is None or isinstance(value, str):
        return value or ""
    raise Remedy("id must be a text or a whole number; correct it, or leave it out.")


def _text(item: dict[str, Any], name: str, needed: bool = False) -> str:
    value = item.get(name)
    if isinstance(value, str):
        return value
    if needed or value is not None:
        raise Remedy(f"{name} must be a text; give one.")
    return ""


def _reach(value: Any) -> int:
    if value is None:
        return 0
    # The comparison is false for NaN too.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_REACH:
        raise Remedy(f"reach must be a number of people from 0 to {MOST_REACH:,}; correct it, or leave it out.")
    return int(value)


def _sentiment(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, str) and value.lower() in SENTIMENTS:
        return SENTIMENTS[value.lower()]
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1 <= value <= 1:
        raise Remedy(f"sentiment must be a number from -1 to 1, or one of: {', '.join(SENTIMENTS)}.")
    return float(value)
