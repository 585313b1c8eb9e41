"""Follow-ups between our deadlines and Prefect: visible under upcoming, cancellable there, done by us when missed.

What falls due at one moment for one step is one run: thirty people's acknowledgements are not thirty processes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, select, update
from sqlalchemy.orm import Session

from flows import runs
from flows.apart import each
from flows.board import headline
from flows.escalation import follow_up
from flows.names import FOLLOW_UP
from flows.runs import Wanted
from flows.supervision import end_needless, tags
from incidents.clock import clock_for
from incidents.deadlines import Due, cancel, due_together, group_of, still_open
from incidents.rows import Deadline, Incident
from wiring.works import Works

FOLLOW_UP_GRACE = timedelta(seconds=20)  # what Prefect may be late before we act ourselves
AHEAD = timedelta(hours=24)  # how far ahead follow-ups are put into Prefect


def act_on_deadlines(works: Works) -> int:
    """Does the follow-ups that have come and that Prefect did not do; those of compressed time at once."""
    now = works.clock.now()
    with works.store.read() as session:
        rows = session.execute(
            select(Deadline, Incident).join(Incident, Incident.id == Deadline.incident_id).where(*still_open())
        ).all()
        come = [row.id for row, incident in rows if _has_come(row, incident, now)]
    return follow_up_all(works, come, now)


def follow_up_all(works: Works, deadline_ids: Sequence[int], now: datetime) -> int:
    """Acts on these deadlines, each in a transaction of its own, and answers for how many there was something to do."""
    return each("follow up deadline", deadline_ids, lambda deadline_id: _follow_up(works, deadline_id, now))


def schedule_follow_ups(works: Works) -> int:
    """Puts each coming follow-up into Prefect, where it is visible under upcoming and can be cancelled."""
    now = works.clock.now()
    with works.store.read() as session:
        rows = session.execute(
            select(Deadline, Incident)
            .join(Incident, Incident.id == Deadline.incident_id)
            .where(*still_open(), Deadline.follow_up_run.is_(None))
            .order_by(Deadline.id)
        ).all()
        first = {group_of(row): row.id for row, incident in reversed(rows) if _soon(row, incident, now)}
    return each("schedule deadline", sorted(first.values()), lambda deadline_id: _schedule(works, deadline_id))


def heed_cancelled_follow_ups(works: Works) -> int:
    """A follow-up that a person cancelled in Prefect cancels its deadline; one whose deadline ended is cancelled."""
    with works.store.read() as session:
        rows = session.scalars(select(Deadline).where(*still_open(), Deadline.follow_up_run.is_not(None))).all()
    cancelled = runs.cancelled([row.follow_up_run for row in rows if row.follow_up_run])
    for row in rows:
        if row.follow_up_run in cancelled:
            _cancel_deadline(works, row.id)
    return len(cancelled)


def clear_ended_follow_ups(works: Works) -> int:
    """Cancels the scheduled runs of which nothing is open any more, so that `upcoming` shows only what is to come."""
    with works.store.read() as session:
        ended = set(session.scalars(_runs(~and_(*still_open())))) - set(session.scalars(_runs(*still_open())))
    seen = runs.look(sorted(filter(None, ended)))
    over = [run_id for run_id, run in seen.items() if end_needless(run, works.clock.now())]
    for run_id in over:
        with works.store.write() as session:
            session.execute(update(Deadline).where(Deadline.follow_up_run == run_id).values(follow_up_run=""))
    return len(over)


def _runs(*which: ColumnElement[bool]) -> Select[str | None]:
    """The runs of these deadlines; an empty one is of a follow-up that was cleared."""
    return select(Deadline.follow_up_run).where(Deadline.follow_up_run != "", *which).distinct()


def _follow_up(works: Works, deadline_id: int, now: datetime) -> bool:
    with works.store.write() as session:
        return follow_up(session, works, deadline_id, now)


def _schedule(works: Works, deadline_id: int) -> bool:
    with works.store.read() as session:
        row = session.get_one(Deadline, deadline_id)
        together = due_together(session, deadline_id)
        wanted = _follow_up_run(session, row, session.get_one(Incident, row.incident_id), len(together))
    run_id = runs.start(wanted)
    with works.store.write() as session:
        session.execute(update(Deadline).where(Deadline.id.in_(together)).values(follow_up_run=run_id))
    return True


def _has_come(row: Deadline, incident: Incident, now: datetime) -> bool:
    # Minutes of compressed time are seconds: too short for a scheduled run, so its driver acts at once.
    immediate = incident.clock_speed > 1 or row.kind in (Due.JOINED, Due.CALM, Due.LOCKED)
    grace = timedelta(0) if immediate else FOLLOW_UP_GRACE
    return clock_for(incident).real_of(row.due_at) + grace <= now


def _soon(row: Deadline, incident: Incident, now: datetime) -> bool:
    due = clock_for(incident).real_of(row.due_at)
    return incident.clock_speed == 1 and now < due < now + AHEAD


def _follow_up_run(session: Session, row: Deadline, incident: Incident, people: int) -> Wanted:
    several = f" for {people}" if people > 1 else ""
    return Wanted(
        deployment=FOLLOW_UP,
        parameters={"deadline": row.id},
        name=f"{headline(session, incident)} · {row.kind} {row.step}{several}",
        tags=tags(incident, "follow-up"),
        key=f"deadlines:{':'.join(map(str, group_of(row)))}",
        scheduled=clock_for(incident).real_of(row.due_at),
    )


def _cancel_deadline(works: Works, deadline_id: int) -> None:
    with works.store.write() as session:
        row = session.get_one(Deadline, deadline_id)
        incident = session.get_one(Incident, row.incident_id)
        session.refresh(incident, with_for_update=True)  # the incident first, then its deadlines, as everyone does
        cancel(session, row, clock_for(incident).at(works.clock.now()))
