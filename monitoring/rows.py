"""The rows of monitoring: readings, the rules that watch them, what a rule remembers, and its breaches."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from protocol.base import Base, Word
from protocol.words import Level


class Action(StrEnum):
    """What an alarm does, by its level."""

    SIGNAL = "signal"  # it stands in the list and in the events, nobody is told
    ASK = "ask"  # the duty officer says whether it is real
    OPEN = "open"  # an incident opens, or the one that is open is joined


class Verdict(StrEnum):
    """What a person said about an alarm."""

    REAL = "real"
    FALSE_ALARM = "false_alarm"


class Reading(Base):
    """One count of one series at one moment by one source; the three are the key, so twice is once.

    What mentions and inquiries add up to grows: its value is that of the minute that begins at `at`, so far.
    """

    __tablename__ = "reading"
    series: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True, default="")
    value: Mapped[float]


class MonitoringRule(Base):
    """What watches a series, and the playbook and subject of the incident it opens. Without `opens` it only records.

    `series` is the first of those it watches. `actions` are by level; a level without one opens.
    """

    __tablename__ = "monitoring_rule"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    series: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    parameters: Mapped[dict[str, Any]]
    playbook_key: Mapped[str]
    subject: Mapped[str]
    opens: Mapped[bool] = mapped_column(default=True)
    actions: Mapped[dict[str, str]] = mapped_column(default=dict)

    def action_at(self, level: Level) -> Action:
        """What happens when this level is reached."""
        return Action(self.actions.get(level, Action.OPEN)) if self.opens else Action.SIGNAL


class RuleSeries(Base):
    """A series that a rule watches."""

    __tablename__ = "rule_series"
    rule_id: Mapped[int] = mapped_column(ForeignKey("monitoring_rule.id"), primary_key=True)
    series: Mapped[str] = mapped_column(primary_key=True, index=True)


class RuleState(Base):
    """What a rule remembers of the readings so far, so that a restart neither forgets nor fires twice."""

    __tablename__ = "rule_state"
    rule_id: Mapped[int] = mapped_column(ForeignKey("monitoring_rule.id"), primary_key=True)
    state: Mapped[dict[str, Any]]


class Breach(Base):
    """One alarm of a rule. Without an incident nobody was called: the reading was too old, or its action is another.

    `reasons` is its sentence by language, `numbers` what stands behind it. `ended_at` is when the series was back to
    green. `verdict` is a person's word, once there is one. `announced`: those outside who follow were told of it.
    """

    __tablename__ = "breach"
    __table_args__ = (
        UniqueConstraint("rule_id", "at", "level"),
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
    reasons: Mapped[dict[str, str]] = mapped_column(default=dict)
    numbers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    action: Mapped[Action] = mapped_column(Word(Action), default=Action.OPEN)
    verdict: Mapped[Verdict | None] = mapped_column(Word(Verdict))
    ended_at: Mapped[datetime | None]
    announced: Mapped[bool] = mapped_column(default=False)
