"""Where the series come from that are counted as things arrive, and the names that inquiries can be counted under."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol.practice import SupportEntry

INQUIRIES = "inquiries"
OTHER = "other"
"""The reason of an inquiry that no entry fits; as desk/inquiries.py says it."""

DOORS = {INQUIRIES: "/inquiries", "mentions": "/mentions", "email": "/emails", "alert": "/alertmanager"}
"""By the first part of a series: where the things are posted that it counts."""


def door_of(series: str) -> str | None:
    """The way in of what a series counts; None for one whose readings somebody sends."""
    name, dot, _ = series.partition(".")
    return DOORS.get(name) if dot or name in (INQUIRIES, "mentions") else None


def inquiry_words(session: Session) -> Sequence[str]:
    """Every X of `inquiries.X` that the protocol knows: the reasons, and then the channels of its support entries."""
    entries = session.execute(select(SupportEntry.key, SupportEntry.channel).order_by(SupportEntry.key)).all()
    channels = sorted({one.channel for one in entries} - {"any"})
    return list(dict.fromkeys([*(one.key for one in entries), OTHER, *channels]))


def is_inquiry(series: str) -> bool:
    """Whether a series counts inquiries."""
    return series.partition(".")[0] == INQUIRIES
