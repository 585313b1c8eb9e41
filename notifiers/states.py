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


ENDED = (State.DELIVERED, State.FAILED, State.UNRESOLVED)
