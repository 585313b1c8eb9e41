"""Nobody answers: the next one is told, until nobody is left; and what was promised is chased."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from flows.escalation import follow_up
from incidents import cabinet
from incidents.deadlines import Due, open_deadlines
from incidents.phases import Phase
from incidents.rows import Deadline
from notifiers.acknowledgements import Via, acknowledge
from notifiers.rows import Message
from tests.fakes.room import Room

LUCIA, TOM, MARTA, JAVIER = "lucia.romero", "tom.baker", "marta.vidal", "javier.ortega"
ROLE = "communications-lead"


@pytest.fixture
def number(room: Room) -> int:
    return room.open()


@pytest.fixture
def breach(room: Room) -> int:
    """An incident whose first step has no chain of its own."""
    return room.open(playbook="data-breach")


def _acknowledge(room: Room, member: str, template: str = "signal-alert") -> None:
    with room.store.write() as session:
        message = session.get_one(Message, room.message(member, template=template).id)
        acknowledge(session, message, Via.LINK, room.clock.now())


def _escalations(room: Room, number: int) -> list[tuple[int, int | None]]:
    return [(line["from_member"], line["to_member"]) for line in room.lines(number, "escalated")]


def _due(room: Room, number: int, kind: Due) -> list[Deadline]:
    with room.store.read() as session:
        return [row for row in open_deadlines(session, number) if row.kind == kind]


def test_an_unanswered_lead_is_escalated_to_the_deputy_after_five_minutes(room: Room, breach: int) -> None:
    room.do(breach, "alert")
    _acknowledge(room, "sergio.molina")
    assert room.pass_time(breach, minutes=4, seconds=59) == 0
    assert room.pass_time(breach, seconds=1) == 1
    assert room.told("signal-alert", f"stand-in-{ROLE}") == [TOM]
    assert "You stand in for Communications lead." in room.texts(TOM)[0]
    assert _escalations(room, breach) == [(room.member(LUCIA), room.member(TOM))]


def test_who_answered_in_time_is_not_escalated(room: Room, breach: int) -> None:
    room.do(breach, "alert")
    for member in (LUCIA, "sergio.molina"):
        _acknowledge(room, member)
    assert room.pass_time(breach, minutes=5) == 0
    assert room.told() == [LUCIA, "sergio.molina"]


def test_the_deputy_has_the_same_time_and_the_absent_are_passed_over(room: Room, breach: int) -> None:
    room.absent(TOM)
    room.do(breach, "alert")
    room.pass_time(breach, minutes=5)
    assert room.told("signal-alert", f"stand-in-{ROLE}") == [MARTA]
    due = {row.member_id: row.due_at for row in _due(room, breach, Due.ACKNOWLEDGE)}
    assert due[room.member(MARTA)] == room.clock.now() + timedelta(minutes=5)


def test_when_nobody_is_left_the_crisis_lead_is_told_whose_role_is_empty(room: Room, number: int) -> None:
    room.do(number, "freeze-publishing")
    for _ in range(2):
        room.pass_time(number, minutes=10)
    assert _escalations(room, number)[-1] == (room.member(TOM), None)
    assert room.told("escalation-exhausted") == [JAVIER]
    assert room.pass_time(number, hours=1) == 0


def test_a_follow_up_that_comes_twice_acts_once(room: Room, breach: int) -> None:
    room.do(breach, "alert")
    rows = _due(room, breach, Due.ACKNOWLEDGE)
    now = room.clock.later(minutes=5)
    acted = []
    for row in [*rows, *rows]:
        with room.store.write() as session:
            acted.append(follow_up(session, room.works, row.id, now))
    assert acted == [True, True, False, False]
    assert len(_escalations(room, breach)) == 2


def test_a_follow_up_that_comes_too_early_or_for_nothing_does_nothing(room: Room, breach: int) -> None:
    room.do(breach, "alert")
    with room.store.write() as session:
        assert not follow_up(session, room.works, _due(room, breach, Due.ACKNOWLEDGE)[0].id, room.clock.now())
        assert not follow_up(session, room.works, 999, room.clock.now())


def test_an_unanswered_convocation_moves_the_seat_to_the_deputy(room: Room, number: int) -> None:
    room.do(number, "convene-cabinet")
    room.pass_time(number, minutes=5)
    with room.store.read() as session:
        seat = cabinet.seat_of(session, number, ROLE)
        assert seat is not None and (seat.member_id, seat.answer) == (room.member(TOM), "waiting")


def test_a_missed_quorum_is_told_to_the_crisis_lead(room: Room, number: int) -> None:
    room.do(number, "convene-cabinet")
    for member in room.told("cabinet-convocation"):
        _acknowledge(room, member, "cabinet-convocation")
    room.pass_time(number, minutes=15)
    assert room.told("deadline-missed") == [JAVIER]
    assert "deadline_missed" in room.kinds(number)


def test_words_that_are_not_signed_in_time_are_put_to_the_deputies(room: Room, number: int) -> None:
    room.do(number, "holding-statement")
    room.sign(number, "holding-statement", "pablo.serra")
    room.pass_time(number, minutes=30)
    assert room.told("sign-off-request") == [LUCIA, "pablo.serra", JAVIER, TOM, "robert.hayes"]
    assert room.told("deadline-missed") == [JAVIER]
    room.sign(number, "holding-statement", TOM)
    assert "published" in room.kinds(number)


def test_a_promise_that_is_not_kept_is_told_to_its_roles_and_the_lead(room: Room, number: int) -> None:
    room.do(number, "next-update")
    room.pass_time(number, hours=1)
    assert room.told("deadline-missed") == [LUCIA, "raquel.pena", JAVIER]


def test_the_follow_ups_of_a_left_phase_do_nothing_but_a_clock_goes_on(room: Room, number: int) -> None:
    room.do(number, "alert", "market-disclosure")
    room.advance_to(number, Phase.CRISIS)
    before = room.told("signal-alert")
    assert room.pass_time(number, minutes=5) == 0
    assert room.told("signal-alert") == before
    room.do(number, "market-disclosure")
    assert len(_due(room, number, Due.CLOCK)) == 1  # it does not begin anew
    assert room.pass_time(number, hours=4) == 1
    assert room.told("deadline-missed") == ["pablo.serra", JAVIER]


def test_a_closed_incident_has_no_follow_ups(room: Room, number: int) -> None:
    room.do(number, "alert", "market-disclosure")
    room.advance_to(number, Phase.CLOSED)
    assert room.pass_time(number, days=1) == 0
    with room.store.read() as session:
        rows = session.scalars(select(Deadline)).all()
    assert all(row.cancelled_at for row in rows)


def test_reminders_of_an_open_gate_double_up_to_a_day(room: Room, number: int) -> None:
    room.open_gate(number)
    waits = []
    for _ in range(8):
        (due,) = _due(room, number, Due.REMIND)
        waits.append((due.due_at - room.clock.now()) // timedelta(minutes=30))
        room.pass_time(number, seconds=(due.due_at - room.clock.now()).total_seconds())
    assert waits == [1, 2, 4, 8, 16, 32, 48, 48]
    assert len(room.texts(JAVIER, "gate-reminder")) == 8


def test_a_cancelled_deadline_is_left_alone(room: Room, number: int) -> None:
    room.do(number, "alert")
    with room.store.write() as session:
        session.execute(update(Deadline).values(cancelled_at=room.clock.now()))
    assert room.pass_time(number, hours=1) == 0
