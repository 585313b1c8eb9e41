"""How soon a customer gets a first reply, by urgency: what the company says, or else the product's own targets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol.practice import Company
from protocol.words import Urgency

TARGET = r"^[1-9][0-9]{0,2}[mhd]$"
ReplyTarget = Annotated[str, Field(pattern=TARGET, description="Like 15m, 2h or 1d.")]
DEFAULTS: Mapping[Urgency, str] = {
    Urgency.CRITICAL: "5m",
    Urgency.HIGH: "15m",
    Urgency.MEDIUM: "2h",
    Urgency.LOW: "1d",
}
AT_ALL_HOURS = (Urgency.HIGH, Urgency.CRITICAL)
"""Whose clock runs outside the team's working hours as well."""


@dataclass(frozen=True)
class Target:
    """A span of working time; `days` are working days, and then there is no `span`."""

    urgency: Urgency
    span: timedelta
    days: int = 0

    @property
    def clock_time(self) -> timedelta:
        """The same as clocks count it, day and night."""
        return self.span + timedelta(days=self.days)


def targets_of(session: Session) -> dict[Urgency, Target]:
    """The targets that count now, by urgency."""
    said = session.scalar(select(Company.support_targets).order_by(Company.id).limit(1)) or {}
    return {urgency: read_target(urgency, said.get(urgency, standard)) for urgency, standard in DEFAULTS.items()}


def read_target(urgency: Urgency, written: str) -> Target:
    """A target as the company file writes it: `15m`, `2h` or `1d`."""
    number, unit = int(written[:-1]), written[-1]
    if unit == "d":
        return Target(urgency, timedelta(), number)
    return Target(urgency, timedelta(hours=number) if unit == "h" else timedelta(minutes=number))
