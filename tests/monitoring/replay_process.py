"""Replays a series into a store like a source that posts in batches, and begins again where it had no answer.

Arguments: the store's address, the readings as CSV, and the file in which the source notes what was answered.
"""

import sys
from pathlib import Path

from monitoring.intake import take_in
from monitoring.opening import opener
from monitoring.readings import ReadingValue, read_csv
from protocol.store import Store
from tests.monitoring.replayed import BATCH, SERIES


def main() -> None:
    """Posts batch by batch; says one line for each that was answered."""
    address, readings, noted = sys.argv[1], read_csv(Path(sys.argv[2]), SERIES), Path(sys.argv[3])
    store = Store(address)
    unfinished = noted.with_suffix(".unfinished")
    done = int(noted.read_text()) if noted.exists() else 0
    for number in range(done, len(readings) // BATCH):
        _post(store, readings[number * BATCH : (number + 1) * BATCH])
        unfinished.write_text(str(number + 1))
        unfinished.replace(noted)
        print(number, flush=True)
    store.close()


def _post(store: Store, batch: list[ReadingValue]) -> None:
    now = batch[-1].at
    with store.write() as session:
        take_in(session, batch, now, opener(now))


if __name__ == "__main__":
    main()
