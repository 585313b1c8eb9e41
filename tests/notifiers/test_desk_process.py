"""The desk in a process of its own answers as the desk itself; neither its death nor its parent's loses anything."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import pytest

from notifiers.claiming import LEASE, Want
from notifiers.desk_process import COMMAND, DeskProcess
from notifiers.providers.base import Answer
from notifiers.recording import Result
from notifiers.sender_desk import SenderDesk, StoreAwayError
from notifiers.states import Outcome, State
from notifiers.wording import Scribe
from protocol.people import Contact
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Channel
from tests.fakes.room import LINKS, Room

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"
STUCK = 60.0  # not a limit on speed
WANTS = [Want(Channel.SMS, 10, provider="recorder")]
ABANDONED = """
import sys, time
from datetime import timedelta
from notifiers.desk_process import DeskProcess
from notifiers.links import Links
from notifiers.sender_desk import SenderDesk
from notifiers.wording import Scribe
from protocol.store import Store
from protocol.vault import Vault
vault = Vault(b"secret")
scribe = Scribe(vault, Links("https://example.org", "http://127.0.0.1:4200", vault))
desk = DeskProcess(SenderDesk(Store(sys.argv[1]), scribe, "sender", True, timedelta(seconds=30)))
desk.start()
print(desk._process.pid, flush=True)
time.sleep(600)
"""


def _desk(room: Room, store: Store | None = None, vault: Vault | None = None) -> SenderDesk:
    return SenderDesk(store or room.store, Scribe(vault or room.vault, LINKS), "sender-1", True, LEASE)


@contextmanager
def _process(desk: SenderDesk) -> Iterator[DeskProcess]:
    process = DeskProcess(desk)
    try:
        yield process
    finally:
        process.close()


def _kill_child() -> None:
    (child,) = _children()
    child.kill()
    child.wait()


def _children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if child.cmdline()[-2:] == list(COMMAND[1:])]


def _until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + STUCK
    while not holds():
        assert time.monotonic() < end, f"it never came: {what}"
        time.sleep(0.02)


def test_it_claims_and_records_as_the_desk_itself(room: Room) -> None:
    room.tell("ana.ruiz", channels=[Channel.SMS])
    with _process(_desk(room)) as process:
        taken = process.cycle([], WANTS, room.clock.now())
        ((claim,),) = [part.claims for part in taken.parts]
        assert room.message("ana.ruiz").state is State.SENDING
        (words,) = taken.parts[0].outgoing
        with room.store.read() as session:
            (expected,) = Scribe(room.vault, LINKS).outgoing(session, {claim.message_id: []}).values()
        assert words == expected
        done = [Result(claim, Answer(Outcome.ACCEPTED, "SM1"), "recorder")]
        assert process.cycle(done, [], room.clock.now()).parts == []
    assert (room.message("ana.ruiz").state, room.message("ana.ruiz").provider_id) == (State.ACCEPTED, "SM1")
    assert not _children()


def test_the_keys_of_sealed_contacts_go_along(room: Room) -> None:
    vault = Vault(b"another secret", "a key for contacts")
    room.tell("ana.ruiz", channels=[Channel.SMS])
    contact = room.message("ana.ruiz").contact_id
    with room.store.write() as session:
        row = session.get_one(Contact, contact)
        clear = room.vault.open(row.sealed)
        row.sealed = vault.seal(clear)
    with _process(_desk(room, vault=vault)) as process:
        taken = process.cycle([], WANTS, room.clock.now())
    assert [words.to for part in taken.parts for words in part.outgoing] == [clear]


def test_a_child_that_is_killed_is_replaced_and_what_it_recorded_may_be_recorded_again(room: Room) -> None:
    room.tell("ana.ruiz", "javier.ortega", channels=[Channel.SMS])
    with _process(_desk(room)) as process:
        taken = process.cycle([], WANTS, room.clock.now())
        done = [Result(part.claims[0], Answer(Outcome.ACCEPTED, "SM1"), "recorder") for part in taken.parts]
        process.cycle(done[:1], [], room.clock.now())
        _kill_child()
        with pytest.raises(StoreAwayError, match="process has ended"):
            process.cycle(done, [], room.clock.now())
        process.cycle(done, [], room.clock.now())
    assert room.states() == [State.ACCEPTED, State.ACCEPTED]


def test_a_store_that_is_away_is_said_and_the_same_child_answers_when_it_is_back(room: Room) -> None:
    with _process(_desk(room, Store(NOWHERE))) as process:
        for _ in range(2):
            with pytest.raises(StoreAwayError, match="OperationalError"):
                process.cycle([], WANTS, room.clock.now())
        assert len(_children()) == 1


def test_the_child_ends_with_a_parent_that_is_killed(room: Room) -> None:
    url = room.store.url.render_as_string(hide_password=False)
    with subprocess.Popen([sys.executable, "-c", ABANDONED, url], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert psutil.pid_exists(child)
        parent.kill()
    _until(lambda: not psutil.pid_exists(child), "the child's end")


def test_a_sender_whose_desk_is_killed_goes_on_and_tells_everybody_once(room: Room) -> None:
    sender = room.sender()
    over = threading.Event()
    runs = threading.Thread(target=sender.run, args=[over.is_set])
    runs.start()
    try:
        for number, member in enumerate(("ana.ruiz", "javier.ortega", "lucia.romero")):
            _until(lambda: bool(_children()), "a desk")
            _kill_child()
            room.tell(member, key=f"notify/{number}", channels=[Channel.SMS])
            _until(lambda member=member: room.message(member).state is State.ACCEPTED, f"a message to {member}")
    finally:
        over.set()
        runs.join(STUCK)
    assert len(room.phones()) == 3
    assert not _children()
