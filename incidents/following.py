"""What those outside have not been told of a timeline yet, line by line and in order, with how the incident stood.

Numbers are given under the incident's lock, so line n was committed before n+1 could be written: no line comes late
behind a cursor. Ids of rows are given before the commit, and would lose what commits after a higher one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from incidents.phases import Phase
from incidents.rows import Incident, TimelineCursor, TimelineEntry
from incidents.timeline import Kind
from protocol.store import insert_new
from protocol.words import Level

TURNS = (Kind.OPENED, Kind.PHASE_ENTERED, Kind.LEVEL_CHANGED, Kind.CLOSED)


@dataclass(frozen=True)
class Standing:
    """The phase and level of an incident at one line of its timeline."""

    phase: Phase
    level: Level


@dataclass(frozen=True)
class Stretch:
    """Lines in order, each with how the incident stood at it; `upto` is the cursor once they are told."""

    incident: Incident
    lines: Sequence[tuple[TimelineEntry, Standing]]
    upto: int


def with_news(session: Session, after: int, limit: int) -> list[int]:
    """Incidents numbered above `after` whose timeline goes on behind the cursor, in order, `limit` at the most."""
    told = func.coalesce(TimelineCursor.number, 0)
    goes_on = (TimelineEntry.incident_id == Incident.id) & (TimelineEntry.number == told + 1)
    query = (
        select(Incident.id)
        .outerjoin(TimelineCursor, TimelineCursor.incident_id == Incident.id)
        .join(TimelineEntry, goes_on)
        .where(Incident.id > after)
    )
    return list(session.scalars(query.order_by(Incident.id).limit(limit)))


def stretch(session: Session, incident_id: int, kinds: Collection[str], limit: int) -> Stretch:
    """The next lines of these kinds behind the cursor, `limit` at the most. Others are passed over."""
    told = session.scalar(select(TimelineCursor.number).where(TimelineCursor.incident_id == incident_id)) or 0
    mine = select(TimelineEntry).where(TimelineEntry.incident_id == incident_id)
    tip = session.scalar(mine.with_only_columns(func.max(TimelineEntry.number))) or 0
    ahead = mine.where(TimelineEntry.number > told, TimelineEntry.number <= tip, TimelineEntry.kind.in_(kinds))
    found = session.scalars(ahead.order_by(TimelineEntry.number).limit(limit)).all()
    upto = tip if len(found) < limit else found[-1].number
    turns = session.scalars(mine.where(TimelineEntry.kind.in_(TURNS)).order_by(TimelineEntry.number)).all()
    incident = session.get_one(Incident, incident_id)
    standings = _standings(incident, turns)
    return Stretch(incident, [(line, _at(standings, line.number)) for line in found], upto)


def told_up_to(session: Session, incident_id: int, number: int) -> None:
    """Moves the cursor on. It never goes back, however late another supervisor comes."""
    insert_new(session, TimelineCursor, [{"incident_id": incident_id, "number": 0}], ["incident_id"])
    session.execute(
        update(TimelineCursor)
        .where(TimelineCursor.incident_id == incident_id, TimelineCursor.number < number)
        .values(number=number)
    )


def _standings(incident: Incident, turns: Sequence[TimelineEntry]) -> list[tuple[int, Standing]]:
    # An incident is opened a line before its first phase is entered.
    entered = (Phase(line.facts["phase"]) for line in turns if line.kind == Kind.PHASE_ENTERED)
    found = [(0, Standing(next(entered, incident.phase), incident.level))]
    for line in turns:
        found.append((line.number, _turned(found[-1][1], line)))
    return found


def _turned(standing: Standing, line: TimelineEntry) -> Standing:
    match line.kind:
        case Kind.OPENED:
            return replace(standing, level=Level(line.facts["level"]))
        case Kind.PHASE_ENTERED:
            return replace(standing, phase=Phase(line.facts["phase"]))
        case Kind.LEVEL_CHANGED:
            return replace(standing, level=Level(line.facts["to"]))
    return replace(standing, phase=Phase.CLOSED)


def _at(standings: Sequence[tuple[int, Standing]], number: int) -> Standing:
    return next(standing for at, standing in reversed(standings) if at <= number)
