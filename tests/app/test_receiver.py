"""The receiver as a process: its health, its silence, what it does not say."""

import base64
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.receiver import create_receiver, main
from notifiers import claiming, moves
from notifiers.links import Links
from notifiers.rows import Message
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Remedy
from tests.app.receiver_desk import NOW, PUBLIC, Clock, Desk, environment, reading
from wiring.schema import head
from wiring.settings import read_settings
from wiring.works import Works, open_works

_RSA = generate_private_key(65537, 2048).public_key()
RSA = base64.b64encode(_RSA.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def test_health_counts_and_names_nobody(desk: Desk, client: TestClient) -> None:
    desk.open("alert")
    pending = desk.count(Message)
    with desk.works.store.write() as session:
        claiming.hold_sender_lease(session, "sender-1", NOW)
        moves.doubt(session, session.scalars(select(Message).limit(1)).one(), NOW)
    desk.clock.moment += timedelta(seconds=9)
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "store": "reachable",
            "revision": head(),
            "open_incidents": 1,
            "messages_pending": pending - 1,
            "messages_in_doubt": 1,
            "oldest_pending_seconds": 9,
            "sender_lease_alive": True if desk.works.store.is_sqlite else None,
        },
    )


def test_a_store_that_does_not_answer_is_said_to_machines_and_to_people(vault: Vault, tmp_path: Path) -> None:
    settings = read_settings({"CRISIS_HOME": str(tmp_path)})
    store = Store("postgresql://nobody@127.0.0.1:1/none")
    works = Works(settings, store, vault, Links(PUBLIC, PUBLIC, vault), Clock())
    client = TestClient(create_receiver(works), client=("127.0.0.1", 50000))
    assert (client.get("/health").status_code, client.get("/health").json()) == (503, {"store": "unreachable"})
    answer = client.post("/readings", json=reading())
    assert (answer.status_code, answer.json()) == (
        503,
        {"error": "The store does not answer just now; send it again."},
    )
    page = client.get("/a/some-token")
    assert (page.status_code, page.headers["retry-after"]) == (503, "5") and "reply 1 to the SMS" in page.text


def test_the_documentation_is_off_in_production(desk: Desk) -> None:
    for path in ("/docs", "/openapi.json", "/redoc"):
        assert desk.client(environment=environment("production")).get(path).status_code == 404
    assert desk.client().get("/docs").status_code == 200


def test_without_a_store_it_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CRISIS_HOME", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, "run `crisis up` first" in capsys.readouterr().err) == (2, True)


@pytest.mark.parametrize("key", ["not a key", "-----BEGIN PUBLIC KEY-----", "clé", pytest.param(RSA, id="an RSA key")])
def test_a_key_that_could_check_nothing_is_refused_at_start_up(desk: Desk, key: str) -> None:
    sentence = "SENDGRID_WEBHOOK_KEY is not a public key; copy it again from SendGrid's settings."
    with pytest.raises(Remedy, match=f"^{re.escape(sentence)}$"):
        desk.client(sendgrid_webhook_key=key)


def test_the_process_ends_with_the_sentence_for_a_malformed_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    open_works({"CRISIS_HOME": str(tmp_path)}, create=True).store.close()
    monkeypatch.setenv("CRISIS_HOME", str(tmp_path))
    monkeypatch.setenv("SENDGRID_WEBHOOK_KEY", "not a key")
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, "SENDGRID_WEBHOOK_KEY is not a public key" in capsys.readouterr().err) == (2, True)


def test_the_process_serves_on_loopback_and_logs_no_token(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ours = {"CRISIS_HOME": str(tmp_path), "CRISIS_RECEIVER_PORT": str(port)}
    open_works(ours, create=True).store.close()
    with (tmp_path / "log").open("w") as log:
        command = [sys.executable, "-m", "app.receiver"]
        process = subprocess.Popen(command, env=dict(os.environ) | ours, stdout=log, stderr=log)
    try:
        answer = _until_it_answers(f"http://127.0.0.1:{port}/health")
        assert answer["store"] == "reachable" and answer["revision"]
        assert httpx.get(f"http://127.0.0.1:{port}/a/a-secret-token").status_code == 404
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    assert (tmp_path / "log").read_text() == ""


def _until_it_answers(url: str) -> dict[str, Any]:
    for _ in range(600):
        with suppress(httpx.ConnectError):
            answer: dict[str, Any] = httpx.get(url).json()
            return answer
        time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")
