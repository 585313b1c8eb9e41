"""What people know to have happened, so that a rule can be held against it."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from protocol.words import Remedy

AROUND = timedelta(hours=12)
"""An event of which only the moment is known may be told so long before and after."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that did happen: an alarm between `starts` and `ends` found it; `at` is when people say it was."""

    starts: datetime
    ends: datetime
    at: datetime


def read_known(path: Path) -> dict[str, list[Event]]:
    """The events of a file by series, in order of time.

    CSV has the columns series, at, and for spans starts and ends; JSON is as the Numenta Anomaly Benchmark has it
    (`labels` and `windows` by file name). Naive moments are UTC. Raises Remedy, naming the line or the series.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Remedy(f"{path} cannot be read ({error.strerror}); check the path.") from None
    except UnicodeDecodeError:
        raise Remedy(f"{path.name} is not text in UTF-8; save it as CSV UTF-8.") from None
    found = _of_json(path.name, text) if path.suffix == ".json" else _of_csv(path.name, text)
    return {series: sorted(events, key=lambda event: event.starts) for series, events in found.items()}


def _of_csv(name: str, text: str) -> Mapping[str, list[Event]]:
    table = csv.DictReader(text.splitlines())
    if not {"series", "at"} <= set(table.fieldnames or ()):
        raise Remedy(f"{name}: the first line must name series,at and may name starts,ends.")
    found: dict[str, list[Event]] = {}
    for line in table:
        try:
            found.setdefault(line["series"], []).append(_event(line))
        except (ValueError, TypeError):
            raise Remedy(f"{name}, line {table.line_num}: give moments like 2015-03-03 21:07:53; correct it.") from None
    return found


def _event(line: Mapping[str, str | None]) -> Event:
    at = _moment(line["at"])
    starts, ends = line.get("starts"), line.get("ends")
    event = Event(_moment(starts) if starts else at - AROUND, _moment(ends) if ends else at + AROUND, at)
    if not event.starts <= event.at <= event.ends:
        raise ValueError
    return event


def _of_json(name: str, text: str) -> Mapping[str, list[Event]]:
    try:
        document = json.loads(text)
        return {
            file.removesuffix(".csv"): list(_windows(windows, document["labels"][file]))
            for file, windows in document["windows"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Remedy(f'{name} has no "labels" and "windows" by file name; see examples/brand-mentions.') from None


def _windows(windows: Any, labels: Any) -> Iterator[Event]:
    moments = [_moment(label) for label in labels]
    for window in windows:
        starts, ends = map(_moment, window)
        yield Event(starts, ends, next((at for at in moments if starts <= at <= ends), starts))


def _moment(text: str | None) -> datetime:
    moment = datetime.fromisoformat((text or "").strip())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
