"""`make bench`: measures everything, prints the table, writes the results. Exits with 1 only when something broke.

`BENCH_QUICK=1` measures hardly anything, for a look at whether all of it runs; its results stay out of the way.
`BENCH_ONLY=import` measures one case; its results are printed, and written only where a file is named.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from rich.console import Console

from bench import cases, import_cases, own_cases, reading_cases, table
from bench.ground import Ground
from bench.measured import Broken
from bench.rows import Row, with_ratios, written
from bench.size import Size
from bench.stores import shelves
from bench.stub_process import ROOT, Stub
from bench.targets import judged, verdicts

QUICK = bool(os.environ.get("BENCH_QUICK"))
ONLY = os.environ.get("BENCH_ONLY", "")
RESULTS = None if ONLY else ROOT / ("build/bench-quick.json" if QUICK else "bench/results.json")
CASES: dict[str, Callable[[Ground], Iterator[Row]]] = {
    "sms": cases.sms,
    "email": cases.email,
    "enqueue": own_cases.enqueue,
    "receipts": own_cases.receipts,
    "first-message": own_cases.first_message,
    "import": import_cases.import_,
    "readings": reading_cases.readings,
}


def main(results: Path | None) -> int:
    """Runs the bench and answers the exit code."""
    console = Console(width=None if sys.stdout.isatty() else 180)
    if ONLY and ONLY not in CASES:
        console.print(f'There is no case "{ONLY}"; use one of: {", ".join(CASES)}.')
        return 2
    try:
        rows = _measured(console, Size(QUICK))
    except Broken as broken:
        console.print(f"[bold red]The bench broke:[/] {broken}")
        return 1
    rows = judged(with_ratios(rows))
    if results:
        written(rows, results)
    table.table(console, rows)
    table.verdict_list(console, verdicts(rows))
    where = f"Written to {results}" if results else "Written nowhere: this was not all of it"
    console.print(f"\n{where}. The stub, the client and the store share {os.cpu_count()} cores.")
    return 0


def _measured(console: Console, size: Size) -> Sequence[Row]:
    # On the disk of the work tree: /tmp may be memory, where a durable write costs nothing.
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "build") as folder:
        console.print(f"Filling stores with {size.people:,} people ...")
        with shelves(Path(folder), size.people) as (filled, missing), Stub(cases.LATENCIES) as stub:
            if missing:
                console.print(missing, style="yellow")
            if not find_spec("apprise"):
                console.print("Apprise is skipped: install crisis-playbook[chat].", style="yellow")
            ground = Ground(size, stub, filled, Path(folder))
            rows = []
            for row in chain.from_iterable(case(ground) for name, case in CASES.items() if name == (ONLY or name)):
                table.line(console, row)
                rows.append(row)
            return rows


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else RESULTS))
