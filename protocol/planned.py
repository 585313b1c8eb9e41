"""What is planned: the occurrences of protocol tasks in a span, and to whom each falls."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol.calendar import ProtocolTask
from protocol.occurrences import recurrence_of
from protocol.people import Member, Role
from protocol.presence import absence_of
from protocol.who import who


@dataclass(frozen=True)
class Planned:
    """One occurrence of a task. `owner` is the key of its role or member; `member` None: nobody is there then."""

    task: ProtocolTask
    at: datetime
    owner: str
    member: Member | None


def planned(session: Session, starts: datetime, ends: datetime) -> list[Planned]:
    """Everything that is planned from a moment until another, in order."""
    tasks = session.scalars(select(ProtocolTask).order_by(ProtocolTask.id)).all()
    found = [one for task in tasks for one in _of_task(session, task, starts, ends)]
    return sorted(found, key=lambda one: one.at)


def holders_of(session: Session, task: ProtocolTask) -> list[Member]:
    """The holders of the role that owns a task, or the member who does."""
    if task.role_id is not None:
        return session.get_one(Role, task.role_id).holders
    return [session.get_one(Member, task.member_id)]


def falls_to(session: Session, task: ProtocolTask, at: datetime) -> list[Member]:
    """Who is on duty for a task's role at a moment, then the deputies; a member's own task falls to nobody else."""
    if task.role_id is not None:
        duty = who(session, session.get_one(Role, task.role_id).key, at)
        return [duty.member, *duty.deputies] if duty.member else []
    return [member for member in holders_of(session, task) if absence_of(member, at) is None]


def _of_task(session: Session, task: ProtocolTask, starts: datetime, ends: datetime) -> Iterator[Planned]:
    role = session.get_one(Role, task.role_id).key if task.role_id is not None else None
    for at in takewhile(lambda at: at < ends, recurrence_of(task).since(starts)):
        people = falls_to(session, task, at)
        yield Planned(task, at, role or holders_of(session, task)[0].key, people[0] if people else None)
