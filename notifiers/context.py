"""What the messages of an incident may say about it, frozen when a dispatch is made. No person stands in it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.rows import Incident
from notifiers.links import Links
from playbooks.format import Playbook, Texts
from playbooks.versions import PlaybookVersion
from protocol.practice import Company, Subject
from protocol.variables import company_variables
from protocol.words import Language


def playbook_of(session: Session, incident: Incident) -> Playbook:
    """The version of the playbook that the incident started with."""
    return session.get_one(PlaybookVersion, incident.playbook_version_id).playbook


def incident_context(
    session: Session,
    incident: Incident,
    links: Links,
    *,
    step: Texts | None = None,
    due: datetime | None = None,
    within: timedelta | None = None,
    plain: dict[str, Any] | None = None,
    texts: dict[str, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """The frozen context of a dispatch (see notifiers.render.variables_for); `due` is in the incident's time."""
    title = playbook_of(session, incident).title
    said = {
        language: {
            "playbook": getattr(title, language),
            "why": incident.why.get(language, ""),
            "step": getattr(step, language) if step else "",
            **(texts or {}).get(language, {}),
        }
        for language in Language
    }
    return {
        "plain": {
            **company_words(session, incident.subject),
            "incident": incident.name,
            "board_link": links.board(incident.id),
            **(plain or {}),
        },
        "texts": said,
        "variables": company_variables(session),
        "level": incident.level,
        "phase": incident.phase,
        "due": due.isoformat() if due else None,
        "minutes": int(within.total_seconds() // 60) if within else 0,
    }


def company_words(session: Session, subject: str) -> dict[str, str]:
    """The company's name, its press page and the subject's name."""
    company = session.scalar(select(Company).limit(1))
    named = session.scalar(select(Subject.name).where(Subject.key == subject))
    return {
        "company": company.name if company else "",
        "press_page": company.press_page if company else "",
        "subject": named or subject,
    }
