"""Who is asked whether a contact reaches them: few at a time, the longest unconfirmed first; nobody is disturbed."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from notifiers.contact_checks import ask, next_asked
from notifiers.rows import Message
from protocol.colleagues import colleague_ids
from protocol.people import Contact, Member, WorkingHours
from protocol.practice import Company
from protocol.words import Channel
from tests.fakes.room import Room

ALL, TWELFTH = Fraction(1), Fraction(1, 12)
ANA, JAVIER, LUCIA, TOM = "ana.ruiz", "javier.ortega", "lucia.romero", "tom.baker"
AT_WORK = datetime(2026, 3, 3, 14, 30, tzinfo=UTC)  # a Tuesday: 15:30 in Madrid, 09:30 in New York


@pytest.fixture(autouse=True)
def at_work(room: Room) -> None:
    room.clock.moment = AT_WORK


def ask_now(room: Room, share: Fraction = ALL) -> list[str]:
    """Asks, and answers who is asked, each once."""
    with room.store.write() as session:
        asked = next_asked(session, share, room.clock.now())
        assert ask(session, asked, room.clock.now()) == asked.people
        keys = dict(session.execute(select(Member.id, Member.key)).all())
        return [keys[number] for members in asked.by_channel.values() for number in members]


def confirm(room: Room, member: str, moment: datetime | None, channels: Sequence[Channel] = tuple(Channel)) -> None:
    with room.store.write() as session:
        for contact in session.scalars(select(Contact).join(Member).where(Member.key == member)):
            if contact.channel in channels:
                contact.verified_at = moment


def everybody(room: Room) -> int:
    with room.store.read() as session:
        return len(colleague_ids(session))


def test_a_share_of_all_is_asked_in_any_seven_days(room: Room) -> None:
    few = -(-everybody(room) // 12)
    first = ask_now(room, TWELFTH)
    assert len(first) == few
    assert ask_now(room, TWELFTH) == []
    room.clock.later(days=7)
    second = ask_now(room, TWELFTH)
    assert len(second) == few and not {*first} & {*second}


def test_whoever_confirmed_longest_ago_comes_first_and_by_that_channel(room: Room) -> None:
    with room.store.read() as session:
        keys = session.scalars(select(Member.key)).all()
    for key in keys:
        confirm(room, key, AT_WORK - timedelta(days=91))
    confirm(room, LUCIA, AT_WORK - timedelta(days=200), [Channel.EMAIL])
    confirm(room, ANA, None, [Channel.SMS])
    assert ask_now(room, TWELFTH)[:1] == [ANA]
    with room.store.read() as session:
        asked = {(row.member_id, row.channel) for row in session.scalars(select(Message))}
    assert {(room.member(ANA), Channel.SMS), (room.member(LUCIA), Channel.EMAIL)} <= asked


def test_nobody_is_asked_twice_in_ninety_days_nor_so_soon_after_confirming(room: Room) -> None:
    confirm(room, TOM, AT_WORK - timedelta(days=60))
    first = ask_now(room)
    assert TOM not in first and LUCIA in first
    room.clock.later(days=28)
    assert not {TOM, *first} & {*ask_now(room)}
    room.clock.later(days=7)  # 95 days after Tom confirmed
    later = ask_now(room)
    assert TOM in later and not {*first} & {*later}
    room.clock.later(days=56)  # 91 days after the first
    assert LUCIA in ask_now(room)


def test_nobody_is_asked_during_an_open_incident_of_theirs(room: Room) -> None:
    number = room.open()
    room.tell(LUCIA, incident_id=number)
    assert LUCIA not in ask_now(room)


def test_nobody_is_asked_off_duty_while_away_or_asleep(room: Room) -> None:
    room.clock.moment = AT_WORK - timedelta(hours=6)  # 09:30 in Madrid, 03:30 in New York
    with room.store.write() as session:
        company = session.scalars(select(Company)).one()
        company.quiet_starts, company.quiet_ends = time(22), time(7)
        lucia = session.get_one(Member, room.member(LUCIA))
        lucia.quiet_starts, lucia.quiet_ends = time(9), time(10)
    room.absent(JAVIER)
    asked = ask_now(room)
    assert asked and not {ANA, JAVIER, LUCIA, TOM} & {*asked}


def test_on_a_day_off_nobody_is_asked_who_does_not_work_on_it(room: Room) -> None:
    room.clock.moment = AT_WORK + timedelta(days=5)  # Sunday
    with room.store.read() as session:
        on_sundays = select(WorkingHours.member_id).where(WorkingHours.weekday == 6)
        at_work = set(session.scalars(select(Member.key).where(Member.id.in_(on_sundays))))
    assert {*ask_now(room)} <= at_work
    room.clock.moment = AT_WORK + timedelta(days=6)
    assert LUCIA in ask_now(room)


def test_audiences_outside_the_company_are_never_asked(room: Room) -> None:
    assert [key for key in ask_now(room) if key.startswith(("press.", "customer.", "partner."))] == []


def test_a_rehearsal_asks_the_drill_roster_alone(room: Room) -> None:
    with room.store.read() as session:
        asked = next_asked(session, ALL, room.clock.now(), roster_only=True)
        people = [number for members in asked.by_channel.values() for number in members]
        assert people and all(session.get_one(Member, number).drill_roster for number in people)
