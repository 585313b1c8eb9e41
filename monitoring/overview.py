"""What is heard just now: each rule with its last day and its alarms, the feeds, and the questions that wait."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitoring.building import series_of
from monitoring.keeping import stored_rules
from monitoring.listening_rows import PolledFeed
from monitoring.number_words import amount
from monitoring.questions import open_rules
from monitoring.rows import MonitoringRule, Reading
from monitoring.standing import Standing, standings
from monitoring.track_record import RuleRecord, track_record

HOUR = timedelta(hours=1)
HOURS = 24
RECORD = timedelta(weeks=4)


@dataclass(frozen=True)
class Heard:
    """One rule: how it stands, what its first series counted in each of the last 24 hours, the newest last, and what
    became of its alarms in four weeks; None when it raised none."""

    rule: str
    series: tuple[str, ...]
    subject: str
    standing: Standing
    hours: tuple[float, ...]
    record: RuleRecord | None


@dataclass(frozen=True)
class FeedHeard:
    """One feed, by its host: when it was asked last, and what went wrong then, if anything."""

    host: str
    asked: datetime
    fault: str


@dataclass(frozen=True)
class Overview:
    """All rules, the gravest first; all feeds, those with a fault first; how many alarms wait for a person's word."""

    rules: tuple[Heard, ...]
    feeds: tuple[FeedHeard, ...]
    waiting: int


def overview(session: Session, now: datetime) -> Overview:
    """What is heard as of now. Reads only."""
    rows = stored_rules(session)
    records = {one.rule: one for one in track_record(session, now, now - RECORD)}
    hours = _hours(session, {row.series for row in rows}, now)
    found = [
        _heard(row, standing, hours[row.series], records.get(row.key))
        for row, standing in zip(rows, standings(session, rows, now), strict=True)
    ]
    found.sort(key=lambda one: (-one.standing.level.rank, -(one.standing.near or 0.0), one.rule))
    return Overview(tuple(found), _feeds(session), len(open_rules(session)))


def nearness(standing: Standing) -> str:
    """`▓▓▓▓░░░░░░ 41 %`; a word where there is no number."""
    if standing.measure is None:
        return "learning"
    if standing.near is None:
        return "too few to speak"
    full = min(int(standing.near * 10), 10)
    return f"{'▓' * full}{'░' * (10 - full)} {standing.near:,.0%}".replace("%", " %")


def counted(standing: Standing) -> tuple[str, str]:
    """The count of the window that speaks, and the usual one."""
    measure = standing.measure
    if measure is None:
        return "–", "–"
    return amount(measure.observed), "–" if measure.expected is None else amount(measure.expected)


def recorded(one: Heard) -> str:
    """`12, 3 false`; a dash for none."""
    if one.record is None:
        return "–"
    return f"{one.record.alarms}" + (f", {one.record.false_alarms} false" if one.record.false_alarms else "")


def _heard(row: MonitoringRule, standing: Standing, hours: Sequence[float], record: RuleRecord | None) -> Heard:
    watched = series_of(row.kind, row.parameters, row.series)
    return Heard(row.key, watched, row.subject, standing, tuple(hours), record)


def _hours(session: Session, series: Collection[str], now: datetime) -> dict[str, list[float]]:
    """The counts of each series by hour, up to now; an hour without a reading is 0."""
    found: dict[str, list[float]] = defaultdict(lambda: [0.0] * HOURS)
    for back in range(HOURS):  # sums by the store: a series may have a reading a second
        until = now - back * HOUR
        theirs = (Reading.series.in_(series), Reading.at > until - HOUR, Reading.at <= until)
        query = select(Reading.series, func.sum(Reading.value)).where(*theirs).group_by(Reading.series)
        for name, total in session.execute(query):
            found[name][HOURS - 1 - back] = total
    return found


def _feeds(session: Session) -> tuple[FeedHeard, ...]:
    rows = session.scalars(select(PolledFeed).order_by(PolledFeed.address))
    found = [FeedHeard(urlsplit(row.address).hostname or "", row.polled_at, row.fault) for row in rows]
    return tuple(sorted(found, key=lambda feed: (not feed.fault, feed.host)))
