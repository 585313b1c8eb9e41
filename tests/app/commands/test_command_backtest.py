"""A backtest needs nothing but a file."""

import json
import subprocess
import sys
from pathlib import Path

from monitoring.defaults import DEFAULT_RULE
from monitoring.definitions import read_rules
from tests.fakes.terminal import RULES, Terminal

AAPL = Path("examples/brand-mentions/Twitter_volume_AAPL.csv").absolute()


def test_the_burst_of_3_march_is_found_without_any_store(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from app.cli import main; main()", "backtest", str(AAPL), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path.cwd(), env={"HOME": "/"})
    first = json.loads(done.stdout.splitlines()[0])
    assert first == {
        "at": "2015-03-03T21:02:53+00:00",
        "level": "yellow",
        "rule": "mentions-burst",
        "why": "3,041 mentions in the last hour, 5.5 × the usual 552 (mean of the last 3 days); the limit is 4 ×.",
    }


def test_a_table_for_people(terminal: Terminal, tmp_path: Path) -> None:
    terminal.settings = {"CRISIS_HOME": str(tmp_path / "nowhere")}
    said = terminal.says("backtest", AAPL)
    assert "2015-03-03 21:02:53" in said
    assert "15902 readings" in said.replace(",", "")
    assert not (tmp_path / "nowhere").exists()


def test_a_rule_of_a_file_is_chosen_by_its_key(terminal: Terminal, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "rules:\n"
        "  - {key: low, series: m, playbook: p, subject: s, kind: static, parameters: {levels: {yellow: 1000}}}\n"
        "  - {key: high, series: m, playbook: p, subject: s, kind: static, parameters: {levels: {red: 90000}}}\n"
    )
    assert terminal("backtest", AAPL, "--rules", rules, "--json").jsons[0]["rule"] == "low"
    assert terminal.says("backtest", AAPL, "--rules", rules, "--rule", "high", "--json") == ""
    assert terminal.refuses("backtest", AAPL, "--rules", rules, "--rule", "no") == (
        'No rule "no" in rules.yaml. Use one of: low, high.'
    )


def test_a_broken_line_is_named(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "mentions.csv"
    file.write_text("timestamp,value\n2015-03-03 21:02:53,12\n2015-03-03 21:07:53,many\n")
    assert terminal.refuses("backtest", file, "--json") == (
        'mentions.csv, line 3: "many" is not a number; correct the line or remove it.'
    )
    assert terminal.refuses("backtest", tmp_path / "no.csv") == f"No file {tmp_path / 'no.csv'}; check the path."


def test_the_default_rule_is_the_one_of_the_examples() -> None:
    assert read_rules(RULES) == [DEFAULT_RULE]
