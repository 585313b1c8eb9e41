"""The sample company in a store, a clock that is set by hand, and the phones: what a room test has at hand."""

import json
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from flows.deciding import decide, open_gate
from flows.escalation import follow_up
from flows.steps import phase_plan, publish_step, run_step, signers
from incidents import sign_off
from incidents.advance import Answer, Door, Verdict
from incidents.clock import clock_for
from incidents.deadlines import open_deadlines
from incidents.opening import Signal, open_or_join
from incidents.phases import Phase
from incidents.rows import Incident
from incidents.timeline import lines
from notifiers.links import Links
from notifiers.outbox import Plan, enqueue
from notifiers.providers.base import Provider
from notifiers.providers.recorder import Recorder
from notifiers.public_texts import release
from notifiers.recipients import Recipient
from notifiers.rows import Dispatch, Message
from notifiers.sender import Sender
from notifiers.wording import Scribe
from protocol.messages import MessageTemplate
from protocol.people import Absence, Contact, Member
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Channel, Level
from tests.fakes.set_clock import SetClock
from wiring.settings import read_settings
from wiring.tables import METADATA
from wiring.works import Works

WHY = {"es": "3.041 menciones en la última hora.", "en": "3,041 mentions in the last hour."}
LINKS = Links("https://crisis.example.org", "http://127.0.0.1:4200", Vault(b"a secret of the links"))
BOTH = (Channel.SMS, Channel.EMAIL)


@dataclass
class Room:
    """The sample company at work in a store of its own."""

    store: Store
    vault: Vault
    home: Path
    clock: SetClock = field(default_factory=SetClock)
    senders: list[Sender] = field(default_factory=list)

    @property
    def works(self) -> Works:
        """As the product builds them, with the clock that is set by hand."""
        return Works(read_settings({"CRISIS_HOME": str(self.home)}), self.store, self.vault, LINKS, self.clock)

    # what happens

    def signal(self, level: Level = Level.ORANGE, **said: Any) -> Signal:
        """A rule's breach about the brand."""
        return replace(Signal("social-firestorm", "brand-aurora", level, WHY, "rule:burst"), **said)

    def open(self, level: Level = Level.ORANGE, **said: Any) -> int:
        """The incident that a signal opens or joins."""
        with self.store.write() as session:
            return open_or_join(session, self.signal(level, **said), self.clock.now())[0].id

    def do(self, incident_id: int, *keys: str, occurrence: int = 0) -> list[bool]:
        """Does steps of the current phase; whether each was new."""
        with self.store.write() as session:
            incident = session.get_one(Incident, incident_id)
            steps = {step.key: step for step in phase_plan(session, incident).steps}
            now = self.clock.now()
            return [run_step(session, self.works, incident, steps[key], now, occurrence) for key in keys]

    def open_gate(self, incident_id: int) -> str:
        """Opens the gate and sends the codes; what it says."""
        with self.store.write() as session:
            incident = session.get_one(Incident, incident_id)
            return open_gate(session, self.works, incident, self.clock.now()).description

    def answer(self, incident_id: int, choice: str, code: str, door: Door = Door.COMMAND, **more: Any) -> Verdict:
        """A person answers at the current gate."""
        with self.store.write() as session:
            entry = session.get_one(Incident, incident_id).entry
            return decide(session, self.works, incident_id, entry, Answer(choice, code, door, **more), self.clock.now())

    def advance_to(self, incident_id: int, phase: Phase) -> None:
        """The crisis lead moves the incident on."""
        self.open_gate(incident_id)
        verdict = self.answer(incident_id, phase, self.code("javier.ortega"))
        assert verdict.result == "advanced", verdict.reason

    def pass_time(self, incident_id: int, **span: float) -> int:
        """Time passes, and every follow-up that has come is done; answers how many acted."""
        now = self.clock.later(**span)
        with self.store.read() as session:
            at = clock_for(session.get_one(Incident, incident_id)).at(now)
            come = [row.id for row in open_deadlines(session, incident_id) if row.due_at <= at]
        acted = 0
        for number in come:
            with self.store.write() as session:
                acted += follow_up(session, self.works, number, now)
        return acted

    def sign(self, incident_id: int, step: str, *members: str) -> None:
        """These members sign the words that are up, with the codes on their phones; enough of them publish."""
        with self.store.write() as session:
            incident, now = session.get_one(Incident, incident_id), self.clock.now()
            plan, text_ = publish_step(session, incident, step), sign_off.require_text(session, incident, step)
            for member in members:
                code = self.code(member, "sign-off-request")
                entitled = signers(session, plan, now)
                assert sign_off.sign(session, self.vault, incident, text_, code, entitled, now, self.member(member))[0]
            release(session, incident, plan, now)

    def break_template(self, template_id: int) -> None:
        """Somebody spoils a text in the store."""
        with self.store.write() as session:
            session.get_one(MessageTemplate, template_id).body = "{{ nobody }}"

    def absent(self, member: str, hours: float = 12) -> None:
        """From now on a member is away."""
        now = self.clock.now()
        with self.store.write() as session:
            session.add(Absence(member_id=self.member(member), starts=now, ends=now + timedelta(hours=hours)))

    def leave_roster(self, member: str) -> None:
        """From now on drills do not reach a member."""
        with self.store.write() as session:
            session.get_one(Member, self.member(member)).drill_roster = False

    def without(self, member: str, *channels: Channel) -> None:
        """A member has opted out of channels."""
        with self.store.write() as session:
            for contact in session.scalars(select(Contact).where(Contact.member_id == self.member(member))):
                if contact.channel in channels:
                    contact.opted_out_at = self.clock.now()

    def tell(self, *members: str, template: str = "signal-alert", incident_id: int | None = None, **plan: Any) -> int:
        """Enqueues one message to each of these members on every channel; how many are new."""
        said = {"plain": {"incident": "INC-0"}, "texts": {}, "level": "orange", "phase": "pre_crisis"}
        words = {"playbook": "Firestorm", "subject": "Aurora", "why": "Many.", "company": "Aurora", "board_link": "b"}
        said["texts"] = {"es": words, "en": words}
        wanted = Plan(**{"key": "notify/1", "template": template, "channels": BOTH, "context": said, **plan})
        people = [Recipient(self.member(member)) for member in members]
        with self.store.write() as session:
            incident = session.get_one(Incident, incident_id) if incident_id else None
            return enqueue(session, wanted, people, self.clock.now(), incident)

    # sending

    def recorder(self, channel: Channel = Channel.SMS) -> Recorder:
        """The phones and mailboxes: one file."""
        return Recorder(self.home / "recorder.jsonl", channel, self.clock.now)

    def sender(self, owner: str = "sender-1", drills: bool = True, **providers: Provider) -> Sender:
        """A sender; `sms` and `email` name another carrier than the recorder."""
        carriers = {channel: providers.get(channel, self.recorder(channel)) for channel in Channel}
        made = Sender(self.store, Scribe(self.vault, LINKS), carriers, self.clock, owner, drills)
        self.senders.append(made)
        return made

    def send(self, sender: Sender | None = None) -> int:
        """One round of a sender."""
        return (sender or self.sender()).work()

    def close(self) -> None:
        """Gives back what the senders hold."""
        for sender in self.senders:
            sender.close()

    # what can be seen

    def texts(self, member: str | None = None, template: str | None = None, channel: str = "sms") -> list[str]:
        """The words of the messages in the outbox, oldest first."""
        query = select(Message).join(Dispatch).where(Message.channel == channel).order_by(Message.id)
        if member is not None:
            query = query.where(Message.member_id == self.member(member))
        if template is not None:
            query = query.where(Dispatch.template == template)
        with self.store.read() as session:
            return [Scribe(self.vault, LINKS).words(session, row).body for row in session.scalars(query)]

    def code(self, member: str, template: str = "gate-code") -> str:
        """The eight digits in a person's newest message."""
        found = re.search(r"\b\d{8}\b", self.texts(member, template)[-1])
        assert found is not None
        return found.group()

    def phones(self) -> list[dict[str, str]]:
        """What the recorder carried, in order."""
        file = self.home / "recorder.jsonl"
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []

    def told(self, template: str | None = None, purpose: str | None = None) -> list[str]:
        """Keys of the members that have a message, each once, in order."""
        query = select(Member.key).join(Message, Message.member_id == Member.id).join(Dispatch).order_by(Message.id)
        if template is not None:
            query = query.where(Dispatch.template == template)
        if purpose is not None:
            query = query.where(Message.purpose == purpose)
        with self.store.read() as session:
            return list(dict.fromkeys(session.scalars(query)))

    def message(self, member: str, channel: str = "sms", template: str | None = None) -> Message:
        """The newest message of a person."""
        query = select(Message).join(Dispatch).where(Message.member_id == self.member(member))
        if template is not None:
            query = query.where(Dispatch.template == template)
        with self.store.read() as session:
            return session.scalars(query.where(Message.channel == channel).order_by(Message.id.desc()).limit(1)).one()

    def states(self) -> list[str]:
        """The state of every message, in order."""
        with self.store.read() as session:
            return [str(state) for state in session.scalars(select(Message.state).order_by(Message.id))]

    def incident(self, incident_id: int) -> Incident:
        """The incident as it stands."""
        with self.store.read() as session:
            return session.get_one(Incident, incident_id)

    def lines(self, incident_id: int, kind: str | None = None) -> list[dict[str, Any]]:
        """The facts of the timeline's lines (of one kind)."""
        with self.store.read() as session:
            return [line.facts for line in lines(session, incident_id) if kind in (None, line.kind)]

    def kinds(self, incident_id: int) -> list[str]:
        """The kinds of the timeline's lines."""
        with self.store.read() as session:
            return [line.kind for line in lines(session, incident_id)]

    def count(self, table: type) -> int:
        """How many rows a table has."""
        with self.store.read() as session:
            return len(session.scalars(select(table)).all())

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every column of every row of every table."""
        with self.store.read() as session:
            return {t.name: [tuple(row) for row in session.execute(select(t))] for t in METADATA.sorted_tables}

    def member(self, key: str) -> int:
        """The id of a member."""
        with self.store.read() as session:
            return session.scalars(select(Member.id).where(Member.key == key)).one()
