"""Who is asked next whether a contact reaches them: few at a time, seldom, and only when it disturbs nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from math import ceil

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from incidents.rows import CabinetSeat, Incident
from notifiers import quiet
from notifiers.confirming import CONTACT_CHECK
from notifiers.context import company_words
from notifiers.outbox import Plan, enqueue
from notifiers.recipients import Recipient
from notifiers.rows import Dispatch, Message
from protocol.colleagues import colleague_ids
from protocol.people import Absence, Contact, Member, WorkingHours
from protocol.practice import Company
from protocol.presence import at_work
from protocol.shifts import Shift
from protocol.variables import company_variables
from protocol.words import WRITTEN, Channel

SELDOM = timedelta(days=90)  # between two such messages to one person
ROUND = timedelta(days=7)  # within which a share of all people is asked
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
OFFICE = tuple(Shift(weekday, time(9), time(18)) for weekday in range(5))  # of those whose hours nobody wrote


@dataclass(frozen=True)
class Asked:
    """Who is asked by which channel, and how many colleagues there are and may be asked now."""

    by_channel: Mapping[Channel, Sequence[int]]
    colleagues: int
    due: int

    @property
    def people(self) -> int:
        """How many are asked."""
        return sum(len(members) for members in self.by_channel.values())


@dataclass(frozen=True)
class _Way:
    """The first usable contact of a person on a channel."""

    member_id: int
    channel: Channel
    confirmed_at: datetime


def next_asked(session: Session, share: Fraction, now: datetime, *, roster_only: bool = False) -> Asked:
    """The next people: of a week's share of all colleagues those whose contact was confirmed longest ago.

    Never somebody who was asked within 90 days, takes part in an open incident, is away, off duty or asleep.
    """
    colleagues = colleague_ids(session, roster_only=roster_only)
    left = ceil(share * len(colleagues)) - _asked_since(session, now - ROUND, colleagues)
    ways = _ways(session, colleagues)
    busy = _recently_asked(session, now) | _in_open_incidents(session) | _away(session, now)
    due = [way for way in ways if way.member_id not in busy and way.confirmed_at <= now - SELDOM]
    chosen = _disturbed_by_nothing(session, due, now)[: max(left, 0)]
    by_channel = {c: [way.member_id for way in chosen if way.channel is c] for c in WRITTEN}
    return Asked({channel: members for channel, members in by_channel.items() if members}, len(colleagues), len(due))


def ask(session: Session, asked: Asked, now: datetime, *, drill: bool = False) -> int:
    """Enqueues the messages in the caller's transaction; answers how many are new. `now` is real time."""
    plain = {"company": company_words(session, "")["company"]}
    context = {"plain": plain, "variables": company_variables(session)}
    new = 0
    for channel, members in asked.by_channel.items():
        key = f"{CONTACT_CHECK}/{now:%Y-%m-%dT%H:%M:%S}/{channel}"
        plan = Plan(key, CONTACT_CHECK, [channel], context, step=CONTACT_CHECK, drill=drill)
        new += enqueue(session, plan, [Recipient(member) for member in members], now, None)
    return new


def _ways(session: Session, colleagues: Sequence[int]) -> list[_Way]:
    """One way for each person who can be reached, that which was confirmed longest ago; these first."""
    usable = select(Contact).where(
        Contact.member_id.in_(colleagues), Contact.opted_out_at.is_(None), Contact.channel.in_(WRITTEN)
    )
    first: dict[tuple[int, Channel], Contact] = {}
    for contact in session.scalars(usable.order_by(Contact.bounced_at.is_not(None), Contact.position, Contact.id)):
        first.setdefault((contact.member_id, contact.channel), contact)
    ways = [_Way(who, channel, contact.verified_at or NEVER) for (who, channel), contact in first.items()]
    stalest: dict[int, _Way] = {}
    for way in sorted(ways, key=lambda way: (way.confirmed_at, way.member_id, WRITTEN.index(way.channel))):
        stalest.setdefault(way.member_id, way)
    return list(stalest.values())


def _checks_since(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Dispatch.template == CONTACT_CHECK, Dispatch.created_at > moment)


def _asked_since(session: Session, moment: datetime, colleagues: Sequence[int]) -> int:
    asked = select(func.count(Message.member_id.distinct())).join(Dispatch).where(Message.member_id.in_(colleagues))
    return session.scalar(asked.where(*_checks_since(moment))) or 0


def _recently_asked(session: Session, now: datetime) -> set[int]:
    asked = select(Message.member_id).join(Dispatch).where(*_checks_since(now - SELDOM))
    return set(session.scalars(asked))


def _in_open_incidents(session: Session) -> set[int]:
    is_open = select(Incident.id).where(Incident.closed_at.is_(None))
    told = select(Message.member_id).where(Message.incident_id.in_(is_open))
    seated = select(CabinetSeat.member_id).where(CabinetSeat.incident_id.in_(is_open))
    return {*session.scalars(told.distinct()), *session.scalars(seated)}


def _away(session: Session, now: datetime) -> set[int]:
    return set(session.scalars(select(Absence.member_id).where(Absence.starts <= now, Absence.ends > now)))


def _disturbed_by_nothing(session: Session, ways: Sequence[_Way], now: datetime) -> list[_Way]:
    """Those who are at work now, and whose quiet hours do not hold."""
    people = {m.id: m for m in session.scalars(select(Member).where(Member.id.in_([way.member_id for way in ways])))}
    hours: dict[int, list[WorkingHours]] = {}
    for span in session.scalars(select(WorkingHours).where(WorkingHours.member_id.in_(people))):
        hours.setdefault(span.member_id, []).append(span)
    company = session.scalar(select(Company).limit(1))
    return [
        way
        for way in ways
        if at_work(people[way.member_id].time_zone, hours.get(way.member_id, OFFICE), now)
        and not quiet.until(people[way.member_id], company, now)
    ]
