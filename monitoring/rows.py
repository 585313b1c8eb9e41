"""The rows of monitoring: readings, the rules that watch them, what a rule remembers, and its breaches."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from protocol.base import Base
from protocol.words import Level


class Reading(Base):
    """One count of one series at one moment; series and moment are the key, so twice is once."""

    __tablename__ = "reading"
    series: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    value: Mapped[float]


class MonitoringRule(Base):
    """What watches a series, and the playbook and subject of the incident it opens. Without `opens` it only records."""

    __tablename__ = "monitoring_rule"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    series: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    parameters: Mapped[dict[str, Any]]
    playbook_key: Mapped[str]
    subject: Mapped[str]
    opens: Mapped[bool] = mapped_column(default=True)


class RuleState(Base):
    """What a rule remembers of the readings up to `last_at`, so that a restart neither forgets nor fires twice."""

    __tablename__ = "rule_state"
    rule_id: Mapped[int] = mapped_column(ForeignKey("monitoring_rule.id"), primary_key=True)
    last_at: Mapped[datetime | None]
    state: Mapped[dict[str, Any]]


class Breach(Base):
    """One alarm of a rule. Without an incident nobody was called: the reading was too old, or the rule only records.

    `announced`: those outside who follow were told of it.
    """

    __tablename__ = "breach"
    __table_args__ = (
        UniqueConstraint("rule_id", "at"),
        Index(
            "ix_breach_unannounced",
            "id",
            sqlite_where=text("NOT announced"),
            postgresql_where=text("NOT announced"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("monitoring_rule.id"))
    at: Mapped[datetime]
    level: Mapped[Level] = mapped_column(String)
    why: Mapped[str]
    observed: Mapped[float]
    threshold: Mapped[float]
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"), index=True)
    joined: Mapped[bool] = mapped_column(default=False)
    announced: Mapped[bool] = mapped_column(default=False)
