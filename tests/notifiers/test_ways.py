"""The ways that are foretold are those that enqueueing takes."""

import pytest
from sqlalchemy import select

from notifiers.reach import newest_templates
from notifiers.recipients import Recipient
from notifiers.rows import Message
from notifiers.ways import ways
from protocol.messages import MessageTemplate
from protocol.words import Channel, Language
from tests.fakes.room import Room

PEOPLE = ("lucia.romero", "tom.baker", "raquel.pena", "kate.young")


@pytest.mark.parametrize("channels", [[Channel.SMS, Channel.EMAIL], [Channel.SMS], [Channel.VOICE, Channel.EMAIL]])
def test_whoever_is_foretold_a_message_gets_it_by_the_same_text(room: Room, channels: list[Channel]) -> None:
    room.without("tom.baker", Channel.SMS)
    room.without("kate.young", *Channel)
    with room.store.write() as session:
        for row in session.scalars(select(MessageTemplate).where(MessageTemplate.key == "signal-alert")):
            if (row.language, row.channel) == (Language.ES, Channel.SMS):
                session.delete(row)
    with room.store.read() as session:
        templates = newest_templates(session, "signal-alert")
        recipients = [Recipient(room.member(key)) for key in PEOPLE]
        found = ways(session, recipients, templates, channels)
    room.tell(*PEOPLE, channels=channels)
    with room.store.read() as session:
        columns = (Message.member_id, Message.channel, Message.language, Message.template_id)
        enqueued = session.execute(select(*columns).order_by(Message.id)).all()
    foretold = sorted((way.member_id, way.channel, way.language, way.template_id) for way in found)
    assert foretold == sorted(tuple(row) for row in enqueued)
    assert room.member("kate.young") not in {way.member_id for way in found}
