"""A message that the provider took and said no more about is asked about, ever more rarely."""

from datetime import timedelta

from notifiers.moves import ASK_AFTER
from notifiers.providers.words import ReceiptWord
from notifiers.states import State
from notifiers.stuck import NEVER, WAITS
from protocol.words import Channel
from tests.fakes.carrier import Carrier
from tests.fakes.room import Room


def test_what_arrived_without_a_receipt_is_found_delivered(room: Room) -> None:
    carrier = Carrier(room.recorder())
    sender = room.sender(sms=carrier)
    room.tell("ana.ruiz", channels=[Channel.SMS])
    room.send(sender)
    message = room.message("ana.ruiz")
    word = ReceiptWord(message.token, message.provider_id or "", "delivered", State.DELIVERED, "", key="k1")
    carrier.words[message.token] = word
    room.send(sender)
    assert room.message("ana.ruiz").state is State.ACCEPTED, "it is too early to ask"
    room.clock.later(seconds=ASK_AFTER.total_seconds())
    room.send(sender)
    assert room.message("ana.ruiz").state is State.DELIVERED


def test_it_is_asked_ever_more_rarely_and_at_last_no_more(room: Room) -> None:
    sender = room.sender(sms=Carrier(room.recorder()))
    room.tell("ana.ruiz", channels=[Channel.SMS])
    room.send(sender)
    waits = []
    for _ in range(len(WAITS) + 2):
        due = room.message("ana.ruiz").next_at
        if due == NEVER:
            break
        waits.append(due - room.clock.now())
        room.clock.later(seconds=(due - room.clock.now()).total_seconds())
        room.send(sender)
    assert waits[0] == ASK_AFTER and waits == sorted(waits)
    assert room.message("ana.ruiz").next_at == NEVER and sum(waits, timedelta(0)) < timedelta(days=4)
