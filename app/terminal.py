"""The terminal: sentences, tables and JSON on standard output, remedies on standard error."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

PIPED_WIDTH = 160
Cell = str | Text


def console(*, stderr: bool = False) -> Console:
    """A console that takes every text as it is: names and words may hold brackets."""
    file = sys.stderr if stderr else sys.stdout
    width = None if file.isatty() else PIPED_WIDTH
    return Console(file=file, width=width, markup=False, highlight=False, emoji=False)


def say(sentence: str, style: str | None = None) -> None:
    """One sentence, never wrapped by us, so that links and codes can be copied."""
    console().print(sentence, style=style, soft_wrap=True)


def complain(sentence: str) -> None:
    """One sentence on standard error."""
    console(stderr=True).print(sentence, style="red", soft_wrap=True)


def show(renderable: RenderableType) -> None:
    """A table, or something else that Rich knows."""
    console().print(renderable)


def say_json(value: object, *, indent: int | None = None) -> None:
    """One JSON document; on one line unless indented."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent, default=_plain) + "\n")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Table:
    """A table whose cells fold instead of being cut."""
    made = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, title_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


def clock(moment: datetime | None, *, now: datetime | None = None) -> str:
    """`21:07` of today's moments, `03-03 21:07` of others, UTC; a dash for none."""
    if moment is None:
        return "–"
    return f"{moment:%H:%M}" if now and moment.date() == now.date() else f"{moment:%m-%d %H:%M}"


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 message`, `1,240 messages`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def cut(text: str, most: int = 60) -> str:
    """A text on one line of a table, with an ellipsis where it is longer."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def examples(*lines: str) -> str:
    """The end of a command's help. The backspace keeps the lines apart."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
