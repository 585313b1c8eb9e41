"""Answers that were given and no longer hold: the lines of an incident changed, or the standard answer did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from desk.lines import IncidentLines, Words, answer_hash, open_lines, subject_asked_about
from desk.rows import GivenAnswer, Inquiry
from desk.shelf import shelf_of
from incidents.clock import clock_for
from incidents.rows import Incident
from protocol.store import insert_new
from protocol.words import Remedy

LOOK_BACK = timedelta(days=7)
"""So long before an incident opened an answer about its subject may be in need of correction as well."""


@dataclass(frozen=True)
class Correction:
    """An inquiry that was given a former answer, and what is said now instead."""

    inquiry: Inquiry
    given: Words
    now: Words


def answers_now(session: Session, subject: str | None) -> dict[str, Words]:
    """By reason the answer about a subject: the line of the newest open incident that has one, or the standard one."""
    standard: dict[str, Words] = {key: entry.answers for key, entry in shelf_of(session).entries.items()}
    return standard | lines_about(open_lines(session), subject)


def lines_about(lines: Sequence[IncidentLines], subject: str | None) -> dict[str, Words]:
    """The lines about a subject by reason; of incidents that come newest first, the first one that has a line."""
    found: dict[str, Words] = {}
    for one in reversed([one for one in lines if one.subject == subject]):
        found |= one.by_reason
    return found


def corrections(session: Session, incident: Incident) -> list[Correction]:
    """The inquiries about the incident's subject whose answer has changed since it was given, the oldest first.

    Those that name no subject are among them where they would now be taken to ask about this one.
    None for a closed incident: what held while it lasted was right then. None for a drill beside real inquiries.
    """
    lines = open_lines(session)
    answers = _answers_of(session, incident, lines)
    rows = session.scalars(_former(incident, answers, lines).order_by(Inquiry.at, Inquiry.id)).all()
    wanted = {row.answer_hash for row in rows}
    given = {one.hash: one.texts for one in session.scalars(select(GivenAnswer)) if one.hash in wanted}
    return [Correction(row, given.get(row.answer_hash or "", {}), answers[row.reason]) for row in rows]


def correction_count(session: Session, incident: Incident) -> int:
    """How many there are."""
    lines = open_lines(session)
    found = _former(incident, _answers_of(session, incident, lines), lines).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def correct(session: Session, inquiry: Inquiry, now: datetime) -> None:
    """Notes that the customer has the answer that holds now. Raises Remedy when there is none, or nothing new.

    One that named no subject is from now on about that of the answer, so that the next change of it is told as well.
    """
    subject = inquiry.subject or subject_asked_about(open_lines(session), inquiry.reason)
    words = answers_now(session, subject).get(inquiry.reason)
    if words is None or answer_hash(words) == inquiry.answer_hash:
        raise Remedy(f"{inquiry.name} has no answer that must be corrected; `crisis desk corrections` lists those.")
    insert_new(session, GivenAnswer, [{"hash": answer_hash(words), "texts": dict(words)}], ["hash"])
    inquiry.subject, inquiry.answer_hash, inquiry.corrected_at = subject, answer_hash(words), now
    session.flush()


def _answers_of(session: Session, incident: Incident, lines: Sequence[IncidentLines]) -> dict[str, Words]:
    """Nothing for an incident that is closed, or that customers cannot be asking about."""
    is_open = any(one.incident_id == incident.id for one in lines)
    return answers_now(session, incident.subject) if is_open else {}


def _former(incident: Incident, answers: dict[str, Words], lines: Sequence[IncidentLines]) -> Select[Inquiry]:
    hashes = [(reason, answer_hash(words)) for reason, words in answers.items()]
    since = clock_for(incident).real_of(incident.opened_at) - LOOK_BACK
    unsaid = [reason for reason in answers if subject_asked_about(lines, reason) == incident.subject]
    return select(Inquiry).where(
        or_(Inquiry.subject == incident.subject, Inquiry.subject.is_(None) & Inquiry.reason.in_(unsaid)),
        Inquiry.at >= since,
        Inquiry.answer_hash.is_not(None),
        Inquiry.reason.in_(list(answers)),
        tuple_(Inquiry.reason, Inquiry.answer_hash).not_in(hashes),
    )
