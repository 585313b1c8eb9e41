"""A one-tap link opens the page of its own message, for its own purpose, and not for ever."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.clock import clock_for
from incidents.rows import Incident
from notifiers.acknowledgements import by_token
from notifiers.links import Links, Purpose, message_named_by
from notifiers.rows import FormerLink, Message

GOOD_FOR = timedelta(days=14)
GOOD_AFTER_CLOSING = timedelta(days=7)


def opened(session: Session, links: Links, purpose: Purpose, given: str) -> Message | None:
    """The message that a link's last part opens; None for what was not signed for this purpose."""
    number = message_named_by(given)
    message = session.get(Message, number) if number is not None else None
    if message is not None and links.opens(given, purpose, message.id, message.token):
        return message
    return _of_former_release(session, given) if purpose is Purpose.ACKNOWLEDGE else None


def is_over(session: Session, message: Message, now: datetime) -> bool:
    """Whether the links of a message have expired: 14 days after it was made, 7 after its incident closed.

    In real time: what the rows say in the incident's time is turned back by its clock.
    """
    incident = session.get(Incident, message.incident_id) if message.incident_id else None
    if incident is None:
        return now > message.created_at + GOOD_FOR
    clock = clock_for(incident)
    if incident.closed_at is not None and now > clock.real_of(incident.closed_at) + GOOD_AFTER_CLOSING:
        return True
    return now > clock.real_of(message.created_at) + GOOD_FOR


def _of_former_release(session: Session, token: str) -> Message | None:
    """Release 0.1 put the bare token into its links, which are on people's telephones."""
    message = by_token(session, token)
    last = session.scalar(select(FormerLink.last_message_id)) if message is not None else None
    return message if message is not None and last is not None and message.id <= last else None
