"""What every case stands on: the stub, the stores, a folder, and how to measure there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measured import Broken, measure
from bench.rows import Taken
from bench.size import Size
from bench.stores import Shelf
from bench.stub_process import Stub


@dataclass(frozen=True)
class Ground:
    """The one local stub and the filled stores of a run."""

    size: Size
    stub: Stub
    shelves: Sequence[Shelf]
    folder: Path

    def repeated(self, once: Callable[[], Taken]) -> list[Taken]:
        """As often as the size of the run wants."""
        return [once() for _ in range(self.size.repetitions)]

    def at_stub(self, latency: int, what: str, **arguments: Any) -> Taken:
        """Measures a client; the rate is the stub's own. Raises Broken when not all of a known `count` came there."""
        self.stub.reset(latency)
        process = measure(what, port=self.stub.ports[latency], **arguments)
        count = self.stub.taken(latency)
        sent = arguments["count"] * arguments.get("people", 1) if "count" in arguments else count.messages
        kept = process.more.get("accepted", sent)  # durable: what came there stands in the store as accepted
        if not sent == kept == count.messages:
            raise Broken(f"{what}: {sent} were sent and {kept} kept as accepted, but {count.messages} came.")
        return Taken(count.messages, count.rate or count.messages / process.seconds, process)
