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
    assert first.pop("numbers")["limit"] == 4
    assert first == {
        "series": "Twitter_volume_AAPL",
        "raised": False,
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
    (summary,) = terminal("backtest", AAPL, "--rules", rules, "--rule", "high", "--json").jsons
    assert summary == {"series": "Twitter_volume_AAPL", "readings": 15902, "alarms": 0, "alarms_a_week": 0.0}
    assert terminal.refuses("backtest", AAPL, "--rules", rules, "--rule", "no") == (
        'No rule "no" in rules.yaml. Use one of: low, high.'
    )


def test_what_is_known_to_have_happened_is_held_against_the_alarms(terminal: Terminal, tmp_path: Path) -> None:
    labels, picture = AAPL.parent / "labels.json", tmp_path / "backtest.png"
    said = terminal.says("backtest", AAPL, "--known", labels, "--picture", picture)
    assert "Of 4 known events 4 were found, half of them at least 5 h 32 min before their moment; " in said
    assert "1.39 false alarms a week and series." in said
    assert picture.read_bytes().startswith(b"\x89PNG")
    known = tmp_path / "known.csv"
    known.write_text("series,at\nTwitter_volume_AAPL,2015-03-03 21:07:53\n")
    assert "Of 1 known event 1 were found" in terminal.says("backtest", AAPL, "--known", known)


def test_a_rule_of_several_series_is_given_each_by_name(terminal: Terminal, tmp_path: Path) -> None:
    rules, part = tmp_path / "rules.yaml", tmp_path / "bad.csv"
    rules.write_text(
        "rules:\n"
        "  - {key: bad, series: bad, playbook: p, subject: s, kind: share,"
        " parameters: {of: all, minimum: 10, levels: {yellow: 30}, unit: negative mentions}}\n"
    )
    part.write_text("timestamp,value\n2015-03-03 21:02:53,40\n")
    (tmp_path / "all.csv").write_text("timestamp,value\n2015-03-03 21:02:53,100\n2015-03-03 21:07:53,1\n")
    both = (f"bad={part}", f"all={tmp_path / 'all.csv'}")
    assert "40.0 % of 100 in the last hour" in terminal.says("backtest", *both, "--rules", rules)
    assert terminal.refuses("backtest", part, "--rules", rules) == (
        "The rule bad watches 2 series; name each one: bad=FILE.csv all=FILE.csv"
    )


def test_a_threshold_is_proposed_for_a_wanted_rate(terminal: Terminal, tmp_path: Path) -> None:
    labels, picture = AAPL.parent / "labels.json", tmp_path / "tune.svg"
    (tuned,) = terminal("tune", AAPL, "--known", labels, "--false-alarms", "0.5", "--picture", picture, "--json").jsons
    yellow = next(point for point in tuned["points"] if point["threshold"] == tuned["levels"]["yellow"])
    assert yellow["false_alarms_a_week"] <= 0.5
    below = [point for point in tuned["points"] if point["threshold"] < yellow["threshold"]]
    assert below[-1]["false_alarms_a_week"] > 0.5
    assert yellow["found"] >= 3
    assert "<svg" in picture.read_text()


def test_the_proposed_threshold_gives_that_rate_in_a_backtest(terminal: Terminal, tmp_path: Path) -> None:
    tuned = terminal("tune", AAPL, "--false-alarms", "1", "--json").jsons[0]
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "rules:\n  - {key: tuned, series: m, playbook: p, subject: s, kind: ratio, parameters: "
        f"{{minimum: 500, levels: {{yellow: {tuned['levels']['yellow']}}}}}}}\n"
    )
    summary = terminal("backtest", AAPL, "--rules", rules, "--json").jsons[-1]
    point = next(one for one in tuned["points"] if one["threshold"] == tuned["levels"]["yellow"])
    assert summary["alarms_a_week"] == round(point["alarms_a_week"], 2) <= 1


def test_what_cannot_be_tuned_is_said(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.refuses("tune", AAPL, "--rule", "share").startswith('No rule "share" in the default rules.')
    short = tmp_path / "short.csv"
    short.write_text("timestamp,value\n2015-03-03 21:02:53,12\n")
    assert terminal.refuses("tune", short) == (
        "The rule scored nothing on these series: they are shorter than it needs to learn; give longer ones."
    )
    assert terminal.refuses("tune", AAPL, "--picture", tmp_path / "tune.gif") == (
        "tune.gif is neither .png nor .svg; name the picture so."
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
