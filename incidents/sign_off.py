"""Signed-off words: approvals bound to the hash of exact text, channel, audience and language. An edit voids them."""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents import codes
from incidents.clock import clock_for
from incidents.rows import Incident, PublicText, SignOff
from incidents.timeline import Kind, append
from protocol.vault import Vault
from protocol.words import Remedy

Words = Mapping[str, Mapping[str, str]]  # language → {"subject", "body"}


def text_hash(incident_id: int, entry: int, step: str, channel: str, audience: str, texts: Words) -> str:
    """SHA-256 of the canonical JSON of incident, entry, step, channel, audience and each language's words."""
    bound = [incident_id, entry, step, channel, audience, {language: dict(words) for language, words in texts.items()}]
    return hashlib.sha256(json.dumps(bound, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def purpose_of(step: str) -> str:
    """The purpose that a code for this step's sign-off is bound to."""
    return f"sign-off:{step}"


def propose(
    session: Session,
    incident: Incident,
    step: str,
    channel: str,
    audience: str,
    texts: Words,
    at: datetime,
    written_by: int | None = None,
) -> PublicText:
    """Puts the words up for sign-off. Other words than before void the former ones with their approvals."""
    # Locked before it is read: words that are being released in this instant must not be voided.
    session.execute(select(Incident.id).where(Incident.id == incident.id).with_for_update())
    digest = text_hash(incident.id, incident.entry, step, channel, audience, texts)
    standing = current(session, incident.id, step)
    if standing is not None:
        session.refresh(standing)
    if standing is not None and standing.hash == digest:
        return standing
    if standing is not None and standing.entry == incident.entry:
        _void(session, standing, at)
    row = PublicText(
        incident_id=incident.id,
        entry=incident.entry,
        step=step,
        channel=channel,
        audience=audience,
        texts={language: dict(words) for language, words in texts.items()},
        hash=digest,
        written_at=at,
        written_by=written_by,
    )
    session.add(row)
    words = "\n\n".join(said["body"] for said in texts.values())
    append(session, incident.id, at, Kind.TEXT_PROPOSED, text=words, step=step, hash=digest, audience=audience)
    session.flush()
    return row


def current(session: Session, incident_id: int, step: str) -> PublicText | None:
    """The words of a step that are up for sign-off or released."""
    return session.scalar(
        select(PublicText)
        .where(PublicText.incident_id == incident_id, PublicText.step == step, PublicText.voided_at.is_(None))
        .order_by(PublicText.id.desc())
        .limit(1)
    )


def sign(
    session: Session,
    vault: Vault,
    incident: Incident,
    text: PublicText,
    code: str,
    signers: Mapping[int, str],
    now: datetime,
    member_id: int | None = None,
) -> tuple[bool, str]:
    """Approves exactly these words with a one-time code; answers whether it counted, and a sentence.

    `signers` maps the entitled members to the role they sign for. `now` is real time.
    """
    holder, reason = _holder(session, vault, incident, text, code, signers, now, member_id)
    if holder is None:
        return False, reason
    if holder in signed_by(session, text):
        return False, "You signed these words already; another of the signers must."
    at = clock_for(incident).at(now)
    session.add(SignOff(incident_id=incident.id, hash=text.hash, member_id=holder, role=signers[holder], signed_at=at))
    append(
        session, incident.id, at, Kind.SIGNED_OFF, step=text.step, hash=text.hash, member=holder, role=signers[holder]
    )
    return True, f"Signed off {text.step} ({text.hash[:8]})."


def refuse(
    session: Session,
    vault: Vault,
    incident: Incident,
    text: PublicText,
    code: str,
    signers: Mapping[int, str],
    now: datetime,
    member_id: int | None = None,
    why: str = "",
) -> tuple[bool, str]:
    """Says no to exactly these words with a one-time code: a line, with the person's reason; like `sign` otherwise."""
    holder, reason = _holder(session, vault, incident, text, code, signers, now, member_id)
    if holder is None:
        return False, reason
    append(
        session,
        incident.id,
        clock_for(incident).at(now),
        Kind.NOT_APPROVED,
        text=why or None,
        step=text.step,
        hash=text.hash,
        member=holder,
        role=signers[holder],
    )
    return True, f"Not approved: {text.step} ({text.hash[:8]})."


def signed_by(session: Session, text: PublicText) -> set[int]:
    """The members who approved exactly these words."""
    query = select(SignOff.member_id).where(SignOff.incident_id == text.incident_id, SignOff.hash == text.hash)
    return set(session.scalars(query))


def roles_of(session: Session, text: PublicText) -> set[str]:
    """The roles that approved exactly these words."""
    query = select(SignOff.role).where(SignOff.incident_id == text.incident_id, SignOff.hash == text.hash)
    return set(session.scalars(query))


def approvals(session: Session, incident_id: int, digest: str) -> int:
    """How many of the signing roles approved the words with this hash; a holder and a deputy are one role."""
    query = select(func.count(func.distinct(SignOff.role)))
    return session.scalar(query.where(SignOff.incident_id == incident_id, SignOff.hash == digest)) or 0


def require_text(session: Session, incident: Incident, step: str) -> PublicText:
    """The words up for sign-off. Raises Remedy when the step has none."""
    text = current(session, incident.id, step)
    if text is not None:
        return text
    rows = session.scalars(
        select(PublicText.step).where(PublicText.incident_id == incident.id, PublicText.voided_at.is_(None))
    )
    raise Remedy(f'{incident.name} has no public text "{step}". {_choices(set(rows))}')


def _choices(steps: Collection[str]) -> str:
    return f"Use one of: {', '.join(sorted(steps))}." if steps else "None has been proposed yet."


def _are_up(session: Session, text: PublicText) -> bool:
    standing = select(PublicText.voided_at).where(PublicText.id == text.id).with_for_update()  # an edit waits
    return session.scalars(standing).one() is None


def _holder(
    session: Session,
    vault: Vault,
    incident: Incident,
    text: PublicText,
    code: str,
    signers: Mapping[int, str],
    now: datetime,
    member_id: int | None,
) -> tuple[int | None, str]:
    """Uses the code up and answers whose it was; None and the reason when it does not count."""
    session.execute(select(Incident.id).where(Incident.id == incident.id).with_for_update())
    if not _are_up(session, text):
        return None, "These words were replaced by others; read the newest ones and sign those."
    checked = codes.check(session, vault, incident, purpose_of(text.step), code, frozenset(signers), now, member_id)
    if checked.row is None:
        at = clock_for(incident).at(now)
        append(session, incident.id, at, Kind.REFUSED, door="sign-off", reason=checked.reason)
        return None, checked.reason
    if not codes.consume(session, checked.row, now):
        return None, "That code was used already."
    return checked.row.member_id, ""


def _void(session: Session, text: PublicText, at: datetime) -> None:
    if text.released_at is not None:
        raise Remedy(f"The words of {text.step} were published at {text.released_at:%H:%M} UTC and cannot be edited.")
    text.voided_at = at
    codes.withdraw(session, text.incident_id, purpose_of(text.step), at)  # they came with the former words
    append(session, text.incident_id, at, Kind.TEXT_VOIDED, step=text.step, hash=text.hash)
