"""Communication flows between departments: at a change of phase each tells its people, once, by order of audiences."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.corrections import correction_count
from desk.routing import answers_customers
from flows.boundary import note
from flows.steps import is_done
from incidents.clock import clock_for
from incidents.phases import Phase
from incidents.rows import Incident, StepRecord
from incidents.timeline import Fact, Kind, append
from notifiers import withholding
from notifiers.context import incident_context
from notifiers.outbox import Plan, enqueue
from notifiers.recipients import Recipient, find
from notifiers.rows import Dispatch, Message
from notifiers.states import Reason
from playbooks.format import Audience, Texts
from protocol.communication import TeamFlow, flows_in_order
from protocol.store import insert_new
from protocol.who import team_name
from protocol.words import Language
from wiring.works import Works

INSTRUCTION = "instruction"
"""Marks the context of a dispatch that asks its people to tell an audience, and so tells them no news."""


def flows_for(session: Session, incident: Incident, phase: Phase) -> list[TeamFlow]:
    """The flows at the beginning of a phase, in order, of the version of the protocol that the incident goes by."""
    return [flow for flow in flows_in_order(session, incident.protocol_version_id) if phase in flow.phases]


def due_flows(session: Session, incident: Incident) -> list[TeamFlow]:
    """The flows of the current phase that have not happened and that the incident's level asks for."""
    return [
        flow
        for flow in flows_for(session, incident, incident.phase)
        if flow.asked_at(incident.level) and not is_done(session, incident, flow.step)
    ]


def tell_flow(session: Session, works: Works, incident_id: int, entry: int, key: str, now: datetime) -> bool:
    """Lets a flow of a phase entry happen in the caller's one transaction; False when it is not due. Real time."""
    incident = session.get_one(Incident, incident_id)
    session.refresh(incident, with_for_update=True)  # of two that tell at once, the later sees whom the first has told
    if incident.entry != entry:
        return False
    flow = next((flow for flow in due_flows(session, incident) if flow.key == key), None)
    return flow is not None and _happen(session, works, incident, flow, now)


def tell_at_closing(session: Session, works: Works, incident: Incident, now: datetime) -> None:
    """Lets the flows of a closed incident happen with its closing: no run and no supervisor comes back to it.

    Whoever was told nothing of it is not told that it is over. One that cannot happen is a line on the timeline; it
    keeps nobody from closing.
    """
    for flow in due_flows(session, incident):
        try:
            with session.begin_nested():
                _happen(session, works, incident, flow, now)
        except Exception as error:
            number = note(f"incident {incident.id}, {flow.step}", error)
            _keep_silent(session, incident, flow, "an error kept it back", now, error=number)


def _happen(session: Session, works: Works, incident: Incident, flow: TeamFlow, now: datetime) -> bool:
    at = clock_for(incident).at(now)
    once = {"incident_id": incident.id, "entry": incident.entry, "step": flow.step, "occurrence": 0}
    if not insert_new(session, StepRecord, [{**once, "done_at": at}], list(once)):
        return False
    if flow.leaks:  # the team was put outside, or a version of the protocol that knew no better is gone by
        _keep_silent(session, incident, flow, "whoever tells is outside the company", now)
        return False
    facts: dict[str, Fact] = {"from_team": flow.from_team, "audience": flow.to_team}
    count, before = _tell(session, works, incident, flow, now)
    kind = Kind.AUDIENCE_DUE if flow.outside else Kind.FLOW_DONE
    if before:
        facts["before"] = before
    append(session, incident.id, at, kind, None, step=flow.step, **facts, messages=count)
    return True


def _keep_silent(
    session: Session, incident: Incident, flow: TeamFlow, reason: str, now: datetime, **more: Fact
) -> None:
    at, who = clock_for(incident).at(now), flow.told_team
    append(session, incident.id, at, Kind.NOT_TOLD, None, role=who, step=flow.step, reason=reason, **more)


def _tell(session: Session, works: Works, incident: Incident, flow: TeamFlow, now: datetime) -> tuple[int, int]:
    """How many messages it is, and how many people were told before."""
    at = clock_for(incident).at(now)
    people = find(session, Audience(teams=[flow.told_team]), at).recipients
    before = set() if flow.outside else _told_by_flows(session, incident)
    strangers = _strangers(session, incident, people)
    plan = _plan(session, works, incident, flow)
    told = [person for person in people if person.member_id not in before | strangers]
    count = enqueue(session, plan, told, now, incident)
    again = [person.member_id for person in people if person.member_id in before]
    withholding.keep(session, plan.key, again, Reason.DUPLICATE, at)
    withholding.keep(session, plan.key, sorted(strangers), Reason.NOT_CONCERNED, at)
    return count, len(again)


def _strangers(session: Session, incident: Incident, people: Sequence[Recipient]) -> set[int]:
    """Of the people to be told of a closing, those whom no message has told of the incident."""
    if incident.phase is not Phase.CLOSED:
        return set()
    knowing = set(session.scalars(select(Message.member_id).where(Message.incident_id == incident.id)))
    return {person.member_id for person in people} - knowing


def _plan(session: Session, works: Works, incident: Incident, flow: TeamFlow) -> Plan:
    from_team, to_team = (
        {language: team_name(session, team, language) for language in Language}
        for team in (flow.from_team, flow.to_team)
    )
    titles = {language: f"{from_team[language]} → {to_team[language]}" for language in Language}
    said: dict[str, dict[str, Any]] = {
        language: {"from_team": from_team[language], "audience": to_team[language]} for language in Language
    }
    plain = _for_the_desk(session, incident, flow)
    context = incident_context(session, incident, works.links, step=Texts(**titles), plain=plain, texts=said)
    if flow.outside:
        context[INSTRUCTION] = True
    return Plan(
        key=f"{incident.id}/{incident.entry}/{flow.step}/0",
        template=flow.message,
        channels=flow.channels,
        context=context,
        step=flow.step,
        drill=incident.drill,
    )


def _for_the_desk(session: Session, incident: Incident, flow: TeamFlow) -> dict[str, Any]:
    """A team that answers customers gets the link to its sheet, and how many answers it gave that no longer hold."""
    if not answers_customers(session, flow.told_team):
        return {}
    return {"desk": True, "corrections": correction_count(session, incident)}


def _told_by_flows(session: Session, incident: Incident) -> set[int]:
    """Whom the flows of this entry have told of it, those of a former version of the protocol as well.

    To be asked to tell an audience is another thing.
    """
    of_flows = select(Dispatch).where(
        Dispatch.incident_id == incident.id, Dispatch.entry == incident.entry, Dispatch.step.startswith("flow.")
    )
    news = [dispatch.key for dispatch in session.scalars(of_flows) if not dispatch.context.get(INSTRUCTION)]
    return set(session.scalars(select(Message.member_id).where(Message.dispatch_key.in_(news))))
