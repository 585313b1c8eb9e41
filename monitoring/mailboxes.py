"""E-mails that came into a mailbox of the company, counted: one by one, or as a mail system counts them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from monitoring import seen
from monitoring.breaches import Doors
from monitoring.intake import IntakeResult, take_counts
from monitoring.readings import CountValue

COUNTED = "counts"
"""The source of counts that name none: single e-mails are added up beside them."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail in a mailbox, by the id that the mail system gives it. Nothing of what it says is known here."""

    mailbox: str
    at: datetime
    id: str

    @property
    def series(self) -> str:
        """The series that counts it."""
        return series_of(self.mailbox)


def series_of(mailbox: str) -> str:
    """The series of a mailbox."""
    return f"email.{mailbox}"


def count_mails(session: Session, mails: Iterable[Mail], now: datetime, doors: Doors) -> IntakeResult:
    """Counts each e-mail once in its minute, and marks it as seen, in the caller's write."""
    every = list(mails)
    first = {(one.series, seen.digest("id", one.id)): one for one in reversed(every)}
    fresh = seen.mark(session, first, now)
    counts = [CountValue(one.series, one.at, 1) for one in (first[told] for told in sorted(fresh))]
    breaches = take_counts(session, counts, now, doors).breaches
    return IntakeResult(len(fresh), len(every) - len(fresh), breaches)
