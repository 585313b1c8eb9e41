"""The bench runs to its end and says what it found; how fast anything is, no test says."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from bench.cases import LATENCIES
from bench.rows import Row, with_ratios
from bench.stub import SID, twilio_message
from bench.stub_process import Stub, free_ports
from bench.targets import TARGETS, THREADS, judged, verdicts
from tests.conftest import POSTGRES
from tests.fakes.contracts import Operation

ROOT = Path(__file__).parents[2]
REQUIRED = {"case", "client", "store", "latency_ms", "rate", "ratio_to_ceiling", "cpu_s_per_1000", "rss_mb"}
OURS = Row("sms", "ours", "sqlite", 50, 1_800.0, None, 0.2, 90.0, 7_000, 4.0)
CEILING = replace(OURS, client="wrk", store=None, rate=1_900.0)
CREATE = Operation("twilio_api_v2010.messages-calls.json", "POST", "/2010-04-01/Accounts/{AccountSid}/Messages.json")


pytestmark = pytest.mark.xdist_group("bench")  # one run for all of them


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, Any]]]:
    file = tmp_path_factory.mktemp("bench") / "results.json"
    command = [sys.executable, "-m", "bench", str(file)]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"BENCH_QUICK": "1"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "eached" in done.stdout
    yield json.loads(file.read_text())


def stores() -> set[str]:
    """The kinds of store that this machine can measure."""
    try:
        create_engine(POSTGRES, connect_args={"connect_timeout": 3}).connect().close()
    except OperationalError:
        return {"sqlite"}
    return {"sqlite", "postgresql"}


def test_every_row_says_what_was_measured_and_on_what(results: list[dict[str, Any]]) -> None:
    assert all(row.keys() >= REQUIRED for row in results)
    assert all(row["rss_mb"] > 0 and row["seconds"] > 0 and row["count"] > 0 for row in results)


def test_our_own_rows_are_complete_on_every_store(results: list[dict[str, Any]]) -> None:
    ours = {
        (re.sub(r" [\d,]+$", "", row["case"]), row["latency_ms"], row["store"])
        for row in results
        if row["client"] == "ours"
    }
    cases = {("sms", latency) for latency in LATENCIES} | {("e-mail", 0), ("enqueue", None), ("first message", 0)}
    cases |= {("receipts twilio", None), ("receipts sendgrid", None), ("import", None)}
    cases |= {(f"readings {series} {kind}", None) for series in ("10", "1,000") for kind in ("ratio", "burst")}
    assert ours == {(*case, store) for case in cases for store in stores()}
    waits = [row["milliseconds"] for row in results if row["case"] == "first message"]
    assert all(wait > 0 for wait in waits)


def test_one_case_alone_is_printed_and_overwrites_no_results() -> None:
    before = (ROOT / "bench" / "results.json").read_bytes()
    alone = os.environ | {"BENCH_QUICK": "1", "BENCH_ONLY": "import"}
    done = subprocess.run(
        [sys.executable, "-m", "bench"], cwd=ROOT, env=alone, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "import 2,500" in done.stdout and "enqueue" not in done.stdout
    assert "Written nowhere: this was not all of it." in done.stdout
    assert (ROOT / "bench" / "results.json").read_bytes() == before


def test_what_others_do_is_measured_in_the_same_run(results: list[dict[str, Any]]) -> None:
    at_both = [
        {row["client"] for row in results if (row["case"], row["latency_ms"]) == ("sms", ms)} for ms in LATENCIES
    ]
    theirs = {"twilio-sdk sequential", THREADS, "twilio-sdk asynchronous", "raw aiohttp"}
    assert all(clients >= theirs and clients & {"wrk", "raw sockets"} for clients in at_both)
    assert "sendgrid-sdk one per recipient" in {row["client"] for row in results if row["case"] == "e-mail"}


def test_a_rate_is_compared_with_the_ceiling_of_its_own_case() -> None:
    ceiling, ours, other = with_ratios([CEILING, OURS, replace(OURS, case="enqueue 100,000", latency_ms=None)])
    assert (ceiling.ratio_to_ceiling, ours.ratio_to_ceiling, other.ratio_to_ceiling) == (1.0, 0.9474, None)


def test_what_was_not_reached_stands_in_its_row() -> None:
    slow = replace(OURS, store="postgresql", rate=950.0)
    rows = judged(with_ratios([CEILING, OURS, slow]))
    assert [row.not_reached for row in rows] == [(), (), ("≥ 0.9 of the ceiling",)]
    assert [(verdict.reached, round(verdict.part, 2)) for verdict in verdicts(rows)] == [(True, 1.05), (False, 0.56)]


def test_every_target_concerns_a_row_of_ours(results: list[dict[str, Any]]) -> None:
    rows = [Row(**row) for row in results]
    assert [target.sentence for target in TARGETS if not any(target.concerns(row) for row in rows)] == []


def test_the_stub_answers_as_the_contract_says() -> None:
    CREATE.assert_answer(201, twilio_message(SID))


def test_nothing_is_left_of_the_stub() -> None:
    with Stub((0,)) as stub:
        port = stub.ports[0]
    assert port in free_ports(1)
