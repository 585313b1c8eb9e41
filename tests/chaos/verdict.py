"""The verdict: what the fakes took, held against what the store says."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from incidents.rows import Incident
from incidents.timeline import Kind, first_broken, lines
from notifiers.rows import Attempt, Message
from notifiers.states import State
from protocol.people import Contact
from tests.chaos.processes import Count
from tests.chaos.sender_process import CARRIED
from tests.chaos.world import REFUSED
from wiring.works import Works

TAKEN = (State.ACCEPTED, State.SENT, State.DELIVERED)
HOW = {
    "a receipt came": "receipt",
    "the provider has it": "has it",
    "the provider does not have it; sent again": "does not",
    "the provider could not be asked; sent again": "policy",
    "the provider could not be asked; given up": "policy",
}


@dataclass
class Verdict:
    """What came of a run. Nothing may be lost, duplicated or wrong."""

    messages: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # where the store says something else than happened
    doubts: Counter[str] = field(default_factory=Counter)  # how they were resolved, as far as a timeline says

    @property
    def holds(self) -> bool:
        """Whether every message was taken exactly once and the store says so."""
        return not (self.lost or self.duplicated or self.wrong)


def judge(works: Works, count: Count) -> Verdict:
    """Looks at every message of the store and every one that the fakes took."""
    verdict = Verdict()
    with works.store.read() as session:
        carried = select(Message).where(Message.channel.in_(CARRIED))
        messages = {row.id: row for row in session.scalars(carried)}
        refused = set(session.scalars(select(Contact.id).where(Contact.fingerprint.in_(_refused(works)))))
        for incident_id in session.scalars(select(Incident.id)):
            broken = first_broken(session, incident_id)
            verdict.wrong += [f"INC-{incident_id}: its timeline is broken at {broken}"] if broken else []
            told = [line for line in lines(session, incident_id) if line.kind == Kind.DOUBT_RESOLVED]
            verdict.doubts.update(HOW.get(str(line.facts["how"]), str(line.facts["how"])) for line in told)
    verdict.messages = len(messages)
    verdict.wrong += [f"message {number}: nobody enqueued it" for number in count.told if number not in messages]
    for row in messages.values():
        moments = count.told.get(row.id, [])
        taken = len(moments)
        if taken > 1:
            verdict.duplicated.append(f"{_named(row)} was taken at {', '.join(moments)}\n{_story(works, row)}")
        if taken == 0 and not (row.state is State.FAILED and row.contact_id in refused):
            verdict.lost.append(f"{_named(row)} was never taken")
        verdict.wrong += _wrong(row, taken, count, row.contact_id in refused)
    return verdict


def _wrong(row: Message, taken: int, count: Count, refused: bool) -> Iterator[str]:
    if refused != (row.state is State.FAILED):
        yield f"{_named(row)} with a {'refused' if refused else 'good'} number"
    if taken and row.state not in TAKEN:
        yield f"{_named(row)} was taken"
    if row.attempts < count.seen.get(row.token, 0):
        yield f"{_named(row)} has {row.attempts} attempts, but {count.seen[row.token]} requests were seen"


def _story(works: Works, row: Message) -> str:
    """The attempts and the timeline of a message, to find out what happened."""
    with works.store.read() as session:
        attempts = session.scalars(select(Attempt).where(Attempt.message_id == row.id).order_by(Attempt.number)).all()
        own = [line for line in lines(session, row.incident_id or 0) if line.facts.get("message") == row.id]
    told = [(one.claimed_at, f"attempt {one.number} claimed; {one.outcome} {one.detail}") for one in attempts]
    told += [(one.ended_at, f"attempt {one.number} ended") for one in attempts if one.ended_at]
    told += [(line.at, f"{line.kind} {line.facts.get('how', '')}") for line in own]
    return "\n".join(f"    {at:%H:%M:%S.%f} {what}" for at, what in sorted(told))


def _refused(works: Works) -> list[str]:
    return [works.vault.fingerprint(number) for number in REFUSED]


def _named(row: Message) -> str:
    why = f", {row.reason}" if row.reason else ""
    return f"message {row.id} ({row.channel}, {row.state}, {row.attempts} attempts{why})"
