"""The recorder's file, which the demo reads and the stories count."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notifiers.providers.base import Found, Outgoing
from notifiers.providers.console import Console
from notifiers.providers.recorder import Recorder

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SMS = Outgoing("sms", "+14155550100", "Come now", "¡Ven a la sala 4!\nRef K7Q2", "tok-1", "K7Q2", 2, language="es")
SEND_FIFTY = """
import sys
from pathlib import Path
from notifiers.providers.base import Outgoing
from notifiers.providers.recorder import Recorder
recorder = Recorder(Path(sys.argv[1]), "sms")
for number in range(50):
    recorder.send(Outgoing("sms", "+1", "", "x" * 9000, f"{sys.argv[2]}-{number}", "R", 1))
"""


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_line_holds_the_whole_message(tmp_path: Path) -> None:
    answer = Recorder(tmp_path / "sent.jsonl", "sms", clock=lambda: NOW).send(SMS)
    assert lines(tmp_path / "sent.jsonl") == [
        {
            "at": "2026-03-01T09:30:00+00:00",
            "channel": "sms",
            "to": "+14155550100",
            "subject": "Come now",
            "body": "¡Ven a la sala 4!\nRef K7Q2",
            "token": "tok-1",
            "reference": "K7Q2",
            "language": "es",
            "attempt": 2,
            "provider_id": answer.provider_id,
        }
    ]
    assert (tmp_path / "sent.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_second_send_of_a_token_is_a_second_line_and_the_first_is_found(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "sent.jsonl", "sms")
    first, second = recorder.send(SMS), recorder.send(SMS)
    assert [line["provider_id"] for line in lines(recorder.file)] == [first.provider_id, second.provider_id]
    assert recorder.find(SMS, NOW) == Found(first.provider_id)


def test_what_another_process_recorded_is_found(tmp_path: Path) -> None:
    ours, theirs = Recorder(tmp_path / "sent.jsonl", "sms"), Recorder(tmp_path / "sent.jsonl", "sms")
    assert ours.find(SMS, NOW) == Found(None)
    answer = theirs.send(SMS)
    assert ours.find(SMS, NOW) == Found(answer.provider_id)
    ours.file.unlink()
    assert ours.find(SMS, NOW) == Found(None)


def test_lines_of_several_processes_stay_whole(tmp_path: Path) -> None:
    file = tmp_path / "sent.jsonl"
    senders = [subprocess.Popen([sys.executable, "-c", SEND_FIFTY, str(file), name]) for name in "abc"]
    assert [sender.wait() for sender in senders] == [0, 0, 0]
    assert len({line["token"] for line in lines(file)}) == 150


def test_a_line_torn_by_a_crash_harms_no_other(tmp_path: Path) -> None:
    file = tmp_path / "sent.jsonl"
    file.write_text('{"token": "tok-0", "provi')
    recorder = Recorder(file, "sms")
    assert recorder.find(SMS, NOW) == Found(None)
    answer = recorder.send(SMS)
    assert recorder.find(SMS, NOW) == Found(answer.provider_id)


def test_the_console_shows_one_harmless_line(capsys: pytest.CaptureFixture[str]) -> None:
    Console("sms").send(SMS)
    Console("sms").send(replace(SMS, subject="", body="\x1b[2Jgone"))
    first, second = capsys.readouterr().out.splitlines()
    assert first == "[sms] to +14155550100: Come now: ¡Ven a la sala 4! ⏎ Ref K7Q2"
    assert second.endswith(": \N{REPLACEMENT CHARACTER}[2Jgone")
