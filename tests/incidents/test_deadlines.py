"""Deadlines are set once and ended once, and the promises among them are lines of the timeline."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from incidents.deadlines import Due, cancel, due_together, group_of, meet, miss, open_deadlines, set_deadline
from incidents.rows import Deadline, Incident
from tests.fakes.room import Room
from tests.fakes.set_clock import NOW

LATER = NOW + timedelta(minutes=15)


@pytest.fixture
def number(room: Room) -> int:
    return room.open()


def _set(session: Session, number: int, kind: Due = Due.QUORUM, member_id: int = 0, occurrence: int = 0) -> Deadline:
    incident = session.get_one(Incident, number)
    return set_deadline(session, incident, "step", kind, NOW, LATER, member_id=member_id, occurrence=occurrence)


def test_the_same_deadline_again_is_the_same_row(room: Room, number: int) -> None:
    with room.store.write() as session:
        assert _set(session, number).id == _set(session, number).id
        assert _set(session, number, occurrence=1).id != _set(session, number).id
    assert room.kinds(number).count("deadline_set") == 2


def test_reminders_of_the_machinery_make_no_line(room: Room, number: int) -> None:
    with room.store.write() as session:
        for kind in (Due.STEP, Due.REMIND, Due.JOINED, Due.LOCKED):
            assert miss(session, _set(session, number, kind), LATER)
    assert room.kinds(number) == ["opened", "phase_entered"]


def test_a_deadline_ends_once_whatever_comes_second(room: Room, number: int) -> None:
    ends = {"met": lambda s, row: meet(s, number, "step", [Due.QUORUM], NOW), "missed": miss, "cancelled": cancel}
    for occurrence, first in enumerate(ends):
        with room.store.write() as session:
            row = _set(session, number, occurrence=occurrence)
            assert ends[first](session, row) if first == "met" else ends[first](session, row, NOW)
            assert not miss(session, row, NOW) and not cancel(session, row, NOW)
            assert meet(session, number, "step", [Due.QUORUM], NOW) == 0
            ended = [name for name in ends if getattr(row, f"{name}_at") is not None]
            assert ended == [first]
    kinds = room.kinds(number)
    assert [kinds.count(f"deadline_{name}") for name in ends] == [1, 1, 1]


def test_one_persons_acknowledgement_meets_that_persons_deadline_only(room: Room, number: int) -> None:
    with room.store.write() as session:
        for member_id in (1, 2):
            _set(session, number, Due.ACKNOWLEDGE, member_id)
        assert meet(session, number, "step", [Due.ACKNOWLEDGE], NOW, member_id=1) == 1
        assert [row.member_id for row in open_deadlines(session, number)] == [2]


def test_open_deadlines_come_soonest_first_and_by_phase_entry(room: Room, number: int) -> None:
    with room.store.write() as session:
        incident = session.get_one(Incident, number)
        for minutes in (30, 10, 20):
            due_at = NOW + timedelta(minutes=minutes)
            set_deadline(session, incident, f"in-{minutes}", Due.RECORD, NOW, due_at)
        assert [row.step for row in open_deadlines(session, number)] == ["in-10", "in-20", "in-30"]
        assert open_deadlines(session, number, entry=2) == []


def test_of_two_follow_ups_at_once_one_acts(room: Room, number: int) -> None:
    with room.store.write() as session:
        row_id = _set(session, number).id
    together = threading.Barrier(2)
    acted: list[bool] = []

    def act() -> None:
        together.wait()
        with room.store.write() as session:
            acted.append(miss(session, session.get_one(Deadline, row_id), LATER))

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(acted) == [False, True]
    assert room.kinds(number).count("deadline_missed") == 1


def test_what_falls_due_together_is_of_one_step_kind_and_moment_and_open(room: Room, number: int) -> None:
    with room.store.write() as session:
        first, second, met = (_set(session, number, Due.ACKNOWLEDGE, member_id=member) for member in (1, 2, 3))
        _set(session, number, Due.QUORUM)
        meet(session, number, "step", [Due.ACKNOWLEDGE], NOW, member_id=3)
        assert due_together(session, met.id) == due_together(session, first.id) == [first.id, second.id]
        assert group_of(first) == group_of(second)
    with room.store.read() as session:
        assert due_together(session, 999_999) == []
