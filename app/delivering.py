"""Handing over what an order has enqueued, with a bar, until it ends or a person interrupts it."""

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from app.extent_shown import moment
from app.order import Order
from app.sending import Progress, finish
from app.terminal import console, count, say
from notifiers.sender import Sender
from wiring.works import Works

INTERRUPTED = 130  # as a shell says of a command that Ctrl-C ended


def deliver(works: Works, sender: Sender | None, dispatches: Sequence[str], order: Order, verb: str = "Sending") -> int:
    """Sends, unless a sender is at work; answers the code that the command ends with."""
    if sender is None:
        say("The sender that is at work takes them; `crisis status` shows what comes of them.")
        return 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console(stderr=True)) as bar:
        task = bar.add_task(verb, total=None)
        progress, interrupted = finish(
            works, sender, dispatches, lambda ended, all_: bar.update(task, completed=ended, total=all_)
        )
    if interrupted and progress.on_their_way:
        left = count(progress.on_their_way, "message")
        say(f"Interrupted; {left} left. Go on with `{again(order)}`, or start `crisis up`: the rest leaves by itself.")
        return INTERRUPTED
    say(f"Done: {', '.join(f'{number:,} {state}' for state, number in sorted(progress.states.items()))}.")
    if progress.held:
        say(_later(progress, order))
    return 0


@contextmanager
def counting() -> Iterator[None]:
    """Says that it counts: a hundred thousand people take some seconds."""
    with console(stderr=True).status("Counting ..."):
        yield


def again(order: Order) -> str:
    """The command that goes on with an order."""
    audience = order.audience
    said = [("role", audience.roles), ("team", audience.teams), ("member", audience.members)]
    said += [("channel", list(order.channels)), ("signer", list(order.signers))]
    named = [word for name, keys in said for key in keys for word in (f"--{name}", key)]
    words = ["crisis", "notify", order.template, *named]
    words += ["--incident", str(order.incident)] if order.incident is not None else []
    words += ["--urgent"] if order.urgent else []
    return shlex.join([*words, "--id", order.id])


def _later(progress: Progress, order: Order) -> str:
    waits = "waits" if progress.held == 1 else "wait"
    until = f" until {moment(progress.until)} at the latest" if progress.until else ""
    return (
        f"{count(progress.held, 'message')} of these {waits}{until}; `crisis up` sends them then, or `{again(order)}`."
    )
