"""What the cells of a file of readings say: a moment and a count."""

from datetime import UTC, datetime

HIGHEST = 1e12
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""What is said to be from before it comes from a clock that was never set."""


class BadCell(Exception):  # noqa: N818 - it names what the cell is
    """What is wrong with one cell, as the middle of a sentence."""


def read_moment(text: str | None) -> datetime:
    """The moment in a cell; UTC unless it says its time zone. Raises BadCell."""
    if not text:
        raise BadCell("the timestamp is missing")
    try:
        moment = datetime.fromisoformat(text.strip())
        aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadCell(f'"{text}" is not a timestamp like 2015-03-03 21:02:53') from None
    if aware < EARLIEST:
        raise BadCell(f'"{text}" lies before 1970')
    return aware


def read_count(text: str | None) -> float:
    """The count in a cell. Raises BadCell."""
    if not text:
        raise BadCell("the value is missing")
    try:
        value = float(text)
    except ValueError:
        raise BadCell(f'"{text}" is not a number') from None
    problem = problem_of(value)
    if problem:
        raise BadCell(f'"{text}" {problem}')
    return value


def problem_of(value: float) -> str | None:
    """What keeps a number from being a count; None for one that is."""
    if value < 0:
        return "is negative"
    # The comparison is false for NaN too, which is neither small nor large.
    return None if value <= HIGHEST else "is not a count"
