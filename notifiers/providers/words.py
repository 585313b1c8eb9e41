"""The providers' words in ours. None: it says nothing about where the message stands."""

import re
from dataclasses import dataclass

from notifiers.states import Concern, State

TWILIO: dict[str, State | None] = {
    "accepted": State.ACCEPTED,
    "scheduled": State.ACCEPTED,
    "queued": State.ACCEPTED,
    "sending": State.ACCEPTED,
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "undelivered": State.FAILED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
    "partially_delivered": None,
    "receiving": None,
    "received": None,
}

TWILIO_CALLS: dict[str, State | None] = {
    "queued": State.ACCEPTED,
    "initiated": State.ACCEPTED,
    "ringing": State.ACCEPTED,
    "in-progress": State.SENT,
    "completed": State.DELIVERED,  # somebody, or their mailbox, picked up
    "busy": State.FAILED,
    "no-answer": State.FAILED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}

SENDGRID: dict[str, State | None] = {
    "received": State.ACCEPTED,
    "processed": State.SENT,
    "deferred": State.SENT,  # the recipient's server said "later"; SendGrid tries for 72 hours
    "delivered": State.DELIVERED,
    "open": State.DELIVERED,
    "click": State.DELIVERED,
    "spamreport": State.DELIVERED,  # it arrived, and was not welcome
    "bounce": State.FAILED,
    "dropped": State.FAILED,
    "cancel_drop": State.FAILED,
    "unsubscribe": None,
    "group_unsubscribe": None,
    "group_resubscribe": None,
}

SENDGRID_LOGS: dict[str, State | None] = {
    "processed": State.SENT,
    "deferred": State.SENT,
    "delivered": State.DELIVERED,
    "dropped": State.FAILED,
    "bounced": State.FAILED,
    "blocked": State.FAILED,
}


LONGEST = 200  # characters; their ids have fewer than 100


class BadSignature(PermissionError):  # noqa: N818 (the name says what happened, as PermissionError does)
    """What came in was not signed by the provider, or too long ago."""


@dataclass(frozen=True)
class ReceiptWord:
    """One thing that a provider said about one message. `key` is the same when it says it again."""

    token: str | None
    provider_id: str
    status: str  # the provider's word
    state: State | None  # ours; None when it does not move the message
    detail: str  # one sentence without personal data
    key: str
    concern: Concern | None = None  # whom it concerns, when the provider says so
    opted_in: bool = False  # the person takes back a stop


@dataclass(frozen=True)
class InboundText:
    """A text that a person sent to one of our numbers."""

    sender: str
    body: str
    provider_id: str
    opt_out_type: str = ""  # STOP, START or HELP, where the provider has read the text as such


def storable(text: str) -> str:
    """A provider's word as a database takes it: without NUL and half characters, and not without end."""
    return text.encode("ascii", "backslashreplace").decode().replace("\0", "")[:LONGEST]


def sendgrid_id(sg_message_id: str) -> str:
    """Cuts an event's id to the X-Message-Id that the request was answered with."""
    return re.split(r"\.(?:filter|recvd)", sg_message_id, maxsplit=1)[0]
