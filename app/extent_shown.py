"""What an order comes to, as tables on the terminal."""

from datetime import datetime

from app.estimate import cost, longest, rate, seconds, span, total_cost
from app.extent import Extent, NotTold, OfChannel
from app.terminal import count, say, show, table
from wiring.settings import Settings

COLUMNS = ("channel", "messages", "languages", "SMS segments", "cost", "time")


def show_extent(settings: Settings, extent: Extent) -> None:
    """Two tables: what leaves, by channel, and who is not told, or not yet, with the reason."""
    title = f"{count(extent.people, 'person', 'people')}, {count(extent.messages, 'message')}"
    rows = [_row(settings, one, extent.about) for one in extent.channels]
    show(table(title, COLUMNS, [*rows, _together(settings, extent)] if len(rows) > 1 else rows))
    if extent.not_told:
        told = [_why(one) for one in extent.not_told]
        show(table("Not told, or not yet", ("reason", "channel", "how many", "who or until when"), told))


def moment(at: datetime) -> str:
    """`2026-03-04 06:00 UTC`."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def say_before(extent: Extent, name: str) -> None:
    """What an earlier call of the same order has done."""
    if extent.before:
        states = ", ".join(f"{number:,} {state}" for state, number in sorted(extent.before.items()))
        whole = count(extent.before.total(), "message")
        say(f"{whole} of the id {name} enqueued before ({states}); nobody is told twice.")


def _row(settings: Settings, one: OfChannel, about: bool) -> tuple[str, ...]:
    languages = ", ".join(f"{number:,} {language}" for language, number in sorted(one.languages.items()))
    segments = "–" if one.segments is None else f"{'about ' if about else ''}{one.segments:,}"
    limit = rate(settings, one.channel)
    time = span(seconds(settings, one)) + (f", at {limit:g} a second" if limit else "")
    return (str(one.channel), f"{one.messages:,}", languages, segments, cost(settings, one), time)


def _together(settings: Settings, extent: Extent) -> tuple[str, ...]:
    return ("together", f"{extent.messages:,}", "", "", total_cost(settings, extent), span(longest(settings, extent)))


def _why(one: NotTold) -> tuple[str, ...]:
    more = one.number - len(one.keys)
    keys = ", ".join(one.keys) + (f" and {more:,} more" if one.keys and more else "")
    return (str(one.reason), one.channel, f"{one.number:,}", f"until {moment(one.until)}" if one.until else keys)
