"""The way in of readings: stored once, shown to their rules, and the alarms recorded and handed on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from monitoring.alarms import Alarm
from monitoring.definitions import build
from monitoring.readings import ReadingValue
from monitoring.rows import Breach, MonitoringRule, Reading, RuleState
from protocol.words import Remedy

STALE = timedelta(minutes=30)
AHEAD = timedelta(minutes=5)
OpenOrJoin = Callable[[Session, MonitoringRule, Alarm], tuple[int, bool]]


@dataclass(frozen=True)
class IntakeResult:
    """How many readings were new, how many were known already, and the breaches they caused, in order of time."""

    accepted: int
    repeated: int
    breaches: tuple[Breach, ...]


def take_in(
    session: Session,
    readings: Iterable[ReadingValue],
    now: datetime,
    open_or_join: OpenOrJoin,
    ahead: timedelta = AHEAD,
) -> IntakeResult:
    """Stores readings, shows the new ones to their rules, and opens or joins incidents, all in the caller's write.

    A repeated (series, moment) is counted and ignored, whatever its value. A reading older than its rule's last one is
    stored only. One older than `STALE` warms its rule and calls nobody. `open_or_join` gives (incident id, opened).
    Raises Remedy, and stores nothing, for a reading further than `ahead` after `now`.
    """
    batch = list(readings)
    _refuse_the_future(batch, now, ahead)
    # Rules are locked before readings are written: writers of one series queue, none waits for another crosswise.
    rules = _locked_rules(session, {reading.series for reading in batch})
    fresh = _store(session, batch)
    found = [(alarm, rule) for rule in rules for alarm in _evaluate(session, rule, fresh, now)]
    found.sort(key=lambda pair: pair[0].at)
    breaches = tuple(_record(session, rule, alarm, now, open_or_join) for alarm, rule in found)
    return IntakeResult(len(fresh), len(batch) - len(fresh), breaches)


def future_fault(reading: ReadingValue, now: datetime, ahead: timedelta = AHEAD) -> str | None:
    """What is wrong with a reading further than `ahead` after `now`; None for any other."""
    if reading.at <= now + ahead:
        return None
    minutes = round((reading.at - now) / timedelta(minutes=1))
    return (
        f"{reading.series} at {reading.at.isoformat()} lies {minutes:,} minutes in the future; "
        "set the clock of its source, or its time zone, and send it again."
    )


def _refuse_the_future(batch: list[ReadingValue], now: datetime, ahead: timedelta) -> None:
    latest = max(batch, key=lambda reading: reading.at, default=None)
    fault = future_fault(latest, now, ahead) if latest else None
    if fault:
        raise Remedy(fault)


def _locked_rules(session: Session, series: set[str]) -> list[MonitoringRule]:
    watching = select(MonitoringRule).where(MonitoringRule.series.in_(series)).order_by(MonitoringRule.id)
    return list(session.scalars(watching.with_for_update().execution_options(populate_existing=True)))


def _store(session: Session, batch: list[ReadingValue]) -> list[ReadingValue]:
    """Inserts what is new, in one order for every writer, and returns it in that order: by series, then time."""
    first = {(reading.series, reading.at): reading for reading in reversed(batch)}
    if not first:
        return []
    rows = [{"series": one.series, "at": one.at, "value": one.value} for _, one in sorted(first.items())]
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Reading).on_conflict_do_nothing().returning(Reading.series, Reading.at)
    stored = session.execute(statement, rows)
    return sorted((first[series, at] for series, at in stored), key=lambda one: (one.series, one.at))


def _evaluate(session: Session, row: MonitoringRule, fresh: list[ReadingValue], now: datetime) -> list[Alarm]:
    rule = build(row.kind, row.parameters, row.key)
    memory = session.get(RuleState, row.id, populate_existing=True)
    if memory is None:
        memory = RuleState(rule_id=row.id)
        session.add(memory)
    else:
        rule.restore(memory.state)
    mine = (one for one in fresh if one.series == row.series)
    alarms = [rule.observe(one.at, one.value, live=_is_live(one.at, now)) for one in mine]
    memory.last_at, memory.state = rule.last_at, rule.state()
    session.flush()
    return [alarm for alarm in alarms if alarm]


def _is_live(at: datetime, now: datetime) -> bool:
    return now - at <= STALE


def _record(session: Session, rule: MonitoringRule, alarm: Alarm, now: datetime, open_or_join: OpenOrJoin) -> Breach:
    incident_id, opened = None, True
    if rule.opens and _is_live(alarm.at, now):
        incident_id, opened = open_or_join(session, rule, alarm)
    breach = Breach(
        rule_id=rule.id,
        at=alarm.at,
        level=alarm.level,
        why=alarm.why,
        observed=alarm.observed,
        threshold=alarm.threshold,
        incident_id=incident_id,
        joined=not opened,
    )
    session.add(breach)
    session.flush()
    return breach
