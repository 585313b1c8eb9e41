"""Starting and ending: up, down, demo, drill."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from app.processes import take_down
from app.sender_process import run_sender
from app.starting import processes
from drills.opening import signal_of
from drills.scenarios import scenario as scenario_of
from drills.scenarios import scenario_keys
from incidents.opening import open_or_join
from wiring import prefect_environment
from wiring.settings import Settings
from wiring.works import open_works

commands = typer.Typer()


@commands.command()
def up() -> None:
    """Start everything: Prefect server, runner, web receiver, supervisor and one sender. Ctrl-C stops all.

    Examples:

      crisis up

      CRISIS_ENVIRONMENT=production CRISIS_DATABASE_URL=postgresql://crisis@db/crisis crisis up
    """
    console = Console()
    settings = prefect_environment.prepare()
    parts = processes(settings, console.print)
    parts.start(lambda: open_works(create=True))
    if parts.wait_ready(lambda name: console.print(f"  [green]✓[/green] {name}")):
        _greet(console, settings)
        parts.run_until_stopped()


@commands.command()
def down() -> None:
    """End what an earlier start left running when it was cut off.

    Examples:

      crisis down
    """
    ended = take_down(prefect_environment.prepare().home)
    typer.echo(f"Ended {', '.join(ended)}." if ended else "Nothing of an earlier start is running.")


@commands.command()
def sender() -> None:
    """Run one more sender until Ctrl-C. On PostgreSQL any number share the outbox; on SQLite it waits its turn.

    Examples:

      crisis sender
    """
    works = open_works()
    console = Console()
    waits = " It waits until the one at work stops: an SQLite store has one at a time." if works.store.is_sqlite else ""
    console.print(f"One more sender is at work.{waits} Ctrl-C stops it; what is in flight is finished first.")
    run_sender(works)


@commands.command()
def demo(
    auto: Annotated[bool, typer.Option(help="Answer the gates itself and end.")] = False,
    speed: Annotated[float | None, typer.Option(min=1, max=600, help="How fast the incident's clock runs.")] = None,
) -> None:
    """See the whole path on this machine: a real storm of mentions, a sample company; nobody outside is reached.

    Examples:

      crisis demo

      crisis demo --auto
    """
    settings = prefect_environment.prepare()
    settings.home.mkdir(parents=True, exist_ok=True)  # Prefect makes its own folder inside, and complains if it cannot
    from app.demo_run import run_demo  # noqa: PLC0415 - Prefect reads its variables when it is imported

    sys.exit(run_demo(settings, Console(), auto=auto, speed=speed))


@commands.command()
def drill(
    scenario: Annotated[str | None, typer.Argument(help="Its key; without it the scenarios are listed.")] = None,
    subject: Annotated[str, typer.Option(help="What it is about.")] = "",
    speed: Annotated[float | None, typer.Option(min=1, max=600, help="How fast its clock runs.")] = None,
) -> None:
    """Rehearse: the same flow in staging, marked, reaching nobody outside the drill roster.

    Examples:

      crisis drill

      crisis drill firestorm-tuesday --subject brand-aurora --speed 10
    """
    if scenario is None:
        for key in scenario_keys():
            typer.echo(f"{key}: {scenario_of(key).title.en}")
        return
    works = open_works()
    signal = signal_of(scenario_of(scenario), subject, works.settings.environment, speed)
    with works.store.write() as session:
        incident, opened = open_or_join(session, signal, works.clock.now())
        typer.echo(f"{incident.name} {'opened' if opened else 'is open already'} as a drill.")


def _greet(console: Console, settings: Settings) -> None:
    console.print(f"Crisis Playbook is up ({settings.environment}).")
    console.print(f"  Prefect UI  {settings.prefect_ui_url}")
    console.print(f"  Receiver    {settings.public_url}")
    console.print("Ctrl-C stops all.")
