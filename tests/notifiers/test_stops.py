"""A refused campaign: the channel stops, everyone is told by another one, and the crisis lead is told why."""

from notifiers.providers.base import Answer
from notifiers.states import Concern, Outcome, State
from notifiers.stops import STOP
from protocol.words import Channel
from tests.fakes.carrier import Carrier
from tests.fakes.room import Room

SUSPENDED = Answer(Outcome.REFUSED, detail="the account is suspended (Twilio 30002)", concern=Concern.CAMPAIGN)
SMS = [Channel.SMS]


def test_everyone_is_told_by_another_channel_and_the_lead_is_told_why(room: Room) -> None:
    for dispatch in ("a", "b"):
        room.tell("ana.ruiz", "tom.baker", key=f"notify/{dispatch}", channels=SMS)
    sender = room.sender(sms=Carrier(room.recorder(), [SUSPENDED] * 9))
    for _ in range(4):
        room.send(sender)
        room.clock.later(seconds=6)
    assert {line["channel"] for line in room.phones()} == {"email"}
    told = [line["to"] for line in room.phones()]
    assert told.count("ana.ruiz@example.com") == told.count("tom.baker@example.com") == 2
    (notice,) = [line for line in room.phones() if line["to"] == "javier.ortega@example.com"]
    assert "Twilio 30002" in notice["body"]


def test_who_has_no_other_channel_waits_for_the_end_of_the_stop(room: Room) -> None:
    for channel in (Channel.EMAIL, Channel.VOICE):
        room.without("ana.ruiz", channel)
    room.tell("tom.baker", key="notify/1", channels=SMS)
    sender = room.sender(sms=Carrier(room.recorder(), [SUSPENDED]))
    room.send(sender)
    room.tell("ana.ruiz", key="notify/2", channels=SMS)
    room.clock.later(seconds=6)
    room.send(sender)
    waiting = room.message("ana.ruiz")
    assert (waiting.state, waiting.reason) == (State.PENDING, "the account is suspended (Twilio 30002)")
    room.clock.later(seconds=STOP.total_seconds())
    room.send(sender)
    assert room.message("ana.ruiz").state is State.ACCEPTED


def test_the_other_channels_go_on(room: Room) -> None:
    sender = room.sender(sms=Carrier(room.recorder(), [SUSPENDED]))
    room.tell("tom.baker", key="notify/1", channels=SMS)
    room.send(sender)
    room.tell("ana.ruiz", key="notify/2", channels=[Channel.EMAIL])
    room.send(sender)
    assert room.message("ana.ruiz", "email").state is State.ACCEPTED
