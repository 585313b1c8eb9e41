"""The counter of the desk: customers ask, and a test looks at what they were told."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from desk.inquiries import InquiryValue
from desk.intake import Answered, Taken, take_in
from desk.rows import Inquiry
from protocol.practice import SupportEntry
from tests.fakes.room import Room

REFUND_ES = "Claro. Se lo preparo ahora mismo; no necesita el recibo."
REFUND_EN = "Of course. I will prepare it now; you need no receipt."
BRAND = "brand-aurora"


def inquiry(text: str, given_id: str = "T-1", **said: Any) -> InquiryValue:
    """One by phone, now as the tests have it, unless it says otherwise."""
    return InquiryValue(**{"given_id": given_id, "text": text, "channel": "phone", "source": "crm", **said})


def ask(room: Room, text: str, given_id: str = "", **said: Any) -> Answered:
    """A customer asks; the answer. Without an id it is one of its own."""
    values = {"at": room.clock.now(), **said}
    return take(room, inquiry(text, given_id or f"A-{room.count(Inquiry)}", **values)).answered[0]


def take(room: Room, *inquiries: InquiryValue) -> Taken:
    """A source posts these at once."""
    with room.store.write() as session:
        return take_in(session, room.vault, inquiries, room.clock.now())


def rows(room: Room) -> list[Inquiry]:
    """Every inquiry, in order."""
    with room.store.read() as session:
        return list(session.scalars(select(Inquiry).order_by(Inquiry.id)))


def change_entry(room: Room, key: str, **values: Any) -> None:
    """Somebody edits a support entry, by whatever way."""
    with room.store.write() as session:
        entry = session.scalars(select(SupportEntry).where(SupportEntry.key == key)).one()
        for name, value in values.items():
            setattr(entry, name, value)


def at(room: Room, moment: str) -> datetime:
    """Sets the clock, UTC."""
    room.clock.moment = datetime.fromisoformat(f"{moment}+00:00")
    return room.clock.moment
