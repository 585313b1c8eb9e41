"""Arguments that several commands take."""

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from protocol.company_parts import read_zone
from protocol.words import Channel, Language, Level


class Choice(StrEnum):
    """What a person may decide at a gate."""

    CRISIS = "crisis"
    POST_CRISIS = "post_crisis"
    CLOSED = "closed"
    HOLD = "hold"


def incident_number(text: str) -> int:
    """`7`, or `INC-7` as people say it."""
    found = re.fullmatch(r"(?:inc-)?([0-9]{1,9})", text.strip(), re.IGNORECASE)
    if found is None:
        raise typer.BadParameter(f'"{text}" is not an incident; write its number, like 7 or INC-7.')
    return int(found[1])


def moment(text: str) -> datetime:
    """An ISO moment; UTC unless it names its own time zone."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f'"{text}" is not a moment; write it like "2026-03-03 21:00" (UTC).') from None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def day(text: str) -> date:
    """An ISO day."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f'"{text}" is not a day; write it like 2027-05-01.') from None


def shown_moment(text: str) -> datetime:
    """An ISO moment as clocks show it, with its time zone only if it names one."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f'"{text}" is not a moment; write it like "2026-03-03 21:00" (UTC).') from None


def zone(text: str) -> str:
    """The name of a time zone."""
    try:
        return read_zone(text.strip())
    except ValueError as error:
        raise typer.BadParameter(f"{error}.") from None


Number = Annotated[
    int, typer.Argument(parser=incident_number, metavar="INCIDENT", help="Number of the incident, 7 or INC-7.")
]
Step = Annotated[str, typer.Argument(metavar="STEP", help="Key of the step, as `crisis status INCIDENT` shows it.")]
AsMember = Annotated[str, typer.Option("--as", metavar="MEMBER", help="Who you are: the key of a member.")]
Code = Annotated[str, typer.Option("--code", metavar="CODE", help="The eight digits of your newest message.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]
MaybeLevel = Annotated[Level | None, typer.Option("--level", help="How serious it is from now on.")]
MaybeLanguage = Annotated[Language | None, typer.Option("--lang", help="Only in this language.")]
MaybeChannel = Annotated[Channel | None, typer.Option("--channel", help="Only for this channel.")]
ExistingFile = Annotated[Path, typer.Argument(metavar="FILE")]
