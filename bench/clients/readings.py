"""The load on the receiver: batches of a thousand readings as lines, from a process of its own."""

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import func, select

from bench.measured import Work
from bench.posting import post_all, request
from incidents.clock import WallClock
from monitoring.learning import learned
from monitoring.rows import MonitoringRule, Reading, RuleSeries, RuleState
from protocol.store import Store

BATCH = 1000
CONNECTIONS = 2
STEP = timedelta(minutes=5)
PARAMETERS: dict[str, dict[str, Any]] = {
    "ratio": {"window": "1h", "baseline": "3d", "minimum": 1_000_000, "levels": {"yellow": 4}},
    "burst": {"minimum": 1_000_000},
}
"""Rules that look at every reading and never speak: an incident is another measurement."""


def prepare(url: str, port: int, count: int, series: int, kind: str) -> Work:
    """So many readings of so many series, each watched by a rule; told to be watched before the receiver is asked."""
    _watch(url, series, kind)
    requests = [request("/readings", "application/x-ndjson", body) for body in _bodies(count, series)]
    return lambda: _posted(url, port, requests, count)


def _watch(url: str, series: int, kind: str) -> None:
    store = Store(url)
    with store.write() as session:
        for number in range(series):
            rule = MonitoringRule(key=f"bench-{number}", series=_name(number), kind=kind, parameters=PARAMETERS[kind])
            rule.playbook_key, rule.subject, rule.opens, rule.actions = "bench", "bench", False, {}
            session.add(rule)
            session.flush()
            session.add(RuleSeries(rule_id=rule.id, series=rule.series))
            session.add(RuleState(rule_id=rule.id, state=learned(session, rule).state()))  # as a load of rules does
    store.close()


def _bodies(count: int, series: int) -> Iterator[bytes]:
    first = WallClock().now() - STEP * (count // series + 1)
    for start in range(0, count, BATCH):
        yield b"\n".join(_line(number, series, first) for number in range(start, min(start + BATCH, count)))


def _line(number: int, series: int, first: datetime) -> bytes:
    at = first + STEP * (number // series)
    return orjson.dumps({"series": _name(number % series), "at": at.isoformat(), "value": number * 7 % 50})


def _name(number: int) -> str:
    return f"bench.{number}"


def _posted(url: str, port: int, requests: list[bytes], count: int) -> dict[str, Any]:
    start = time.monotonic()
    statuses = asyncio.run(post_all(port, requests, CONNECTIONS))
    seconds = time.monotonic() - start
    store = Store(url)
    with store.read() as session:
        kept = session.scalar(select(func.count()).where(Reading.series.startswith("bench."))) or 0
    store.close()
    if kept != count or any(status != 200 for status in statuses):
        raise RuntimeError(f"{kept} of {count} readings were kept; the answers: {dict(statuses)}.")
    return {"seconds": seconds}
