"""Prefect events from rows: the same row is the same event, with the same id. Ids, numbers, keys and roles only."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from prefect.events.schemas.events import Event, RelatedResource, Resource

from flows.event_names import BREACHED, EVENTS
from incidents.clock import clock_for
from incidents.following import Standing
from incidents.rows import Incident, TimelineEntry
from incidents.timeline import Kind
from monitoring.rows import Breach, MonitoringRule

IDS = UUID("6f0d3c1e-6c0b-5d0e-9c50-4c7d2a1c9b11")
SENTENCES = ("why_en", "why_es")  # a rule's or a script's, never a person's
UNSAID = ("rule:", "drill:")
WORD = re.compile(r"\w[\w.:-]{0,99}")


def event_of_line(incident: Incident, line: TimelineEntry, standing: Standing) -> Event:
    """The Prefect event of one line of a timeline. `occurred` is real time, `at` in its payload the incident's."""
    named = EVENTS[Kind(line.kind)]
    facts = {name: _plain(name, line.facts[name]) for name in named.facts if name in line.facts}
    if line.kind == Kind.OPENED and incident.opened_by.startswith(UNSAID):
        facts |= {f"why_{language}": said for language, said in incident.why.items()}
    return Event(
        id=uuid5(IDS, line.hash),
        occurred=clock_for(incident).real_of(line.at),  # type: ignore[arg-type]  # Prefect's own kind of datetime
        event=named.name,
        resource=_incident(incident, standing.phase, standing.level),
        related=[_related("playbook", incident.playbook_key)],
        payload={
            **_about(incident.id, incident.drill, incident.playbook_key, incident.subject, line.at),
            "number": line.number,
            "kind": line.kind,
            **facts,
        },
    )


def event_of_breach(breach: Breach, rule: MonitoringRule, incident: Incident | None, now: datetime) -> Event:
    """The Prefect event of one alarm of a rule; about the rule when no incident came of it."""
    drill = incident is not None and incident.drill
    about = _incident(incident, incident.phase, breach.level) if incident else _rule(rule, breach)
    return Event(
        id=uuid5(IDS, f"{breach.id}/{rule.key}/{breach.at.isoformat()}/{breach.observed}"),
        occurred=now,  # type: ignore[arg-type]
        event=BREACHED,
        resource=about,
        related=[_related("playbook", rule.playbook_key), _related("rule", rule.key)],
        payload={
            **_about(breach.incident_id, drill, rule.playbook_key, rule.subject, breach.at),
            "rule": rule.key,
            "series": rule.series,
            "level": str(breach.level),
            "observed": breach.observed,
            "threshold": breach.threshold,
            "joined": breach.joined,
            "why_en": breach.why,
        },
    )


def _about(incident_id: int | None, drill: bool, playbook: str, subject: str, at: datetime) -> dict[str, Any]:
    told = {"incident": incident_id, "drill": drill, "playbook": playbook, "subject": subject}
    return {**told, "at": at.isoformat()}


def _incident(incident: Incident, phase: str, level: str) -> Resource:
    return Resource(
        {
            "prefect.resource.id": f"crisis-playbook.incident.{incident.id}",
            "prefect.resource.name": incident.name,
            "phase": str(phase),
            **_labels(incident.playbook_key, incident.subject, level, incident.drill),
        }
    )


def _rule(rule: MonitoringRule, breach: Breach) -> Resource:
    return Resource(
        {
            "prefect.resource.id": f"crisis-playbook.rule.{rule.key}",
            "prefect.resource.name": rule.key,
            **_labels(rule.playbook_key, rule.subject, breach.level, drill=False),
        }
    )


def _labels(playbook: str, subject: str, level: str, drill: bool) -> dict[str, str]:
    return {"playbook": playbook, "subject": subject, "level": str(level), "drill": "true" if drill else "false"}


def _related(role: str, key: str) -> RelatedResource:
    return RelatedResource(
        {
            "prefect.resource.id": f"crisis-playbook.{role}.{key}",
            "prefect.resource.name": key,
            "prefect.resource.role": role,
        }
    )


def _plain(name: str, value: Any) -> Any:
    """The fact when it is a number, a key or a sentence of ours; the name of a person never is one of them."""
    if not isinstance(value, str) or name in SENTENCES:
        return value
    if not WORD.fullmatch(value):
        return None
    person, _, key = value.partition(":")
    return value if person != "member" or key.isdigit() else person
