"""Reminders of protocol tasks: whoever it falls to is told once, some minutes before."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifiers import quiet, withholding
from notifiers.context import company_words
from notifiers.outbox import Plan, enqueue
from notifiers.reach import newest_templates
from notifiers.recipients import Recipient
from notifiers.rows import Dispatch
from notifiers.states import Reason
from notifiers.ways import ways
from protocol.calendar import ProtocolTask
from protocol.duty_words import moment_words
from protocol.installation import Installation
from protocol.occurrences import recurrence_of
from protocol.people import Member
from protocol.planned import falls_to, holders_of
from protocol.practice import Company
from protocol.presence import absence_of
from protocol.variables import company_variables
from protocol.words import Channel, Language

log = logging.getLogger(__name__)
TASK_REMINDER = "task-reminder"
"""The message that reminds."""

WAYS = (Channel.SMS, Channel.EMAIL)
GRACE = timedelta(minutes=1)  # for a reminder at the very moment
LATE = timedelta(days=1)  # how far back we say that it was too late to remind anybody
KEYS_AT_ONCE = 500


@dataclass(frozen=True)
class Due:
    """An occurrence of a task of which somebody is to be reminded now. It says its number and moment, nothing else."""

    task_id: int
    key: str
    occurrence: datetime

    def __str__(self) -> str:
        return f"{self.task_id} at {self.occurrence:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True)
class Agenda:
    """What is due, and when the next reminder will be; None when none is planned."""

    due: Sequence[Due]
    next_at: datetime | None


def agenda(session: Session, now: datetime) -> Agenda:
    """Reads what is to be done now: a few queries, and of each task only the occurrences around now.

    However long before it reminds, of what is to come a task reminds one at a time: that of the next occurrence.
    """
    due: list[Due] = []
    coming: list[datetime] = []
    reminding = select(ProtocolTask).where(ProtocolTask.reminder.is_not(None)).order_by(ProtocolTask.id)
    stamped = session.scalar(select(Installation.stamped_at))
    since = max(now - LATE, stamped or now - LATE)  # before there was a store, nothing was missed
    for task in session.scalars(reminding):
        found, soon = _around(task, since, now)
        due += [Due(task.id, f"task/{task.key}/{occurrence.isoformat()}", occurrence) for occurrence in found]
        coming += soon
    done = _dispatched(session, [one.key for one in due])
    return Agenda([one for one in due if one.key not in done], min(coming, default=None))


def remind(session: Session, due: Due, now: datetime, *, drill: bool = False) -> bool:
    """Reminds in the caller's transaction, once, whoever calls and how often; answers whether somebody is told now.

    The task is locked and looked at again: it may have been moved meanwhile. When it is too late, or nobody is there,
    the dispatch stays without a message, and our log says so. `now` is real time.
    """
    task = session.scalar(select(ProtocolTask).where(ProtocolTask.id == due.task_id).with_for_update())
    if task is None or not _is_due(task, due, now) or session.get(Dispatch, due.key) is not None:
        return False
    late = now >= max(due.occurrence, due.occurrence - timedelta(minutes=task.reminder or 0) + GRACE)
    there = (one for one in falls_to(session, task, due.occurrence) if absence_of(one, now) is None)
    reader = None if late else next(there, None)
    new = _tell(session, task, due, reader, now, drill=drill)
    if late:
        log.warning("protocol task %s: too late to remind anybody of it", due)
    elif reader is None:
        withholding.keep(session, due.key, [one.id for one in holders_of(session, task)], Reason.ABSENT, now)
        log.warning("protocol task %s: nobody whom it falls to is there to be reminded", due)
    return new > 0


def _tell(session: Session, task: ProtocolTask, due: Due, reader: Member | None, now: datetime, *, drill: bool) -> int:
    """Whoever sleeps until the task has come is told in silence alone: a text in the morning would be too late."""
    company = session.scalar(select(Company).limit(1))
    over = quiet.until(reader, company, now) if reader else None
    sleeps = over is not None and over > due.occurrence
    channels = tuple(channel for channel in WAYS if not (sleeps and channel in quiet.LOUD))
    people = [Recipient(reader.id)] if reader else []
    if sleeps:  # without an e-mail address the fallback would be the text
        written = newest_templates(session, TASK_REMINDER)
        people = people if ways(session, people, written, channels, only_these=True) else []
    plan = Plan(due.key, TASK_REMINDER, channels, _context(session, task, due, reader), TASK_REMINDER, drill=drill)
    new = enqueue(session, plan, people, now, None)
    if sleeps and reader:
        withholding.keep(session, due.key, [reader.id], Reason.TOO_LATE, now, Channel.SMS if people else None)
    return new


def _around(task: ProtocolTask, since: datetime, now: datetime) -> tuple[list[datetime], list[datetime]]:
    """The occurrences to remind of, none further ahead than the next one, and when to look again, if ever."""
    before = timedelta(minutes=task.reminder or 0)
    due: list[datetime] = []
    for occurrence in recurrence_of(task).since(since):
        ahead = due and due[-1] > now
        if ahead or occurrence - before > now:  # a long reminder waits until the occurrence before it has come
            return due, [max(occurrence - before, due[-1]) if ahead else occurrence - before]
        due.append(occurrence)
    return due, []


def _is_due(task: ProtocolTask, due: Due, now: datetime) -> bool:
    if task.reminder is None or now < due.occurrence - timedelta(minutes=task.reminder):
        return False
    return next(recurrence_of(task).since(due.occurrence), None) == due.occurrence


def _dispatched(session: Session, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        found |= set(session.scalars(select(Dispatch.key).where(Dispatch.key.in_(some))))
    return found


def _context(session: Session, task: ProtocolTask, due: Due, reader: Member | None) -> dict[str, Any]:
    zone = reader.time_zone if reader else task.time_zone
    texts = {
        language: {"task": task.names[language], "at": moment_words(due.occurrence, zone, language)}
        for language in Language
    }
    plain = {"company": company_words(session, "")["company"], "place": task.place}
    return {"plain": plain, "texts": texts, "variables": company_variables(session)}
