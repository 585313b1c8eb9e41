"""Figures of the desk: how many inquiries by reason, channel and urgency, and how soon they were answered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.rows import Inquiry


class By(StrEnum):
    """By what inquiries are counted."""

    REASON = "reason"
    CHANNEL = "channel"
    URGENCY = "urgency"


@dataclass(frozen=True)
class Figures:
    """Of one reason, channel or urgency. Shares are from 0 to 1; `share` is of all inquiries, `on_time` of those whose
    reply was given or is overdue, and None when that is none of them; the median is None before the first reply."""

    by: By
    name: str
    count: int
    share: float
    answered: int
    median_reply: timedelta | None
    on_time: float | None
    overdue: int


@dataclass(frozen=True)
class DeskReport:
    """The figures of a span of time, the largest count first; `total` is of all."""

    since: datetime | None
    until: datetime
    total: int
    answered: int
    overdue: int
    rows: Sequence[Figures]

    def of(self, by: By) -> list[Figures]:
        """The rows of one kind."""
        return [row for row in self.rows if row.by is by]


@dataclass(frozen=True, slots=True)
class _Seen:
    reason: str
    channel: str
    urgency: str
    at: datetime
    due_at: datetime
    replied_at: datetime | None


def report(session: Session, now: datetime, since: datetime | None = None) -> DeskReport:
    """Counts the inquiries that came from a moment on. Reads only."""
    columns = (Inquiry.reason, Inquiry.channel, Inquiry.urgency, Inquiry.at, Inquiry.due_at, Inquiry.replied_at)
    query = select(*columns).where(Inquiry.at <= now)
    seen = [_Seen(*row) for row in session.execute(query if since is None else query.where(Inquiry.at >= since))]
    rows = [figures for by in By for figures in _rows(by, seen, now)]
    answered = sum(one.replied_at is not None for one in seen)
    return DeskReport(since, now, len(seen), answered, sum(_is_overdue(one, now) for one in seen), rows)


def _rows(by: By, seen: Sequence[_Seen], now: datetime) -> list[Figures]:
    groups: dict[str, list[_Seen]] = {}
    for one in seen:
        groups.setdefault(str(getattr(one, by)), []).append(one)
    found = [_figures(by, name, some, len(seen), now) for name, some in groups.items()]
    return sorted(found, key=lambda row: (-row.count, row.name))


def _figures(by: By, name: str, some: Sequence[_Seen], total: int, now: datetime) -> Figures:
    replies = [one.replied_at - one.at for one in some if one.replied_at is not None]
    in_time = sum(one.replied_at is not None and one.replied_at <= one.due_at for one in some)
    overdue = sum(_is_overdue(one, now) for one in some)
    judged = len(replies) + overdue
    return Figures(
        by=by,
        name=name,
        count=len(some),
        share=len(some) / total,
        answered=len(replies),
        median_reply=_median(replies),
        on_time=in_time / judged if judged else None,
        overdue=overdue,
    )


def _median(spans: Iterable[timedelta]) -> timedelta | None:
    seconds = [span.total_seconds() for span in spans]
    return timedelta(seconds=max(0.0, median(seconds))) if seconds else None


def _is_overdue(one: _Seen, now: datetime) -> bool:
    return one.replied_at is None and now > one.due_at
