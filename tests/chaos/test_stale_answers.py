"""Two senders at once: what one of them heard about an earlier attempt says nothing about a later one."""

from datetime import timedelta

import pytest

from notifiers import claiming, doubts, recording
from notifiers.claiming import LEASE, Want
from notifiers.doubts import Doubt
from notifiers.providers.base import Answer, Found
from notifiers.recording import Result
from notifiers.states import Outcome, State
from notifiers.wording import Scribe
from protocol.words import Channel
from tests.fakes.carrier import Carrier
from tests.fakes.room import LINKS, Room

ANA = "ana.ruiz"
LOST = Answer(Outcome.UNKNOWN, detail="the line broke off")
GRACE = timedelta(seconds=60)


@pytest.fixture(autouse=True)
def number(room: Room) -> int:
    """An incident with one SMS to Ana in the outbox."""
    number = room.open()
    room.tell(ANA, incident_id=number, channels=[Channel.SMS], step="alert")
    return number


def _seen_by_another_sender(room: Room) -> Doubt:
    with room.store.read() as session:
        (doubt,) = doubts.doubts(session, Scribe(room.vault, LINKS), {Channel.SMS: GRACE}, [], room.clock.now())
    return doubt


def test_a_no_about_the_first_attempt_does_not_send_the_second_one_again(room: Room) -> None:
    sender = room.sender(sms=Carrier(room.recorder(), [LOST], loses=1))
    room.send(sender)
    room.clock.later(seconds=60)
    doubt = _seen_by_another_sender(room)  # which asks, and is told that the provider has nothing
    room.send(sender)  # meanwhile the first one asks as well
    room.send(sender)  # and sends it again; its answer gets lost once more
    assert (room.message(ANA).state, room.message(ANA).attempts) == (State.IN_DOUBT, 2)
    with room.store.write() as session:
        doubts.settle(session, doubt, Found(), "recorder", room.clock.now())
    room.clock.later(seconds=60)
    for _ in range(3):
        room.send(sender)
    assert room.message(ANA).state is State.ACCEPTED and len(room.phones()) == 1


def test_a_yes_that_comes_after_the_doubt_was_settled_by_a_no_is_still_a_yes(room: Room, number: int) -> None:
    with room.store.write() as session:
        (claim,) = claiming.claim(session, "slow", [Want(Channel.SMS, 10)], True, room.clock.now()).claims
    heir = room.sender(sms=Carrier(room.recorder()))
    for wait in (LEASE.total_seconds() + 1, 60):
        room.clock.later(seconds=wait)
        heir.work()
        if room.message(ANA).state is State.PENDING:
            break
    assert room.message(ANA).state is State.PENDING
    with room.store.write() as session:
        recording.record(session, [Result(claim, Answer(Outcome.ACCEPTED, "SM1"), "twilio")], room.clock.now())
    assert (room.message(ANA).state, room.message(ANA).provider_id) == (State.ACCEPTED, "SM1")
    assert room.send(heir) == 0 and room.phones() == []
    assert room.kinds(number).count("message_sent") == 1
