"""Planned tasks are remembered in time: whoever they fall to is told once, whatever dies and however many look."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, event, select, update

from app.reminding import Reminding
from notifiers.rows import Dispatch, Message, Withheld
from notifiers.segments import sms_size
from notifiers.states import Reason, State
from protocol.calendar import ProtocolTask
from protocol.installation import Environment, stamp
from protocol.messages import MessageTemplate
from protocol.people import Member, Role
from protocol.practice import Company
from tests.fakes.room import Room
from tests.protocol.duties import MADRID, rotate, utc

SERGIO, ANA, KATE, MARTA = "sergio.molina", "ana.ruiz", "kate.young", "marta.vidal"
ROUND, REPORT = "monitoring-round", "weekly-report"  # daily at 8, 14 and 20 for the monitoring lead; Fridays at 12
REMINDED = "task-reminder"


def look(room: Room, at: str, supervisor: Reminding | None = None) -> int:
    """A supervisor looks at a moment; of how many occurrences somebody is told."""
    room.clock.moment = utc(at)
    return (supervisor or Reminding())(room.works)


def change(room: Room, key: str, **values: object) -> None:
    with room.store.write() as session:
        session.execute(update(ProtocolTask).where(ProtocolTask.key == key).values(values))


def only(room: Room, key: str) -> None:
    """Nothing else is planned."""
    with room.store.write() as session:
        session.execute(delete(ProtocolTask).where(ProtocolTask.key != key))


def reminded(room: Room) -> list[str]:
    """The keys of the dispatches with a message, in order of their occurrences."""
    with room.store.read() as session:
        return list(session.scalars(select(Message.dispatch_key).distinct().order_by(Message.dispatch_key)))


def withheld(room: Room) -> list[tuple[str, Reason]]:
    with room.store.read() as session:
        rows = session.execute(select(Withheld.dispatch_key, Withheld.member_id, Withheld.reason)).all()
        keys = dict(session.execute(select(Member.id, Member.key)).all())
    return [(f"{key} {keys[member]}", reason) for key, member, reason in rows]


@contextmanager
def statements(room: Room) -> Iterator[list[str]]:
    """What the store is asked meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(room.store.engine, "before_cursor_execute", note)
    yield seen
    event.remove(room.store.engine, "before_cursor_execute", note)


def test_the_one_on_duty_is_told_by_text_and_by_email_in_their_language_and_by_their_clocks(room: Room) -> None:
    assert look(room, "2026-03-04 06:49:59") == 0
    assert look(room, "2026-03-04 06:50") == 1
    assert reminded(room) == [f"task/{ROUND}/2026-03-04T07:00:00+00:00"]
    assert room.told(REMINDED) == [SERGIO]
    reference = room.message(SERGIO).reference
    assert room.texts(SERGIO) == [
        f"Aurora Foods, recordatorio: Ronda de escucha, mié 4 mar 08:00, Sala de escucha. #{reference}"
    ]
    room.absent(SERGIO)
    room.absent(ANA)
    assert look(room, "2026-03-04 12:50") == 1
    reference = room.message(KATE).reference
    assert room.texts(KATE) == [
        f"Aurora Foods, reminder: Monitoring round, Wed 04 Mar 08:00, Sala de escucha. #{reference}"
    ]
    assert "A task of the crisis protocol of Aurora Foods falls to you" in room.texts(KATE, channel="email")[0]


def test_a_text_is_one_segment_whatever_the_day_is_called(room: Room) -> None:
    for day in range(4, 11):  # "mié" and "sáb" among them
        look(room, f"2026-03-{day:02} 06:50")
    sizes = [sms_size(text).segments for text in room.texts(template=REMINDED)]
    assert sizes == [1] * 7


def test_each_occurrence_is_one_reminder_however_often_and_by_whom_it_is_looked_at(room: Room) -> None:
    first, second = Reminding(), Reminding()
    told = [
        look(room, f"2026-03-04 06:5{minute}", one) for minute in (0, 0, 1, 5) for one in (first, second, Reminding())
    ]
    assert sum(told) == 1
    assert room.count(Message) == 2


def test_two_supervisors_at_the_same_instant_remind_once(room: Room) -> None:
    room.clock.moment = utc("2026-03-04 06:50")
    together = Barrier(4)

    def supervise(_: int) -> int:
        together.wait()
        return Reminding()(room.works)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(supervise, range(4))) == 1
    assert room.count(Message) == 2


def test_nobody_else_is_told_when_the_one_who_was_told_leaves(room: Room) -> None:
    assert look(room, "2026-03-04 06:50") == 1
    room.absent(SERGIO)
    assert look(room, "2026-03-04 06:55") == 0
    assert room.told(REMINDED) == [SERGIO]


def test_a_reminder_that_is_late_is_sent_until_its_moment_and_no_longer(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    only(room, ROUND)
    assert look(room, "2026-03-04 06:59:59") == 1
    assert room.told(REMINDED) == [SERGIO]
    caplog.clear()
    assert look(room, "2026-03-04 13:00") == 0  # all was down since the morning
    assert look(room, "2026-03-04 13:01") == 0  # another supervisor says nothing more
    [line] = caplog.messages
    with room.store.read() as session:
        number = session.scalars(select(ProtocolTask.id)).one()
    assert line == f"protocol task {number} at 2026-03-04 13:00 UTC: too late to remind anybody of it"
    assert room.count(Message) == 2


def test_after_weeks_of_silence_only_the_last_day_is_spoken_of(room: Room) -> None:
    only(room, ROUND)
    assert look(room, "2026-06-04 11:00") == 0
    assert (room.count(Dispatch), room.count(Message)) == (3, 0)


def test_what_came_before_the_store_was_made_is_not_spoken_of(room: Room) -> None:
    only(room, ROUND)
    with room.store.write() as session:
        stamp(session, Environment.DEMO, "key", utc("2026-03-04 08:00"))
    assert look(room, "2026-03-04 08:00") == 0
    assert room.count(Dispatch) == 0


@pytest.mark.parametrize(
    ("days", "hours"),
    [
        (("2026-03-28", "2026-03-30"), ("07:00", "06:00", "06:00")),
        (("2026-10-24", "2026-10-26"), ("06:00", "07:00", "07:00")),
    ],
)
def test_when_clocks_change_no_reminder_is_left_out_nor_sent_twice(
    room: Room, days: tuple[str, str], hours: tuple[str, ...]
) -> None:
    only(room, ROUND)
    supervisor, at = Reminding(), utc(f"{days[0]} 00:00")
    while at < utc(f"{days[1]} 23:00"):
        look(room, f"{at:%Y-%m-%d %H:%M}", supervisor)
        if at.hour == 3:
            supervisor = Reminding()  # after a restart
        at += timedelta(minutes=5)
    told = [datetime.fromisoformat(key.rpartition("/")[2]) for key in reminded(room)]
    assert [f"{when:%H:%M}" for when in told[::3]] == list(hours)
    assert [when.astimezone(ZoneInfo(MADRID)).hour for when in told] == [8, 14, 20] * 3
    assert room.count(Message) == 2 * len(told)


def test_whoever_has_the_turn_when_it_comes_is_reminded_not_whoever_has_it_before(room: Room) -> None:
    with room.store.write() as session:
        lead = session.scalars(select(Role.id).where(Role.key == "communications-lead")).one()
        session.execute(update(ProtocolTask).values(role_id=lead, member_id=None))
    rotate(room, "tom.baker", key="nights", shifts=(("mon-sun", 22, 8),))
    rotate(room, MARTA, key="days", shifts=(("mon-sun", 8, 22),))
    look(room, "2026-03-04 06:50")  # ten to eight, in the night shift
    assert room.told(REMINDED) == [MARTA]


def test_an_absent_holder_is_replaced_by_the_first_deputy_who_is_there_now_and_then(room: Room) -> None:
    room.clock.moment = utc("2026-03-04 06:00")
    room.absent(SERGIO, hours=0.9)  # back when the round is, but away when the reminder is
    room.clock.moment = utc("2026-03-04 06:55")
    room.absent(ANA)  # away when the round is
    look(room, "2026-03-04 06:50")
    assert room.told(REMINDED) == [KATE]


def test_when_nobody_of_the_role_is_there_it_is_kept_and_said_without_a_name(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    room.clock.moment = utc("2026-03-04 06:00")
    for member in (SERGIO, ANA, KATE):
        room.absent(member)
    look(room, "2026-03-04 06:50")
    key = f"task/{ROUND}/2026-03-04T07:00:00+00:00"
    assert withheld(room) == [(f"{key} {member}", Reason.ABSENT) for member in (SERGIO, ANA, KATE)]
    assert caplog.messages[-1].split(": ", 1)[1] == "nobody whom it falls to is there to be reminded"
    assert room.count(Message) == 0


@pytest.mark.parametrize("leaves", ["2026-03-06 09:00", "2026-03-06 10:30"])  # before the reminder, or after it
def test_the_task_of_an_absent_member_falls_to_nobody_else(room: Room, leaves: str) -> None:
    only(room, REPORT)
    room.clock.moment = utc(leaves)
    room.absent(SERGIO)
    look(room, "2026-03-06 10:00")
    assert withheld(room) == [(f"task/{REPORT}/2026-03-06T11:00:00+00:00 {SERGIO}", Reason.ABSENT)]
    assert room.count(Message) == 0


def test_a_task_that_was_moved_is_reminded_of_at_its_new_time(room: Room) -> None:
    only(room, REPORT)
    supervisor = Reminding()
    assert look(room, "2026-03-06 09:59:50", supervisor) == 0
    change(room, REPORT, starts=datetime(2026, 1, 9, 16))  # noqa: DTZ001 - by its own clocks
    assert look(room, "2026-03-06 10:00", supervisor) == 0  # the former hour
    assert look(room, "2026-03-06 14:00", supervisor) == 1
    change(room, REPORT, starts=datetime(2026, 1, 9, 18))  # noqa: DTZ001 - by its own clocks
    assert look(room, "2026-03-06 16:00", supervisor) == 1
    assert reminded(room) == [f"task/{REPORT}/2026-03-06T1{hour}:00:00+00:00" for hour in (5, 7)]


def test_a_reminder_that_was_shortened_after_it_was_sent_is_not_sent_again(room: Room) -> None:
    only(room, REPORT)
    assert look(room, "2026-03-06 10:00") == 1
    change(room, REPORT, reminder=5)
    assert look(room, "2026-03-06 10:55") == 0


def test_a_task_without_a_reminder_reminds_nobody(room: Room) -> None:
    only(room, REPORT)
    change(room, REPORT, reminder=None)
    assert look(room, "2026-03-06 11:00") == 0
    change(room, REPORT, reminder=0)
    assert look(room, "2026-03-06 10:59") == 0
    assert look(room, "2026-03-06 11:00:01") == 1  # at its very moment, as well as one can


def test_at_night_a_reminder_waits_as_every_message_that_is_not_urgent(room: Room) -> None:
    with room.store.write() as session:
        session.execute(update(Company).values(quiet_starts=time(22), quiet_ends=time(7, 55)))
    look(room, "2026-03-04 06:50")
    message = room.message(SERGIO)
    assert (message.state, message.held) == (State.PENDING, Reason.QUIET_HOURS)
    assert message.next_at == utc("2026-03-04 06:55")
    assert room.message(SERGIO, "email").held is None


def test_in_staging_only_the_drill_roster_is_told_and_every_text_is_marked(room: Room) -> None:
    staging = replace(room.works, settings=replace(room.works.settings, environment=Environment.STAGING))
    room.clock.moment = utc("2026-03-04 06:50")
    assert Reminding()(staging) == 1
    assert room.texts(SERGIO)[0].startswith("DRILL / SIMULACRO: Aurora Foods, recordatorio: Ronda de escucha")
    room.leave_roster(SERGIO)
    room.clock.moment = utc("2026-03-04 12:50")
    assert Reminding()(staging) == 0
    assert withheld(room) == [(f"task/{ROUND}/2026-03-04T13:00:00+00:00 {SERGIO}", Reason.NOT_ON_ROSTER)]
    assert room.count(Message) == 2


def test_between_two_looks_a_minute_apart_the_store_is_left_in_peace(room: Room) -> None:
    supervisor = Reminding()
    look(room, "2026-03-04 06:30", supervisor)
    with statements(room) as asked:
        for second in range(1, 60):
            look(room, f"2026-03-04 06:30:{second:02}", supervisor)
        assert asked == []
        look(room, "2026-03-04 06:31", supervisor)
        assert 0 < len(asked) <= 4
    look(room, "2026-03-04 06:49:30", supervisor)
    assert look(room, "2026-03-04 06:49:59", supervisor) == 0
    assert look(room, "2026-03-04 06:50", supervisor) == 1  # it wakes for what is due, not a minute later


def test_a_store_without_the_words_goes_on_and_reminds_once_they_are_loaded(room: Room) -> None:
    with room.store.write() as session:
        words = session.scalars(select(MessageTemplate).where(MessageTemplate.key == REMINDED)).all()
        for one in words:
            one.key = "elsewhere"
    supervisor = Reminding()
    assert look(room, "2026-03-04 06:50", supervisor) == 0
    with room.store.write() as session:
        session.execute(update(MessageTemplate).where(MessageTemplate.key == "elsewhere").values(key=REMINDED))
    assert look(room, "2026-03-04 06:51", supervisor) == 1
