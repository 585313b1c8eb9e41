"""What is to be reached, and what the rows say about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bench.rows import OURS, Row

THREADS = "twilio-sdk 50 threads"
Value = Callable[[Row, Sequence[Row]], float | None]


@dataclass(frozen=True)
class Target:
    """A bound for our rows of one case. `at_least` says on which side the good is."""

    case: str  # how the case's name begins
    latency_ms: int | None
    what: str
    bound: float
    unit: str
    value: Value
    at_least: bool = True

    @property
    def sentence(self) -> str:
        """As it stands in the table."""
        return f"{'≥' if self.at_least else '≤'} {self.bound:,g} {self.unit}"

    def concerns(self, row: Row) -> bool:
        """Whether a row is to reach it."""
        fits = row.latency_ms == self.latency_ms
        return row.client == OURS and row.case.startswith(self.case) and fits


@dataclass(frozen=True)
class Verdict:
    """What one row came to by one target. `part`: 1.0 and more is reached."""

    target: Target
    row: Row
    measured: float
    part: float

    @property
    def reached(self) -> bool:
        """Whether it is."""
        return self.part >= 1


def _over_threads(row: Row, rows: Sequence[Row]) -> float | None:
    theirs = [one.rate for one in rows if (one.case, one.client, one.latency_ms) == (row.case, THREADS, row.latency_ms)]
    return row.rate / theirs[0] if row.rate and theirs and theirs[0] else None


TARGETS = (
    Target("sms", 50, "send", 0.9, "of the ceiling", lambda row, _: row.ratio_to_ceiling),
    Target("sms", 0, "send", 4, "x the Twilio SDK's 50 threads", _over_threads),
    Target("e-mail", 0, "send", 10_000, "a second", lambda row, _: row.rate),
    Target("e-mail", 0, "memory of the sender", 250, "MB", lambda row, _: row.rss_mb, at_least=False),
    Target("enqueue", None, "memory", 250, "MB", lambda row, _: row.rss_mb, at_least=False),
    Target("enqueue", None, "time", 2, "s", lambda row, _: row.seconds, at_least=False),
    Target("receipts", None, "keep", 1_000, "a second", lambda row, _: row.rate),
    Target("import", None, "time", 30, "s", lambda row, _: row.seconds, at_least=False),
    Target("import", None, "memory", 400, "MB", lambda row, _: row.rss_mb, at_least=False),
    Target("readings", None, "take in", 5_000, "a second", lambda row, _: row.rate),
    Target("readings", None, "memory of the receiver", 400, "MB", lambda row, _: row.rss_mb, at_least=False),
    Target("first message", 0, "wait", 100, "ms", lambda row, _: row.milliseconds, at_least=False),
)


def verdicts(rows: Sequence[Row]) -> list[Verdict]:
    """What our rows came to, in the order of the targets."""
    found = []
    for target in TARGETS:
        for row in rows:
            measured = target.value(row, rows) if target.concerns(row) else None
            if measured:
                part = measured / target.bound if target.at_least else target.bound / measured
                found.append(Verdict(target, row, measured, part))
    return found


def judged(rows: Sequence[Row]) -> list[Row]:
    """The rows, each with the targets that it did not reach."""
    missed = [verdict for verdict in verdicts(rows) if not verdict.reached]
    sentences = {id(row): tuple(one.target.sentence for one in missed if one.row is row) for row in rows}
    return [replace(row, not_reached=sentences[id(row)]) for row in rows]
