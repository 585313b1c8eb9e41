"""`crisis outbox` says what waits and why."""

from notifiers.outlook import needs_a_look, outlook
from notifiers.providers.base import Answer
from notifiers.states import Outcome
from protocol.words import Channel
from tests.fakes.carrier import Carrier
from tests.fakes.room import Room

SMS = [Channel.SMS]


def test_every_message_is_counted_by_channel_and_state(room: Room) -> None:
    room.tell("ana.ruiz", "tom.baker", channels=SMS)
    room.send()
    room.tell("ana.ruiz", key="notify/2")
    with room.store.read() as session:
        found = outlook(session, room.clock.now())
    counted = {(line.channel, line.state): line.count for line in found.lines}
    assert counted == {("sms", "accepted"): 2, ("sms", "pending"): 1, ("email", "pending"): 1}
    assert not needs_a_look(found)


def test_doubt_wants_a_look(room: Room) -> None:
    room.tell("ana.ruiz", channels=SMS)
    room.send(room.sender(sms=Carrier(room.recorder(), [Answer(Outcome.UNKNOWN, detail="the line broke off")])))
    with room.store.read() as session:
        assert needs_a_look(outlook(session, room.clock.now()))


def test_who_was_not_told_is_counted_by_reason(room: Room) -> None:
    room.without("ana.ruiz", *Channel)
    room.tell("ana.ruiz", channels=SMS)
    with room.store.read() as session:
        assert outlook(session, room.clock.now()).withheld == {"opted out": 1, "unreachable": 1}
