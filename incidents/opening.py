"""Opening an incident, or joining the one that is open: one per playbook, subject and drill."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from incidents.clock import clock_for
from incidents.deadlines import Due, set_deadline
from incidents.phases import Phase
from incidents.rows import Incident, PhaseEntry, TakenSignal
from incidents.timeline import Fact, Kind, append
from playbooks import versions
from protocol.history import current_version
from protocol.practice import Subject, subject_keys
from protocol.store import insert_new
from protocol.words import Language, Level, Remedy


@dataclass(frozen=True)
class Signal:
    """What makes an incident: a breach, a person's word, or a drill. `why`, per language, names no people."""

    playbook: str
    subject: str
    level: Level
    why: Mapping[str, str]
    opened_by: str
    series: str | None = None
    drill: bool = False
    speed: float = 1.0
    phase: Phase = Phase.PRE_CRISIS


def open_or_join(session: Session, signal: Signal, now: datetime) -> tuple[Incident, bool]:
    """The open incident about this, and whether this signal opened it. `now` is real time.

    Writes "run wanted" in the same transaction; the supervisor starts the run. Raises Remedy for an unknown playbook or
    subject.
    """
    _known_subject(session, signal.subject)
    standing = open_incident_about(session, signal.playbook, signal.subject, signal.drill)
    if standing is not None:
        return _join(session, standing, signal, now), False
    try:
        with session.begin_nested():
            return _open(session, signal, now), True
    except IntegrityError:  # another process opened it between our look and our insert
        standing = open_incident_about(session, signal.playbook, signal.subject, signal.drill)
        if standing is None:
            raise
        return _join(session, standing, signal, now), False


def take_once(session: Session, key: str, signal: Signal, now: datetime) -> int:
    """The number of the incident that the signal of this key opened or joined; the same key again changes nothing.

    Raises Remedy as `open_or_join` does; the key is free again then.
    """
    # Whoever else brings the key waits here until the incident stands in the row, or the row is gone again.
    insert_new(session, TakenSignal, [{"key": key, "incident_id": None, "taken_at": now}], ["key"])
    taken = session.get_one(TakenSignal, key)
    if taken.incident_id is None:
        taken.incident_id = open_or_join(session, signal, now)[0].id
    return taken.incident_id


def open_incident_about(session: Session, playbook: str, subject: str, drill: bool) -> Incident | None:
    """The open incident of a playbook, subject and drill, if there is one."""
    return session.scalar(
        select(Incident).where(
            Incident.playbook_key == playbook,
            Incident.subject == subject,
            Incident.drill == drill,
            Incident.closed_at.is_(None),
        )
    )


def find(session: Session, incident_id: int) -> Incident:
    """The incident. Raises Remedy when there is none of that number."""
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise Remedy(f"There is no incident {incident_id}; `crisis status` lists those there are.")
    return incident


def current_entry(session: Session, incident: Incident) -> PhaseEntry:
    """The stay in the phase that the incident is in now."""
    return session.scalars(
        select(PhaseEntry).where(PhaseEntry.incident_id == incident.id, PhaseEntry.number == incident.entry)
    ).one()


def _open(session: Session, signal: Signal, now: datetime) -> Incident:
    version = versions.newest(session, signal.playbook)
    incident = Incident(
        playbook_key=signal.playbook,
        playbook_version_id=version.id,
        protocol_version_id=current_version(session),
        subject=signal.subject,
        drill=signal.drill,
        level=signal.level,
        phase=signal.phase,
        why=dict(signal.why),
        opened_by=signal.opened_by,
        series=signal.series,
        opened_at=now,
        clock_real=now,
        clock_base=now,
        clock_speed=signal.speed,
    )
    session.add(incident)
    session.flush()
    append(
        session,
        incident.id,
        now,
        Kind.OPENED,
        text=signal.why[Language.EN],
        by=signal.opened_by,
        level=signal.level,
        playbook=signal.playbook,
        version=version.version,
        subject=signal.subject,
    )
    enter_phase(session, incident, now, now)
    return incident


def enter_phase(session: Session, incident: Incident, at: datetime, real_now: datetime) -> None:
    """Writes the stay in the incident's (new) phase and asks for a run of it."""
    session.add(
        PhaseEntry(
            incident_id=incident.id,
            number=incident.entry,
            phase=incident.phase,
            entered_at=at,
            run_wanted_at=real_now,
        )
    )
    append(session, incident.id, at, Kind.PHASE_ENTERED, phase=incident.phase, entry=incident.entry)


def _join(session: Session, incident: Incident, signal: Signal, now: datetime) -> Incident:
    at = clock_for(incident).at(now)
    # What a rule says holds numbers only and may stand in the chain; a person's words stand beside it.
    by_rule = signal.opened_by.startswith("rule:")
    said = {f"why_{language}": text for language, text in signal.why.items()} if by_rule else {}
    text = None if by_rule else signal.why[Language.EN]
    facts: dict[str, Fact] = {"rule": signal.opened_by.removeprefix("rule:"), "level": signal.level, **said}
    append(session, incident.id, at, Kind.JOINED, text, **facts)
    graver = signal.level.rank > incident.level.rank or incident.phase is Phase.POST_CRISIS
    if graver:
        set_deadline(session, incident, f"joined-{signal.level}", Due.JOINED, at, at + timedelta(0))
    return incident


def note_calm(session: Session, incident_id: int, by: str, why: Mapping[str, str], now: datetime) -> None:
    """A line that what a rule saw is back to green, while the incident is open. It decides nothing."""
    incident = find(session, incident_id)
    if incident.closed_at is not None:
        return
    said = {f"why_{language}": text for language, text in why.items()}
    append(session, incident.id, clock_for(incident).at(now), Kind.CALMED, rule=by.removeprefix("rule:"), **said)


def _known_subject(session: Session, key: str) -> None:
    if session.scalar(select(Subject.id).where(Subject.key == key)) is None:
        known = ", ".join(subject_keys(session)) or "none is loaded yet"
        raise Remedy(f'No subject "{key}" in the protocol. Add it, or use one of: {known}.')
