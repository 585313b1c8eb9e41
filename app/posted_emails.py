"""E-mails as a mail system posts them: one by one with an id, or counted."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.posted import Faults, fault_of, read_moment, read_name
from app.posted_mentions import read_id
from app.posted_readings import LONGEST_SOURCE, read_value
from monitoring.intake import future_fault
from monitoring.mailboxes import COUNTED, Mail, series_of
from monitoring.mentions import mention_fault
from monitoring.readings import ReadingValue
from protocol.company_parts import KEY
from protocol.words import Remedy

EXAMPLE = '{"mailbox": "help", "id": "<1@mail>", "at": "2026-03-03T21:05:00Z"}'


@dataclass(frozen=True)
class PostedEmails:
    """Single e-mails, counts of them, and what is wrong with the rest."""

    mails: list[Mail] = field(default_factory=list)
    counts: list[ReadingValue] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)


def judged(items: Iterable[tuple[int, Any]], now: datetime, ahead: timedelta) -> PostedEmails:
    """The e-mails and counts in some items; a broken one leaves the others standing."""
    found = PostedEmails()
    for number, item in items:
        try:
            one = _email(item)
            fault = mention_fault(one.at, now, ahead) if isinstance(one, Mail) else future_fault(one, now, ahead)
            if fault:
                raise Remedy(fault)
        except Remedy as remedy:
            found.faults.note(number, str(remedy))
            continue
        if isinstance(one, Mail):
            found.mails.append(one)
        else:
            found.counts.append(one)
    return found


def _email(item: Any) -> Mail | ReadingValue:
    if not isinstance(item, dict):
        raise Remedy(fault_of(item) or f"an e-mail is an object like {EXAMPLE}.")
    mailbox, at = _mailbox(item.get("mailbox")), read_moment(item.get("at"))
    if item.get("count") is not None:
        source = read_name(item.get("source") or COUNTED, "source", LONGEST_SOURCE)
        return ReadingValue(series_of(mailbox), at, read_value(item["count"], "count"), source)
    known_by = read_id(item.get("id"))
    if not known_by:
        raise Remedy("an e-mail needs its id, so that twice is once; or post a count of them.")
    return Mail(mailbox, at, known_by)


def _mailbox(value: Any) -> str:
    # Not an address: that may be personal, and would stand in the name of a series.
    if not isinstance(value, str) or not KEY.fullmatch(value) or len(value) > 60:
        raise Remedy("mailbox must be a short name of small letters, digits, dots and hyphens, like help; give one.")
    return value
