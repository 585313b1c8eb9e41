"""`crisis notify`: the degraded mode. Tells people from the store through the outbox, without the orchestrator."""

from typing import Annotated

import typer

from app.arguments import incident_number
from app.degraded import tell_inside
from app.degraded_outside import tell_outside
from app.direct import incident_of
from app.order import Order, addressed, own_id
from app.sending import sender_is_alive
from app.terminal import examples
from incidents.clock import clock_for
from playbooks.format import Audience
from protocol.words import Channel
from wiring.senders import build_sender
from wiring.works import Works, open_works

commands = typer.Typer()


@commands.command(
    epilog=examples(
        "crisis notify crisis-declared --role crisis-lead --team communications --incident 7",
        "crisis notify stand-down --member ana.ruiz --channel sms --incident 7 --id stand-down-1 --yes",
        "crisis notify firestorm-customer-notice --team customers --incident 7",
    )
)
def notify(
    template: Annotated[str, typer.Argument(metavar="MESSAGE", help="Key of the message; `crisis preview` shows it.")],
    role: Annotated[list[str] | None, typer.Option(help="Whoever holds this role now; may be repeated.")] = None,
    team: Annotated[list[str] | None, typer.Option(help="Everybody of this team; may be repeated.")] = None,
    member: Annotated[list[str] | None, typer.Option(help="This person; may be repeated.")] = None,
    own: Annotated[str, typer.Option("--id", metavar="ID", help="The same id twice sends once.")] = "",
    channel: Annotated[
        list[Channel] | None, typer.Option(help="Only this channel; may be repeated. Unless given, sms and email.")
    ] = None,
    incident: Annotated[
        int | None, typer.Option(parser=incident_number, metavar="INCIDENT", help="What it is about.")
    ] = None,
    urgent: Annotated[bool, typer.Option("--urgent", help="Neither quiet hours nor limits hold it.")] = False,
    signer: Annotated[
        list[str] | None,
        typer.Option(help="Role that signs words to people outside; twice or more. Unless given, the playbook's."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Tells people at once, when the orchestrator is down. Shows first how many, and asks.

    Words to a team outside the company are put up for sign-off first; once signed, the same command sends them.
    """
    audience = Audience(roles=role or [], teams=team or [], members=member or [])
    if not (audience.roles or audience.teams or audience.members):
        raise typer.BadParameter("say whom to tell: --role, --team or --member.")
    if signer and len(set(signer)) < 2:
        raise typer.BadParameter("words are signed by two roles or more; give --signer twice.")
    works = open_works()
    name = own or own_id(template, audience, incident, works.clock.now())
    channels = list(dict.fromkeys(channel or []))
    order = Order(template, audience, channels, incident, name, urgent, list(dict.fromkeys(signer or [])))
    # Built before anything is written, so that a wrong setting leaves nothing behind.
    sender = None if sender_is_alive(works) else build_sender(works)
    tell = tell_outside if _is_outside(works, order) else tell_inside
    code = tell(works, order, sender, yes)
    if code:
        raise typer.Exit(code)


def _is_outside(works: Works, order: Order) -> bool:
    now = works.clock.now()
    with works.store.read() as session:
        incident = incident_of(session, works, order)
        return addressed(session, order, clock_for(incident).at(now) if incident else now).outside
