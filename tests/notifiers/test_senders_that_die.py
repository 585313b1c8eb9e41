"""Doubt: nothing is lost and nobody is told twice, whoever dies, freezes, or is not answered."""

import threading

import pytest

from notifiers import claiming, doubts, moves, recording
from notifiers.claiming import LEASE, SENDER_LEASE, Want
from notifiers.providers.base import Answer, Outgoing
from notifiers.states import Outcome, State
from protocol.words import Channel
from tests.fakes.carrier import Carrier
from tests.fakes.room import Room

ANA = "ana.ruiz"
SMS = [Channel.SMS]
LOST = Answer(Outcome.UNKNOWN, detail="the line broke off")


class Killed(BaseException):
    """SIGKILL, as seen from inside."""


@pytest.fixture
def number(room: Room) -> int:
    """An incident with one SMS to Ana in the outbox."""
    number = room.open()
    room.tell(ANA, incident_id=number, channels=SMS, step="alert")
    return number


def _resolutions(room: Room, number: int) -> list[str]:
    return [line["how"] for line in room.lines(number, "doubt_resolved")]


def test_a_lost_answer_leaves_the_message_in_doubt_until_the_provider_can_tell(room: Room, number: int) -> None:
    sender = room.sender(sms=Carrier(room.recorder(), loses=1))
    room.send(sender)
    assert room.message(ANA).state is State.IN_DOUBT
    assert room.kinds(number).count("message_in_doubt") == 1
    room.clock.later(seconds=59)
    assert room.send(sender) == 0
    room.clock.later(seconds=1)
    assert room.send(sender) == 1
    assert _resolutions(room, number) == ["the provider has it"]
    assert room.message(ANA).state is State.ACCEPTED and len(room.phones()) == 1


def test_what_the_provider_does_not_have_is_sent_again_exactly_once(room: Room, number: int) -> None:
    sender = room.sender(sms=Carrier(room.recorder(), [LOST]))
    room.send(sender)
    room.clock.later(seconds=60)
    for _ in range(3):
        room.send(sender)
    assert _resolutions(room, number) == ["the provider does not have it; sent again"]
    assert (room.message(ANA).state, room.message(ANA).attempts) == (State.ACCEPTED, 2)
    assert len(room.phones()) == 1


def test_a_provider_that_cannot_be_asked_gets_the_real_thing_again_after_ten_minutes(room: Room, number: int) -> None:
    sender = room.sender(sms=Carrier(room.recorder(), [LOST], mute=True))
    room.send(sender)
    room.clock.later(minutes=9, seconds=59)
    assert room.send(sender) == 0 and room.message(ANA).state is State.IN_DOUBT
    room.clock.later(seconds=1)
    room.send(sender)
    assert _resolutions(room, number) == ["the provider could not be asked; sent again"]
    room.clock.later(minutes=1)
    room.send(sender)
    assert room.message(ANA).state is State.ACCEPTED and len(room.phones()) == 1


def test_a_provider_that_can_never_be_asked_is_not_waited_for(room: Room, number: int) -> None:
    """A mail relay keeps no list: waiting would make nobody any safer, and the message later."""
    sender = room.sender(sms=Carrier(room.recorder(), [LOST], mute=True, knows=False, grace=0.0))
    room.send(sender)
    assert room.message(ANA).state is State.PENDING
    room.clock.later(minutes=1)
    room.send(sender)
    assert room.message(ANA).state is State.ACCEPTED and len(room.phones()) == 1
    assert _resolutions(room, number) == ["the provider could not be asked; sent again"]


def test_a_drill_gives_up_what_cannot_be_asked(room: Room) -> None:
    number = room.open(drill=True)
    room.tell(ANA, incident_id=number, channels=SMS, drill=True)
    sender = room.sender(sms=Carrier(room.recorder(), [LOST], mute=True))
    room.send(sender)
    room.clock.later(minutes=10)
    room.send(sender)
    assert _resolutions(room, number) == ["the provider could not be asked; given up"]
    assert room.message(ANA).state is State.UNRESOLVED
    room.clock.later(hours=1)
    assert room.send(sender) == 0 and room.phones() == []


def test_words_that_can_no_longer_be_written_do_not_stop_the_others_in_doubt(room: Room, number: int) -> None:
    room.tell("tom.baker", key="notify/2", template="open-log", channels=[Channel.EMAIL])
    room.tell("tom.baker", key="notify/3", channels=SMS)
    sender = room.sender(sms=Carrier(room.recorder(), [LOST, LOST]))
    room.send(sender)
    room.break_template(room.message(ANA).template_id)
    room.clock.later(seconds=60)
    room.send(sender)
    room.send(sender)
    assert room.message(ANA).state is State.IN_DOUBT
    assert room.message("tom.baker").state is State.ACCEPTED


@pytest.mark.parametrize("carried", [True, False], ids=["after the provider took it", "before"])
def test_a_sender_killed_after_the_intent_duplicates_and_loses_nothing(room: Room, number: int, carried: bool) -> None:
    def dies(message: Outgoing) -> None:
        if carried:
            room.recorder().send(message)
        raise Killed

    with pytest.raises(Killed):
        room.send(room.sender("killed", sms=Carrier(room.recorder(), before=dies)))
    assert room.message(ANA).state is State.SENDING
    room.clock.later(seconds=LEASE.total_seconds() + 1)
    heir = room.sender("heir", sms=Carrier(room.recorder()))
    room.send(heir)
    assert room.message(ANA).state is State.IN_DOUBT
    room.clock.later(seconds=60)
    room.send(heir)
    room.send(heir)
    assert room.message(ANA).state is State.ACCEPTED and len(room.phones()) == 1


def test_a_frozen_sender_does_not_write_after_its_lease(room: Room, number: int) -> None:
    room.tell("tom.baker", key="notify/2", channels=SMS)
    frozen = Carrier(room.recorder(), before=lambda _: room.clock.later(seconds=LEASE.total_seconds()))
    room.send(room.sender(sms=frozen))  # one thread: it sleeps over the first message
    assert len(room.phones()) == 1
    assert room.message("tom.baker").reason == "the lease ended before the message was handed over"
    room.clock.later(minutes=1)
    room.send()
    assert sorted(line["to"] for line in room.phones()) == ["+12025550101", "+34600000008"]


def test_an_answer_that_comes_after_another_attempt_began_changes_nothing(room: Room, number: int) -> None:
    now = room.clock.now()
    with room.store.write() as session:
        (first,) = claiming.claim(session, "slow", [Want(Channel.SMS, 10)], True, now).claims
    later = room.clock.later(seconds=LEASE.total_seconds() + 1)
    with room.store.write() as session:
        doubts.expire(session, later)
        moves.retry(moves.lock(session, first.message_id), "the provider did not have it", later)
    room.clock.later(minutes=1)
    room.send()
    with room.store.write() as session:
        late = recording.Result(first, Answer(Outcome.REFUSED, detail="too late"), "recorder")
        recording.record(session, [late], room.clock.now())
    assert room.message(ANA).state is State.ACCEPTED


def test_on_sqlite_one_sender_works_until_it_is_silent_and_on_postgresql_any_number(room: Room, number: int) -> None:
    first, second = room.sender("first"), room.sender("second")
    assert room.send(first) == 1
    room.tell("tom.baker", key="notify/2", channels=SMS)
    assert room.send(second) == (0 if room.store.is_sqlite else 1)
    room.clock.later(seconds=SENDER_LEASE.total_seconds() + 1)
    room.send(second)
    assert room.states() == ["accepted", "accepted"] and len(room.phones()) == 2


def test_a_sender_that_stops_gives_its_place_free_at_once(room: Room, number: int) -> None:
    first = room.sender("first")
    room.send(first)
    first.close()
    room.tell("tom.baker", key="notify/2", channels=SMS)
    room.clock.later(seconds=0.001)
    assert room.send(room.sender("second")) == 1


def test_two_senders_at_once_send_each_message_once(room: Room) -> None:
    number = room.open()
    for dispatch in range(150):
        room.tell(ANA, "tom.baker", key=f"notify/{dispatch}", incident_id=number, channels=SMS, acknowledge=True)
    together = threading.Barrier(2)

    def work(owner: str) -> None:
        sender = room.sender(owner)
        together.wait()
        while room.states().count("pending"):
            sender.work()

    workers = [threading.Thread(target=work, args=[owner]) for owner in ("first", "second")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    tokens = [line["token"] for line in room.phones()]
    assert len(tokens) == len(set(tokens)) == 300
    assert set(room.states()) == {"accepted"}
