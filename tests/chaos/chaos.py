"""Chaos: senders killed at random, carriers that break at random, and every message is taken exactly once.

`make chaos` runs every case with three seeds, beside each other, and prints a table for each. It exits with 1 when a
message was lost, was taken twice, or stands in the store as something else than happened.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.chaos.processes import Count, Fakes, Sending, free_ports, kill, role
from tests.chaos.provider_process import PUBLIC, Moods
from tests.chaos.storm import Storm, Weather, supervised
from tests.chaos.verdict import Verdict, judge
from tests.chaos.world import database, leave_to_the_supervisor, settle_in
from tests.fakes.twilio_server import TOKEN
from wiring.works import open_works

POSTGRES = os.environ.get("TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
SEEDS = (11, 22, 33)
LEFT_ALONE = 5  # incidents of each kind that only the supervisor looks after
LATENCY = 0.1  # seconds that a request takes at the most before it is taken, and after; for each sender


@dataclass(frozen=True)
class Case:
    """One kind of run."""

    kind: str  # of store
    senders: int = 1
    supervisor: bool = False
    freeze: bool = False
    messages: int = 2000
    kills: int = 15

    def __str__(self) -> str:
        more = [" + supervisor"] * self.supervisor + [" + SIGSTOP"] * self.freeze
        return f"{self.kind}, {self.senders}{''.join(more)}"


CASES = (
    Case("sqlite"),
    Case("postgresql", senders=2, supervisor=True),
    Case("sqlite", senders=2, freeze=True),
    Case("postgresql", senders=2, freeze=True),
)


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    case: Case
    seed: int
    kills: int
    desk_kills: int
    seconds: float
    count: Count
    verdict: Verdict


def run(case: Case, seed: int) -> Outcome:
    """One case with one seed, in a folder and a database of its own."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, _storm(case, seed, Path(folder)) as storm:
        storm.rage()
        for place in storm.places.values():
            place.kill()  # what is still on its way to the fakes ends here
        count = storm.fakes.count()
        kills = storm.kills, storm.desk_kills
        return Outcome(case, seed, *kills, time.monotonic() - began, count, judge(storm.works, count))


@contextmanager
def _storm(case: Case, seed: int, folder: Path) -> Iterator[Storm]:
    twilio, sendgrid, receiver, nobody = free_ports(4)
    log = folder / "log.txt"
    with ExitStack() as stack:
        url = stack.enter_context(database(case.kind, folder, f"crisis_chaos_{os.getpid()}_{seed}", POSTGRES))
        moods = Moods(seed, latency=LATENCY * case.senders, receiver=f"http://127.0.0.1:{receiver}")
        fakes = Fakes([twilio, sendgrid], moods, log)
        stack.callback(fakes.end)
        settings = {
            "CRISIS_HOME": str(folder),
            "CRISIS_DATABASE_URL": url,
            "CRISIS_PUBLIC_URL": PUBLIC,
            "CRISIS_RECEIVER_PORT": str(receiver),
            "TWILIO_AUTH_TOKEN": TOKEN,
            "SENDGRID_WEBHOOK_KEY": fakes.webhook_key,
            "PREFECT_API_URL": f"http://127.0.0.1:{nobody}/api",
        }
        works = open_works(settings, create=True)
        stack.callback(works.store.close)
        settle_in(works, case.messages)
        environment = _bare() | settings
        for name in ["receiver"] + ["supervisor"] * case.supervisor:
            stack.callback(kill, role(name, environment, folder / f"{name}.txt"))
        fakes.post_receipts()
        if case.supervisor:
            leave_to_the_supervisor(works, seed, LEFT_ALONE, within=20)
        places = _places(stack, case.senders, {"twilio": twilio, "sendgrid": sendgrid}, environment, log)
        weather = Weather(case.messages, case.kills, case.freeze)
        done = supervised(works, 2 * LEFT_ALONE if case.supervisor else 0)
        yield Storm(weather, works, fakes, places, random.Random(seed), log, done)


def _places(
    stack: ExitStack, count: int, ports: Mapping[str, int], environment: Mapping[str, str], log: Path
) -> dict[str, Sending]:
    places = {}
    for number in range(1, count + 1):
        name = f"place{number}"
        places[name] = Sending(name, ports, environment, log)
        stack.callback(places[name].kill)
    return places


def _bare() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("CRISIS_", "PREFECT_"))}


def table(outcomes: Sequence[Outcome]) -> Table:
    """A row for each run."""
    shown = Table(title="Killed at random", title_justify="left")
    counted = (
        "messages",
        "kills: senders + desks",
        "faults",
        "doubts resolved by",
        "lost",
        "duplicated",
        "wrong",
        "seconds",
    )
    for column in ("seed", "store, senders", *counted):
        shown.add_column(column, overflow="fold")
    for one in outcomes:
        verdict, count = one.verdict, one.count
        faults = f"{count.faults.total()} of {count.requests}: {_listed(count.faults)}"
        bad = (len(verdict.lost), len(verdict.duplicated), len(verdict.wrong))
        kills = f"{one.kills} + {one.desk_kills}"
        cells = (one.seed, one.case, verdict.messages, kills, faults, _listed(verdict.doubts), *bad)
        shown.add_row(*map(str, (*cells, round(one.seconds))))
    return shown


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))


def side_by_side(seeds: Sequence[int] = SEEDS) -> int:
    """Each seed in a process of its own, because most of a run is waiting; answers the exit code."""
    command = [sys.executable, "-m", "tests.chaos.chaos"]
    started = [subprocess.Popen([*command, str(seed)]) for seed in seeds]
    return max(abs(one.wait()) for one in started)


def main(seeds: Sequence[int] = SEEDS, cases: Sequence[Case] = CASES) -> int:
    """Every case with these seeds; answers the exit code."""
    console = Console(width=None if sys.stdout.isatty() else 200)
    outcomes = []
    for case in cases:
        for seed in seeds:
            outcome = run(case, seed)
            outcomes.append(outcome)
            verdict = outcome.verdict
            console.print(f"{case}, seed {seed}: {'holds' if verdict.holds else 'BROKEN'}, {outcome.seconds:.0f} s")
            for sentence in (*verdict.lost, *verdict.duplicated, *verdict.wrong):
                console.print(f"  {sentence}")
    console.print(table(outcomes))
    return 0 if all(outcome.verdict.holds for outcome in outcomes) else 1


if __name__ == "__main__":
    given = [int(seed) for seed in sys.argv[1:]]
    sys.exit(main(given) if given else side_by_side())
