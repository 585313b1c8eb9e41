"""The after-action report as a file: gathers the readings, the limit and the breaches, and writes it in one piece."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.clock import clock_for
from incidents.opening import find
from incidents.rows import Incident
from monitoring.building import build
from monitoring.questions import asked
from monitoring.rows import Breach, MonitoringRule, Reading
from monitoring.rules import Rule
from monitoring.track_record import is_unanswered
from protocol.people import Member
from protocol.words import Language, Level, Remedy
from reports.after_action import HOUR, BreachMark, after_action_report
from reports.plot import BEFORE, SeriesPoint
from wiring.works import Works


def write_after_action(works: Works, incident_id: int, language: Language, out: Path | None = None) -> Path:
    """Writes the report of an incident to `out`, or where reports go, and answers it. Raises Remedy if it cannot."""
    with works.store.read() as session:
        html = _report(session, works, find(session, incident_id), language)
    if out is None:
        out = works.settings.home / "reports" / f"INC-{incident_id}.html"
        out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f"{out.name}.unfinished")
    try:
        # Names and words stand in it: it is for its owner to hand on.
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(html)
        unfinished.replace(out)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise Remedy(f"{out} cannot be written ({error.strerror}); name a file in a folder that can.") from None
    return out


def _report(session: Session, works: Works, incident: Incident, language: Language) -> str:
    written_at = clock_for(incident).at(works.clock.now())
    breaches = session.scalars(select(Breach).where(Breach.incident_id == incident.id).order_by(Breach.at)).all()
    rule = _rule(session, incident, breaches[0].rule_id if breaches else None)
    window = rule.window if rule else HOUR
    starts, ends = incident.opened_at - BEFORE - window, incident.closed_at or written_at
    return after_action_report(
        session,
        incident.id,
        language=language,
        series=list(_points(session, incident.series, starts, ends)),
        limit=list(_limits(session, incident.series, rule, starts, ends)),
        breaches=[_mark(session, row, language) for row in breaches],
        written_at=written_at,
        time_zone=company_zone(session),
        window=window,
    )


def _mark(session: Session, row: Breach, language: Language) -> BreachMark:
    rule = session.get_one(MonitoringRule, row.rule_id)
    silent = "unanswered" if is_unanswered(asked(session, row.id)) else ""
    why = row.reasons.get(language, row.why)
    return BreachMark(row.at, why, rule.key, Level(row.level), row.verdict or silent, row.ended_at)


def company_zone(session: Session) -> tzinfo:
    """The time zone that most members live in."""
    zones = Counter(session.scalars(select(Member.time_zone).order_by(Member.id)))
    return ZoneInfo(zones.most_common(1)[0][0] if zones else "UTC")


def _rule(session: Session, incident: Incident, rule_id: int | None) -> Rule | None:
    """The rule that opened the incident, or the first that watches its series; it knows nothing yet."""
    watching = (
        select(MonitoringRule)
        .where(MonitoringRule.series == incident.series, MonitoringRule.removed_at.is_(None))
        .order_by(MonitoringRule.id)
    )
    row = session.get(MonitoringRule, rule_id) if rule_id else session.scalar(watching.limit(1))
    return build(row.kind, row.parameters, row.key, row.series) if row else None


def _points(session: Session, series: str | None, starts: datetime, ends: datetime) -> Iterator[SeriesPoint]:
    """What all its sources counted together."""
    theirs = (Reading.series == series, Reading.at >= starts, Reading.at <= ends)
    query = select(Reading.at, func.sum(Reading.value)).where(*theirs).group_by(Reading.at)
    return (SeriesPoint(at, value) for at, value in session.execute(query.order_by(Reading.at)))


def _limits(
    session: Session, series: str | None, rule: Rule | None, starts: datetime, ends: datetime
) -> Iterator[SeriesPoint]:
    """The limit at each reading, as the rule would have known it: taught by what came before."""
    if rule is None:
        return
    for point in _points(session, series, starts - rule.memory - timedelta(days=1), ends):
        rule.observe(point.at, point.value, series=series or "")
        limit = rule.limit()
        if limit is not None and point.at >= starts:
            yield SeriesPoint(point.at, limit)
