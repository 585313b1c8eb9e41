"""The lines that count for customers now: those of the open incidents, by subject and reason, written out."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.inquiries import OTHER
from incidents.phases import Phase
from incidents.rows import Incident
from notifiers.context import company_words, playbook_of
from notifiers.render import render_words
from playbooks.format import DeskPart, Texts
from protocol.installation import Environment, Installation
from protocol.words import Language

Words = Mapping[str, str]
"""The same words by language."""


@dataclass(frozen=True)
class IncidentLines:
    """An open incident and its lines for single reasons."""

    incident_id: int
    name: str
    subject: str
    by_reason: Mapping[str, Words]


def open_lines(session: Session) -> list[IncidentLines]:
    """Those of every open incident that customers may ask about, the newest first. A drill is one in staging only."""
    open_ones = select(Incident).where(Incident.closed_at.is_(None)).order_by(Incident.id.desc())
    incidents = session.scalars(open_ones).all()
    return [_lines(session, incident) for incident in incidents if concerns_customers(session, incident)]


def subject_asked_about(lines: Sequence[IncidentLines], reason: str) -> str | None:
    """What somebody who names no subject asks about: the one subject of open incidents with a line for the reason.

    None when there are several, or none.
    """
    subjects = {one.subject for one in lines if reason in one.by_reason and reason != OTHER}
    return subjects.pop() if len(subjects) == 1 else None


def concerns_customers(session: Session, incident: Incident) -> bool:
    """Whether real inquiries, or in staging rehearsed ones, may be about it."""
    return incident.drill is is_rehearsal(session)


def is_rehearsal(session: Session) -> bool:
    """Whether this installation only ever rehearses."""
    return session.scalar(select(Installation.environment)) is Environment.STAGING


def desk_part(session: Session, incident: Incident) -> DeskPart:
    """What the playbook gives customer service in the incident's phase; nothing once it is closed."""
    if incident.phase is Phase.CLOSED:
        return DeskPart()
    return getattr(playbook_of(session, incident).phases, incident.phase).desk or DeskPart()


def written_out(texts: Texts, variables: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The words of a line in each language."""
    return {
        language: render_words("", getattr(texts, language), variables[language]).body.strip() for language in Language
    }


def line_variables(session: Session, incident: Incident) -> dict[str, dict[str, Any]]:
    """What the lines of an incident may say, by language."""
    title, said = playbook_of(session, incident).title, company_words(session, incident.subject)
    return {language: {**said, "playbook": getattr(title, language)} for language in Language}


def answer_hash(texts: Words) -> str:
    """The version of an answer: a hash of its words in all languages."""
    said = json.dumps({language: texts.get(language, "") for language in Language}, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def _lines(session: Session, incident: Incident) -> IncidentLines:
    part, variables = desk_part(session, incident), line_variables(session, incident)
    by_reason = {line.reason: written_out(line, variables) for line in part.lines if line.reason}
    return IncidentLines(incident.id, incident.name, incident.subject, by_reason)
