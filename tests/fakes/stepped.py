"""The shipped playbook with one step changed, and what the tests of escalations read of it."""

from typing import Any

from sqlalchemy import select

from incidents.deadlines import Due, open_deadlines
from notifiers.acknowledgements import Via, acknowledge
from notifiers.rows import Dispatch, Message
from playbooks.format import Playbook
from playbooks.versions import keep, newest
from protocol.people import Contact
from protocol.words import Channel
from tests.fakes.room import Room


def change_step(room: Room, key: str, **changes: Any) -> None:
    """From now on incidents open with this step of pre-crisis changed."""
    with room.store.write() as session:
        document = newest(session, "social-firestorm").playbook.model_dump(mode="json")
        step = next(step for step in document["phases"]["pre_crisis"]["steps"] if step["key"] == key)
        step.update(changes)
        keep(session, Playbook.model_validate(document), room.clock.now())


def answer(room: Room, member: str, step: str = "alert") -> None:
    """A person acknowledges the newest message of a step."""
    with room.store.write() as session:
        told = select(Message).join(Dispatch).where(Message.member_id == room.member(member), Dispatch.step == step)
        message = session.scalars(told.order_by(Message.id.desc()).limit(1)).one()
        acknowledge(session, message, Via.LINK, room.clock.now())


def give_telephone(room: Room, member: str) -> None:
    """A member can be called, from now on if not before."""
    with room.store.write() as session:
        theirs = select(Contact).where(Contact.member_id == room.member(member))
        if session.scalar(theirs.where(Contact.channel == Channel.VOICE)) is not None:
            return
        number = session.scalars(theirs.where(Contact.channel == Channel.SMS)).one()
        called = {"channel": Channel.VOICE, "sealed": number.sealed, "fingerprint": number.fingerprint}
        session.add(Contact(member_id=number.member_id, position=9, **called))


def coming(room: Room, number: int, kind: Due, role: str | None = None) -> list[int]:
    """In how many minutes from now firings are to come."""
    with room.store.read() as session:
        rows = open_deadlines(session, number)
        left = [row.due_at - room.clock.now() for row in rows if row.kind == kind and role in (None, row.role)]
    return [int(span.total_seconds() // 60) for span in left]


def messages(room: Room, member: str, step: str = "alert") -> list[tuple[str, str]]:
    """The purposes and channels of a person's messages of a step, in order."""
    with room.store.read() as session:
        told = select(Message).join(Dispatch).where(Message.member_id == room.member(member), Dispatch.step == step)
        return [(row.purpose, row.channel.value) for row in session.scalars(told.order_by(Message.id))]
