"""Quiet hours: a person's night, in the person's own time zone, and the level from which it no longer counts."""

from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from incidents.rows import Incident
from notifiers.rows import Message
from notifiers.states import Reason, State
from protocol.people import Member
from protocol.practice import Company
from protocol.words import Channel, Level

LOUD = (Channel.SMS, Channel.VOICE, Channel.CHAT)  # an e-mail wakes nobody


class Sleeper(NamedTuple):
    """A person's clocks, and their own quiet hours, if any."""

    time_zone: str
    quiet_starts: time | None
    quiet_ends: time | None


def company_level(session: Session) -> Level:
    """The level from which quiet hours no longer hold."""
    return session.scalar(select(Company.quiet_below).limit(1)) or Level.ORANGE


def ends(starts: time, until: time, time_zone: str, now: datetime) -> datetime | None:
    """When the quiet hours that hold now are over; None when none hold. They may pass midnight.

    An hour that the clock skips or repeats in between is slept through: the end is a time of day, not a span.
    """
    zone = ZoneInfo(time_zone)
    local = now.astimezone(zone)
    for day in (local.date() - timedelta(days=1), local.date()):
        begin = datetime.combine(day, starts, zone)
        end = datetime.combine(day if until > starts else day + timedelta(days=1), until, zone)
        if begin <= local < end:
            # Of an hour that the clock repeats, the second one; of one that it skips, the hour after.
            return max(end.replace(fold=fold).astimezone(now.tzinfo) for fold in (0, 1))
    return None


def until(sleeper: Sleeper | Member, company: Company | None, now: datetime) -> datetime | None:
    """When a person's own quiet hours, or else the company's, are over; None when none hold."""
    starts = sleeper.quiet_starts or (company.quiet_starts if company else None)
    end = sleeper.quiet_ends or (company.quiet_ends if company else None)
    return ends(starts, end, sleeper.time_zone, now) if starts and end else None


def hold(session: Session, dispatch_key: str, purpose: str, now: datetime) -> int:
    """Lets the loud messages of a dispatch wait for the end of their people's quiet hours; answers how many."""
    company = session.scalar(select(Company).limit(1))
    nights = (
        select(Member.time_zone, Member.quiet_starts, Member.quiet_ends)
        .join(Message, Message.member_id == Member.id)
        .where(Message.dispatch_key == dispatch_key, Message.purpose == purpose)
        .distinct()
    )
    held = 0
    for night in session.execute(nights).all():
        over = until(Sleeper(*night), company, now)
        if over is not None:
            held += _hold(session, dispatch_key, purpose, Sleeper(*night), over)
    return held


def release(session: Session, now: datetime) -> int:
    """Lets go what waits for the morning while its incident has reached a level that may wake people."""
    awake = [level for level in Level if level.rank >= company_level(session).rank]
    raised = select(Incident.id).where(Incident.level.in_(awake))
    waiting = and_(Message.state == State.PENDING, Message.held == Reason.QUIET_HOURS)
    changed = session.execute(
        update(Message).where(waiting, Message.incident_id.in_(raised)).values(next_at=now, held=None, reason="")
    )
    return changed.rowcount  # type: ignore[attr-defined, no-any-return]


def anybody_waits(session: Session) -> bool:
    """Whether a message of an incident waits for the morning."""
    waiting = and_(Message.state == State.PENDING, Message.held == Reason.QUIET_HOURS, Message.incident_id.is_not(None))
    return session.scalar(select(Message.id).where(waiting).limit(1)) is not None


def _hold(session: Session, dispatch_key: str, purpose: str, night: Sleeper, over: datetime) -> int:
    sleepers = select(Member.id).where(
        Member.time_zone == night.time_zone,
        Member.quiet_starts.is_not_distinct_from(night.quiet_starts),
        Member.quiet_ends.is_not_distinct_from(night.quiet_ends),
    )
    changed = session.execute(
        update(Message)
        .where(
            Message.dispatch_key == dispatch_key,
            Message.purpose == purpose,
            Message.state == State.PENDING,
            Message.held.is_(None),
            Message.channel.in_(LOUD),
            Message.member_id.in_(sleepers),
        )
        .values(next_at=over, held=Reason.QUIET_HOURS, reason=f"quiet hours until {over:%Y-%m-%d %H:%M} UTC")
        .execution_options(synchronize_session=False)
    )
    return changed.rowcount  # type: ignore[attr-defined, no-any-return]
