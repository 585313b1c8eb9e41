"""The pace of a sender: so many a second whoever sends, and what is not used is not lost."""

from dataclasses import dataclass

from notifiers import pace
from notifiers.pace import Rate
from protocol.words import Channel
from tests.fakes.carrier import Carrier
from tests.fakes.room import Room

TEN = Rate("+34600000099", 10)


@dataclass
class Slow(Carrier):
    """A carrier whose number sends so many a second."""

    rate: float | None = 10.0
    sender: str = "+34600000099"


def _take(room: Room, wanted: int) -> int:
    with room.store.write() as session:
        return pace.take(session, TEN, wanted, room.clock.now())


def test_a_full_bucket_holds_one_second(room: Room) -> None:
    assert [_take(room, 8), _take(room, 8), _take(room, 8)] == [8, 2, 0]


def test_it_fills_with_time_and_never_above_one_second(room: Room) -> None:
    _take(room, 10)
    room.clock.later(seconds=0.5)
    assert _take(room, 10) == 5
    room.clock.later(hours=1)
    assert _take(room, 100) == 10


def test_what_was_taken_for_nothing_is_given_back(room: Room) -> None:
    _take(room, 10)
    with room.store.write() as session:
        pace.give_back(session, TEN, 4)
    assert _take(room, 10) == 4


def test_a_rate_below_one_a_second_still_sends(room: Room) -> None:
    slow = Rate("+34600000098", 0.5)
    with room.store.write() as session:
        assert pace.take(session, slow, 5, room.clock.now()) == 1
    room.clock.later(seconds=2)
    with room.store.write() as session:
        assert pace.take(session, slow, 5, room.clock.now()) == 1


def test_two_senders_of_one_number_share_its_pace(room: Room) -> None:
    for dispatch in range(30):
        room.tell("ana.ruiz", key=f"notify/{dispatch}", channels=[Channel.SMS], acknowledge=True)
    owners = ["first"] if room.store.is_sqlite else ["first", "second"]
    senders = [room.sender(owner, sms=Slow(room.recorder())) for owner in owners]
    for quarter in range(8):
        for sender in senders:
            room.send(sender)
        assert len(room.phones()) <= 10 + 2.5 * quarter
        room.clock.later(seconds=0.25)
    assert len(room.phones()) >= 24


def test_who_has_other_channels_does_not_wait_for_a_slow_number(room: Room) -> None:
    for dispatch in range(20):
        room.tell("ana.ruiz", key=f"notify/{dispatch}", acknowledge=True)
    sender = room.sender(sms=Slow(room.recorder()))
    room.send(sender)
    carried = [line["channel"] for line in room.phones()]
    assert (carried.count("sms"), carried.count("email")) == (5, 20)
