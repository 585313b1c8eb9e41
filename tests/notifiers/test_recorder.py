"""The recorder's file, which the demo reads and the stories count."""

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notifiers.providers.base import Answer, Found, Outgoing
from notifiers.providers.console import Console
from notifiers.providers.recorder import Recorder

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SMS = Outgoing("sms", "+12025550100", "Come now", "¡Ven a la sala 4!\nRef K7Q2", "tok-1", "K7Q2", 2, language="es")
SEND_FIFTY = """
import asyncio
import sys
from pathlib import Path
from notifiers.providers.base import Outgoing
from notifiers.providers.recorder import Recorder
recorder = Recorder(Path(sys.argv[1]), "sms")
for number in range(25):
    tokens = [f"{sys.argv[2]}-{number}-{turn}" for turn in "ab"]
    asyncio.run(recorder.send([Outgoing("sms", "+1", "", "x" * 9000, token, "R", 1) for token in tokens]))
"""


def send(recorder: Recorder, *messages: Outgoing) -> list[Answer]:
    return list(asyncio.run(recorder.send(messages)))


def find(recorder: Recorder, message: Outgoing) -> Found | None:
    return asyncio.run(recorder.find(message, NOW))


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_line_holds_the_whole_message(tmp_path: Path) -> None:
    (answer,) = send(Recorder(tmp_path / "sent.jsonl", "sms", clock=lambda: NOW), SMS)
    assert lines(tmp_path / "sent.jsonl") == [
        {
            "at": "2026-03-01T09:30:00+00:00",
            "channel": "sms",
            "to": "+12025550100",
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
    first, second = send(recorder, SMS)[0], send(recorder, SMS)[0]
    assert [line["provider_id"] for line in lines(recorder.file)] == [first.provider_id, second.provider_id]
    assert find(recorder, SMS) == Found((first.provider_id or "",))


def test_a_batch_is_a_line_for_each_in_their_order(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "sent.jsonl", "sms")
    answers = send(recorder, *[replace(SMS, token=f"tok-{number}") for number in range(500)])
    assert [line["token"] for line in lines(recorder.file)] == [f"tok-{number}" for number in range(500)]
    assert [line["provider_id"] for line in lines(recorder.file)] == [answer.provider_id for answer in answers]


def test_what_another_process_recorded_is_found(tmp_path: Path) -> None:
    ours, theirs = Recorder(tmp_path / "sent.jsonl", "sms"), Recorder(tmp_path / "sent.jsonl", "sms")
    assert find(ours, SMS) == Found()
    (answer,) = send(theirs, SMS)
    assert find(ours, SMS) == Found((answer.provider_id or "",))
    ours.file.unlink()
    assert find(ours, SMS) == Found()


def test_lines_of_several_processes_stay_whole(tmp_path: Path) -> None:
    file = tmp_path / "sent.jsonl"
    senders = [subprocess.Popen([sys.executable, "-c", SEND_FIFTY, str(file), name]) for name in "abc"]
    assert [sender.wait() for sender in senders] == [0, 0, 0]
    assert len({line["token"] for line in lines(file)}) == 150


def test_a_line_torn_by_a_crash_harms_no_other(tmp_path: Path) -> None:
    file = tmp_path / "sent.jsonl"
    file.write_text('{"token": "tok-0", "provi')
    recorder = Recorder(file, "sms")
    assert find(recorder, SMS) == Found()
    (answer,) = send(recorder, SMS)
    assert find(recorder, SMS) == Found((answer.provider_id or "",))


def test_the_console_shows_one_harmless_line(capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(Console("sms").send([SMS, replace(SMS, subject="", body="\x1b[2Jgone")]))
    first, second = capsys.readouterr().out.splitlines()
    assert first == "[sms] to +12025550100: Come now: ¡Ven a la sala 4! ⏎ Ref K7Q2"
    assert second.endswith(": \N{REPLACEMENT CHARACTER}[2Jgone")
