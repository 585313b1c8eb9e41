"""A replay that is killed at any moment and taken up again raises the same alarms as one that nobody disturbed."""

import os
import random
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitoring.readings import read_csv
from playbooks.versions import PlaybookVersion
from protocol.practice import Subject
from protocol.store import Store
from tests.monitoring.replayed import SERIES, told, watch_all

AAPL = Path("examples/brand-mentions/Twitter_volume_AAPL.csv")
READINGS = 2400  # eight days, with three bursts
KILLS = 12
LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)


def prepared(store: Store) -> Store:
    with store.write() as session:
        session.add(PlaybookVersion(key="social-firestorm", version=1, hash="", document={}, loaded_at=LONG_AGO))
        session.add(Subject(key="brand-aurora", kind="brand", name="Aurora"))
    watch_all(store)
    return store


def child(store: Store, folder: Path) -> "subprocess.Popen[str]":
    address = store.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.monitoring.replay_process", address, "readings.csv", "noted"]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)


def undisturbed(store: Store, folder: Path) -> list[tuple[object, ...]]:
    process = child(prepared(store), folder)
    process.communicate()
    assert process.returncode == 0
    (folder / "noted").unlink()
    return told(store)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    readings = read_csv(AAPL, SERIES)[:READINGS]
    lines = [f"{one.at.isoformat()},{one.value:g}" for one in readings]
    (tmp_path / "readings.csv").write_text("\n".join(["timestamp,value", *lines, ""]))
    return tmp_path


def test_a_replay_killed_at_random_raises_the_same_alarms(
    store: Store, folder: Path, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("undisturbed") / "crisis.db"
    other.write_bytes(sqlite_template.read_bytes())
    calm = Store(f"sqlite:///{other}")
    expected = undisturbed(calm, folder)
    calm.close()

    chance = random.Random(5)
    prepared(store)
    killed = 0
    while True:
        process = child(store, folder)
        assert process.stdout is not None
        # It dies after so many batches, and a random while into the next one: before, in or after its transaction.
        answered = [process.stdout.readline() for _ in range(chance.randint(1, 60))]
        if killed == KILLS or not answered[-1]:
            process.communicate()
            assert process.returncode == 0
            break
        try:
            process.wait(chance.random() * 0.02)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
    assert killed >= KILLS // 2
    assert told(store) == expected
    assert {row[0] for row in expected} >= {"static", "ratio", "ewma", "seasonal", "combination"}
