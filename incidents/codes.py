"""One-time codes: eight digits per person and purpose, kept as a keyed hash, valid 15 min, locked by five errors."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from incidents.clock import clock_for
from incidents.deadlines import Due, set_deadline
from incidents.rows import Incident, OneTimeCode
from incidents.timeline import Kind, append
from protocol.vault import Vault

VALID = timedelta(minutes=15)
ERRORS_THAT_LOCK = 5
GATE = "gate"


@dataclass(frozen=True)
class Checked:
    """A code that counts (`row`), or the reason why it does not; `holder` is whose it is, when that is known."""

    row: OneTimeCode | None
    reason: str = ""
    holder: int | None = None
    spent: bool = False  # it was a right one once: used up, or too old


def issue(
    session: Session, vault: Vault, incident: Incident, purpose: str, member_id: int, now: datetime
) -> OneTimeCode:
    """A new code for a person at the incident's current phase; a former one stops counting. `now` is real time."""
    withdraw(session, incident.id, purpose, now, member_id)
    nonce = _nonce(session, vault)
    row = OneTimeCode(
        incident_id=incident.id,
        entry=incident.entry,
        purpose=purpose,
        member_id=member_id,
        nonce=nonce,
        hashed=_hashed(vault, digits(vault, nonce)),
        issued_at=now,
        expires_at=now + VALID,
    )
    session.add(row)
    session.flush()
    append(session, incident.id, clock_for(incident).at(now), Kind.CODE_SENT, member=member_id, purpose=purpose)
    return row


def withdraw(session: Session, incident_id: int, purpose: str, now: datetime, member_id: int | None = None) -> None:
    """The codes sent so far for a purpose (to one person, if named) stop counting."""
    query = update(OneTimeCode).where(
        OneTimeCode.incident_id == incident_id, OneTimeCode.purpose == purpose, OneTimeCode.replaced_at.is_(None)
    )
    if member_id is not None:
        query = query.where(OneTimeCode.member_id == member_id)
    session.execute(query.values(replaced_at=now))


def digits(vault: Vault, nonce: str) -> str:
    """The code of a nonce: derived when a message is rendered, so that it is stored nowhere."""
    return f"{int(vault.keyed_hash('one-time-code', nonce)[:16], 16) % 10**8:08d}"


def live(session: Session, incident: Incident, purpose: str, now: datetime) -> list[OneTimeCode]:
    """Codes of the current phase that would count now."""
    rows = session.scalars(
        select(OneTimeCode)
        .where(
            OneTimeCode.incident_id == incident.id,
            OneTimeCode.entry == incident.entry,
            OneTimeCode.purpose == purpose,
            OneTimeCode.replaced_at.is_(None),
            OneTimeCode.used_at.is_(None),
            OneTimeCode.locked_at.is_(None),
            OneTimeCode.expires_at > now,
        )
        .order_by(OneTimeCode.id)
    )
    return list(rows)


def check(
    session: Session,
    vault: Vault,
    incident: Incident,
    purpose: str,
    typed: str,
    entitled: Collection[int],
    now: datetime,
    member_id: int | None = None,
) -> Checked:
    """Whether what was typed counts for this purpose now. An error counts against the live codes it may have been.

    `member_id` narrows to one person where the door knows who asks. `now` is real time.
    """
    cleaned = "".join(character for character in typed if character.isdecimal())
    row = session.scalar(
        select(OneTimeCode)
        .where(OneTimeCode.hashed == _hashed(vault, cleaned))
        .order_by(OneTimeCode.id.desc())
        .limit(1)
    )
    reason = _why_not(row, incident, purpose, entitled, now, member_id)
    if reason is None:
        return Checked(row, holder=row.member_id if row else None)
    if row is None:
        _count_error(session, incident, purpose, now, member_id)
    if row is None or row.incident_id != incident.id:
        return Checked(None, reason)
    standing = row.replaced_at is None and row.entry == incident.entry and row.purpose == purpose
    spent = standing and (row.used_at is not None or row.expires_at <= now)
    return Checked(None, reason, row.member_id, spent)


def consume(session: Session, row: OneTimeCode, now: datetime) -> bool:
    """Uses a code up; False when another door used it first."""
    changed = session.execute(
        update(OneTimeCode).where(OneTimeCode.id == row.id, OneTimeCode.used_at.is_(None)).values(used_at=now)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _why_not(
    row: OneTimeCode | None,
    incident: Incident,
    purpose: str,
    entitled: Collection[int],
    now: datetime,
    member_id: int | None,
) -> str | None:
    if row is None:
        return "The code is wrong. Type the eight digits of the newest message."
    if row.incident_id != incident.id or row.purpose != purpose:
        return "That code is for another decision. Type the one of the message about this one."
    if row.entry != incident.entry:
        return "That code is from an earlier phase. Open the link in your newest message for a new one."
    if row.used_at:
        return f"That code was used already. {_new_one(purpose)}"
    if row.locked_at:
        return "That code is locked after five errors. Open the link in your message for a new one."
    if row.replaced_at:
        return "A newer code was sent. Type the eight digits of the newest message."
    if row.expires_at <= now:
        return f"That code expired at {row.expires_at:%H:%M} UTC. {_new_one(purpose)}"
    if row.member_id not in entitled or member_id not in (None, row.member_id):
        return "That code's holder is not entitled to this decision. Ask one of the roles named at this gate."
    return None


def _new_one(purpose: str) -> str:
    # A gate sends it by itself, because its form cannot offer a link; see flows/deciding.py.
    return "A new one is on its way." if purpose == GATE else "Open the link in your message for a new one."


def _count_error(session: Session, incident: Incident, purpose: str, now: datetime, member_id: int | None) -> None:
    at = clock_for(incident).at(now)
    for row in live(session, incident, purpose, now):
        if member_id not in (None, row.member_id):
            continue
        row.errors += 1
        if row.errors >= ERRORS_THAT_LOCK:
            row.locked_at = now
            append(session, incident.id, at, Kind.CODE_LOCKED, purpose=purpose, member=row.member_id)
            set_deadline(session, incident, f"code-{row.id}", Due.LOCKED, at, at, member_id=row.member_id)


def _nonce(session: Session, vault: Vault) -> str:
    while True:  # two living codes with the same digits would leave open whose was typed
        nonce = secrets.token_hex(16)
        taken = select(OneTimeCode.id).where(OneTimeCode.hashed == _hashed(vault, digits(vault, nonce)))
        if session.scalar(taken.limit(1)) is None:
            return nonce


def _hashed(vault: Vault, code: str) -> str:
    return vault.keyed_hash("code-check", code)
