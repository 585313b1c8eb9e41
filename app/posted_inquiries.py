"""Inquiries as sources post them, judged one by one. No sentence repeats what a customer wrote."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from app.posted import Faults, TooMany, fault_of, read_moment
from desk.inquiries import Customer, InquiryKind, InquiryValue
from desk.intake import Known
from desk.intake import fault_of as fault_of_inquiry
from desk.languages import read_language
from protocol.words import Remedy, Urgency

MOST = 1_000
"""So many inquiries a post: each is looked up by itself."""

Choice = TypeVar("Choice", bound=StrEnum)
_LIKE = '{"id": "T-1", "channel": "phone", "text": "…", "urgency": "high", "customer": "current"}'


@dataclass(frozen=True)
class PostedInquiries:
    """What can be taken in, and what cannot."""

    inquiries: tuple[InquiryValue, ...]
    faults: Faults


def read_inquiries(posted: Iterable[tuple[int, Any]], known: Known, now: datetime) -> PostedInquiries:
    """The inquiries in some items; a broken one leaves the others standing. Raises TooMany."""
    items = list(posted)
    if len(items) > MOST:
        raise TooMany(f"There are {len(items):,} inquiries in this post; send at most {MOST:,} at once.")
    inquiries, faults = [], Faults()
    for number, item in items:
        found = _judged(item, known, now)
        if isinstance(found, InquiryValue):
            inquiries.append(found)
        else:
            faults.note(number, found)
    return PostedInquiries(tuple(inquiries), faults)


def _judged(item: Any, known: Known, now: datetime) -> InquiryValue | str:
    if not isinstance(item, dict):
        return fault_of(item) or f"an inquiry is an object like {_LIKE}."
    try:
        inquiry = _inquiry(item, now)
    except Remedy as fault:
        return str(fault)
    return fault_of_inquiry(inquiry, known, now) or inquiry


def _inquiry(item: dict[str, Any], now: datetime) -> InquiryValue:
    return InquiryValue(
        given_id=_id(item.get("id")),
        text=_text(item, "text") or "",
        channel=_text(item, "channel") or "",
        at=now if item.get("at") is None else read_moment(item["at"]),
        source=_text(item, "source") or "",
        kind=_choice(item, "kind", InquiryKind),
        urgency=_choice(item, "urgency", Urgency) or Urgency.MEDIUM,
        customer=_choice(item, "customer", Customer) or Customer.ANY,
        language=read_language(_text(item, "language")),
        subject=_text(item, "subject"),
        reason=_text(item, "reason"),
    )


def _id(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        return str(value)
    if not isinstance(value, str):
        raise Remedy("id must be the id that its source gave it, as text or a number; give one.")
    return value


def _text(item: dict[str, Any], name: str) -> str | None:
    value = item.get(name)
    if value is None or isinstance(value, str):
        return value
    raise Remedy(f"{name} must be text; correct it.")


def _choice(item: dict[str, Any], name: str, choices: type[Choice]) -> Choice | None:
    value = item.get(name)
    if value is None:
        return None
    try:
        return choices(value)
    except ValueError:
        raise Remedy(f"{name} must be one of: {', '.join(choices)}; correct it.") from None
