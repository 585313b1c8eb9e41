"""Runs the demo from start to end: the processes, the story, and whether all of it happened."""

import sys

from rich.console import Console

from app.demo import Demo
from app.demo_set import load_samples, start_clean
from app.processes import Processes
from app.starting import processes
from wiring.settings import Settings
from wiring.works import open_works

AUTO_SPEED = 60.0  # a second of the demo is a minute of the incident
PERSON_SPEED = 20.0  # slower, so that a person can read along


def run_demo(settings: Settings, console: Console, *, auto: bool, speed: float | None) -> int:
    """Runs the demo; answers 0, or 1 when something did not happen. Raises Remedy when it cannot start."""
    parts = processes(settings, console.print)
    parts.start(lambda: _prepare(settings, console))
    try:
        console.print("Starting the Prefect server, runner, receiver, supervisor and sender ...")
        if not parts.wait_ready(lambda name: console.print(f"  [green]✓[/green] {name}")):
            return _stopped()
        story = Demo(open_works(), console, auto=auto, speed=speed or (AUTO_SPEED if auto else PERSON_SPEED))
        story.warm_up(console)
        over = _play(parts, story, console, keep=not auto)
    finally:
        parts.stop()
    if not auto:
        return 0
    return _judged(story) if over else _stopped()


def _prepare(settings: Settings, console: Console) -> None:
    kept = start_clean(settings)
    console.print(f"Starting clean in {settings.home}" + (f"; kept: {', '.join(kept)}." if kept else "."))
    console.print(f"Loaded a sample company, {load_samples(open_works(create=True))}.")


def _play(parts: Processes, story: Demo, console: Console, *, keep: bool) -> bool:
    over = False

    def tick() -> bool:
        nonlocal over
        if over:
            return not keep
        over = story.tick()
        if over and keep:
            console.print("The Prefect UI stays up to look around; Ctrl-C stops all.")
        return over and not keep

    parts.run_until_stopped(tick)
    return over


def _judged(story: Demo) -> int:
    missing = story.verdict()
    if missing:
        print(f"The demo is not whole: {'; '.join(missing)}.", file=sys.stderr)
    return 1 if missing else 0


def _stopped() -> int:
    print("The demo was stopped before its end; run it again.", file=sys.stderr)
    return 1
