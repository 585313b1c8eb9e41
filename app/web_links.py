"""What every one-tap page begins with: the message that its link opens, or the page that says why it opens none."""

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app.page import note_page, reader_language
from notifiers import one_tap
from notifiers.acknowledgements import lock_incident
from notifiers.links import Purpose
from notifiers.rows import Message
from protocol.people import Member
from wiring.works import Works


def unknown(request: Request) -> Response:
    """The page for a link that is nobody's."""
    return note_page("unknown", reader_language(request), 404)


def to_show(session: Session, works: Works, purpose: Purpose, given: str, request: Request) -> Message | Response:
    """The message of a link for one purpose, or the page that is answered instead."""
    message = one_tap.opened(session, works.links, purpose, given)
    if message is None:
        return unknown(request)
    if one_tap.is_over(session, message, works.clock.now()):
        return note_page("expired", session.get_one(Member, message.member_id).language, 410)
    return message


def to_answer(session: Session, works: Works, purpose: Purpose, given: str, request: Request) -> Message | Response:
    """The same for a write: the message's incident is locked, so that two taps queue."""
    found = to_show(session, works, purpose, given, request)
    if isinstance(found, Message):
        lock_incident(session, found)
    return found
