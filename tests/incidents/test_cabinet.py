"""The cabinet: a seat per role, one answer each, and a quorum that is noted once."""

import pytest
from sqlalchemy.orm import Session

from incidents import cabinet
from incidents.cabinet import Seat
from incidents.deadlines import Due, set_deadline
from incidents.rows import CabinetSeat, Incident
from protocol.words import Remedy
from tests.fakes.room import Room
from tests.fakes.set_clock import NOW

ROLES = {"crisis-lead": "javier.ortega", "legal-lead": "pablo.serra", "chief-executive": "elena.castro"}


@pytest.fixture
def number(room: Room) -> int:
    number = room.open()
    with room.store.write() as session:
        for role, member in ROLES.items():
            cabinet.convene(session, session.get_one(Incident, number), role, room.member(member))
    return number


def _answer(session: Session, room: Room, number: int, member: str, answer: Seat, **more: object) -> CabinetSeat:
    incident = session.get_one(Incident, number)
    return cabinet.answer_seat(session, incident, room.member(member), answer, NOW, **more)


def test_a_seat_that_exists_keeps_whom_it_has(room: Room, number: int) -> None:
    with room.store.write() as session:
        incident = session.get_one(Incident, number)
        again = cabinet.convene(session, incident, "crisis-lead", room.member("robert.hayes"))
        assert again.member_id == room.member("javier.ortega")
        assert [seat.role for seat in cabinet.seats(session, number)] == list(ROLES)


def test_an_answer_is_kept_with_its_line_and_the_same_again_changes_nothing(room: Room, number: int) -> None:
    with room.store.write() as session:
        for _ in range(2):
            seat = _answer(session, room, number, "javier.ortega", Seat.ACCEPTED)
        assert (seat.answer, cabinet.present(session, number)) == ("accepted", 1)
    said = {"role": "crisis-lead", "member": room.member("javier.ortega"), "answer": "accepted", "delegate": None}
    assert room.lines(number, "cabinet_answered") == [said]


def test_a_person_may_change_the_answer(room: Room, number: int) -> None:
    with room.store.write() as session:
        _answer(session, room, number, "javier.ortega", Seat.ACCEPTED)
        _answer(session, room, number, "javier.ortega", Seat.DECLINED)
        assert cabinet.present(session, number) == 0


def test_a_delegated_seat_waits_for_the_delegate(room: Room, number: int) -> None:
    with room.store.write() as session:
        delegate = room.member("robert.hayes")
        seat = _answer(session, room, number, "javier.ortega", Seat.DELEGATED, delegate_id=delegate)
        assert (seat.member_id, seat.answer) == (delegate, "waiting")


def test_a_delegation_needs_a_person(room: Room, number: int) -> None:
    with room.store.write() as session, pytest.raises(Remedy, match="needs the person who stands in; name one with"):
        _answer(session, room, number, "javier.ortega", Seat.DELEGATED)


def test_who_holds_two_seats_answers_for_the_one_that_was_meant(room: Room, number: int) -> None:
    with room.store.write() as session:
        delegate = room.member("javier.ortega")
        _answer(session, room, number, "elena.castro", Seat.DELEGATED, delegate_id=delegate)
        _answer(session, room, number, "javier.ortega", Seat.DECLINED, role="chief-executive")
        answers = {seat.role: seat.answer for seat in cabinet.seats(session, number)}
        assert answers == {"crisis-lead": "waiting", "legal-lead": "waiting", "chief-executive": "declined"}


def test_a_person_without_a_seat_is_told_so(room: Room, number: int) -> None:
    with room.store.write() as session, pytest.raises(Remedy, match="You hold no seat in the cabinet of INC-1"):
        _answer(session, room, number, "tom.baker", Seat.ACCEPTED)


def test_the_quorum_is_noted_once_when_enough_have_accepted(room: Room, number: int) -> None:
    with room.store.write() as session:
        incident = session.get_one(Incident, number)
        set_deadline(session, incident, "convene", Due.QUORUM, NOW, NOW)
        noted = []
        for member in ROLES.values():
            _answer(session, room, number, member, Seat.ACCEPTED)
            noted.append(cabinet.note_quorum(session, incident, "convene", 2, NOW))
    assert noted == [False, True, False]
    assert room.lines(number, "quorum_reached") == [{"present": 2, "quorum": 2}]
