"""Tells an incident directly through rows and timeline lines, in minutes after its opening."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from incidents.rows import CabinetSeat, Deadline, Decision, Incident, PhaseEntry, PublicText, Scenario, SignOff
from incidents.timeline import Kind, append
from notifiers.rows import Acknowledgement, Dispatch, Message
from protocol.messages import MessageTemplate
from protocol.people import Member

OPENED_AT = datetime(2026, 3, 3, 20, 2, tzinfo=UTC)
WORDS = {
    "en": {
        "subject": "About the batch of Brisa Natural sold on 2 March",
        "body": "We know that many of you are worried, and we understand why.\n\n"
        "We are checking every bottle of one batch. "
        "We do not know the cause yet. Please keep the bottle and write to us; we will refund it.\n\n"
        "We will tell you more here at 22:30.",
    },
    "es": {
        "subject": "Sobre el lote de Brisa Natural vendido el 2 de marzo",
        "body": "Sabemos que muchas personas están preocupadas, y lo entendemos.\n\n"
        "Estamos revisando todas las botellas "
        "de un lote. Aún no conocemos la causa. Guarde la botella y escríbanos; le devolveremos su importe.\n\n"
        "Volveremos a informar aquí a las 22:30.",
    },
}


@dataclass
class Told:
    """Writes one incident: every moment is minutes after its opening."""

    session: Session
    incident: Incident
    members: dict[str, Member]
    templates: dict[tuple[str, str, str], MessageTemplate]
    count: int = 0
    said: list[tuple[datetime, Kind, str | None, dict[str, Any]]] = field(default_factory=list)

    def at(self, minutes: float) -> datetime:
        return OPENED_AT + timedelta(minutes=minutes)

    def line(self, minutes: float, kind: Kind, text: str | None = None, **facts: Any) -> None:
        self.said.append((self.at(minutes), kind, text, facts))

    def write_down(self) -> int:
        """Appends the lines in the order in which they happened."""
        for at, kind, text, facts in sorted(self.said, key=lambda line: line[0]):
            append(self.session, self.incident.id, at, kind, text, **facts)
        self.said.clear()
        return self.incident.id

    def add(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row

    def dispatch(self, minutes: float, entry: int, step: str, template: str, **more: Any) -> str:
        key = f"{self.incident.id}:{entry}:{step}:{self.count}"
        self.count += 1
        more = {"incident_id": self.incident.id, "entry": entry, "step": step, "context": {}, **more}
        self.add(Dispatch(key=key, template=template, created_at=self.at(minutes), **more))
        return key

    def message(self, minutes: float, key: str, who: str, channel: str, template: str, **more: Any) -> Message:
        member = self.members[who]
        self.count += 1
        contact = next(contact for contact in member.contacts if contact.channel == channel)
        values: dict[str, Any] = {"state": "delivered", "accepted_at": self.at(minutes + 0.2), "role": None, **more}
        message = self.add(
            Message(
                dispatch_key=key,
                incident_id=self.incident.id,
                member_id=member.id,
                contact_id=contact.id,
                purpose="tell",
                channel=channel,
                language=member.language,
                template_id=self.templates[template, member.language, channel].id,
                reference=f"R{self.count}",
                token=f"token-{self.count}",
                next_at=self.at(minutes),
                created_at=self.at(minutes),
                **values,
            )
        )
        known = {"message": message.id, "member": member.id, "channel": channel}
        if message.state == "failed":
            self.line(minutes + 0.2, Kind.MESSAGE_FAILED, reason=message.reason, **known)
        elif message.state == "in_doubt":
            self.line(minutes + 0.2, Kind.MESSAGE_IN_DOUBT, **known)
        else:
            self.line(minutes + 0.2, Kind.MESSAGE_SENT, template=template, role=message.role, **known)
        return message

    def acknowledge(self, minutes: float, key: str, who: str, step: str, role: str | None, via: str = "sms") -> None:
        member = self.members[who]
        self.add(
            Acknowledgement(
                dispatch_key=key,
                incident_id=self.incident.id,
                member_id=member.id,
                via=via,
                acknowledged_at=self.at(minutes),
            )
        )
        self.line(minutes, Kind.ACKNOWLEDGED, member=member.id, role=role, via=via, step=step)

    def deadline(self, step: str, kind: str, due: float, entry: int = 2, **more: Any) -> None:
        role, member_id = more.get("role"), more.get("member_id", 0)
        met, missed = more.get("met"), more.get("missed")
        row = self.add(
            Deadline(
                incident_id=self.incident.id,
                entry=entry,
                step=step,
                kind=kind,
                member_id=member_id,
                role=role,
                set_at=self.at(0),
                due_at=self.at(due),
                met_at=None if met is None else self.at(met),
                missed_at=None if missed is None else self.at(missed),
            )
        )
        facts = {"deadline": row.id, "deadline_kind": kind, "step": step, "member": member_id or None, "role": role}
        if met is not None:
            self.line(met, Kind.DEADLINE_MET, **facts)
        if missed is not None:
            self.line(missed, Kind.DEADLINE_MISSED, **facts)

    def enter(self, minutes: float, number: int, phase: str, left: float | None) -> None:
        left_at = None if left is None else self.at(left)
        row = PhaseEntry(
            incident_id=self.incident.id, number=number, phase=phase, entered_at=self.at(minutes), left_at=left_at
        )
        self.add(row)
        self.line(minutes, Kind.PHASE_ENTERED, phase=phase, entry=number)

    def decide(self, minutes: float, entry: int, choice: str, level: str, who: str, note: str) -> None:
        member = self.members[who]
        values = {"choice": choice, "level": level, "door": "prefect", "note": note}
        decided = Decision(
            incident_id=self.incident.id, entry=entry, member_id=member.id, decided_at=self.at(minutes), **values
        )
        self.add(decided)
        self.line(minutes, Kind.DECIDED, note, choice=choice, level=level, member=member.id, door="prefect")

    def seat(self, minutes: float | None, role: str, who: str, answer: str) -> None:
        answered = None if minutes is None else self.at(minutes)
        member_id = self.members[who].id
        self.add(
            CabinetSeat(
                incident_id=self.incident.id, role=role, member_id=member_id, answer=answer, answered_at=answered
            )
        )
        if minutes is not None:
            self.line(minutes, Kind.CABINET_ANSWERED, role=role, member=member_id, answer=answer, delegate=None)

    def scenario(self, minutes: float, kind: str, text: str, who: str) -> None:
        member_id = self.members[who].id
        self.add(
            Scenario(
                incident_id=self.incident.id, kind=kind, text=text, member_id=member_id, recorded_at=self.at(minutes)
            )
        )
        self.line(minutes, Kind.SCENARIO_RECORDED, text, scenario=kind, member=member_id)

    def propose(self, minutes: float, step: str, **more: Any) -> str:
        digest = hashlib.sha256(f"{step}{minutes}".encode()).hexdigest()
        values = {"entry": 2, "channel": "email", "audience": "press", "texts": WORDS, **more}
        author = self.members["amara"].id
        self.add(
            PublicText(
                incident_id=self.incident.id,
                step=step,
                hash=digest,
                written_at=self.at(minutes),
                written_by=author,
                **values,
            )
        )
        self.line(minutes, Kind.TEXT_PROPOSED, WORDS["en"]["body"], step=step, hash=digest, audience="press")
        return digest

    def sign(self, minutes: float, digest: str, who: str, role: str) -> None:
        member_id = self.members[who].id
        self.add(
            SignOff(
                incident_id=self.incident.id, hash=digest, member_id=member_id, role=role, signed_at=self.at(minutes)
            )
        )
        self.line(minutes, Kind.SIGNED_OFF, step="holding-statement", hash=digest, member=member_id, role=role)
