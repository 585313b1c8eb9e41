"""`crisis ack`, `convene`, `scenario` and `done`: what people answer, when it cannot come by link or SMS."""

from enum import StrEnum
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.arguments import AsMember, Number, Step, incident_number
from app.terminal import examples, say
from incidents import scenarios
from incidents.cabinet import Seat, present
from incidents.clock import clock_for
from incidents.deadlines import Due, meet, open_deadlines
from incidents.opening import find
from incidents.rows import Incident
from incidents.scenarios import Case
from notifiers.acknowledgements import Via, answer, answer_convocation, is_convocation, waiting_for
from notifiers.rows import Message
from protocol.people import Member
from protocol.who import member_by_key
from protocol.words import Remedy
from wiring.works import open_works

commands = typer.Typer()


class Answer(StrEnum):
    """What the person of a seat may answer."""

    ACCEPT = "accept"
    DECLINE = "decline"
    DELEGATE = "delegate"


SEATS = {Answer.ACCEPT: Seat.ACCEPTED, Answer.DECLINE: Seat.DECLINED, Answer.DELEGATE: Seat.DELEGATED}


@commands.command(epilog=examples("crisis ack 7 --as ana.ruiz", "crisis ack --reference K7M2PQR"))
def ack(
    incident: Annotated[
        int | None, typer.Argument(parser=incident_number, metavar="[INCIDENT]", help="Number: 7 or INC-7.")
    ] = None,
    member: Annotated[str, typer.Option("--as", metavar="MEMBER", help="Who acknowledges.")] = "",
    reference: Annotated[str, typer.Option(help="The seven letters at the end of an SMS, instead.")] = "",
) -> None:
    """Acknowledges the newest message that waits for a person, or the one of a reference."""
    if bool(reference) == bool(member and incident):
        raise typer.BadParameter("give INCIDENT and --as MEMBER, or --reference REF.")
    works = open_works()
    with works.store.write() as session:
        message = _referred(session, reference) if reference else _waiting(session, incident or 0, member)
        name = session.get_one(Member, message.member_id).name if message else member
        said = message is not None and answer(session, message, Via.COMMAND, works.clock.now())
    say(f"Acknowledged for {name}." if said else f"Nothing waits for an acknowledgement of {name}.")


@commands.command(
    epilog=examples(
        "crisis convene 7 accept --as javier.ortega", "crisis convene 7 delegate --as elena.castro --to robert.hayes"
    )
)
def convene(
    incident: Number,
    choice: Annotated[Answer, typer.Argument(metavar="accept|decline|delegate", help="What the person answers.")],
    member: AsMember,
    to: Annotated[str, typer.Option(metavar="MEMBER", help="Who stands in, for delegate.")] = "",
) -> None:
    """Answers a convocation of the crisis cabinet; a delegate is told at once."""
    works = open_works()
    if (choice is Answer.DELEGATE) != bool(to):
        raise Remedy("A delegation needs the person who stands in, and nothing else does; use delegate with --to.")
    with works.store.write() as session:
        row = find(session, incident)
        person = member_by_key(session, member)
        delegate = member_by_key(session, to) if to else None
        if delegate is not None and delegate.id == person.id:
            raise Remedy(f"{person.name} cannot stand in for themselves; name somebody else with --to.")
        message = _convocation(session, row, person)
        now = works.clock.now()
        answer_convocation(session, message, SEATS[choice], Via.COMMAND, now, delegate.id if delegate else None)
        there = present(session, incident)
    handed = f" {delegate.name} has been convened." if delegate else ""
    say(f"{row.name}: {person.name} answered {choice}.{handed} {there} of the cabinet are coming.")


@commands.command(
    epilog=examples('crisis scenario 7 worst "The batch must be called back" --as javier.ortega'),
)
def scenario(
    incident: Number,
    case: Annotated[Case, typer.Argument(help="Which of the three.")],
    text: Annotated[str, typer.Argument(help="What may happen, and what you would do.")],
    member: AsMember,
) -> None:
    """Records the best, likely or worst scenario of an incident."""
    works = open_works()
    with works.store.write() as session:
        row = find(session, incident)
        at = clock_for(row).at(works.clock.now())
        scenarios.record(session, row, case, text, member_by_key(session, member).id, at)
        missing = [other for other in Case if other not in scenarios.latest(session, incident)]
    rest = f"Still missing: {', '.join(missing)}." if missing else "All three are recorded."
    say(f"{row.name}: the {case} scenario is recorded. {rest}")


@commands.command(epilog=examples("crisis done 7 next-update", "crisis done 7 market-disclosure"))
def done(incident: Number, step: Step) -> None:
    """Says that what a clock asked for was done: a promised update, a notice that a law wants."""
    works = open_works()
    with works.store.write() as session:
        row = find(session, incident)
        met = meet(session, incident, step, [Due.CLOCK], clock_for(row).at(works.clock.now()))
        if not met:
            raise Remedy(_no_clock(session, row, step))
    say(f"{row.name}: {step} is done.")


def _no_clock(session: Session, incident: Incident, step: str) -> str:
    running = [row.step for row in open_deadlines(session, incident.id) if row.kind == Due.CLOCK]
    choices = f"Use one of: {', '.join(dict.fromkeys(running))}." if running else "None is running."
    return f'{incident.name} has no running clock "{step}". {choices}'


def _referred(session: Session, reference: str) -> Message:
    found = session.scalar(select(Message).where(Message.reference == reference.strip().lstrip("#").upper()))
    if found is None:
        raise Remedy(f"No message has the reference {reference}; it is the seven letters at the end of the SMS.")
    return found


def _waiting(session: Session, incident: int, member: str) -> Message | None:
    return waiting_for(session, find(session, incident).id, member_by_key(session, member).id)


def _convocation(session: Session, incident: Incident, person: Member) -> Message:
    sent = select(Message).where(Message.incident_id == incident.id, Message.member_id == person.id)
    for message in session.scalars(sent.order_by(Message.id.desc())):
        if is_convocation(session, message):
            return message
    raise Remedy(f"{person.name} was not convened in {incident.name}; `crisis status {incident.id}` shows who was.")
