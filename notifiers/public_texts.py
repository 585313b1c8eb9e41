"""Public words: drafted from their template, put up for sign-off, and enqueued only once they are signed."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from incidents import sign_off
from incidents.clock import clock_for
from incidents.deadlines import Due, meet
from incidents.rows import Incident, PublicText
from incidents.timeline import Kind, append
from notifiers.context import company_words, playbook_of
from notifiers.outbox import Plan, enqueue
from notifiers.reach import templates_for
from notifiers.recipients import find
from notifiers.render import render_words
from playbooks.format import Audience, Clock, Publish
from protocol.messages import MessageTemplate
from protocol.variables import company_variables
from protocol.words import Channel, Language, Remedy


def draft(session: Session, incident: Incident, step: Publish) -> dict[str, dict[str, str]]:
    """The words of a public step in every language, from its template and the incident's subject."""
    playbook = playbook_of(session, incident)
    words: dict[str, dict[str, str]] = {}
    own = company_variables(session)
    for language in Language:
        template = _text(session, step.message, language, step.channel, incident)
        variables = {
            **own[language],
            **company_words(session, incident.subject),
            "playbook": getattr(playbook.title, language),
            "next_update": _in_words(step.within),
        }
        rendered = render_words(template.subject, template.body, variables)
        words[language] = {"subject": rendered.subject, "body": rendered.body}
    return words


def release(session: Session, incident: Incident, step: Publish, now: datetime) -> bool:
    """Enqueues the words for their audience if enough people signed exactly these; else nothing. `now` is real time."""
    text = sign_off.current(session, incident.id, step.key)
    if text is None or text.released_at is not None:
        return False
    if sign_off.approvals(session, incident.id, text.hash) < step.sign_offs:
        return False
    at = clock_for(incident).at(now)
    people = find(session, Audience(teams=[step.audience]), at).recipients
    count = enqueue(session, plan_for(incident, step, text), people, now, incident)
    text.released_at = at
    append(
        session, incident.id, at, Kind.PUBLISHED, step=step.key, hash=text.hash, audience=step.audience, messages=count
    )
    meet(session, incident.id, step.key, [Due.PUBLISH], at)
    for promise in _promises(session, incident, step.key):
        meet(session, incident.id, promise, [Due.CLOCK], at)
    return True


def _promises(session: Session, incident: Incident, published: str) -> list[str]:
    steps = playbook_of(session, incident).steps
    return list(dict.fromkeys(step.key for step in steps if isinstance(step, Clock) and published in step.met_by))


def plan_for(incident: Incident, step: Publish, text: PublicText) -> Plan:
    """What is enqueued once the words are signed."""
    return Plan(
        key=f"{incident.id}/{text.entry}/{step.key}/public-{text.id}",
        template=step.message,
        channels=[step.channel],
        context={"exact": text.texts, "audience": text.audience},
        step=step.key,
        public_hash=text.hash,
        sign_offs_needed=step.sign_offs,
        drill=incident.drill,
    )


def _in_words(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes} min" if minutes <= 90 else f"{minutes // 60} h"


def _text(session: Session, key: str, language: Language, channel: Channel, incident: Incident) -> MessageTemplate:
    template = templates_for(session, key, incident).get((language, channel))
    if template is None:
        raise Remedy(f'The message "{key}" has no {language} text for {channel}; add it to the library and load it.')
    return template
