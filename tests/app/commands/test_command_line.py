"""Every command explains itself, and every error ends in one sentence, one code and nothing half-written."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from app import cli
from app.commands import people
from tests.fakes.terminal import Terminal

NAMES = sorted(typer.main.get_command(cli.crisis).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_examples(terminal: Terminal, name: str) -> None:
    help_text = terminal.says(name, "--help")
    assert "Examples:" in help_text
    assert f"crisis {name}" in help_text.split("Examples:")[1]


def test_the_commands_are_the_promised_ones() -> None:
    assert set(NAMES) >= {
        *("open", "status", "advance", "code", "who", "words", "sign-off", "scenario", "convene", "ack", "done"),
        *("preview", "check", "notify", "report", "backtest", "load", "migrate", "settings", "timeline"),
        *("backup", "restore"),
    }


def test_nothing_typed_is_answered_with_the_help(terminal: Terminal) -> None:
    assert "Commands:" in terminal().err


def test_a_remedy_is_one_sentence_on_standard_error_and_code_2(any_terminal: Terminal) -> None:
    assert any_terminal.refuses("status", "9") == "There is no incident 9; `crisis status` lists those there are."


def test_a_misspelt_argument_keeps_code_2(terminal: Terminal) -> None:
    printed = terminal("status", "seven")
    assert printed.code == 2
    assert '"seven" is not an incident; write its number, like 7 or INC-7.' in printed.err


def test_an_unknown_setting_is_told(terminal: Terminal) -> None:
    terminal.settings["CRISIS_COLOUR"] = "red"
    printed = terminal("status")
    assert printed.err == "CRISIS_COLOUR is not a setting of Crisis Playbook; `crisis settings` lists them."
    assert printed.code == 2


def test_an_unforeseen_error_leaves_its_lines_of_code_in_a_log_and_no_values(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    personal = "Luc" + "ía Romero"

    def break_down(*_: object) -> None:
        raise LookupError(personal)

    monkeypatch.setattr(people, "who", break_down)
    printed = terminal("who", "crisis-lead")
    log = terminal.home / "logs" / "errors.log"
    assert printed.err == f"An unforeseen LookupError stopped this command; the lines of code are in {log}."
    assert printed.code == 1
    assert "builtins.LookupError" in log.read_text()
    assert "break_down" in log.read_text()
    assert "Lucía" not in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_without_a_store_the_way_to_one_is_told(terminal: Terminal, tmp_path: Path) -> None:
    terminal.settings["CRISIS_HOME"] = str(tmp_path / "nowhere")
    printed = terminal("status")
    assert printed.err == (
        f"There is no {tmp_path}/nowhere/secret.key; run `crisis up` first, or set CRISIS_SECRET_KEY or CRISIS_HOME."
    )
    assert printed.code == 2


def test_no_command_waits_for_prefect_or_for_drawing() -> None:
    code = "import sys, app.cli; print([m for m in ('prefect', 'matplotlib', 'fastapi') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_settings_are_listed_without_their_values(terminal: Terminal) -> None:
    terminal.settings["TWILIO_AUTH_TOKEN"] = "a very secret token"
    said = terminal.says("settings")
    assert "TWILIO_AUTH_TOKEN" in said
    assert "secret token" not in said


def test_migrate_makes_a_new_store(terminal: Terminal, tmp_path: Path) -> None:
    terminal.settings["CRISIS_HOME"] = str(tmp_path / "fresh")
    assert terminal.says("migrate").startswith("The protocol store (demo) is at release 0")
    assert (tmp_path / "fresh" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert terminal.says("status") == "No incident is open."
