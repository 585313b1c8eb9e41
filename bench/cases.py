"""The cases that the stub counts: SMS and e-mail, by our outbox and by what it could be made of."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec

from bench.ground import Ground
from bench.measured import Broken, measure
from bench.rows import OURS, Row, Taken, row
from bench.stores import Shelf
from bench.targets import THREADS
from protocol.words import Channel

LATENCIES = (0, 50)
BATCH = 1000
SMS, EMAIL = "sms", "e-mail"

LIBRARIES = (  # client, what is measured, messages at 0 ms and at 50 ms
    ("twilio-sdk sequential", "twilio_sdk:sequential", (3_000, 80)),
    (THREADS, "twilio_sdk:threads", (2_500, 2_000)),
    ("twilio-sdk asynchronous", "twilio_sdk:asynchronous", (5_000, 3_000)),
    ("apprise", "apprise_twilio:prepare", (12, 12)),
    ("raw aiohttp", "raw_aiohttp:prepare", (25_000, 7_000)),
)
OUR_SMS = (20_000, 7_000)
OUR_EMAIL = 100_000
SOCKETS = {1: (60_000, 7_000), BATCH: (400, 0)}  # requests for the ceiling without wrk, by people in each


def sms(ground: Ground) -> Iterator[Row]:
    """One message in each request, without and with a wait at the provider."""
    for place, latency in enumerate(LATENCIES):
        yield _ceiling(ground, SMS, latency, 1)
        for client, what, counts in LIBRARIES:
            if client != "apprise" or find_spec("apprise"):
                yield _library(ground, SMS, client, what, latency, ground.size.of(counts[place]))
        for shelf in ground.shelves:
            yield _ours(ground, SMS, Channel.SMS, shelf, latency, ground.size.of(OUR_SMS[place]))


def email(ground: Ground) -> Iterator[Row]:
    """A thousand people in each request, and the library's one."""
    yield _ceiling(ground, EMAIL, 0, BATCH)
    yield _library(ground, EMAIL, "sendgrid-sdk one per recipient", "sendgrid_sdk:single", 0, ground.size.of(4_000))
    for shelf in ground.shelves:
        yield _ours(ground, EMAIL, Channel.EMAIL, shelf, 0, ground.size.of(OUR_EMAIL))


def _ceiling(ground: Ground, case: str, latency: int, people: int) -> Row:
    if shutil.which("wrk"):
        client, what = "wrk", "ceiling:wrk"
        more = {"seconds": ground.size.ceiling_seconds, "folder": str(ground.folder)}
    else:
        client, what = "raw sockets", "ceiling:raw_sockets"
        more = {"count": ground.size.of(SOCKETS[people][LATENCIES.index(latency)])}
    runs = ground.repeated(lambda: ground.at_stub(latency, what, people=people, **more))
    return row(case, client, None, latency, runs)


def _library(ground: Ground, case: str, client: str, what: str, latency: int, count: int) -> Row:
    return row(case, client, None, latency, ground.repeated(lambda: ground.at_stub(latency, what, count=count)))


def _ours(ground: Ground, case: str, channel: Channel, shelf: Shelf, latency: int, count: int) -> Row:
    def once() -> Taken:
        url = shelf.copy()
        measure("ours:put", url=url, channel=channel, count=count)
        taken = ground.at_stub(latency, "ours:send", url=url, channel=channel)
        if taken.count != count:
            raise Broken(f"{taken.count} of {count} messages came to the stub.")
        # Thousands come to the stub at once, after they were claimed and before they are recorded: that counts as well.
        return replace(taken, rate=count / taken.process.seconds) if channel is Channel.EMAIL else taken

    return row(case, OURS, shelf.kind, latency, ground.repeated(once))
