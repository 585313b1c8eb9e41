"""At night only what matters wakes people: in their own time zone, below the company's level, never by e-mail."""

from datetime import UTC, datetime, time

import pytest
from sqlalchemy import update

from incidents.rows import Incident
from notifiers import quiet
from notifiers.rows import Message
from notifiers.states import Reason, State
from protocol.people import Member
from protocol.practice import Company
from protocol.words import Channel, Level
from tests.fakes.room import Room

ANA, TOM = "ana.ruiz", "tom.baker"  # in Madrid, in New York; the clock stands at 22:00 in Madrid, 16:00 in New York
SMS = [Channel.SMS]
MADRID, NEW_YORK = "Europe/Madrid", "America/New_York"
NIGHT, MORNING = time(22), time(7)


@pytest.fixture
def asleep(room: Room) -> Room:
    """A company that keeps quiet from 22:00 to 07:00."""
    with room.store.write() as session:
        session.execute(update(Company).values(quiet_starts=NIGHT, quiet_ends=MORNING))
    return room


def own_hours(room: Room, member: str, starts: time, ends: time) -> None:
    with room.store.write() as session:
        session.execute(update(Member).where(Member.key == member).values(quiet_starts=starts, quiet_ends=ends))


def held(room: Room, member: str) -> Message | None:
    message = room.message(member)
    return message if message.held is Reason.QUIET_HOURS else None


def utc(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_a_text_waits_for_the_morning_where_the_person_is(asleep: Room) -> None:
    asleep.tell(ANA, TOM, channels=SMS)
    assert asleep.send() == 1
    assert [line["to"] for line in asleep.phones()] == ["+12025550101"]
    message = held(asleep, ANA)
    assert message is not None
    assert (message.next_at, message.reason) == (utc(2026, 3, 4, 6), "quiet hours until 2026-03-04 06:00 UTC")
    asleep.clock.later(hours=9)
    assert asleep.send() == 1 and asleep.message(ANA).state is State.ACCEPTED


def test_an_email_wakes_nobody_and_leaves_at_once(asleep: Room) -> None:
    asleep.tell(ANA)
    assert asleep.send() == 1
    assert [line["channel"] for line in asleep.phones()] == ["email"]
    assert held(asleep, ANA)


def test_a_persons_own_hours_beat_the_companys(asleep: Room) -> None:
    own_hours(asleep, ANA, time(23), time(6))
    own_hours(asleep, TOM, time(15), time(17))
    asleep.tell(ANA, TOM, channels=SMS)
    assert held(asleep, ANA) is None
    message = held(asleep, TOM)
    assert message is not None and message.next_at == utc(2026, 3, 3, 22)


def test_a_company_without_quiet_hours_holds_only_for_those_who_have_their_own(room: Room) -> None:
    own_hours(room, ANA, NIGHT, MORNING)
    room.tell(ANA, "sergio.molina", channels=SMS)
    assert held(room, ANA) and held(room, "sergio.molina") is None


@pytest.mark.parametrize(("level", "waits"), [(Level.YELLOW, True), (Level.ORANGE, False), (Level.RED, False)])
def test_from_the_companys_level_on_people_are_woken(asleep: Room, level: Level, waits: bool) -> None:
    asleep.tell(ANA, channels=SMS, incident_id=asleep.open(level))
    assert (held(asleep, ANA) is not None) is waits


def test_another_level_may_be_the_one_that_wakes(asleep: Room) -> None:
    with asleep.store.write() as session:
        session.execute(update(Company).values(quiet_below=Level.RED))
    asleep.tell(ANA, channels=SMS, incident_id=asleep.open(Level.ORANGE))
    assert held(asleep, ANA)


def test_a_level_that_is_raised_later_lets_go_what_waited(asleep: Room) -> None:
    number = asleep.open(Level.YELLOW)
    asleep.tell(ANA, channels=SMS, incident_id=number)
    sender = asleep.sender()
    assert asleep.send(sender) == 0
    with asleep.store.write() as session:
        session.get_one(Incident, number).level = Level.ORANGE
    asleep.clock.later(seconds=10)
    asleep.send(sender)
    asleep.send(sender)
    assert [line["to"] for line in asleep.phones()] == ["+34600000008"]


def test_what_asks_for_an_answer_and_what_is_urgent_wakes_at_any_level(asleep: Room) -> None:
    asleep.tell(ANA, key="notify/1", channels=SMS, acknowledge=True)
    asleep.tell(TOM, "sergio.molina", key="notify/2", channels=SMS, urgent=True)
    assert asleep.send() == 3


def test_calls_wait_as_texts_do(asleep: Room) -> None:
    asleep.tell("lucia.romero", channels=[Channel.VOICE])
    assert asleep.message("lucia.romero", "voice").held is Reason.QUIET_HOURS


@pytest.mark.parametrize(
    ("now", "zone", "until"),
    [
        ((2026, 3, 3, 20, 59), MADRID, None),
        ((2026, 3, 3, 21), MADRID, (2026, 3, 4, 6)),  # 22:00 there, until 07:00 of the next day
        ((2026, 3, 4, 2), MADRID, (2026, 3, 4, 6)),  # past midnight, the same night
        ((2026, 3, 4, 6), MADRID, None),  # 07:00 sharp
        ((2026, 3, 4, 3), NEW_YORK, (2026, 3, 4, 12)),  # 22:00 there
        ((2026, 3, 28, 23), MADRID, (2026, 3, 29, 5)),  # in this night the clock skips an hour
        ((2026, 10, 24, 22), MADRID, (2026, 10, 25, 6)),  # in this one it repeats one
    ],
)
def test_a_night_is_a_span_of_the_clock_on_the_wall(
    now: tuple[int, ...], zone: str, until: tuple[int, ...] | None
) -> None:
    assert quiet.ends(NIGHT, MORNING, zone, utc(*now)) == (utc(*until) if until else None)


def test_a_night_that_does_not_pass_midnight(room: Room) -> None:
    assert quiet.ends(time(1), time(6), MADRID, utc(2026, 3, 3, 22)) is None
    assert quiet.ends(time(1), time(6), MADRID, utc(2026, 3, 4, 1)) == utc(2026, 3, 4, 5)


def test_a_morning_in_the_hour_that_comes_twice_is_the_second_one() -> None:
    """02:30 comes at 00:30 and at 01:30 UTC; who is in the second hour is not woken by the first."""
    for now in (utc(2026, 10, 25, 0), utc(2026, 10, 25, 1, 15)):
        assert quiet.ends(NIGHT, time(2, 30), MADRID, now) == utc(2026, 10, 25, 1, 30)


def test_a_morning_in_the_hour_that_is_skipped_comes_after_it() -> None:
    assert quiet.ends(NIGHT, time(2, 30), MADRID, utc(2026, 3, 29, 0, 30)) == utc(2026, 3, 29, 1, 30)
