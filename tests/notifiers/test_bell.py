"""A new row wakes the sender at once, on both stores."""

import threading

from notifiers.bell import Bell
from notifiers.states import State
from protocol.words import Channel
from tests.fakes.room import Room

STUCK = 60.0  # not a limit on speed: a bell that has not rung by then is broken


def test_the_bell_rings_when_somebody_writes(room: Room) -> None:
    rung: list[bool] = []
    listening = threading.Event()

    def listen() -> None:
        bell = Bell(room.store)
        while bell.wait(0.05):  # what came before may have rung it already
            pass
        listening.set()
        rung.append(bell.wait(STUCK))
        bell.close()

    listener = threading.Thread(target=listen)
    listener.start()
    listening.wait(STUCK)
    room.tell("ana.ruiz", channels=[Channel.SMS])
    listener.join(STUCK)
    assert rung == [True]


def test_a_silent_store_does_not_ring(room: Room) -> None:
    bell = Bell(room.store)
    bell.wait(0)
    assert bell.wait(0.05) is False
    bell.close()


def test_a_running_sender_sends_what_is_enqueued_while_it_rests(room: Room) -> None:
    sender = room.sender()
    over = threading.Event()
    runs = threading.Thread(target=sender.run, args=[over.is_set])
    runs.start()
    for number in range(3):
        room.tell("ana.ruiz", key=f"notify/{number}", channels=[Channel.SMS])
        guard = threading.Event()
        for _ in range(int(STUCK / 0.02)):
            if room.message("ana.ruiz").state is State.ACCEPTED:
                break
            guard.wait(0.02)
        assert room.message("ana.ruiz").state is State.ACCEPTED
    over.set()
    runs.join(STUCK)
    assert len(room.phones()) == 3
