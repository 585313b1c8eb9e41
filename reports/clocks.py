"""The clocks of the golden hour, read from the timeline of an incident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from incidents.rows import TimelineEntry
from incidents.timeline import Kind
from protocol.words import Level
from reports.dossier import Dossier


class Clock(StrEnum):
    """The clocks of the golden hour."""

    FIRST_ACKNOWLEDGEMENT = "first_acknowledgement"
    QUORUM = "quorum"
    STATEMENT = "statement"
    EMPLOYEES = "employees"


class Verdict(StrEnum):
    """How a clock or a deadline stands."""

    MET = "met"
    MISSED = "missed"
    RUNNING = "running"
    CANCELLED = "cancelled"
    NOT_DUE = "not_due"  # the incident never became a crisis


@dataclass(frozen=True)
class ClockReading:
    """One clock: its target and what it showed, both from the opening; `actual` is None while it did not happen."""

    clock: Clock
    target: timedelta
    actual: timedelta | None
    verdict: Verdict


def golden_clocks(dossier: Dossier, ended_at: datetime) -> list[ClockReading]:
    """The four clocks from the opening: ≤ 5, ≤ 15, ≤ 30 (red) or 60, ≤ 60 minutes."""
    published = statement_at(dossier)
    by_then = level_at(dossier, published or ended_at)
    happened: dict[Clock, tuple[int, datetime | None]] = {
        Clock.FIRST_ACKNOWLEDGEMENT: (5, _first(dossier.of_kind(Kind.ACKNOWLEDGED))),
        Clock.QUORUM: (15, _first(dossier.of_kind(Kind.QUORUM_REACHED))),
        Clock.STATEMENT: (30 if by_then is Level.RED else 60, published),
        Clock.EMPLOYEES: (60, employees_told_at(dossier)),
    }
    return [
        _reading(clock, timedelta(minutes=minutes), at, dossier, ended_at) for clock, (minutes, at) in happened.items()
    ]


def statement_at(dossier: Dossier) -> datetime | None:
    """When the holding statement left: the step named so, else the first public words."""
    published = dossier.of_kind(Kind.PUBLISHED)
    holding = [line for line in published if "holding" in str(line.facts.get("step"))]
    return _first(holding or published)


def employees_told_at(dossier: Dossier) -> datetime | None:
    """When the last message of the first step for employees was taken by its provider."""
    first = next((row.key for row in dossier.dispatches if "employees" in row.step), None)
    ids = {row.id for row in dossier.messages if row.dispatch_key == first}
    told = [line.at for line in dossier.of_kind(Kind.MESSAGE_SENT) if line.facts.get("message") in ids]
    return max(told, default=None)


def level_at(dossier: Dossier, moment: datetime) -> Level:
    """The level in force at a moment, as the timeline tells it."""
    said = [line for line in dossier.of_kind(Kind.OPENED, Kind.LEVEL_CHANGED) if line.at <= moment]
    facts = said[-1].facts if said else {}
    return Level(facts.get("to") or facts.get("level") or dossier.incident.level)


def peak_level(dossier: Dossier) -> Level:
    """The gravest level that the incident reached."""
    said = [line.facts for line in dossier.of_kind(Kind.OPENED, Kind.LEVEL_CHANGED)]
    reached = [Level(facts.get("to") or facts["level"]) for facts in said]
    return max([Level(dossier.incident.level), *reached], key=lambda level: level.rank)


def _first(lines: Sequence[TimelineEntry]) -> datetime | None:
    return lines[0].at if lines else None


def _reading(
    clock: Clock, target: timedelta, at: datetime | None, dossier: Dossier, ended_at: datetime
) -> ClockReading:
    opened_at = dossier.incident.opened_at
    if at is not None:
        return ClockReading(clock, target, at - opened_at, Verdict.MET if at - opened_at <= target else Verdict.MISSED)
    if clock is not Clock.FIRST_ACKNOWLEDGEMENT and not dossier.reached_crisis:
        return ClockReading(clock, target, None, Verdict.NOT_DUE)
    over = dossier.incident.closed_at is not None or ended_at - opened_at > target
    return ClockReading(clock, target, None, Verdict.MISSED if over else Verdict.RUNNING)
