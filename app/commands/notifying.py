"""`crisis notify`: the degraded mode. Tells people from the store through the outbox, without the orchestrator."""

from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from app.arguments import incident_number
from app.direct import Extent, Order, own_id, place_order
from app.sending import finish, sender_is_alive
from app.terminal import console, count, examples, say
from notifiers.sender import Sender
from playbooks.format import Audience
from protocol.words import Channel
from wiring.senders import build_sender
from wiring.works import Works, open_works

commands = typer.Typer()


@commands.command(
    epilog=examples(
        "crisis notify crisis-declared --role crisis-lead --team communications --incident 7",
        "crisis notify stand-down --member ana.ruiz --channel sms --incident 7 --id stand-down-1 --yes",
    )
)
def notify(
    template: Annotated[str, typer.Argument(metavar="MESSAGE", help="Key of the message; `crisis preview` shows it.")],
    role: Annotated[list[str] | None, typer.Option(help="Whoever holds this role now; may be repeated.")] = None,
    team: Annotated[list[str] | None, typer.Option(help="Everybody of this team; may be repeated.")] = None,
    member: Annotated[list[str] | None, typer.Option(help="This person; may be repeated.")] = None,
    own: Annotated[str, typer.Option("--id", metavar="ID", help="The same id twice sends once.")] = "",
    channel: Annotated[list[Channel] | None, typer.Option(help="Only this channel; may be repeated.")] = None,
    incident: Annotated[
        int | None, typer.Option(parser=incident_number, metavar="INCIDENT", help="What it is about.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Tells people at once, when the orchestrator is down. Shows first how many, and asks."""
    audience = Audience(roles=role or [], teams=team or [], members=member or [])
    if not (audience.roles or audience.teams or audience.members):
        raise typer.BadParameter("say whom to tell: --role, --team or --member.")
    works = open_works()
    name = own or own_id(template, audience, incident, works.clock.now())
    order = Order(template, audience, list(dict.fromkeys(channel or list(Channel))), incident, name)
    # Built before anything is written, so that a wrong setting leaves nothing behind.
    sender = None if sender_is_alive(works) else build_sender(works)
    extent = _tried(works, order)
    if not _agreed(extent, name, yes):
        raise typer.Exit(1)
    with works.store.write() as session:
        done = place_order(session, works, order, works.clock.now())
    _deliver(works, order, done, sender)


def _tried(works: Works, order: Order) -> Extent:
    """What it would come to: done in full, and taken back."""
    with works.store.read() as session:  # it is never committed
        return place_order(session, works, order, works.clock.now())


def _agreed(extent: Extent, name: str, yes: bool) -> bool:
    if extent.known:
        say(f"{count(extent.known, 'message')} of the id {name} enqueued before; nobody is told twice.")
    if not extent.fresh:
        return True
    channels = ", ".join(f"{number} by {channel}" for channel, number in sorted(extent.channels.items()))
    languages = ", ".join(f"{number} in {language}" for language, number in sorted(extent.languages.items()))
    people, messages = count(extent.people, "person", "people"), count(extent.fresh, "message")
    say(f"{people}, {messages}: {channels}; {languages}; {count(extent.segments, 'SMS segment')}.")
    if extent.unreached:
        say(f"Without any working contact, so not told: {', '.join(extent.unreached)}.", "red")
    return yes or typer.confirm("Send them now?")


def _deliver(works: Works, order: Order, done: Extent, sender: Sender | None) -> None:
    if done.fresh:
        enqueued = count(done.fresh, "message")
        say(f"Enqueued {enqueued} as {order.key}; a repetition with --id {order.id} sends nothing twice.")
    else:
        say(f"Nothing new to send as {order.key}; give another --id to send it again.")
    if sender is None:
        say("The sender that is at work takes them; `crisis status` shows what comes of them.")
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(stderr=True)) as progress:
        bar = progress.add_task("Sending", total=None)
        states = finish(works, sender, order.key, lambda ended, all_: progress.update(bar, completed=ended, total=all_))
    say(f"Done: {', '.join(f'{number} {state}' for state, number in sorted(states.items()))}.")
