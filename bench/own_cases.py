"""The cases that only we have: the enqueue, receipts, and the wait for a step's first message."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from statistics import median

import psutil
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bench import people, samples
from bench.ground import Ground
from bench.measured import Measured, measure, peak_mb
from bench.rows import OURS, Row, Taken, row
from bench.stores import Shelf
from bench.stub_process import PATIENCE, ROOT, end, free_ports, wait_for
from protocol.words import Channel

RECEIPTS = {Channel.SMS: ("twilio", 5_000), Channel.EMAIL: ("sendgrid", 20_000)}
BATCH = 1000
KEY = ec.generate_private_key(ec.SECP256R1())


def enqueue(ground: Ground) -> Iterator[Row]:
    """Everybody into the outbox, in one transaction. `rate` is rows a second."""
    count = ground.size.people
    for shelf in ground.shelves:

        def once(shelf: Shelf = shelf) -> Taken:
            process = measure("ours:put", url=shelf.copy(), channel=Channel.SMS, count=count)
            return Taken(count, count / process.seconds, process)

        yield row(f"enqueue {count:,}", OURS, shelf.kind, None, ground.repeated(once))


def receipts(ground: Ground) -> Iterator[Row]:
    """Signed receipts, over HTTP to a real receiver. The process that is measured is the receiver."""
    for channel in RECEIPTS:
        for shelf in ground.shelves:

            def once(shelf: Shelf = shelf, channel: Channel = channel) -> Taken:
                return _receipts(ground, shelf, channel)

            name = f"receipts {RECEIPTS[channel][0]}"
            yield row(name, OURS, shelf.kind, None, ground.repeated(once))


def first_message(ground: Ground) -> Iterator[Row]:
    """A step tells thirty people while a sender idles: when the first request arrives. The process is the sender."""
    for shelf in ground.shelves:
        url, port = shelf.copy(), ground.stub.ports[0]
        arguments = json.dumps({"url": url, "channel": Channel.SMS, "port": port})
        command = [sys.executable, "-m", "bench.measured", "ours:serve", arguments]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as sender:
            try:
                waits = measure("first_message:prepare", url=url, port=port, rounds=ground.size.rounds)
            finally:
                sender.terminate()
                said, _ = sender.communicate(timeout=PATIENCE * 2)
        milliseconds: list[float] = waits.more["milliseconds"]
        runs = [Taken(len(milliseconds), 0, Measured(**json.loads(said.splitlines()[-1])))]
        found = row("first message", OURS, shelf.kind, 0, runs)
        middle = round(median(milliseconds), 1)
        yield replace(found, rate=None, cpu_s_per_1000=None, milliseconds=middle, repetitions=len(milliseconds))


def _receipts(ground: Ground, shelf: Shelf, channel: Channel) -> Taken:
    provider, full = RECEIPTS[channel]
    count = max(BATCH, ground.size.of(full)) if channel is Channel.EMAIL else ground.size.of(full)
    url, port = shelf.copy(), free_ports(1)[0]
    measure("accepted:prepare", url=url, channel=channel, count=ground.size.people)
    key = {} if channel is Channel.SMS else {"key": _private_key()}
    with receiver(ground, url, port) as running:
        before = sum(running.cpu_times()[:2])
        load = measure(f"receipts:{provider}", url=url, port=port, count=count, **key)
        used = sum(running.cpu_times()[:2]) - before
        process = Measured(load.seconds, used, peak_mb(running.pid))
    return Taken(count, count / load.seconds, process)


@contextmanager
def receiver(ground: Ground, url: str, port: int) -> Iterator[psutil.Process]:
    given = {
        "CRISIS_HOME": str(ground.folder),
        "CRISIS_DATABASE_URL": url,
        "CRISIS_SECRET_KEY": people.SECRET,
        "CRISIS_PUBLIC_URL": samples.PUBLIC,
        "CRISIS_RECEIVER_PORT": str(port),
        "TWILIO_AUTH_TOKEN": samples.TOKEN,
        "SENDGRID_WEBHOOK_KEY": _public_key(),
    }
    own = {name: value for name, value in os.environ.items() if not name.startswith("CRISIS_")}
    process = subprocess.Popen([sys.executable, "-m", "app.receiver"], cwd=ROOT, env=own | given)
    try:
        wait_for(port)
        yield psutil.Process(process.pid)
    finally:
        end(process)


def _private_key() -> str:
    text, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return KEY.private_bytes(text, pkcs8, serialization.NoEncryption()).decode()


def _public_key() -> str:
    der, info = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return base64.b64encode(KEY.public_key().public_bytes(der, info)).decode()
