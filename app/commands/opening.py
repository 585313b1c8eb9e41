"""`crisis open`: a person opens an incident, or joins the one that is open."""

from typing import Annotated

import typer

from app.terminal import examples, say
from incidents.advance import Door
from incidents.opening import Signal, open_or_join
from incidents.phases import Phase
from protocol.words import Language, Level
from wiring.works import open_works

commands = typer.Typer()

NO_REASON: dict[str, str] = {
    Language.ES: "Abierto por una persona en el servidor.",
    Language.EN: "Opened by a person on the server.",
}


@commands.command(
    "open",
    epilog=examples(
        "crisis open social-firestorm --subject brand-aurora",
        'crisis open data-breach --subject shop-site --level red --why "Customer data is on a forum" --at-once',
    ),
)
def open_incident(
    playbook: Annotated[str, typer.Argument(help="Key of the playbook.")],
    subject: Annotated[str, typer.Option(help="Key of what it is about: a brand, product, site or person.")],
    level: Annotated[Level, typer.Option(help="How serious it is.")] = Level.YELLOW,
    why: Annotated[str, typer.Option(help="One sentence for the messages; it names no people.")] = "",
    at_once: Annotated[bool, typer.Option("--at-once", help="Open it in crisis: there was no warning.")] = False,
) -> None:
    """Opens an incident, or joins the one that is open about the same thing."""
    works = open_works()
    signal = Signal(
        playbook=playbook,
        subject=subject,
        level=level,
        why=dict.fromkeys(map(str, Language), why.strip()) if why.strip() else NO_REASON,
        opened_by=Door.COMMAND,
        phase=Phase.CRISIS if at_once else Phase.PRE_CRISIS,
    )
    with works.store.write() as session:
        incident, opened = open_or_join(session, signal, works.clock.now())
        stands = f"{incident.name} ({playbook}, {subject}) in {incident.phase.label}, level {incident.level}"
    if opened:
        say(f"Opened {stands}. Its run starts by itself; `crisis status {incident.id}` follows it.")
        return
    say(f"Joined {stands}, which is open about the same thing; nobody is told twice.")
