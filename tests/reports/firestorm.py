"""A social firestorm, as the flows would leave it: a burst, a crisis of seven hours, a closing."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session
from told import OPENED_AT, Told

from incidents.rows import Incident
from incidents.timeline import Kind
from playbooks.format import Playbook
from playbooks.versions import keep
from protocol.messages import MessageTemplate
from protocol.people import Contact, Member, Role, Team
from protocol.practice import Company, Subject

HOSTILE = 'We go. <script>alert("x")</script> <img src=http://evil.example/p.png> & "quotes"'
PEOPLE = {
    "lucia": ("Lucía Romero", "es"),
    "tom": ("Tom Baker", "en"),
    "amara": ("Amara Okafor", "en"),
    "jorge": ("Jorge Vidal", "es"),
    "ines": ("Inés Castaño", "es"),
    "press": ("Diario del Norte", "es"),
}
ROLES = {
    "communications-lead": ("communications lead", "dirección de comunicación"),
    "legal": ("legal counsel", "asesoría jurídica"),
    "chief-executive": ("chief executive", "dirección general"),
    "customer-service": ("head of customer service", "atención al cliente"),
}
STEPS = {
    "pre_crisis": [("wake-communications", "wake communications", "avisar a comunicación")],
    "crisis": [
        ("convene-cabinet", "convene the cabinet", "convocar al gabinete"),
        ("record-scenarios", "record scenarios", "registrar escenarios"),
        ("holding-statement", "holding statement", "primer comunicado"),
        ("tell-employees", "tell employees", "informar a la plantilla"),
    ],
    "post_crisis": [("thank-teams", "thank the teams", "agradecer a los equipos")],
}


def people(session: Session) -> dict[str, Member]:
    members = {}
    for number, (key, (name, language)) in enumerate(PEOPLE.items()):
        contacts = [
            Contact(channel=channel, sealed=f"{key}@{channel}", fingerprint=f"{key}-{channel}", position=place)
            for place, channel in enumerate(("sms", "email"))
        ]
        members[key] = Member(key=key, name=name, language=language, time_zone="Europe/Madrid", contacts=contacts)
        session.add(members[key])
        session.flush()
        assert members[key].id == number + 1
    return members


def protocol(session: Session) -> dict[tuple[str, str, str], MessageTemplate]:
    session.add(Company(name="Brisa Foods"))
    session.add(Subject(key="brisa-natural", kind="product", name="Brisa Natural"))
    session.add(Team(key="press", names={"en": "press list", "es": "lista de prensa"}, outside=True))
    for key, (english, spanish) in ROLES.items():
        session.add(Role(key=key, names={"en": english, "es": spanish}, cabinet=True))
    templates = {
        (key, language, channel): MessageTemplate(key=key, language=language, channel=channel, version=3, body="…")
        for key in ("internal-alert", "convocation", "holding-statement", "employee-note", "sign-off-request")
        for language in ("en", "es")
        for channel in ("sms", "email")
    }
    session.add_all(templates.values())
    session.flush()
    return templates


def playbook() -> Playbook:
    def plan(phase: str) -> dict[str, Any]:
        steps = [
            {
                "key": key,
                "kind": "notify",
                "title": {"en": english, "es": spanish},
                "to": {"roles": ["communications-lead"]},
                "message": "internal-alert",
            }
            for key, english, spanish in STEPS[phase]
        ]
        return {"deciders": ["communications-lead"], "steps": steps}

    document = {
        "format": 1,
        "key": "social-firestorm",
        "title": {"en": "Social firestorm", "es": "Tormenta en redes"},
        "posture": "depends",
        "summary": {"en": "A burst of anger.", "es": "Un estallido de enfado."},
        "phases": {phase: plan(phase) for phase in STEPS},
    }
    return Playbook.model_validate(document)


def opened(session: Session, drill: bool, closed: bool = True) -> Told:
    """The protocol, and an incident that nothing has happened to."""
    members, templates = people(session), protocol(session)
    version = keep(session, playbook(), OPENED_AT)
    why = {
        "en": "142 mentions in 15 minutes, the most in 9 days and 6 × the usual for a Tuesday 21:00",
        "es": "142 menciones en 15 minutos, el máximo en 9 días y 6 × lo habitual un martes a las 21:00",
    }
    incident = Incident(
        playbook_key="social-firestorm",
        playbook_version_id=version.id,
        subject="brisa-natural",
        drill=drill,
        level="red",
        phase="closed" if closed else "pre_crisis",
        why=why,
        opened_by="rule:brisa-burst",
        opened_at=OPENED_AT,
        closed_at=OPENED_AT + timedelta(hours=26) if closed else None,
        clock_real=OPENED_AT,
        clock_base=OPENED_AT,
    )
    session.add(incident)
    session.flush()
    return Told(session, incident, members, templates)


def firestorm(session: Session, drill: bool = False) -> int:
    """The whole story, from the burst to the closing 26 hours later."""
    told = opened(session, drill)
    _pre_crisis(told)
    _crisis(told)
    _statement(told)
    told.decide(410, 2, "post_crisis", "orange", "amara", "Mentions are back below the limit; no new facts.")
    told.line(410, Kind.LEVEL_CHANGED, **{"from": "red", "to": "orange", "by": f"member:{told.members['amara'].id}"})
    told.enter(410, 3, "post_crisis", 1560)
    told.line(412, Kind.STEP_DONE, step="thank-teams", occurrence=0, messages=0)
    told.line(412, Kind.GATE_OPENED, phase="post_crisis", entry=3)
    told.decide(1560, 3, "closed", "orange", "tom", "")
    told.line(1560, Kind.CLOSED)
    return told.write_down()


def _pre_crisis(told: Told) -> None:
    lucia, tom = told.members["lucia"].id, told.members["tom"].id
    opening = {"by": "rule:brisa-burst", "level": "yellow", "playbook": "social-firestorm", "version": 1}
    told.line(0, Kind.OPENED, told.incident.why["en"], subject="brisa-natural", **opening)
    told.enter(0, 1, "pre_crisis", 14)
    told.line(0.1, Kind.RUN_STARTED, phase="pre_crisis", generation=1)
    key = told.dispatch(0.2, 1, "wake-communications", "internal-alert", acknowledge=True)
    lead = "communications-lead"
    told.message(0.2, key, "lucia", "sms", "internal-alert", role=lead)
    told.message(
        0.2,
        key,
        "lucia",
        "email",
        "internal-alert",
        role=lead,
        state="failed",
        reason="the mailbox is full.",
        accepted_at=None,
    )
    told.line(0.3, Kind.STEP_DONE, step="wake-communications", occurrence=0, messages=2)
    told.line(0.4, Kind.GATE_OPENED, phase="pre_crisis", entry=1)
    told.deadline("wake-communications", "acknowledge", 5, 1, member_id=lucia, role=lead, missed=5)
    told.line(5, Kind.ESCALATED, step="wake-communications", role=lead, from_member=lucia, to_member=tom)
    told.message(5, key, "tom", "sms", "internal-alert", role=lead)
    told.message(5, key, "tom", "email", "internal-alert", role=lead)
    told.deadline("wake-communications", "acknowledge", 10, 1, member_id=tom, role=lead, met=7.5)
    told.acknowledge(7.5, key, "tom", "wake-communications", lead)
    told.acknowledge(8, key, "lucia", "wake-communications", lead, via="link")
    told.line(9, Kind.JOINED, rule="brisa-negative", level="red")
    told.line(12, Kind.CODE_SENT, member=tom, purpose="gate")
    told.line(13, Kind.REFUSED, door="prefect", reason="That code is not valid any more.")
    told.decide(14, 1, "crisis", "red", "tom", HOSTILE)
    told.line(14, Kind.LEVEL_CHANGED, **{"from": "yellow", "to": "red", "by": f"member:{tom}"})


def _crisis(told: Told) -> None:
    told.enter(14, 2, "crisis", 410)
    told.line(14.1, Kind.RUN_STARTED, phase="crisis", generation=1)
    key = told.dispatch(14.2, 2, "convene-cabinet", "convocation", acknowledge=True)
    seats = dict(zip(ROLES, ("lucia", "jorge", "amara", "ines"), strict=True))
    for role, who in seats.items():
        for channel in ("sms", "email"):
            told.message(14.2, key, who, channel, "convocation", role=role)
    told.line(14.3, Kind.STEP_DONE, step="convene-cabinet", occurrence=0, messages=8)
    told.line(
        14.3, Kind.DEADLINE_SET, deadline=9, deadline_kind="quorum", step="convene-cabinet", due=told.at(29).isoformat()
    )
    for minutes, role, who in ((16, "chief-executive", "amara"), (18, "communications-lead", "lucia")):
        told.seat(minutes, role, who, "accepted")
        told.acknowledge(minutes, key, who, "convene-cabinet", role, via="link")
    told.seat(22, "legal", "jorge", "accepted")
    told.acknowledge(22, key, "jorge", "convene-cabinet", "legal")
    told.deadline("convene-cabinet", "quorum", 29, met=22)
    told.line(22, Kind.QUORUM_REACHED, present=3, quorum=3)
    told.seat(None, "customer-service", "ines", "waiting")
    told.line(
        14.4,
        Kind.NOT_TOLD,
        member=told.members["ines"].id,
        step="record-scenarios",
        reason="no email contact; fell back to sms",
    )
    told.scenario(24, "worst", "A hospital confirms a case and links it to the batch.", "jorge")
    told.scenario(25, "likely", "Anger lasts two days; shops ask for a statement.", "lucia")
    told.scenario(26, "best", "The photo turns out to be old and the account withdraws it.", "amara")
    told.deadline("record-scenarios", "record", 44, role="communications-lead", met=26)


def _statement(told: Told) -> None:
    voided = told.propose(20, "holding-statement", voided_at=told.at(24))
    told.line(24, Kind.TEXT_VOIDED, step="holding-statement", hash=voided)
    digest = told.propose(24, "holding-statement", released_at=told.at(43))
    told.sign(27, digest, "amara", "chief-executive")
    told.deadline("holding-statement", "publish", 40, role="legal", missed=40)
    told.sign(43, digest, "jorge", "legal")
    key = told.dispatch(43, 2, "holding-statement", "holding-statement", public_hash=digest, sign_offs_needed=2)
    told.line(43, Kind.PUBLISHED, step="holding-statement", hash=digest, audience="press", messages=1)
    told.message(43, key, "press", "email", "holding-statement")
    note = told.dispatch(50, 2, "tell-employees", "employee-note")
    for who in ("lucia", "tom", "amara", "jorge"):
        told.message(50, note, who, "email", "employee-note")
    told.message(50, note, "ines", "email", "employee-note", state="in_doubt", accepted_at=None)
