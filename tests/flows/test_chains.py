"""A chain is fixed when its step starts: who is next, after how long, how often and how; the absent are skipped."""

from typing import Any

import pytest
from sqlalchemy import delete, select

from flows.escalation import follow_up
from incidents import cabinet
from incidents.cabinet import Seat
from incidents.deadlines import Due, cancel, open_deadlines
from incidents.phases import Phase
from incidents.rows import Deadline, EscalationRung
from notifiers.acknowledgements import Via, answer_convocation
from notifiers.rows import Withheld
from notifiers.states import Reason
from protocol.people import RoleHolder
from reports.dossier import dossier_of
from reports.measures import measures_of
from tests.fakes.room import Room
from tests.fakes.stepped import answer, change_step, coming, give_telephone, messages

LUCIA, TOM, MARTA, JAVIER, SERGIO = "lucia.romero", "tom.baker", "marta.vidal", "javier.ortega", "sergio.molina"
ROLE = "communications-lead"


@pytest.fixture
def number(room: Room) -> int:
    """The shipped alert: the deputy after 5 minutes, a call after 10, the next deputy after 15, the end after 20."""
    for member in (LUCIA, TOM, MARTA):
        give_telephone(room, member)
    number = room.open()
    room.do(number, "alert")
    answer(room, SERGIO)
    return number


def _start(room: Room, *rungs: dict[str, Any], step: str = "alert", **changes: Any) -> int:
    """Opens an incident whose step has this chain; the other role of the alert has answered."""
    change_step(room, step, acknowledge={"within": "5m", "chain": list(rungs)}, **changes)
    number = room.open()
    room.do(number, step)
    return number


def _of_alert(room: Room, *rungs: dict[str, Any]) -> int:
    return _start(room, *rungs, to={"roles": [ROLE]})


def test_every_firing_is_visible_from_the_start_for_each_role(room: Room) -> None:
    number = room.open()
    room.do(number, "alert")
    assert coming(room, number, Due.ESCALATE, ROLE) == [5, 10, 15, 20]
    assert coming(room, number, Due.ESCALATE, "monitoring-lead") == [5, 10, 15, 20]


def test_the_deputy_is_told_then_called_then_the_next_one_and_then_the_crisis_lead(room: Room, number: int) -> None:
    room.pass_time(number, minutes=4, seconds=59)
    assert messages(room, TOM) == []
    room.pass_time(number, seconds=1)
    stand_in = f"stand-in-{ROLE}"
    assert messages(room, TOM) == [(stand_in, "sms"), (stand_in, "email")]
    room.pass_time(number, minutes=5)
    assert messages(room, TOM)[2:] == [(f"{stand_in}-rung-2-1", "voice")]
    call = room.texts(TOM, "signal-alert", "voice")[0]
    assert "as the deputy of Communications lead" in call and call.endswith("press 1.")
    room.pass_time(number, minutes=5)
    assert messages(room, MARTA) == [(stand_in, "sms"), (stand_in, "voice")]
    assert room.told("escalation-exhausted") == []
    room.pass_time(number, minutes=5)
    assert room.told("escalation-exhausted") == [JAVIER]
    assert room.pass_time(number, hours=3) == 0


def test_the_timeline_tells_every_firing(room: Room, number: int) -> None:
    for _ in range(4):
        room.pass_time(number, minutes=5)
    lucia, tom, marta = (room.member(key) for key in (LUCIA, TOM, MARTA))
    told = [(line["from_member"], line["to_member"]) for line in room.lines(number, "escalated")]
    assert told == [(lucia, tom), (tom, marta), (marta, None)]
    called = {"step": "alert", "role": ROLE, "member": tom, "rung": 2, "to_member": tom, "people": 1}
    assert room.lines(number, "chain_fired") == [called]


@pytest.mark.parametrize("who", [LUCIA, TOM])
def test_an_answer_by_the_lead_or_the_deputy_ends_the_chain(room: Room, number: int, who: str) -> None:
    room.pass_time(number, minutes=5)
    answer(room, who)
    assert coming(room, number, Due.ESCALATE) == []
    assert room.pass_time(number, hours=1) == 0
    assert room.told("signal-alert") == [LUCIA, SERGIO, TOM] and room.told("escalation-exhausted") == []
    assert room.kinds(number).count("escalated") == 1


def test_one_roles_answer_leaves_the_others_chain_alone(room: Room) -> None:
    number = room.open()
    room.do(number, "alert")
    answer(room, LUCIA)
    assert coming(room, number, Due.ESCALATE, ROLE) == []
    assert coming(room, number, Due.ESCALATE, "monitoring-lead") == [5, 10, 15, 20]


def test_an_absent_deputy_is_skipped_in_the_same_firing_and_named(room: Room, number: int) -> None:
    room.absent(TOM)
    room.pass_time(number, minutes=5)
    assert messages(room, TOM) == [] and messages(room, MARTA) != []
    (skipped,) = room.lines(number, "skipped")
    assert (skipped["member"], skipped["role"], skipped["step"]) == (room.member(TOM), ROLE, "alert")
    assert skipped["due"].startswith("2026-03-04T09:00")


def test_whoever_is_called_and_has_left_meanwhile_is_skipped_for_the_next_rung(room: Room, number: int) -> None:
    room.pass_time(number, minutes=5)
    room.absent(TOM)
    room.pass_time(number, minutes=5)
    assert [line["member"] for line in room.lines(number, "skipped")] == [room.member(TOM)]
    assert messages(room, MARTA) != []
    assert coming(room, number, Due.ESCALATE) == [10]  # the next deputy's turn was taken; the end is still to come


def test_when_everybody_is_absent_the_crisis_lead_is_told_in_the_same_firing(room: Room, number: int) -> None:
    for member in (LUCIA, TOM, MARTA):
        room.absent(member)
    room.pass_time(number, minutes=5)
    assert room.told("escalation-exhausted") == [JAVIER]
    assert coming(room, number, Due.ESCALATE) == []


def test_the_people_are_those_of_the_start_of_the_step(room: Room, number: int) -> None:
    with room.store.write() as session:
        session.execute(delete(RoleHolder).where(RoleHolder.member_id == room.member(TOM)))
    room.pass_time(number, minutes=5)
    assert messages(room, TOM) != []


def test_whoever_comes_back_has_a_turn_again(room: Room, number: int) -> None:
    room.absent(TOM, hours=0.2)
    for _ in range(3):
        room.pass_time(number, minutes=5)
    assert room.told("signal-alert") == [LUCIA, SERGIO, MARTA, TOM]


def test_a_rung_repeats_to_the_same_person(room: Room) -> None:
    number = _of_alert(room, {"after": "5m", "to": "next-deputy", "channels": ["sms"], "repeat": 3, "every": "2m"})
    assert coming(room, number, Due.ESCALATE) == [5, 7, 9, 14]
    for minutes in (5, 2, 2):
        room.pass_time(number, minutes=minutes)
    stand_in = f"stand-in-{ROLE}"
    purposes = [purpose for purpose, _ in messages(room, TOM)]
    assert purposes == [stand_in, f"{stand_in}-rung-1-2", f"{stand_in}-rung-1-3"]
    assert messages(room, MARTA) == []
    assert all("You stand in for" in text for text in room.texts(TOM))


def test_a_rung_may_tell_other_roles_teams_and_members(room: Room) -> None:
    to = {"roles": ["crisis-lead"], "teams": ["legal"], "members": ["laura.gil"]}
    number = _of_alert(room, {"after": "5m", "to": to, "channels": ["sms"]})
    room.pass_time(number, minutes=5)
    told = [JAVIER, "pablo.serra", "grace.miller", "carmen.leal", "laura.gil"]
    assert room.told("signal-alert", "rung-1-1") == told
    line = {"step": "alert", "role": ROLE, "member": room.member(LUCIA), "rung": 1}
    assert room.lines(number, "chain_fired") == [{**line, "to_member": room.member(JAVIER), "people": 5}]
    answer(room, "laura.gil")
    assert coming(room, number, Due.ESCALATE) == []


def test_of_a_role_on_a_rung_the_first_who_is_there_is_told(room: Room) -> None:
    number = _of_alert(room, {"after": "5m", "to": {"roles": ["crisis-lead"]}})
    room.absent(JAVIER)
    room.pass_time(number, minutes=5)
    assert room.told("signal-alert") == [LUCIA, "robert.hayes"]
    (told,) = room.lines(number, "escalated")
    assert (told["from_member"], told["to_member"]) == (room.member(LUCIA), room.member("robert.hayes"))


def test_two_silent_roles_tell_the_people_of_a_rung_once(room: Room) -> None:
    rung = {"after": "5m", "to": {"roles": ["crisis-lead"]}, "channels": ["sms"]}
    number = _start(room, rung)
    room.pass_time(number, minutes=5)
    assert messages(room, JAVIER) == [("rung-1-1", "sms")]


def test_a_rung_whose_people_are_gone_does_not_keep_the_step_from_being_done(room: Room) -> None:
    number = _of_alert(
        room, {"after": "5m", "to": {"teams": ["dissolved"]}}, {"after": "10m", "to": {"roles": ["crisis-lead"]}}
    )
    assert room.told("signal-alert") == [LUCIA]
    room.pass_time(number, minutes=5)
    assert room.told("signal-alert") == [LUCIA, JAVIER]  # the next rung had its turn at once


def test_people_without_a_role_are_told_again_and_then_the_lead_hears_of_it(room: Room) -> None:
    rung = {"after": "5m", "to": "last-told", "channels": ["sms"]}
    number = _start(room, rung, to={"teams": ["front-line"]}, step="freeze-publishing", message="signal-alert")
    answer(room, "laura.gil", "freeze-publishing")
    room.pass_time(number, minutes=5)
    assert room.told("signal-alert", "rung-1-1") == ["mike.turner"]
    room.pass_time(number, minutes=5)
    assert room.told("deadline-missed") == [JAVIER]


def test_people_without_a_role_have_all_to_answer(room: Room) -> None:
    rung = {"after": "5m", "to": "last-told", "channels": ["sms"]}
    number = _start(room, rung, to={"teams": ["front-line"]}, step="freeze-publishing", message="signal-alert")
    answer(room, "laura.gil", "freeze-publishing")
    assert coming(room, number, Due.ESCALATE) == [5, 10]
    answer(room, "mike.turner", "freeze-publishing")
    assert coming(room, number, Due.ESCALATE) == []


def test_a_firing_that_comes_twice_tells_once(room: Room, number: int) -> None:
    with room.store.read() as session:
        rows = [row.id for row in open_deadlines(session, number) if row.kind == Due.ESCALATE][:1]
    now = room.clock.later(minutes=5)
    acted = []
    for row in rows * 2:
        with room.store.write() as session:
            acted.append(follow_up(session, room.works, row, now))
    assert acted == [True, False] and len(messages(room, TOM)) == 2


def test_a_firing_that_a_person_cancels_is_a_line_and_the_rest_goes_on(room: Room, number: int) -> None:
    with room.store.write() as session:
        first = next(row for row in open_deadlines(session, number) if row.kind == Due.ESCALATE)
        cancel(session, first, room.clock.now())
    assert room.lines(number, "deadline_cancelled")[0]["deadline_kind"] == "escalate"
    room.pass_time(number, minutes=15)
    assert TOM in room.told("signal-alert")


def test_a_left_phase_has_no_firings(room: Room, number: int) -> None:
    room.advance_to(number, Phase.CRISIS)
    assert room.pass_time(number, hours=1) == 0
    assert room.told("signal-alert") == [LUCIA, SERGIO]


def test_a_chain_moves_the_seat_of_a_convocation(room: Room) -> None:
    number = _start(room, {"after": "5m", "to": "next-deputy"}, step="convene-cabinet")
    room.pass_time(number, minutes=5)
    with room.store.read() as session:
        seat = cabinet.seat_of(session, number, ROLE)
        assert seat is not None and (seat.member_id, seat.answer) == (room.member(TOM), "waiting")


def test_the_deputy_who_takes_a_declined_seat_and_is_silent_is_escalated_too(room: Room) -> None:
    number = _start(room, {"after": "5m", "to": "next-deputy"}, step="convene-cabinet")
    with room.store.write() as session:
        message = room.message(LUCIA, template="cabinet-convocation")
        answer_convocation(session, session.merge(message), Seat.DECLINED, Via.LINK, room.clock.now())
    room.pass_time(number, minutes=5)
    assert room.told("cabinet-convocation", f"stand-in-{ROLE}") == [TOM, MARTA]


def test_a_repeated_step_has_a_chain_each_time(room: Room) -> None:
    repeat = {"every": "30m", "times": 2}
    number = _start(room, {"after": "5m", "to": "next-deputy"}, to={"roles": [ROLE]}, repeat=repeat)
    answer(room, LUCIA)
    room.pass_time(number, minutes=30)
    assert coming(room, number, Due.ESCALATE) == [5, 10]
    room.pass_time(number, minutes=5)
    assert messages(room, TOM) != []


def test_the_report_counts_rungs_as_escalations(room: Room, number: int) -> None:
    for _ in range(2):
        room.pass_time(number, minutes=5)
    with room.store.read() as session:
        measures = measures_of(dossier_of(session, number), room.clock.now())
    assert [line.kind for line in measures.escalations] == ["escalated", "chain_fired"]


def test_a_step_that_runs_twice_has_one_chain(room: Room, number: int) -> None:
    assert room.do(number, "alert") == [False]
    assert room.count(EscalationRung) == 8
    with room.store.read() as session:
        moments = session.scalars(select(Deadline).where(Deadline.kind == Due.ESCALATE)).all()
    assert len(moments) == 8


def test_a_rung_on_a_channel_without_words_tells_by_another(room: Room) -> None:
    number = _of_alert(room, {"after": "5m", "to": "next-deputy", "channels": ["chat"]})
    room.pass_time(number, minutes=5)
    assert messages(room, TOM) == [(f"stand-in-{ROLE}", "sms")]


def test_whom_a_step_names_twice_is_told_once_and_the_second_naming_is_kept(room: Room) -> None:
    change_step(room, "alert", to={"roles": [ROLE], "teams": ["communications"]})
    number = room.open()
    room.do(number, "alert")
    assert messages(room, LUCIA) == [("first", "sms"), ("first", "email")]
    with room.store.read() as session:
        kept = session.execute(select(Withheld.member_id, Withheld.reason)).all()
    assert (room.member(LUCIA), Reason.DUPLICATE) in kept
