"""The language of the stories: a crisis opens, telephones expect texts, people answer, time passes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from flows.deciding import decide, open_gate
from flows.escalation import follow_up
from flows.steps import begin_step, due_steps
from incidents.advance import Answer, Door, Result
from incidents.clock import clock_for
from incidents.deadlines import still_open
from incidents.opening import Signal, open_or_join
from incidents.rows import Deadline, Incident
from incidents.timeline import lines
from notifiers.outbox import Plan, enqueue
from notifiers.recipients import Recipient
from notifiers.rows import Acknowledgement, Dispatch, Message
from notifiers.states import State
from protocol.people import Contact, Member
from protocol.practice import Company
from protocol.words import Channel, Level
from tests.fakes.room import Room
from tests.fakes.stepped import change_step
from tests.fakes.terminal import Terminal
from tests.fakes.twilio_records import Call
from tests.language.arrivals import Arrival, Line
from tests.language.carriers import Carriers

WHY = {"es": "3.041 menciones en la última hora.", "en": "3,041 mentions in the last hour."}
STRIDE = timedelta(minutes=10)  # the longest that passes at once
ASK = timedelta(seconds=30)  # while something is in doubt
UNSURE = (State.SENDING, State.IN_DOUBT)
ROUNDS = 50  # of sending and receipts; more never end
OFF = {Channel.SMS: "undelivered", Channel.VOICE: "no-answer", Channel.EMAIL: "bounce"}


@dataclass
class Crisis:
    """The sample company in one story. Whatever arrives must be expected, or the story fails in `ends`."""

    carriers: Carriers
    terminal: Terminal
    incident: int = 0
    delivers: bool = True  # carriers report every text and e-mail as delivered
    unreachable: dict[tuple[Channel, str], int] = field(default_factory=dict)
    _arrivals: list[Arrival] = field(default_factory=list)
    _reported: set[int] = field(default_factory=set)
    _ignored: list[tuple[str | None, Channel | None]] = field(default_factory=list)

    # what happens

    def opens(
        self, playbook: str, about: str = "brand-aurora", level: str = "orange", steps: Sequence[str] | None = None
    ) -> int:
        """A signal opens an incident, whose phase begins: with these steps only, or all of it and its gate."""
        works, now = self.carriers.works, self.now
        with works.store.write() as session:
            incident, _ = open_or_join(session, Signal(playbook, about, Level(level), WHY, "rule:burst"), now)
            for step in due_steps(session, incident):
                if steps is None or step.key in steps:
                    begin_step(session, works, incident, step, now)
            if steps is None:
                open_gate(session, works, incident, now)
            self.incident = incident.id
        self.goes_on()
        return self.incident

    def asks(self) -> None:
        """The phase's steps are done: its gate opens, and the deciders get their codes."""
        works = self.carriers.works
        with works.store.write() as session:
            open_gate(session, works, session.get_one(Incident, self.incident), self.now)
        self.goes_on()

    def decides(self, code: str, choice: str, level: str | None = None) -> None:
        """Whoever has this code answers at the gate, by the command."""
        works, answer = self.carriers.works, Answer(choice, code, Door.COMMAND, Level(level) if level else None)
        with works.store.write() as session:
            entry = session.get_one(Incident, self.incident).entry
            verdict = decide(session, works, self.incident, entry, answer, self.now)
        assert verdict.result in (Result.ADVANCED, Result.HELD), verdict.reason
        self.goes_on()

    def passes(self, **span: float) -> None:
        """Time passes (`minutes=5`): follow-ups are done in their order when they come, and messages leave."""
        end = self.now + timedelta(**span)
        while self.now < end:
            self.carriers.clock.moment = min([end, self.now + STRIDE, *self._coming()])
            self._follow_up()
            self.goes_on()

    def goes_on(self) -> None:
        """The sender sends what it can, and the carriers report, until nothing moves."""
        idle = 0  # a round may let go what only the next one sends
        for _ in range(ROUNDS):
            moved = self.carriers.sender.work() + self._report()
            idle = 0 if moved else idle + 1
            if idle == 2:
                return
        raise AssertionError("the sender never comes to an end")

    # people

    def phone(self, person: str) -> Line:
        """The telephone of a member, for texts."""
        return self._line(person, Channel.SMS)

    def mailbox(self, person: str) -> Line:
        """The mailbox of a member."""
        return self._line(person, Channel.EMAIL)

    def calls(self, person: str) -> Line:
        """The telephone of a member, when it rings."""
        return self._line(person, Channel.VOICE)

    def stranger(self, number: str = "+12025550199") -> Line:
        """The telephone of somebody whom the protocol does not know."""
        return Line(self, "a stranger", Channel.SMS, number)

    def types(self, *words: str) -> str:
        """Somebody types a `crisis` command on the server; what it says."""
        said = self.terminal.says(*words)
        self.goes_on()
        return said

    def ignores(self, template: str | None = None, channel: Channel | None = None) -> None:
        """This story is not about messages of a template or a channel; they need not be expected."""
        self._ignored.append((template, channel))

    # what can be seen

    @property
    def now(self) -> datetime:
        """The moment of the story."""
        return self.carriers.clock.now()

    def acknowledged(self) -> dict[str, str]:
        """Who has acknowledged, and how."""
        with self.carriers.works.store.read() as session:
            query = select(Member.key, Acknowledgement.via).join(Acknowledgement).order_by(Acknowledgement.id)
            return dict(session.execute(query).all())

    def timeline(self, kind: str) -> list[dict[str, Any]]:
        """The facts of the timeline's lines of one kind, with keys of members instead of numbers."""
        with self.carriers.works.store.read() as session:
            keys = dict(session.execute(select(Member.id, Member.key)).all())
            found = [line.facts for line in lines(session, self.incident) if line.kind == kind]
        people = ("member", "from_member", "to_member")
        return [
            {name: keys.get(fact, fact) if name in people else fact for name, fact in facts.items()} for facts in found
        ]

    def states(self, person: str, channel: Channel = Channel.SMS) -> list[str]:
        """The states of a person's messages on a channel, in order."""
        with self.carriers.works.store.read() as session:
            query = select(Message.state).join(Member, Member.id == Message.member_id).where(Member.key == person)
            return [
                str(state) for state in session.scalars(query.where(Message.channel == channel).order_by(Message.id))
            ]

    def arrived(self, channel: Channel | None = None, address: str | None = None) -> list[Arrival]:
        """Everything that has arrived, or what has on one channel at one address."""
        self._listen()
        return [one for one in self._arrivals if channel in (None, one.channel) and address in (None, one.record.to)]

    def ends(self) -> None:
        """Fails when anything arrived that the story neither expected nor ignored."""
        unexpected = [str(one) for one in self.arrived() if not one.expected and not self._is_ignored(one)]
        assert not unexpected, "nobody expected this:\n" + "\n".join(unexpected)

    # the company

    def tells(self, template: str, *people: str, channels: Sequence[Channel] = (Channel.SMS,), **more: Any) -> None:
        """Somebody tells these people something by the command, apart from any incident."""
        words = {"playbook": "Firestorm", "subject": "Aurora", "why": "Many.", "company": "Aurora", "board_link": "b"}
        said = {"plain": {"incident": "INC-0"}, "texts": {"es": words, "en": words}, "level": "orange"}
        key = f"notify/{self.now.isoformat()}/{template}"
        plan = Plan(**{"key": key, "template": template, "channels": channels, "context": said, **more})
        with self.carriers.works.store.write() as session:
            members = [Recipient(self._member(session, person)) for person in people]
            enqueue(session, plan, members, self.now, None)
        self.goes_on()

    def changes(self, step: str, **fields: Any) -> None:
        """The company has edited a step of the playbook about social media."""
        works = self.carriers.works
        change_step(Room(works.store, works.vault, works.settings.home, self.carriers.clock), step, **fields)

    def sleeps(self, starts: str, ends: str) -> None:
        """The company has quiet hours, in everybody's own time zone."""
        with self.carriers.works.store.write() as session:
            company = session.scalars(select(Company)).one()
            company.quiet_starts, company.quiet_ends = map(time.fromisoformat, (starts, ends))

    # inside

    def _line(self, person: str, channel: Channel) -> Line:
        works = self.carriers.works
        with works.store.read() as session:
            contact = session.scalars(
                select(Contact)
                .where(Contact.member_id == self._member(session, person), Contact.channel == channel)
                .order_by(Contact.position, Contact.id)
            ).first()
        assert contact is not None, f"{person} has no {channel}"
        return Line(self, person, channel, works.vault.open(contact.sealed))

    def _member(self, session: Any, key: str) -> int:
        return int(session.scalars(select(Member.id).where(Member.key == key)).one())

    def _coming(self) -> Iterable[datetime]:
        with self.carriers.works.store.read() as session:
            rows = session.execute(
                select(Deadline, Incident).join(Incident, Incident.id == Deadline.incident_id).where(*still_open())
            ).all()
            due = [clock_for(incident).real_of(row.due_at) for row, incident in rows]
            waiting = session.scalars(select(Message.next_at).where(Message.state == State.PENDING)).all()
            unsure = session.scalar(select(Message.id).where(Message.state.in_(UNSURE)).limit(1))
        soon = [self.now + ASK] if unsure else []
        return [moment for moment in (*due, *waiting, *soon) if moment > self.now]

    def _follow_up(self) -> None:
        works = self.carriers.works
        with works.store.read() as session:
            rows = session.execute(
                select(Deadline, Incident).join(Incident, Incident.id == Deadline.incident_id).where(*still_open())
            ).all()
            come = [(clock_for(incident).real_of(row.due_at), row.id) for row, incident in rows]
        for due, number in sorted(come):
            if due <= self.now:
                with works.store.write() as session:
                    follow_up(session, works, number, self.now)

    def _listen(self) -> None:
        known = {id(one.record) for one in self._arrivals}
        twilio, sendgrid = self.carriers.twilio, self.carriers.sendgrid
        for record in (*twilio.messages, *twilio.calls, *sendgrid.messages):
            if id(record) not in known:
                channel = Channel.VOICE if isinstance(record, Call) else Channel.EMAIL
                channel = Channel.SMS if record in twilio.messages else channel
                arrival = Arrival(self.carriers, record, channel, "")
                arrival.person = self._whose(arrival.token)
                self._arrivals.append(arrival)

    def _whose(self, token: str) -> str:
        with self.carriers.works.store.read() as session:
            owner = select(Member.key).join(Message, Message.member_id == Member.id).where(Message.token == token)
            return session.scalar(owner) or "nobody"

    def _report(self) -> int:
        """Posts the receipts that are due; answers how many."""
        fresh = [one for one in self.arrived() if id(one.record) not in self._reported]
        if not self.delivers:
            return 0
        for one in fresh:
            self._reported.add(id(one.record))
            code = self.unreachable.get((one.channel, one.record.to))
            if code is not None:
                one.receipt(OFF[one.channel], code)
            elif one.channel is not Channel.VOICE:  # a call ends when the story says how
                one.receipt("delivered")
        return len(fresh)

    def _is_ignored(self, arrival: Arrival) -> bool:
        with self.carriers.works.store.read() as session:
            named = select(Dispatch.template).join(Message).where(Message.token == arrival.token)
            template = session.scalar(named)
        return any(t in (None, template) and c in (None, arrival.channel) for t, c in self._ignored)
