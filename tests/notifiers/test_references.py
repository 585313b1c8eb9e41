"""References are short, never alike, and cannot be mistaken for a carrier's word."""

import re
from itertools import pairwise

from sqlalchemy import select

from notifiers.opting import STARTS, STOPS
from notifiers.references import ALPHABET, LENGTH
from notifiers.rows import Message
from protocol.words import Channel
from tests.fakes.room import Room


def test_no_two_messages_have_the_same_reference_or_token(room: Room) -> None:
    for dispatch in range(40):
        room.tell("ana.ruiz", "tom.baker", key=f"notify/{dispatch}")
    with room.store.read() as session:
        rows = session.execute(select(Message.reference, Message.token)).all()
    assert len(rows) == len({row.reference for row in rows}) == len({row.token for row in rows}) == 160
    assert all(re.fullmatch(f"[{ALPHABET}]{{{LENGTH}}}", row.reference) for row in rows)
    assert all(re.fullmatch("[0-9a-f]{32}", row.token) for row in rows)


def test_neighbours_look_unlike_each_other(room: Room) -> None:
    for dispatch in range(10):
        room.tell("ana.ruiz", key=f"notify/{dispatch}", channels=[Channel.SMS])
    with room.store.read() as session:
        references = session.scalars(select(Message.reference).order_by(Message.id)).all()
    assert all(first[:2] != second[:2] for first, second in pairwise(references))


def test_no_reference_can_be_a_word_of_the_carriers() -> None:
    for word in STOPS | STARTS:
        assert len(word) != LENGTH or not set(word) <= set(ALPHABET), word
