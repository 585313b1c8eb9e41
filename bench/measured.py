"""A measured process: `python -m bench.measured MODULE:FUNCTION ARGUMENTS` prepares, works, and prints what it took.

Only the work is timed. Its CPU time is user and system of this process, and of its children that ended meanwhile; its
memory is the peak of its whole life, with that of its children where the work says so.
"""

import importlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.stub_process import ROOT

LONGEST = 600  # seconds
Work = Callable[[], dict[str, Any] | None]  # may answer more about itself, or better figures


class Broken(RuntimeError):  # noqa: N818 - as people say it
    """A measurement that could not be made."""


@dataclass(frozen=True)
class Measured:
    """What a process took: seconds, CPU seconds and megabytes; `more` is what it says itself."""

    seconds: float
    cpu_s: float
    rss_mb: float
    more: dict[str, Any] = field(default_factory=dict)


def measure(what: str, **arguments: Any) -> Measured:
    """Runs one measured process to its end. Raises Broken with its last words when it fails."""
    command = [sys.executable, "-m", "bench.measured", what, json.dumps(arguments)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        raise Broken(f"{what} did not end within {LONGEST} seconds.") from None
    if done.returncode:
        raise Broken(f"{what} failed:\n{done.stderr[-2000:]}")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def peak_mb(process: int | str = "self") -> float:
    """The most memory that a process held. Not `ru_maxrss`, which a child inherits from who started it."""
    status = Path(f"/proc/{process}/status").read_text()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) / 1024


def main(what: str, arguments: str) -> None:
    """Does one piece of work and prints its figures as the last line."""
    module, _, function = what.partition(":")
    work: Work = getattr(importlib.import_module(f"bench.clients.{module}"), function)(**json.loads(arguments))
    cpu, start = _cpu(), time.monotonic()
    more = work() or {}
    taken = {"seconds": time.monotonic() - start, "cpu_s": _cpu() - cpu, "rss_mb": peak_mb()}
    better = {name: more.pop(name) for name in taken if name in more}
    print(json.dumps(taken | better | {"more": more}))


def _cpu() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in both)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
