"""An inquiry as it arrives: what a customer asks or complains of, on a channel, at a moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from desk.folding import word_key
from protocol.words import Remedy, Urgency

LONGEST_TEXT = 5_000
LONGEST_ID = 200
LONGEST_SOURCE = 60
LONGEST_CHANNEL = 40
AHEAD = timedelta(minutes=5)
OTHER = "other"
"""The reason of an inquiry that no support entry is for."""


class InquiryKind(StrEnum):
    """What an inquiry is."""

    QUERY = "query"
    INCIDENT = "incident"  # of this customer, not of the company


class Customer(StrEnum):
    """Who asks."""

    CURRENT = "current"
    POTENTIAL = "potential"
    ANY = "any"  # not known, or of no consequence


@dataclass(frozen=True)
class InquiryValue:
    """One inquiry; its source and the id that the source gave it make it the same one.

    Raises Remedy for an id, a source, a text or a channel that is empty, too long or cannot be stored, and for a moment
    without time zone. `language` is two or three letters; `reason` is the key of a support entry.
    """

    given_id: str
    text: str
    channel: str
    at: datetime
    source: str = ""
    kind: InquiryKind | None = None
    urgency: Urgency = Urgency.MEDIUM
    customer: Customer = Customer.ANY
    language: str | None = None
    subject: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        _check("id", self.given_id, 1, LONGEST_ID)
        _check("source", self.source, 0, LONGEST_SOURCE)
        _check("channel", self.channel, 1, LONGEST_CHANNEL)
        if not word_key(self.channel):
            raise Remedy("channel must be a word like phone, email or social; give one.")
        if not 0 < len(self.text.strip()) <= len(self.text) <= LONGEST_TEXT or not _storable(self.text):
            raise Remedy(f"text must be 1 to {LONGEST_TEXT:,} characters that can be stored; correct it.")
        if self.at.tzinfo is None:
            raise Remedy("at must be a moment with its time zone, like 2026-03-03T21:05:00Z; correct it.")

    @property
    def channel_key(self) -> str:
        """The channel as it is stored and counted: `Teléfono` is `telefono`."""
        return word_key(self.channel)


def _check(name: str, value: str, least: int, most: int) -> None:
    if not least <= len(value) <= most or not (value.isprintable() or not value):
        raise Remedy(f"{name} must be {least} to {most} printable characters; give one.")


def _storable(text: str) -> bool:
    """No half of a surrogate and no NUL, which some databases refuse."""
    return "\0" not in text and not any(0xD800 <= ord(letter) <= 0xDFFF for letter in text)
