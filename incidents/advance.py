"""The one writer of an incident's phase: whatever door an answer comes through, it is decided here, once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from incidents import codes
from incidents.clock import clock_for
from incidents.level import change_level
from incidents.opening import current_entry, enter_phase, find
from incidents.phases import MOVES, Phase, PhaseError, check_move
from incidents.rows import Decision, Incident, OneTimeCode, Refusal
from incidents.timeline import Kind, append
from protocol.vault import Vault
from protocol.words import Level

HOLD = "hold"


class Door(StrEnum):
    """Where an answer came in."""

    PREFECT = "prefect"
    COMMAND = "command"
    WEB = "web"


class Result(StrEnum):
    """What an answer came to."""

    ADVANCED = "advanced"
    HELD = "held"
    REFUSED = "refused"  # it is asked again, with the reason
    TOO_LATE = "too_late"  # the phase was left already


@dataclass(frozen=True)
class Answer:
    """What a person answers at a gate. `choice` is a phase or `hold`; `member_id` when the door knows who asks."""

    choice: str
    code: str
    door: Door
    level: Level | None = None
    note: str = ""
    member_id: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What the answer came to, why, and whose answer it was when that is known."""

    result: Result
    reason: str
    member_id: int | None = None
    new_code: bool = False  # the person's code is spent, and the question stands


def advance(
    session: Session,
    vault: Vault,
    incident_id: int,
    entry: int,
    answer: Answer,
    entitled: Collection[int],
    now: datetime,
) -> Verdict:
    """Checks the code, uses it up and moves the incident in the caller's one transaction. `now` is real time.

    Raises PhaseError for a move that the table does not have.
    """
    incident = find(session, incident_id)
    session.refresh(incident, with_for_update=True)
    if incident.entry != entry or incident.phase is Phase.CLOSED:
        return Verdict(Result.TOO_LATE, f"{incident.name} is in {incident.phase.label} already; nothing was changed.")
    if answer.choice != HOLD:
        check_move(incident.id, incident.phase, _phase(incident, answer.choice))
    checked = codes.check(session, vault, incident, codes.GATE, answer.code, entitled, now, answer.member_id)
    if checked.row is None:
        return _refuse(session, incident, answer, checked, now)
    if not codes.consume(session, checked.row, now):
        spent = codes.Checked(None, "That code was used already. A new one is on its way.", checked.holder, spent=True)
        return _refuse(session, incident, answer, spent, now)
    return _decide(session, incident, answer, checked.row, now)


def asks(session: Session, incident_id: int, entry: int) -> int:
    """How many times the gate of this phase entry has been asked again."""
    query = select(func.count()).select_from(Refusal).where(Refusal.incident_id == incident_id, Refusal.entry == entry)
    return session.scalar(query) or 0


def last_reason(session: Session, incident_id: int, entry: int) -> str:
    """Why the gate was asked again, the last time; empty at the first."""
    query = select(Refusal.reason).where(Refusal.incident_id == incident_id, Refusal.entry == entry)
    return session.scalar(query.order_by(Refusal.id.desc()).limit(1)) or ""


def _phase(incident: Incident, choice: str) -> Phase:
    if choice in list(Phase):
        return Phase(choice)
    choices = ", ".join([*MOVES[incident.phase], HOLD])
    raise PhaseError(f'"{choice}" is no decision; choose one of: {choices}.')


def _decide(session: Session, incident: Incident, answer: Answer, code: OneTimeCode, now: datetime) -> Verdict:
    at = clock_for(incident).at(now)
    held = answer.choice == HOLD
    if not held and not _move(session, incident, Phase(answer.choice), at):
        return Verdict(Result.TOO_LATE, f"{incident.name} was advanced by somebody else; nothing was changed.")
    _record(session, incident, answer, code, at)
    change_level(session, incident, answer.level or incident.level, f"member:{code.member_id}", at)
    if held:
        reason = f"Held at {at:%H:%M} UTC, level {incident.level}; {incident.name} stays in {incident.phase.label}."
        _ask_again(session, incident, answer, reason, now)
        return Verdict(Result.HELD, reason, code.member_id, new_code=True)
    _arrive(session, incident, at, now)
    return Verdict(Result.ADVANCED, f"{incident.name} advanced to {incident.phase.label}.", code.member_id)


def _record(session: Session, incident: Incident, answer: Answer, code: OneTimeCode, at: datetime) -> None:
    level = answer.level or incident.level
    decision = Decision(
        incident_id=incident.id,
        entry=code.entry,
        choice=answer.choice,
        level=level,
        member_id=code.member_id,
        door=answer.door,
        note=answer.note,
        decided_at=at,
    )
    session.add(decision)
    append(
        session,
        incident.id,
        at,
        Kind.DECIDED,
        text=answer.note or None,
        choice=answer.choice,
        level=level,
        member=code.member_id,
        door=answer.door,
    )


def _move(session: Session, incident: Incident, to: Phase, at: datetime) -> bool:
    changed = session.execute(
        update(Incident)
        .where(
            Incident.id == incident.id,
            Incident.phase == incident.phase,
            Incident.entry == incident.entry,
            Incident.version == incident.version,
        )
        .values(
            phase=to,
            entry=incident.entry + 1,
            version=incident.version + 1,
            closed_at=at if to is Phase.CLOSED else None,
        )
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        return False
    current_entry(session, incident).left_at = at
    session.flush()
    session.refresh(incident)
    return True


def _arrive(session: Session, incident: Incident, at: datetime, now: datetime) -> None:
    if incident.phase is Phase.CLOSED:
        append(session, incident.id, at, Kind.CLOSED)
    else:
        enter_phase(session, incident, at, now)


def _refuse(session: Session, incident: Incident, answer: Answer, checked: codes.Checked, now: datetime) -> Verdict:
    at = clock_for(incident).at(now)
    append(session, incident.id, at, Kind.REFUSED, door=answer.door, reason=checked.reason)
    _ask_again(session, incident, answer, checked.reason, now)
    return Verdict(Result.REFUSED, checked.reason, checked.holder, checked.spent)


def _ask_again(session: Session, incident: Incident, answer: Answer, reason: str, now: datetime) -> None:
    if answer.door != Door.PREFECT:
        return  # the other doors answer at once; only the suspended run has to put its question again
    generation = current_entry(session, incident).generation
    session.add(
        Refusal(incident_id=incident.id, entry=incident.entry, generation=generation, reason=reason, refused_at=now)
    )
