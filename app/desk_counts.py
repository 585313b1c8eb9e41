"""Counts of the desk handed on to monitoring, in the transaction that took the inquiries in."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from desk.counts import counted
from desk.rows import Inquiry
from monitoring.intake import take_counts
from monitoring.opening import opener
from monitoring.readings import CountValue
from monitoring.rows import Breach


def hand_on(session: Session, new: Iterable[Inquiry], now: datetime) -> tuple[Breach, ...]:
    """Adds the inquiries that are new to their minutes, shows them to the rules, and answers the breaches.

    Raises Remedy for a rule whose playbook or subject is not there.
    """
    counts = [CountValue(count.series, count.at, float(count.number)) for count in counted(new)]
    return take_counts(session, counts, now, opener(now)).breaches
