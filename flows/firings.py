"""What a rung or a wave does when its moment comes: its people are told, and whoever is absent is skipped at once."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import select

from flows.missed import LEAD, Missed
from incidents import cabinet
from incidents.chains import Firing, Pick, answers, firing_of, siblings
from incidents.deadlines import Due, miss, set_deadline
from incidents.rows import EscalationRung
from incidents.timeline import Fact, Kind, append
from notifiers.outbox import enqueue, plan_of, told
from notifiers.recipients import Recipient
from notifiers.rows import Dispatch, Message
from playbooks.format import Convene, Notify
from protocol.people import Member
from protocol.presence import absence_of
from protocol.words import Channel


def fire(missed: Missed) -> None:
    """Fires a rung or a wave. When it reaches nobody, the next one has its turn at once, and so on to the end."""
    firing = firing_of(missed.session, missed.row.id)
    dispatch = missed.session.get(Dispatch, missed.dispatch_key(firing.occurrence)) if firing else None
    if firing is None or dispatch is None:
        return
    if any(_PICKS[Pick(turn.pick)](_Turn(missed, turn, dispatch)) for turn in _turns(missed, firing)):
        return
    missed.tell("deadline-missed", missed.holders(LEAD))


def _turns(missed: Missed, firing: EscalationRung) -> Iterator[EscalationRung]:
    """The firing itself, then those still to come, each of which has its turn now instead of later."""
    yield firing
    rows = siblings(missed.session, firing)
    for row, deadline in rows[[row.id for row, _ in rows].index(firing.id) + 1 :]:
        if miss(missed.session, deadline, missed.at):
            yield row


class _Turn:
    """One firing at its turn, with what happened before it."""

    def __init__(self, missed: Missed, firing: EscalationRung, dispatch: Dispatch) -> None:
        self.missed = missed
        self.session = missed.session
        self.firing = firing
        self.dispatch = dispatch
        self.known = told(missed.session, dispatch.key)
        self.answered = answers(missed.session, firing.incident_id, firing.step, missed.row.set_at)
        rows = [row for row, _ in siblings(missed.session, firing)]
        self.before = rows[: [row.id for row in rows].index(firing.id)]

    @property
    def people(self) -> list[Recipient]:
        """Whom the firing was fixed to, in order."""
        pairs = zip(self.firing.member_ids, self.firing.roles, strict=True)
        return [Recipient(member_id, role or None) for member_id, role in pairs]

    @property
    def last_told(self) -> list[int]:
        """Who of the strand was told last."""
        return next((row.told for row in reversed(self.before) if row.told), self.firing.watched)

    def is_there(self, person: Recipient) -> bool:
        """Whether the person is there just now; who is absent is named on the timeline."""
        member = self.session.get(Member, person.member_id)
        absence = absence_of(member, self.missed.at) if member else None
        if absence is not None:
            until = absence.ends.isoformat()
            self.line(Kind.SKIPPED, role=person.role, member=person.member_id, due=until)
        return member is not None and absence is None

    def tell(self, people: Sequence[Recipient], purpose: str) -> bool:
        """Tells these people, but for those who have answered; False when that reaches nobody."""
        first = {person.member_id: person for person in people if person.member_id not in self.answered}
        if not first:
            return False
        channels = [Channel(channel) for channel in self.firing.channels]
        plan = plan_of(self.dispatch, channels, purpose)
        enqueue(self.session, plan, list(first.values()), self.missed.now, self.missed.incident)
        have = select(Message.member_id).where(Message.dispatch_key == plan.key, Message.purpose == purpose)
        reached = set(self.session.scalars(have))
        self.firing.told = [member_id for member_id in first if member_id in reached]
        self.session.flush()
        return bool(self.firing.told)

    def line(self, kind: Kind, **facts: Fact) -> None:
        """A line of the timeline about the step."""
        append(self.session, self.firing.incident_id, self.missed.at, kind, None, step=self.firing.step, **facts)

    def line_of_rung(self, anew: bool) -> None:
        """The line about a rung that told somebody; `anew`: one person who had not heard of it."""
        role, by_now = self.firing.strand or None, self.firing.told
        silent = self.last_told[-1] if self.firing.strand else None
        if anew and role and len(by_now) == 1:
            self.line(Kind.ESCALATED, role=role, from_member=silent, to_member=by_now[0])
            return
        rung = {"rung": self.firing.position, "to_member": by_now[0], "people": len(by_now)}
        self.line(Kind.CHAIN_FIRED, role=role, member=silent, **rung)

    @property
    def name(self) -> str:
        """How the firing's messages are told apart from the step's others."""
        if self.firing.kind == Firing.WAVE:
            return f"wave-{self.firing.position}"
        return f"rung-{self.firing.position}-{self.firing.firing}"


def _next_deputy(turn: _Turn) -> bool:
    firing, strand = turn.firing, turn.firing.strand
    again = [member for row in turn.before if row.position == firing.position for member in row.told]
    fresh = [member for member in firing.member_ids if member not in turn.known]
    for member in dict.fromkeys([*again, *fresh]):
        person, anew = Recipient(member, strand), member in fresh
        purpose = f"stand-in-{strand}" if anew else f"stand-in-{strand}-{turn.name}"
        if turn.is_there(person) and turn.tell([person], purpose):
            turn.line_of_rung(anew)
            _stand_in(turn, member)
            return True
    return False


def _stand_in(turn: _Turn, member_id: int) -> None:
    """Offers the deputy the silent one's seat, and the same time to answer in."""
    step, firing = turn.missed.step, turn.firing
    if not isinstance(step, Notify | Convene) or step.acknowledge is None:
        return
    turn.missed.offer_seat(firing.strand, member_id)
    set_deadline(
        turn.session,
        turn.missed.incident,
        firing.step,
        Due.ACKNOWLEDGE,
        turn.missed.at,
        turn.missed.at + step.acknowledge.within,
        member_id=member_id,
        role=firing.strand,
        occurrence=firing.occurrence,
    )


def _last_told(turn: _Turn) -> bool:
    role = turn.firing.strand or None
    people = [Recipient(member_id, role) for member_id in turn.last_told if member_id not in turn.answered]
    stands_in = role is not None and not set(turn.last_told) & set(turn.firing.watched)
    purpose = f"stand-in-{role}-{turn.name}" if stands_in else turn.name
    if not turn.tell([person for person in people if turn.is_there(person)], purpose):
        return False
    turn.line_of_rung(anew=False)
    return True


def _everybody(turn: _Turn) -> bool:
    people = list(_one_of_each_role(turn))
    told_some = turn.tell(people, turn.name)
    if told_some and isinstance(turn.missed.step, Convene):
        for person in people:
            if person.role and person.member_id in turn.firing.told:
                cabinet.convene(turn.session, turn.missed.incident, person.role, person.member_id)
    if turn.firing.kind == Firing.WAVE:
        by_now = turn.firing.told
        facts = {"wave": turn.firing.position, "enough": turn.firing.enough, "answers": len(turn.answered)}
        turn.line(Kind.WAVE, **facts, people=len(by_now), to_member=by_now[0] if by_now else 0)
    elif told_some:
        turn.line_of_rung(anew=turn.firing.told[0] not in turn.known)
    return told_some


def _one_of_each_role(turn: _Turn) -> Iterator[Recipient]:
    placed: set[str] = set()
    for person in turn.people:
        if person.role in placed or not turn.is_there(person):
            continue
        if person.role:
            placed.add(person.role)
        yield person


def _nobody(turn: _Turn) -> bool:
    strand = turn.firing.strand
    if not strand:
        return False
    turn.line(Kind.ESCALATED, role=strand, from_member=turn.last_told[-1], to_member=None)
    turn.missed.exhausted(strand, turn.firing.occurrence)
    return True


_PICKS: dict[Pick, Callable[[_Turn], bool]] = {
    Pick.NEXT_DEPUTY: _next_deputy,
    Pick.LAST_TOLD: _last_told,
    Pick.EVERYBODY: _everybody,
    Pick.NOBODY: _nobody,
}
