"""What the terminal shows of the demo: readings, the breach, who was told what, the timeline and the gates."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from sqlalchemy import select

from app.demo_people import Received
from incidents.narrative import names_of, sentence
from incidents.rows import Incident
from incidents.timeline import Kind, lines
from monitoring.readings import ReadingValue
from notifiers.rows import Message
from notifiers.states import State
from protocol.words import Language
from wiring.works import Works

QUIET = (
    Kind.MESSAGE_SENT,  # shown as the message itself
    Kind.CODE_SENT,
    Kind.STEP_DONE,
    Kind.RUN_STARTED,
    Kind.DEADLINE_SET,
    Kind.DEADLINE_CANCELLED,
)
STYLES = {
    Kind.ESCALATED: "bold yellow",
    Kind.DEADLINE_MISSED: "yellow",
    Kind.DECIDED: "bold cyan",
    Kind.PUBLISHED: "bold green",
    Kind.SIGNED_OFF: "green",
    Kind.QUORUM_REACHED: "bold green",
    Kind.PHASE_ENTERED: "bold magenta",
}
MARKS = {"sms": "📱", "voice": "☎ ", "chat": "💬", "email": "✉ "}


class Screen:
    """Prints; remembers only what it has shown."""

    def __init__(self, console: Console, works: Works) -> None:
        self._console = console
        self._works = works
        self._shown = 0
        self._kinds: set[str] = set()

    def note(self, text: str) -> None:
        """One quiet line."""
        self._console.print(f"[dim]{text}[/dim]")

    def reading(self, value: ReadingValue) -> None:
        """One reading as a bar."""
        bar = "█" * min(60, int(value.value / 60) + 1)
        self._console.print(f"[dim]{value.at:%H:%M}  mentions in 5 min {value.value:6,.0f}  {bar}[/dim]")

    def breach(self, breach: dict[str, Any]) -> None:
        """The rule has fired, with its reason."""
        word = "opens" if breach.get("opened") else "joins"
        text = f"{breach['why']}\n{breach['rule']} {word} INC-{breach['incident']} at level {breach['level']}."
        self._console.print(Panel(text, title="Threshold crossed", border_style="red"))

    def messages(self, received: Sequence[Received], at: datetime) -> None:
        """Who was told what, by which channels, in which language: a line for each person and thing told."""
        for same in _together(received):
            first = next((one for one in same if one.subject), same[0])
            marks = "".join(mark for channel, mark in MARKS.items() if any(one.channel == channel for one in same))
            role = f" ({first.role})" if first.role else ""
            words = " ".join((first.subject or first.body).split())
            line = f"{at:%H:%M}  {marks:<4} {first.language}  [bold]{first.name}[/bold]{role}: {words}"
            self._console.print(line, highlight=False, no_wrap=True, overflow="ellipsis")

    def timeline(self, incident_id: int) -> None:
        """The new lines of the timeline as sentences."""
        with self._works.store.read() as session:
            new = lines(session, incident_id, self._shown)
            names = names_of(session, Language.EN)
            told = [(entry, sentence(entry, names, Language.EN)) for entry in new]
        for entry, text in told:
            self._shown = entry.number
            self._kinds.add(entry.kind)
            if entry.kind in QUIET:
                continue
            style = STYLES.get(Kind(entry.kind), "white")
            self._console.print(f"{entry.at:%H:%M}  [{style}]● {text}[/{style}]", highlight=False)

    def gate(self, incident: Incident, link: str, code: str, auto: bool) -> None:
        """Where to decide, and the code as the crisis lead was sent it."""
        table = Table.grid(padding=(0, 2))
        table.add_row("Open", "the address below (Ctrl-click), in your browser")
        table.add_row("Press", "Resume, choose the decision, type the code")
        table.add_row("Code", f"[bold]{code}[/bold] (as sent to the crisis lead by SMS; one use, 15 minutes)")
        if auto:
            table.add_row("", "--auto answers it through the same call")
        self._console.print(
            Panel(table, title=f"{incident.name} waits at the gate of {incident.phase.label}", border_style="cyan")
        )
        self._console.print(f"  {link}", style="bold cyan", soft_wrap=True)

    def pressed(self, decision: str, level: str, note: str) -> None:
        """What --auto answered."""
        self._console.print(f"[cyan]Resume: {decision}, level {level}, “{note}”[/cyan]")

    def report(self, file: Path) -> None:
        """Where the after-action report is."""
        self._console.print(
            Panel(
                "The timeline, the plot, every message and decision in one file.",
                title="After-action report",
                border_style="green",
            )
        )
        self._console.print(f"  {file}", style="bold green", soft_wrap=True)

    def missing(self) -> list[str]:
        """What a whole demo shows and this one has not."""
        wanted = {
            Kind.ACKNOWLEDGED: "nobody acknowledged",
            Kind.ESCALATED: "nobody was escalated to a deputy",
            Kind.QUORUM_REACHED: "the cabinet had no quorum",
            Kind.PUBLISHED: "no public words were signed off and published",
            Kind.SCENARIO_RECORDED: "no scenario was recorded",
            Kind.CLOSED: "the incident was not closed",
        }
        with self._works.store.read() as session:
            lost = session.scalars(select(Message.id).where(Message.state.in_((State.FAILED, State.UNRESOLVED)))).all()
        failed = [f"{len(lost)} messages were not sent"] if lost else []
        return [said for kind, said in wanted.items() if kind not in self._kinds] + failed


def _together(received: Sequence[Received]) -> list[list[Received]]:
    found: dict[tuple[str, int], list[Received]] = {}
    for one in received:
        found.setdefault((one.dispatch_key, one.member_id), []).append(one)
    return list(found.values())
