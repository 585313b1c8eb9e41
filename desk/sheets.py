"""The desk sheet: what customer service says, points to and does not say in an incident's current phase."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.lines import Words, desk_part, line_variables, written_out
from desk.shelf import Faq, shelf_of
from incidents.rows import Incident, PublicText
from notifiers.context import company_words, playbook_of
from playbooks.format import Texts
from protocol.words import Language, Level, Phase


@dataclass(frozen=True)
class Line:
    """An approved line, for one reason or for whoever asks."""

    reason: str | None
    words: Words


@dataclass(frozen=True)
class Published:
    """Words that were signed off and published in the incident, with their audience; subject and body by language."""

    step: str
    audience: str
    at: datetime
    subjects: Words
    words: Words


@dataclass(frozen=True)
class DeskSheet:
    """What holds for the desk while the phase lasts; once it is closed only what was published."""

    incident_id: int
    incident: str
    subject: str
    title: Texts
    phase: Phase
    level: Level
    drill: bool
    published: Sequence[Published]
    lines: Sequence[Line]
    faqs: Sequence[Faq]
    do_not_say: Sequence[Words]


def sheet_of(session: Session, incident: Incident) -> DeskSheet:
    """The sheet of an incident as of now."""
    part, variables = desk_part(session, incident), line_variables(session, incident)
    faqs = shelf_of(session).faqs
    wanted = part.faq or list(faqs)
    return DeskSheet(
        incident_id=incident.id,
        incident=incident.name,
        subject=company_words(session, incident.subject)["subject"],
        title=playbook_of(session, incident).title,
        phase=incident.phase,
        level=incident.level,
        drill=incident.drill,
        published=_published(session, incident),
        lines=[Line(line.reason, written_out(line, variables)) for line in part.lines],
        faqs=[faqs[key] for key in wanted if key in faqs],
        do_not_say=[written_out(texts, variables) for texts in part.do_not_say],
    )


def _published(session: Session, incident: Incident) -> list[Published]:
    """The newest words of each step that were released, the newest first."""
    released = PublicText.released_at.is_not(None) & PublicText.voided_at.is_(None)
    query = select(PublicText).where(PublicText.incident_id == incident.id, released)
    newest = {row.step: row for row in session.scalars(query.order_by(PublicText.released_at, PublicText.id))}
    rows = sorted(newest.values(), key=lambda row: (row.released_at or row.written_at, row.id), reverse=True)
    return [_as_published(row) for row in rows]


def _as_published(row: PublicText) -> Published:
    subjects, words = (
        {str(language): str(row.texts[language].get(name, "")) for language in Language if language in row.texts}
        for name in ("subject", "body")
    )
    return Published(row.step, row.audience, row.released_at or row.written_at, subjects, words)
