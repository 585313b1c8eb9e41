"""The rows that remember an incident: its phase entries, steps, deadlines, decisions and scenarios."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from incidents.phases import Phase
from protocol.base import Base, Word
from protocol.words import Level


class Incident(Base):
    """One crisis, or one that may become it. `version` rises with each change of phase or level."""

    __tablename__ = "incident"
    __table_args__ = (
        Index(
            "uq_incident_open",
            "playbook_key",
            "subject",
            "drill",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    playbook_key: Mapped[str]
    playbook_version_id: Mapped[int] = mapped_column(ForeignKey("playbook_version.id"))
    protocol_version_id: Mapped[int | None] = mapped_column(ForeignKey("protocol_version.id"))  # None: the newest
    subject: Mapped[str]
    drill: Mapped[bool] = mapped_column(default=False)
    level: Mapped[Level] = mapped_column(Word(Level))
    phase: Mapped[Phase] = mapped_column(Word(Phase))
    entry: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    why: Mapped[dict[str, str]]
    opened_by: Mapped[str]
    series: Mapped[str | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    clock_real: Mapped[datetime]
    clock_base: Mapped[datetime]
    clock_speed: Mapped[float] = mapped_column(default=1.0)

    @property
    def name(self) -> str:
        """As people say it: `INC-7`."""
        return f"INC-{self.id}"


class PhaseEntry(Base):
    """One stay in a phase. A Prefect run of one generation carries it; `run_wanted_at` asks for one (real time)."""

    __tablename__ = "phase_entry"
    __table_args__ = (UniqueConstraint("incident_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    number: Mapped[int]
    phase: Mapped[Phase] = mapped_column(Word(Phase))
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    generation: Mapped[int] = mapped_column(default=1)
    run_wanted_at: Mapped[datetime | None]
    run_id: Mapped[str | None]
    run_begun_at: Mapped[datetime | None]
    gate_opened_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]


class StepRecord(Base):
    """A step that was done once; on replay it is skipped."""

    __tablename__ = "step_record"
    __table_args__ = (UniqueConstraint("incident_id", "entry", "step", "occurrence"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    entry: Mapped[int]
    step: Mapped[str]
    occurrence: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime]


class Deadline(Base):
    """Something due. Exactly one of met, missed and cancelled ends it; `follow_up_run` is its Prefect run."""

    __tablename__ = "deadline"
    __table_args__ = (UniqueConstraint("incident_id", "entry", "step", "kind", "member_id", "occurrence"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    entry: Mapped[int]
    step: Mapped[str]
    kind: Mapped[str]
    occurrence: Mapped[int] = mapped_column(default=0)
    member_id: Mapped[int] = mapped_column(default=0)
    role: Mapped[str | None]
    set_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    met_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    follow_up_run: Mapped[str | None]


class EscalationRung(Base):
    """One firing of a rung or a wave, as it was fixed when its step started; `deadline_id` is the moment.

    `strand` is the silent role it is for, empty for people told without one. An answer by one of `watched` or `told`
    ends the strand; `enough` answers by anybody end a wave or a quorum. `member_ids` are to be told in their order,
    each as one of `roles` (empty: none); `told` are those who were and had not answered before.
    """

    __tablename__ = "escalation_rung"
    __table_args__ = (
        UniqueConstraint(
            *("incident_id", "entry", "step", "occurrence", "kind", "strand", "position", "firing"),
            name="uq_escalation_rung_firing",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    entry: Mapped[int]
    step: Mapped[str]
    occurrence: Mapped[int]
    kind: Mapped[str]
    strand: Mapped[str]
    position: Mapped[int]
    firing: Mapped[int]
    pick: Mapped[str]
    watched: Mapped[list[int]] = mapped_column(JSON)
    member_ids: Mapped[list[int]] = mapped_column(JSON)
    roles: Mapped[list[str]]
    channels: Mapped[list[str]]
    enough: Mapped[int | None]
    told: Mapped[list[int]] = mapped_column(JSON)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"), unique=True)


class Decision(Base):
    """What a person decided at a gate, through which door. The note stands beside, erasable."""

    __tablename__ = "decision"
    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    entry: Mapped[int]
    choice: Mapped[str]
    level: Mapped[Level] = mapped_column(Word(Level))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    door: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime]


class Refusal(Base):
    """An answer at a gate that did not count, with the reason that the gate shows when it asks again."""

    __tablename__ = "refusal"
    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    entry: Mapped[int]
    generation: Mapped[int]
    reason: Mapped[str]
    refused_at: Mapped[datetime]


class OneTimeCode(Base):
    """A code for one person and purpose. Only a keyed hash is stored; the code is derived from `nonce` when sent."""

    __tablename__ = "one_time_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    entry: Mapped[int]
    purpose: Mapped[str]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    nonce: Mapped[str] = mapped_column(unique=True)
    hashed: Mapped[str] = mapped_column(index=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]
    errors: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[datetime | None]


class CabinetSeat(Base):
    """One role convened, and what its person answered."""

    __tablename__ = "cabinet_seat"
    __table_args__ = (UniqueConstraint("incident_id", "role"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    role: Mapped[str]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    answer: Mapped[str] = mapped_column(default="waiting")
    answered_at: Mapped[datetime | None]


class Scenario(Base):
    """Best, likely or worst: how this may go on."""

    __tablename__ = "scenario"
    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    kind: Mapped[str]
    text: Mapped[str]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    recorded_at: Mapped[datetime]


class PublicText(Base):
    """The exact words of a public step, per language, with the hash that sign-offs are bound to."""

    __tablename__ = "public_text"
    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    entry: Mapped[int]
    step: Mapped[str]
    channel: Mapped[str]
    audience: Mapped[str]
    texts: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(index=True)
    written_at: Mapped[datetime]
    written_by: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    voided_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]


class SignOff(Base):
    """A person's approval of one exact text."""

    __tablename__ = "sign_off"
    __table_args__ = (UniqueConstraint("hash", "member_id", "incident_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    hash: Mapped[str] = mapped_column(index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    role: Mapped[str]
    signed_at: Mapped[datetime]


class TimelineEntry(Base):
    """One line of the black box, chained by hash per incident; ids and numbers only."""

    __tablename__ = "timeline_entry"
    __table_args__ = (UniqueConstraint("incident_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    number: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str]
    facts: Mapped[dict[str, Any]]
    text_hash: Mapped[str | None]
    previous: Mapped[str]
    hash: Mapped[str]


class TimelineCursor(Base):
    """How far those outside who follow an incident have been told of its timeline: the number of the last line read."""

    __tablename__ = "timeline_cursor"
    # No foreign key: checking one would wait for whoever holds the incident.
    incident_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]


class TakenSignal(Base):
    """A signal that came with an id of its own, and the incident that it opened or joined: twice is once."""

    __tablename__ = "taken_signal"
    key: Mapped[str] = mapped_column(primary_key=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    taken_at: Mapped[datetime]


class TimelineText(Base):
    """Personal text beside a line, salted into its hash; erasing it does not break the chain."""

    __tablename__ = "timeline_text"
    entry_id: Mapped[int] = mapped_column(ForeignKey("timeline_entry.id"), primary_key=True)
    salt: Mapped[str]
    text: Mapped[str]
