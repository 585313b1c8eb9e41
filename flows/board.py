"""The board of an incident: steps, deadlines, acknowledgements by role, messages by state. Numbers and roles only."""

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flows.steps import is_done, phase_plan
from incidents import cabinet, timeline
from incidents.clock import clock_for
from incidents.deadlines import FIRINGS, PROMISES, Due, open_deadlines
from incidents.phases import Phase
from incidents.rows import Incident
from monitoring.lights import light_words
from notifiers.context import playbook_of
from notifiers.rows import Acknowledgement, Message
from playbooks.format import Step
from protocol.words import Language


def board(session: Session, incident: Incident, now: datetime) -> str:
    """The board as Markdown, as of now (real time). No name, address or message text stands in it."""
    at = clock_for(incident).at(now)
    heading = f"# {headline(session, incident)}\n\nAs of {at:%Y-%m-%d %H:%M} UTC · level **{incident.level}**"
    # What a person wrote may name people; what a rule or a drill's script says does not.
    by_rule = incident.series is not None or incident.opened_by.startswith(("rule:", "drill:"))
    said = incident.why.get("en", "") if by_rule else ""
    parts = [heading, f"> {said}" if said else "", *light_words(session, incident.id, Language.EN, now)]
    if incident.phase is not Phase.CLOSED:
        parts += [_steps(session, incident), _deadlines(session, incident, at)]
    parts += [_escalations(session, incident), _people(session, incident), _messages(session, incident)]
    return "\n\n".join(part for part in parts if part) + "\n"


def situation(session: Session, incident: Incident) -> str:
    """The board in a line: level, who was told and has acknowledged, the cabinet, the next deadline. Numbers only."""
    told = session.scalar(
        select(func.count(func.distinct(Message.member_id))).where(Message.incident_id == incident.id)
    )
    seen = session.scalar(
        select(func.count(func.distinct(Acknowledgement.member_id))).where(Acknowledgement.incident_id == incident.id)
    )
    said = [f"Level {incident.level}", f"{told or 0} people told, {seen or 0} have acknowledged"]
    seats = cabinet.seats(session, incident.id)
    if seats:
        said.append(f"cabinet {cabinet.present(session, incident.id)} of {len(seats)} coming")
    promised = [row for row in open_deadlines(session, incident.id) if row.kind in PROMISES]
    if promised:
        said.append(f"next deadline {promised[0].due_at:%H:%M} UTC ({promised[0].kind} of {promised[0].step})")
    return "; ".join(said) + "."


def headline(session: Session, incident: Incident) -> str:
    """`INC-7 Social firestorm · pre-crisis`, with the mark of a drill."""
    mark = "DRILL " if incident.drill else ""
    return f"{mark}{incident.name} {playbook_of(session, incident).title.en} · {incident.phase.label}"


def _steps(session: Session, incident: Incident) -> str:
    rows = ["| step | when | done |", "| --- | --- | --- |"]
    rows += [_step(session, incident, step) for step in phase_plan(session, incident).steps]
    return "## Steps\n\n" + "\n".join(rows)


def _step(session: Session, incident: Incident, step: Step) -> str:
    done = "✔" if is_done(session, incident, step.key) else "–"
    when = f"after {int(step.after.total_seconds() // 60)} min" if step.after else "at once"
    return f"| {step.title.en} | {when} | {done} |"


def _deadlines(session: Session, incident: Incident, at: datetime) -> str:
    rows = [
        row
        for row in open_deadlines(session, incident.id)
        if row.kind in PROMISES and (row.entry == incident.entry or row.kind == Due.CLOCK)
    ]
    if not rows:
        return "## Deadlines\n\nNone is open."
    lines = ["| due (UTC) | what | step | role |", "| --- | --- | --- | --- |"]
    for row in rows:
        late = " **late**" if row.due_at <= at else ""
        lines.append(f"| {row.due_at:%H:%M}{late} | {row.kind} | {row.step} | {row.role or ''} |")
    return "## Deadlines\n\n" + "\n".join(lines)


def _escalations(session: Session, incident: Incident) -> str:
    told = sum(line.kind in timeline.ESCALATIONS for line in timeline.lines(session, incident.id))
    coming = [row for row in open_deadlines(session, incident.id, incident.entry) if row.kind in FIRINGS]
    if not told and not coming:
        return ""
    soonest = f"; {len(coming)} to come, the next at {coming[0].due_at:%H:%M} UTC" if coming else ""
    return f"## Escalations\n\n{told} so far{soonest}."


def _people(session: Session, incident: Incident) -> str:
    acknowledged = select(Acknowledgement.dispatch_key, Acknowledgement.member_id).where(
        Acknowledgement.incident_id == incident.id
    )
    pairs = {(key, member) for key, member in session.execute(acknowledged)}
    told = session.execute(
        select(Message.role, Message.dispatch_key, Message.member_id).where(Message.incident_id == incident.id)
    )
    asked: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    for role, key, member in {(row.role, row.dispatch_key, row.member_id) for row in told}:
        asked[role or "team"] += 1
        answered[role or "team"] += (key, member) in pairs
    if not asked:
        return ""
    lines = ["| role | told | acknowledged |", "| --- | --- | --- |"]
    lines += [f"| {role} | {asked[role]} | {answered[role]} |" for role in sorted(asked)]
    seats = cabinet.seats(session, incident.id)
    if seats:
        lines.append(f"\nCabinet: {cabinet.present(session, incident.id)} of {len(seats)} are coming.")
    return "## Told and acknowledged, by role\n\n" + "\n".join(lines)


def _messages(session: Session, incident: Incident) -> str:
    states = Counter(
        (channel, state)
        for channel, state in session.execute(
            select(Message.channel, Message.state).where(Message.incident_id == incident.id)
        )
    )
    if not states:
        return ""
    lines = ["| channel | state | messages |", "| --- | --- | --- |"]
    lines += [f"| {channel} | {state} | {count} |" for (channel, state), count in sorted(states.items())]
    return "## Messages\n\n" + "\n".join(lines)
