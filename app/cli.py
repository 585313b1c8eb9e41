"""The `crisis` command: every command in one place, and the one way in which errors end."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from app.commands import (
    alarms,
    audiences,
    backtesting,
    cabinet,
    calendars,
    checking,
    delivering,
    desk_sheets,
    erasing,
    flowing,
    gates,
    inquiring,
    listening,
    loading,
    messaging,
    notifying,
    opening,
    people,
    previewing,
    protocols,
    reading,
    reporting,
    rules,
    running,
    standing,
    storing,
    tuning,
    wording,
)
from app.error_log import write_error
from app.terminal import complain
from incidents.clock import WallClock
from protocol.words import Remedy
from wiring.settings import read_settings

MODULES = (
    running,
    opening,
    standing,
    alarms,
    listening,
    gates,
    cabinet,
    wording,
    notifying,
    people,
    flowing,
    messaging,
    previewing,
    inquiring,
    desk_sheets,
    checking,
    delivering,
    backtesting,
    reading,
    tuning,
    reporting,
    rules,
    loading,
    audiences,
    protocols,
    calendars,
    erasing,
    storing,
)

crisis = typer.Typer(
    name="crisis",
    help="Runs the crisis playbooks of a company: who is called, with which words, and who decides.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # keeps the examples of each command on lines of their own
    pretty_exceptions_enable=False,  # they would show the values of variables, which may be personal
)
for _module in MODULES:
    crisis.add_typer(_module.commands)


def main() -> None:
    """Runs the command that was typed and exits with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Runs one command; answers 0, 1 for an unforeseen error or a negative answer, 2 for one that has a remedy."""
    try:
        crisis(args=list(arguments), prog_name="crisis")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Remedy as remedy:
        complain(str(remedy))
        return 2
    except Exception as error:
        complain(_unforeseen(error))
        return 1
    return 0


def _unforeseen(error: Exception) -> str:
    file = write_error(error, _home(), WallClock().now())
    where = f"the lines of code are in {file}" if file else "and no log could be written"
    return f"An unforeseen {type(error).__name__} stopped this command; {where}."


def _home() -> Path:
    try:
        return read_settings(os.environ).home
    except Remedy:
        return Path(".crisis").absolute()
