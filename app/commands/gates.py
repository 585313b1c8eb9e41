"""`crisis advance` and `crisis code`: deciding at a gate from the server."""

from typing import Annotated

import typer
from sqlalchemy.orm import Session

from app.arguments import AsMember, Choice, Code, MaybeLevel, Number
from app.superseded import cancel_superseded
from app.terminal import examples, say
from flows.deciding import decide, deciders
from flows.steps import publish_step, signers
from incidents import codes, sign_off
from incidents.advance import Answer, Door, Result, Verdict
from incidents.clock import clock_for
from incidents.opening import find
from incidents.phases import Phase
from incidents.rows import Incident
from protocol.people import Member
from protocol.who import member_by_key
from protocol.words import Remedy
from wiring.works import Works, open_works

commands = typer.Typer()


@commands.command(
    epilog=examples(
        "crisis advance 7 crisis --as javier.ortega --code 12345678",
        'crisis advance 7 closed --as javier.ortega --code 12345678 --note "A false alarm"',
        "crisis advance 7 hold --as javier.ortega --code 12345678 --level orange",
    )
)
def advance(
    incident: Number,
    decision: Annotated[Choice, typer.Argument(help="Where it goes from here; hold stays and asks again.")],
    member: AsMember,
    code: Code,
    level: MaybeLevel = None,
    note: Annotated[str, typer.Option(help="Why; it goes on the timeline.")] = "",
) -> None:
    """Decides at the current gate of an incident, with a one-time code."""
    works = open_works()
    with works.store.write() as session:
        row = find(session, incident)
        entry = row.entry
        answer = Answer(decision, code, Door.COMMAND, level, note, member_by_key(session, member).id)
        verdict = decide(session, works, incident, entry, answer, works.clock.now())
    _tell(works, incident, entry, verdict)


def _tell(works: Works, incident: int, entry: int, verdict: Verdict) -> None:
    if verdict.result in (Result.REFUSED, Result.TOO_LATE):
        raise Remedy(verdict.reason)
    say(verdict.reason)
    if verdict.result is Result.ADVANCED:
        say(cancel_superseded(works, incident, entry))


@commands.command(
    epilog=examples("crisis code 7 --as javier.ortega", "crisis code 7 --as pablo.serra --for holding-statement")
)
def code(
    incident: Number,
    member: AsMember,
    purpose: Annotated[
        str, typer.Option("--for", metavar="gate|STEP", help="The gate, or the step whose words are signed off.")
    ] = codes.GATE,
) -> None:
    """Prints a new one-time code for a person, when messaging is down. The earlier one stops counting."""
    works = open_works()
    now = works.clock.now()
    with works.store.write() as session:
        row = find(session, incident)
        holder = member_by_key(session, member)
        bound = _purpose(session, works, row, holder, purpose)
        issued = codes.issue(session, works.vault, row, bound, holder.id, now)
        digits = codes.digits(works.vault, issued.nonce)
    say(digits, "bold")
    what = "the gate" if purpose == codes.GATE else purpose
    say(f"Good for {holder.name} at {what} of {row.name} until {issued.expires_at:%H:%M} UTC, once.")


def _purpose(session: Session, works: Works, incident: Incident, holder: Member, wanted: str) -> str:
    """What the code is bound to. Raises Remedy for a person who is not entitled."""
    if incident.phase is Phase.CLOSED:
        raise Remedy(f"{incident.name} is closed; there is nothing left to decide.")
    at = clock_for(incident).at(works.clock.now())
    if wanted == codes.GATE:
        people = deciders(session, incident, at)
        entitled = {person.member_id: person.role or "" for person in people}
    else:
        entitled = signers(session, publish_step(session, incident, wanted), at)
    if holder.id not in entitled:
        roles = ", ".join(dict.fromkeys(entitled.values())) or "nobody just now"
        raise Remedy(f"{holder.name} is not entitled there; those who are hold these roles: {roles}.")
    return codes.GATE if wanted == codes.GATE else sign_off.purpose_of(wanted)
