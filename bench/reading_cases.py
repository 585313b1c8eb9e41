"""The case of listening: readings over HTTP to a real receiver, each stored and shown to the rule of its series."""

from collections.abc import Iterator

from bench.ground import Ground
from bench.measured import Measured, measure, peak_mb
from bench.own_cases import receiver
from bench.rows import OURS, Row, Taken, row
from bench.stores import Shelf
from bench.stub_process import free_ports

BATCH = 1000
FULL = {10: 100_000, 1000: 40_000}  # readings, by how many series they are of
KINDS = ("ratio", "burst")


def readings(ground: Ground) -> Iterator[Row]:
    """Batches of a thousand; `rate` is readings a second. The process that is measured is the receiver."""
    for kind in KINDS:
        for series, full in FULL.items():
            for shelf in ground.shelves:

                def once(shelf: Shelf = shelf, series: int = series, full: int = full, kind: str = kind) -> Taken:
                    return _taken_in(ground, shelf, series, max(2 * BATCH, ground.size.of(full)), kind)

                yield row(f"readings {series:,} {kind}", OURS, shelf.kind, None, ground.repeated(once))


def _taken_in(ground: Ground, shelf: Shelf, series: int, count: int, kind: str) -> Taken:
    url, port = shelf.copy(), free_ports(1)[0]
    with receiver(ground, url, port) as running:
        before = sum(running.cpu_times()[:2])
        load = measure("readings:prepare", url=url, port=port, count=count, series=series, kind=kind)
        used = sum(running.cpu_times()[:2]) - before
        process = Measured(load.seconds, used, peak_mb(running.pid))
    return Taken(count, count / load.seconds, process)
