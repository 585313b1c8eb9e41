"""What each kind of step does: it enqueues, writes its deadlines and returns. Whatever runs twice has happened once."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.chains import freeze
from incidents import cabinet, sign_off
from incidents.clock import clock_for
from incidents.deadlines import Due, open_deadlines, set_deadline
from incidents.opening import current_entry
from incidents.rows import Incident, PhaseEntry, StepRecord
from incidents.timeline import Kind, append
from notifiers import public_orders
from notifiers.code_messages import send_codes
from notifiers.context import incident_context, playbook_of
from notifiers.outbox import Plan, enqueue
from notifiers.public_texts import draft
from notifiers.recipients import Found, Recipient, find
from playbooks.chains import wave_times
from playbooks.format import Audience, Clock, Convene, Notify, PhasePlan, Publish, Record, Step, StepKind
from protocol.store import insert_new
from protocol.who import team_name, who
from wiring.works import Works


def phase_plan(session: Session, incident: Incident, entry: int | None = None) -> PhasePlan:
    """The plan of the incident's phase (or of an earlier entry's), from the playbook version it started with."""
    query = select(PhaseEntry.phase).where(PhaseEntry.incident_id == incident.id, PhaseEntry.number == entry)
    phase = session.scalars(query).one() if entry is not None else incident.phase
    plan: PhasePlan = getattr(playbook_of(session, incident).phases, phase)
    return plan


def due_steps(session: Session, incident: Incident) -> list[Step]:
    """The steps of the current phase that are not done and that the incident's level asks for."""
    return [
        step
        for step in phase_plan(session, incident).steps
        if (step.level is None or incident.level.rank >= step.level.rank) and not is_done(session, incident, step.key)
    ]


def is_done(session: Session, incident: Incident, step: str, occurrence: int = 0) -> bool:
    """Whether a step of the current phase entry has been done."""
    return (
        session.query(StepRecord.id)
        .filter_by(incident_id=incident.id, entry=incident.entry, step=step, occurrence=occurrence)
        .first()
        is not None
    )


def begin_step(session: Session, works: Works, incident: Incident, step: Step, now: datetime) -> bool:
    """Does a step, or, when it fires later, sets the moment. False when that was so already. `now` is real time."""
    if step.after is None:
        return run_step(session, works, incident, step, now)
    at = clock_for(incident).at(now)
    due_at = current_entry(session, incident).entered_at + step.after
    set_deadline(session, incident, step.key, Due.STEP, at, due_at)
    return True


def run_step(
    session: Session, works: Works, incident: Incident, step: Step, now: datetime, occurrence: int = 0
) -> bool:
    """Does a step in the caller's one transaction; False when it was done already. `now` is real time."""
    at = clock_for(incident).at(now)
    row = {
        "incident_id": incident.id,
        "entry": incident.entry,
        "step": step.key,
        "occurrence": occurrence,
        "done_at": at,
    }
    if not insert_new(session, StepRecord, [row], ["incident_id", "entry", "step", "occurrence"]):
        return False
    count = _ACTS[step.kind](_Firing(session, works, incident, now, occurrence), step)
    append(session, incident.id, at, Kind.STEP_DONE, step=step.key, occurrence=occurrence, messages=count)
    return True


class _Firing:
    """One firing of a step: what its act needs at hand."""

    def __init__(self, session: Session, works: Works, incident: Incident, now: datetime, occurrence: int) -> None:
        self.session = session
        self.works = works
        self.incident = incident
        self.now = now
        self.occurrence = occurrence
        self.at = clock_for(incident).at(now)
        self._again: tuple[Recipient, ...] = ()  # whom the step names a second time: kept as decisions not to tell

    def people(self, step: Step, audience: Audience) -> tuple[Recipient, ...]:
        found: Found = find(self.session, audience, self.at)
        for missing in found.missing:
            reason = "nobody of this role is there"
            append(self.session, self.incident.id, self.at, Kind.NOT_TOLD, role=missing, step=step.key, reason=reason)
        self._again = found.again
        return found.recipients

    def tell(
        self,
        step: Notify | Convene | Record | Clock,
        people: tuple[Recipient, ...],
        within: timedelta | None,
        acknowledge: bool,
        plain: dict[str, object] | None = None,
    ) -> int:
        context = incident_context(
            self.session,
            self.incident,
            self.works.links,
            step=step.title,
            due=self.at + within if within else None,
            within=within,
            plain=plain,
        )
        plan = Plan(
            key=f"{self.incident.id}/{self.incident.entry}/{step.key}/{self.occurrence}",
            template=step.message,
            channels=step.channels,
            context=context,
            step=step.key,
            acknowledge=acknowledge,
            drill=self.incident.drill,
        )
        return enqueue(self.session, plan, (*people, *self._again), self.now, self.incident)

    def due(self, step: Step, kind: Due, within: timedelta, person: Recipient | None = None, later: int = 0) -> None:
        set_deadline(
            self.session,
            self.incident,
            step.key,
            kind,
            self.at,
            self.at + within,
            member_id=person.member_id if person else 0,
            role=person.role if person else None,
            occurrence=self.occurrence + later,
        )


def _notify(firing: _Firing, step: Notify) -> int:
    people = firing.people(step, step.to)
    asked = step.acknowledge
    within = asked.within if asked else next(iter(wave_times(step)), None)
    count = firing.tell(step, people, within, within is not None)
    for person in people if asked else ():
        firing.due(step, Due.ACKNOWLEDGE, asked.within, person)  # type: ignore[union-attr]
    if step.repeat and firing.occurrence + 1 < step.repeat.times:
        firing.due(step, Due.STEP, step.repeat.every, later=1)
    freeze(firing.session, firing.incident, step, people, firing.at, firing.occurrence)
    return count


def _convene(firing: _Firing, step: Convene) -> int:
    people = firing.people(step, Audience(roles=step.roles))
    for person in people:
        cabinet.convene(firing.session, firing.incident, person.role or "", person.member_id)
        firing.due(step, Due.ACKNOWLEDGE, step.acknowledge.within, person)
    firing.due(step, Due.QUORUM, step.within)
    freeze(firing.session, firing.incident, step, people, firing.at, firing.occurrence)
    return firing.tell(step, people, step.within, True, {"quorum": step.quorum})


def _record(firing: _Firing, step: Record) -> int:
    firing.due(step, Due.RECORD, step.within)
    return firing.tell(step, firing.people(step, Audience(roles=step.roles)), step.within, False)


def _clock(firing: _Firing, step: Clock) -> int:
    if any(
        due.kind == Due.CLOCK and due.step == step.key for due in open_deadlines(firing.session, firing.incident.id)
    ):
        return 0  # a law's clock or a promise of an earlier phase goes on; it does not begin anew
    firing.due(step, Due.CLOCK, step.within)
    return firing.tell(step, firing.people(step, Audience(roles=step.roles)), step.within, False)


def _publish(firing: _Firing, step: Publish) -> int:
    words = draft(firing.session, firing.incident, step)
    sign_off.propose(firing.session, firing.incident, step.key, step.channel, step.audience, words, firing.at)
    firing.due(step, Due.PUBLISH, step.within)
    return request_sign_off(firing.session, firing.works, firing.incident, step, firing.now)


def request_sign_off(
    session: Session,
    works: Works,
    incident: Incident,
    step: Publish,
    now: datetime,
    people: tuple[Recipient, ...] | None = None,
) -> int:
    """Asks the signers (or these deputies) to approve the words that are up, each with a code of their own."""
    text = sign_off.require_text(session, incident, step.key)
    at = clock_for(incident).at(now)
    if people is None:
        people = find(session, Audience(roles=step.signers), at).recipients
    said = {
        language: {
            "text": f"{words['subject']}\n\n{words['body']}".strip(),
            "audience": team_name(session, step.audience, language),
        }
        for language, words in text.texts.items()
    }
    context = incident_context(
        session,
        incident,
        works.links,
        step=step.title,
        due=at + step.within,
        within=step.within,
        plain={"text_hash": text.hash[:8]},
        texts=said,
    )
    send_codes(session, works.vault, incident, sign_off.purpose_of(step.key), step.request, context, people, now)
    return len(people)


def signers(session: Session, step: Publish, at: datetime) -> dict[int, str]:
    """Who may sign a public step, with the role they sign for: those who are there, deputies included."""
    duties = [who(session, role, at) for role in step.signers]
    entitled: dict[int, str] = {}
    for duty in duties:  # a person signs for the role held before signing as somebody's deputy
        if duty.member is not None:
            entitled.setdefault(duty.member.id, duty.role)
    for duty in duties:
        for deputy in duty.deputies:
            entitled.setdefault(deputy.id, duty.role)
    return entitled


def publish_step(session: Session, incident: Incident, key: str) -> Publish:
    """The publish step of the words that are up, from the incident's own playbook version, or as `notify` ordered it.

    Raises Remedy for none.
    """
    text = sign_off.require_text(session, incident, key)
    steps = phase_plan(session, incident, text.entry).steps
    own = (step for step in steps if isinstance(step, Publish) and step.key == key)
    return next(own, None) or public_orders.ordered(session, incident, key)


_ACTS: dict[StepKind, Callable[..., int]] = {
    StepKind.NOTIFY: _notify,
    StepKind.CONVENE: _convene,
    StepKind.RECORD: _record,
    StepKind.PUBLISH: _publish,
    StepKind.CLOCK: _clock,
}
