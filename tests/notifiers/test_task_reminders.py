"""A reminder of a task is said as one deed: whole or not at all, and about the task as it is by then."""

import pytest
from sqlalchemy import delete, update

from notifiers.rows import Dispatch, Message
from notifiers.task_reminders import Due, agenda, remind
from protocol.calendar import ProtocolTask
from tests.fakes.room import Room
from tests.protocol.duties import utc

BEFORE, COMES = utc("2026-03-04 06:50"), utc("2026-03-04 07:00")


def due(room: Room) -> Due:
    """The morning's monitoring round."""
    with room.store.read() as session:
        [one] = [one for one in agenda(session, BEFORE).due if one.occurrence == COMES]
    return one


def test_whoever_dies_in_the_middle_has_said_nothing_and_the_next_one_says_it(room: Room) -> None:
    one = due(room)
    with pytest.raises(KeyboardInterrupt), room.store.write() as session:
        assert remind(session, one, BEFORE)
        raise KeyboardInterrupt
    assert (room.count(Dispatch), room.count(Message)) == (0, 0)
    with room.store.write() as session:
        assert remind(session, one, BEFORE)
        assert not remind(session, one, BEFORE)
    assert (room.count(Dispatch), room.count(Message)) == (1, 2)


@pytest.mark.parametrize(
    "change",
    [
        delete(ProtocolTask),
        update(ProtocolTask).values(reminder=None),
        update(ProtocolTask).values(reminder=9),
        update(ProtocolTask).values(recurrence="FREQ=DAILY;BYHOUR=9"),
        update(ProtocolTask).values(time_zone="Europe/Lisbon"),
    ],
    ids=["gone", "without reminder", "later", "moved", "elsewhere"],
)
def test_what_is_no_longer_due_when_it_is_to_be_said_is_not_said(room: Room, change: object) -> None:
    one = due(room)
    with room.store.write() as session:
        session.execute(change)  # type: ignore[call-overload]
    with room.store.write() as session:
        assert not remind(session, one, BEFORE)
    assert room.count(Dispatch) == 0


def test_the_agenda_says_when_the_next_reminder_will_be(room: Room) -> None:
    with room.store.read() as session:
        assert agenda(session, BEFORE).next_at == utc("2026-03-04 12:50")
    with room.store.write() as session:
        session.execute(update(ProtocolTask).values(reminder=None))
    with room.store.read() as session:
        assert agenda(session, BEFORE).next_at is None
