"""The way in of readings: stored once, shown to their rules, and the alarms recorded and handed on."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Executable, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from monitoring.breaches import Doors, burning_counts, recorded
from monitoring.readings import COUNTED, HIGHEST, CountValue, ReadingValue
from monitoring.rows import Breach, Reading
from monitoring.watching import Watch, clock_watch
from protocol.row_sets import IN_ONE_SET, row_set
from protocol.words import Remedy

AHEAD = timedelta(minutes=5)
COLUMNS: dict[str, type] = {"series": str, "at": datetime, "source": str, "value": float}


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
    doors: Doors,
    ahead: timedelta = AHEAD,
) -> IntakeResult:
    """Stores readings, shows the new ones to their rules, and opens or joins incidents, all in the caller's write.

    A repeated (series, moment, source) is counted and ignored, whatever its value. They may come in any order: a late
    one goes into its own step of time. One older than `STALE` warms its rules and calls nobody. Raises Remedy, and
    stores nothing, for a reading further than `ahead` after `now`.
    """
    batch = list(readings)
    _refuse_the_future(batch, now, ahead)
    watch = Watch(session, {reading.series for reading in batch})
    fresh = _store(session, batch)
    found = watch.show(fresh, now)
    return IntakeResult(len(fresh), len(batch) - len(fresh), recorded(session, found, now, doors))


def take_counts(session: Session, counts: Iterable[CountValue], now: datetime, doors: Doors) -> IntakeResult:
    """Adds single counts to their minutes, shows them to their rules, all in the caller's write.

    Whoever calls has kept out what was counted before: each is one more. What comes to more than `HIGHEST` in one call
    counts as that.
    """
    sums: Counter[tuple[str, datetime]] = Counter()
    for one in counts:
        sums[one.series, one.minute] += one.value  # type: ignore[assignment]
    counted = sorted(sums.items())
    batch = [ReadingValue(series, at, min(float(value), HIGHEST), COUNTED) for (series, at), value in counted]
    watch = Watch(session, {reading.series for reading in batch})
    _add(session, batch)
    return IntakeResult(len(batch), 0, recorded(session, watch.show(batch, now), now, doors))


def look_at_the_clock(session: Session, rule_id: int, now: datetime, doors: Doors) -> tuple[Breach, ...]:
    """Lets a rule speak that needs no reading, like absence; its breaches. In the caller's write."""
    return recorded(session, clock_watch(session, rule_id).advance(now), now, doors)


def count_none(session: Session, now: datetime, doors: Doors) -> int:
    """Says of each counted series that still burns that nothing came in this minute; how many there are.

    What single mentions add up to has no reading where there was none, and would burn for ever. In the caller's write.
    """
    series = burning_counts(session)
    take_counts(session, [CountValue(one, now, 0.0) for one in series], now, doors)
    return len(series)


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


def _store(session: Session, batch: list[ReadingValue]) -> list[ReadingValue]:
    """Inserts what is new, in one order for every writer, and returns it."""
    first = {(one.series, one.at, one.source): one for one in reversed(batch)}
    if not first:
        return []
    keys = sorted(first)
    stored: list[ReadingValue] = []
    for start in range(0, len(keys), IN_ONE_SET):
        some = keys[start : start + IN_ONE_SET]
        returned = session.connection().execute(_insertion(session, [first[key] for key in some])).all()
        stored += [first[series, at, source] for series, at, source in returned]
    return stored


def _insertion(session: Session, batch: Sequence[ReadingValue]) -> Executable:
    """Inserts what is new, and answers its keys: the rows go as one parameter, which does for thousands."""
    given = row_set(session, "given", COLUMNS, [(one.series, one.at, one.source, one.value) for one in batch])
    # SQLite needs a WHERE before ON CONFLICT: without it, ON would begin a join.
    rows = select(*(given.c[name] for name in COLUMNS)).where(literal_column("1") == literal_column("1"))
    statement = _insert(session)(Reading).from_select(list(COLUMNS), rows).on_conflict_do_nothing()
    return statement.returning(Reading.series, Reading.at, Reading.source)


def _add(session: Session, batch: list[ReadingValue]) -> None:
    if not batch:
        return
    statement = _insert(session)(Reading)
    added = statement.on_conflict_do_update(
        index_elements=["series", "at", "source"], set_={"value": Reading.value + statement.excluded.value}
    )
    session.execute(added, [_row(one) for one in batch])


def _row(one: ReadingValue) -> dict[str, object]:
    return {"series": one.series, "at": one.at, "source": one.source, "value": one.value}


def _insert(session: Session) -> type[sqlite.Insert] | type[postgresql.Insert]:
    return sqlite.Insert if session.get_bind().dialect.name == "sqlite" else postgresql.Insert
