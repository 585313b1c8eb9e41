"""What a rule that knows nothing yet learns from the stored readings."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitoring.building import build, series_of
from monitoring.rows import MonitoringRule, Reading
from monitoring.rules import Rule


def learned(session: Session, row: MonitoringRule, before: datetime | None = None) -> Rule:
    """The rule after all readings that still matter to it, those before a moment when it is given.

    What it would have said of them was said by another rule, or too long ago: it calls nobody.
    """
    rule = build(row.kind, row.parameters, row.key, row.series)
    for at, series, value in _history(session, series_of(row.kind, row.parameters, row.series), rule.memory, before):
        rule.observe(at, value, live=False, series=series)
    return rule


def _history(
    session: Session, series: tuple[str, ...], memory: timedelta, before: datetime | None
) -> Iterator[tuple[datetime, str, float]]:
    theirs = [Reading.series.in_(series), *([Reading.at < before] if before else [])]
    newest = session.scalar(select(Reading.at).where(*theirs).order_by(Reading.at.desc()).limit(1))
    if newest is None:
        return
    query = select(Reading.at, Reading.series, Reading.value).where(*theirs, Reading.at > newest - memory)
    yield from session.execute(query.order_by(Reading.at, Reading.series, Reading.source))
