"""Short references: made from a message's number, so that no two are alike; a person may quote one in a reply."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, String, cast, func, literal, select
from sqlalchemy.orm import Session

from notifiers.rows import Message

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no letter that is mistaken for a digit on a phone
LENGTH = 6
SPAN = len(ALPHABET) ** LENGTH
# Neighbours look unlike each other. A prime that does not divide the span visits every reference once.
STRIDE = 514_229_317
START = 271_828_182


def numbers(session: Session, place: ColumnElement[int]) -> ColumnElement[int]:
    """The next numbers of messages, one per row of the statement; `place` is a number of its own for each row."""
    if session.get_bind().dialect.name == "sqlite":
        highest = session.scalar(select(func.coalesce(func.max(Message.id), 0))) or 0
        return place + highest + 1  # a write on SQLite is alone
    return func.nextval("message_id_seq", type_=BigInteger())


def reference_of(number: ColumnElement[int]) -> ColumnElement[str]:
    """The reference of a message's number, in SQL."""
    scrambled = (cast(number, BigInteger) * STRIDE + START) % SPAN
    letters: Any = literal("", String)
    for place in range(LENGTH):
        digit = (scrambled // literal(len(ALPHABET) ** place, BigInteger)) % len(ALPHABET)
        letters = letters + func.substr(ALPHABET, cast(digit, Integer) + 1, 1)
    return cast(letters, String)


def token_of(session: Session, number: ColumnElement[int]) -> ColumnElement[str]:
    """A new opaque token of 32 digits, in SQL. It begins with the number, so that its index grows at one end only."""
    if session.get_bind().dialect.name == "sqlite":
        return func.printf("%08x", number, type_=String()) + func.lower(func.hex(func.randomblob(12)))
    chance = func.replace(cast(func.gen_random_uuid(), String), "-", "")
    return func.lpad(func.to_hex(number), 8, "0", type_=String()) + func.substr(chance, 9, 24, type_=String())
