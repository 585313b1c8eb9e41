"""Counts of the desk handed on to monitoring, in the transaction that took the inquiries in."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from desk.counts import counted
from desk.rows import Inquiry
from monitoring.intake import take_in
from monitoring.opening import opener
from monitoring.readings import ReadingValue
from monitoring.rows import Breach


def hand_on(session: Session, new: Iterable[Inquiry], now: datetime) -> tuple[Breach, ...]:
    """Shows monitoring how many inquiries came by minute; answers the breaches.

    Raises Remedy for a rule whose playbook or subject is not there.
    """
    readings = [ReadingValue(count.series, count.at, float(count.number)) for count in counted(new)]
    return take_in(session, readings, now, opener(now)).breaches
