"""What a gate asks and what is done with the answer, whichever door it comes through. Knows nothing of Prefect."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flows.board import headline, situation
from flows.departments import tell_at_closing
from flows.steps import phase_plan
from incidents import codes
from incidents.advance import Answer, Result, Verdict, advance, asks, last_reason
from incidents.clock import clock_for
from incidents.deadlines import Due, set_deadline
from incidents.opening import current_entry, find
from incidents.phases import MOVES, Phase
from incidents.rows import Incident, StepRecord
from incidents.timeline import Kind, append
from monitoring.lights import light_words
from notifiers.code_messages import send_codes
from notifiers.context import incident_context
from notifiers.recipients import Recipient
from notifiers.recipients import find as find_people
from playbooks.format import Audience
from protocol.store import insert_new
from protocol.words import Language
from wiring.works import Works


@dataclass(frozen=True)
class Question:
    """What the gate puts to its deciders: the situation, and how often it was asked before."""

    description: str
    asked: int


def deciders(session: Session, incident: Incident, at: datetime) -> tuple[Recipient, ...]:
    """Who decides at the current gate: the holders of its roles, or deputies of the absent."""
    roles = phase_plan(session, incident).deciders
    return find_people(session, Audience(roles=roles), at).recipients


def open_gate(session: Session, works: Works, incident: Incident, now: datetime) -> Question:
    """Opens the current gate once, with a code to each decider, and answers what it asks. `now` is real time."""
    at = clock_for(incident).at(now)
    entry = current_entry(session, incident)
    entry.gate_opened_at = entry.gate_opened_at or at
    first = {"incident_id": incident.id, "entry": incident.entry, "step": "gate", "occurrence": 0, "done_at": at}
    if insert_new(session, StepRecord, [first], ["incident_id", "entry", "step", "occurrence"]):
        append(session, incident.id, at, Kind.GATE_OPENED, phase=incident.phase, entry=incident.entry)
        send_gate_codes(session, works, incident, deciders(session, incident, at), now)
        remind = phase_plan(session, incident).remind
        set_deadline(session, incident, "gate", Due.REMIND, at, at + remind)
    return Question(_description(session, works, incident, now), asks(session, incident.id, incident.entry))


def send_gate_codes(
    session: Session, works: Works, incident: Incident, people: tuple[Recipient, ...], now: datetime
) -> None:
    """A new code for the current gate to each of these people."""
    plan = phase_plan(session, incident)
    context = gate_context(session, works, incident)
    send_codes(session, works.vault, incident, codes.GATE, plan.gate_message, context, people, now)


def gate_context(session: Session, works: Works, incident: Incident) -> dict[str, object]:
    """What messages about the gate say. Its link stays good when the run behind it is replaced."""
    choices = " / ".join(move.label for move in MOVES[incident.phase])
    gate = f"{works.links.public_url}/g/{incident.id}"
    return incident_context(
        session, incident, works.links, within=codes.VALID, plain={"gate_link": gate, "decision": choices}
    )


def decide(session: Session, works: Works, incident_id: int, entry: int, answer: Answer, now: datetime) -> Verdict:
    """Decides at the gate of a phase entry; after a hold or a spent code its person gets a new one."""
    incident = find(session, incident_id)
    at = clock_for(incident).at(now)
    people = deciders(session, incident, at) if incident.phase is not Phase.CLOSED else ()
    verdict = advance(session, works.vault, incident_id, entry, answer, {person.member_id for person in people}, now)
    if verdict.new_code:
        again = tuple(person for person in people if person.member_id == verdict.member_id)
        send_gate_codes(session, works, incident, again, now)
    if verdict.result is Result.ADVANCED and incident.phase is Phase.CLOSED:
        tell_at_closing(session, works, incident, now)
    return verdict


def remind_later(session: Session, incident: Incident, occurrence: int, at: datetime) -> None:
    """The next reminder of an open gate: the interval doubles, up to a day."""
    wait = min(phase_plan(session, incident).remind * 2 ** min(occurrence, 12), timedelta(days=1))
    set_deadline(session, incident, "gate", Due.REMIND, at, at + wait, occurrence=occurrence)


def _description(session: Session, works: Works, incident: Incident, now: datetime) -> str:
    """What the form says. Short, because the UI cuts what is long; the board has the rest."""
    at = clock_for(incident).at(now)
    reason = last_reason(session, incident.id, incident.entry)
    plan = phase_plan(session, incident)
    criteria = [f"- {criterion.en}" for criterion in plan.exit_criteria]
    choices = ", ".join(f"**{move}**" for move in (*MOVES[incident.phase], "hold"))
    parts = [
        f"⚠ **Asked again.** {reason}" if reason else "",
        f"**{headline(session, incident)}**, as of {at:%H:%M} UTC. {situation(session, incident)}",
        " ".join(light_words(session, incident.id, Language.EN, now)),
        f"Choices: {choices}. Entitled: {', '.join(plan.deciders)}; the code is in their message, "
        f"a new one comes by its link. [Live board]({works.links.board(incident.id)})",
        "Before you leave this phase:\n" + "\n".join(criteria) if criteria else "",
    ]
    return "\n\n".join(part for part in parts if part)
