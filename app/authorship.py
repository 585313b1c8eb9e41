"""Who changes the protocol, and why: the options that every such command takes."""

from typing import Annotated

import typer

from protocol.history import Author, Recorded
from wiring.account import account_name

By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who changes it; your account unless given.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Why, in a few words; it stands in the history.")]


def author(command: str, by: str, why: str) -> Author:
    """The author of what a command changes."""
    return Author(by or account_name(), f"crisis {command}", why)


def version_said(done: Recorded) -> str:
    """What a change became, as one more sentence; nothing when it changed nothing."""
    return f" It is version {done.version} of the protocol." if done.version else ""
