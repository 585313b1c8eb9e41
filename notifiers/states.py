"""The states of a message, and what a provider can answer."""

from enum import StrEnum


class State(StrEnum):
    """Where a message stands; the only writer of each move is named in docs/decisions/0003."""

    PENDING = "pending"  # to be sent, not before `next_at`
    SENDING = "sending"  # claimed; the intent is committed, the socket may have been written
    ACCEPTED = "accepted"  # the provider took it
    SENT = "sent"  # the provider's word: on its way to the person
    DELIVERED = "delivered"  # the provider's word: arrived
    FAILED = "failed"  # for good, with a sentence
    IN_DOUBT = "in_doubt"  # nobody knows whether the provider took it; it is asked
    UNRESOLVED = "unresolved"  # the doubt could not be settled and policy says not to send again


class Outcome(StrEnum):
    """What one attempt came to."""

    ACCEPTED = "accepted"
    NOT_SENT = "not_sent"  # surely not taken: try again
    REFUSED = "refused"  # surely not taken: do not try again
    UNKNOWN = "unknown"  # may have been taken


class Concern(StrEnum):
    """Whom a refusal concerns, and so what is to be done."""

    RECIPIENT = "recipient"  # this address, for good
    OPTED_OUT = "opted_out"  # this address: the person said stop
    PAIR = "pair"  # this sender to this country or route: the next channel at once
    CAMPAIGN = "campaign"  # every message of this account or sender
    CONTENT = "content"  # the text
    TRANSIENT = "transient"  # passes by itself


class Reason(StrEnum):
    """Why something was not sent, or not yet."""

    DUPLICATE = "duplicate"  # the person is told once, however often an audience names them
    OPTED_OUT = "opted out"  # the person said stop on this channel
    QUIET_HOURS = "quiet hours"  # waits until the person's night is over, or the level no longer lets it wait
    THROTTLED = "throttled"  # waits: the person had enough of them lately
    NOT_ON_ROSTER = "not on the drill roster"
    ABSENT = "absent"  # it falls to this person, who is away, and to nobody else who is there
    NOT_CONCERNED = "never told of it"  # the incident is over, and nobody had told the person of it
    TOO_LATE = "asleep until it is over"  # a text would wait for the morning, when what it is about has begun
    UNREACHABLE = "unreachable"  # no contact on any channel that the words were written for


ENDED = (State.DELIVERED, State.FAILED, State.UNRESOLVED)
