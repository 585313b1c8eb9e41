"""The black box: append-only, chained by hash per incident, ids and numbers only; personal text stands beside."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from incidents.rows import Incident, TimelineEntry, TimelineText

Fact = str | int | float | bool | None
GENESIS = "0" * 64


class Kind(StrEnum):
    """What a line says. The facts that go with each stand in the comment."""

    OPENED = "opened"  # by, level, playbook, version, subject; text: why
    JOINED = "joined"  # rule, level: a later breach about the same thing
    CALMED = "calmed"  # rule, why_en, why_es: what it saw is back to green; it decides nothing
    ALARM_ANSWERED = "alarm_answered"  # rule, level, member, answer, door: whether it is real; text: the note
    ALARM_UNANSWERED = "alarm_unanswered"  # rule, level, people (asked): nobody said, so it opened by itself
    LEVEL_CHANGED = "level_changed"  # from, to, by (member or rule)
    PHASE_ENTERED = "phase_entered"  # phase, entry
    RUN_STARTED = "run_started"  # phase, generation
    RUN_REPLACED = "run_replaced"  # phase, generation, reason
    DEGRADED = "degraded"  # step: enqueued by the supervisor because no run began in time
    STEP_DONE = "step_done"  # step, occurrence, messages
    FLOW_DONE = "flow_done"  # step, from_team, audience, messages, before (people told before): one told another
    AUDIENCE_DUE = "audience_due"  # step, from_team, audience, messages: it is this team's turn to tell the audience
    MESSAGE_SENT = "message_sent"  # message, member, channel, template, role: the provider took it
    MESSAGE_FAILED = "message_failed"  # message, member, channel, reason
    MESSAGE_IN_DOUBT = "message_in_doubt"  # message, member, channel
    DOUBT_RESOLVED = "doubt_resolved"  # message, how
    NOT_TOLD = "not_told"  # member, step, reason: a person or channel that could not be used, and the fall-back
    LANGUAGE_FALLBACK = "language_fallback"  # member, template, wanted, used
    ACKNOWLEDGED = "acknowledged"  # member, role, via, step
    ESCALATED = "escalated"  # step, role, from_member, to_member (None: nobody is left)
    CHAIN_FIRED = "chain_fired"  # step, role, member (the silent one), rung, to_member (the first told), people
    WAVE = "wave"  # step, wave, answers, enough, to_member (the first told; 0: nobody), people
    SKIPPED = "skipped"  # step, role, member, due: absent until then, so the next one's turn came at once
    DEADLINE_SET = "deadline_set"  # deadline, deadline_kind, step, due
    DEADLINE_MET = "deadline_met"  # deadline, deadline_kind, step
    DEADLINE_MISSED = "deadline_missed"  # deadline, deadline_kind, step
    DEADLINE_CANCELLED = "deadline_cancelled"  # deadline, deadline_kind, step
    CABINET_ANSWERED = "cabinet_answered"  # role, member, answer, delegate
    QUORUM_REACHED = "quorum_reached"  # present, quorum
    SCENARIO_RECORDED = "scenario_recorded"  # scenario, member; text: the scenario
    TEXT_PROPOSED = "text_proposed"  # step, hash, audience; text: the words
    TEXT_VOIDED = "text_voided"  # step, hash
    SIGNED_OFF = "signed_off"  # step, hash, member, role
    PUBLISHED = "published"  # step, hash, audience, messages
    GATE_OPENED = "gate_opened"  # phase, entry
    CODE_SENT = "code_sent"  # member, purpose
    CODE_LOCKED = "code_locked"  # purpose, member
    REFUSED = "refused"  # door, reason
    NOT_APPROVED = "not_approved"  # step, hash, member, role; text: the person's reason
    DECIDED = "decided"  # choice, level, member, door; text: the note
    CLOSED = "closed"  # -
    PROTOCOL_ADOPTED = "protocol_adopted"  # version: its texts count from here on; text: who says so, and why
    CONTACT_OPTED_OUT = "contact_opted_out"  # member, channel, reason: said stop; a cabinet member with a warning
    CONTACT_OPTED_IN = "contact_opted_in"  # member, channel, reason
    INJECT = "inject"  # inject: a drill's inject arrived


ESCALATIONS = (Kind.ESCALATED, Kind.CHAIN_FIRED, Kind.WAVE)
"""The lines of somebody told because others did not answer."""


def append(
    session: Session, incident_id: int, at: datetime, kind: Kind, text: str | None = None, **facts: Fact
) -> TimelineEntry:
    """Adds one line in the caller's transaction. `text` may be personal and is stored beside, salted into the hash.

    hash = SHA-256 of the canonical JSON of (previous, number, at, kind, facts, text_hash).
    """
    number, previous = _locked_tip(session, incident_id)
    salt = secrets.token_hex(16)
    entry = _entry(incident_id, number + 1, previous, at, kind, facts, _salted(salt, text) if text else None)
    session.add(entry)
    session.flush()
    if text:
        session.add(TimelineText(entry_id=entry.id, salt=salt, text=text))
        session.flush()
    return entry


def append_many(session: Session, incident_id: int, at: datetime, kind: Kind, facts: Sequence[dict[str, Fact]]) -> None:
    """Adds lines of one kind in the caller's transaction, in their order, with one look at the chain's end."""
    number, previous = _locked_tip(session, incident_id)
    rows = []
    for place, said in enumerate(facts, number + 1):
        entry = _entry(incident_id, place, previous, at, kind, said, None)
        previous = entry.hash
        rows.append({column: getattr(entry, column) for column in _COLUMNS})
    if rows:
        session.execute(insert(TimelineEntry), rows)


def lines(session: Session, incident_id: int, after: int = 0) -> list[TimelineEntry]:
    """The lines of an incident in order, those numbered above `after`."""
    query = select(TimelineEntry).where(TimelineEntry.incident_id == incident_id, TimelineEntry.number > after)
    return list(session.scalars(query.order_by(TimelineEntry.number)))


def text_of(session: Session, entry: TimelineEntry) -> str | None:
    """The personal text beside a line; None when there is none or it was erased."""
    row = session.get(TimelineText, entry.id)
    return row.text if row else None


def first_broken(session: Session, incident_id: int) -> int | None:
    """The number of the first line whose chain or text does not hold; None when the whole timeline does."""
    previous = GENESIS
    for expected, entry in enumerate(lines(session, incident_id), 1):
        text = session.get(TimelineText, entry.id)
        text_holds = text is None or _salted(text.salt, text.text) == entry.text_hash
        if entry.number != expected or entry.previous != previous or entry.hash != line_hash(entry) or not text_holds:
            return expected
        previous = entry.hash
    return None


def line_hash(entry: TimelineEntry) -> str:
    """The hash of one line."""
    said = [entry.previous, entry.number, entry.at.isoformat(), str(entry.kind), entry.facts, entry.text_hash]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


_COLUMNS = ("incident_id", "number", "at", "kind", "facts", "text_hash", "previous", "hash")


def _entry(
    incident_id: int, number: int, previous: str, at: datetime, kind: Kind, facts: dict[str, Fact], text: str | None
) -> TimelineEntry:
    entry = TimelineEntry(
        incident_id=incident_id,
        number=number,
        at=at,
        kind=kind,
        facts=facts,
        text_hash=text,
        previous=previous,
        hash="",
    )
    entry.hash = line_hash(entry)
    return entry


def _salted(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def _locked_tip(session: Session, incident_id: int) -> tuple[int, str]:
    session.execute(select(Incident.id).where(Incident.id == incident_id).with_for_update())
    return _tip(session, incident_id)


def _tip(session: Session, incident_id: int) -> tuple[int, str]:
    latest = select(func.max(TimelineEntry.number)).where(TimelineEntry.incident_id == incident_id).scalar_subquery()
    tip = session.execute(
        select(TimelineEntry.number, TimelineEntry.hash).where(
            TimelineEntry.incident_id == incident_id, TimelineEntry.number == latest
        )
    ).first()
    return (tip[0], tip[1]) if tip else (0, GENESIS)
