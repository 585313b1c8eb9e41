"""FakeTwilio and FakeSendGrid in one process of their own: `python -m tests.chaos.provider_process ARGUMENTS`.

They break at random, by a seed, and post receipts to the receiver. Each line on standard input is answered by one line
of JSON: `taken`; `count`, for everything; `post`, from now on receipts; `calm`, from now on every question is answered
and no power is cut. The end of standard input ends the process.
"""

import json
import random
import re
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from tests.chaos.world import REFUSED
from tests.fakes.faulty_server import FaultyServer, Reply, Request, posted
from tests.fakes.sendgrid_server import FakeSendGrid, Mail
from tests.fakes.twilio_records import Sms
from tests.fakes.twilio_server import FakeTwilio

PUBLIC = "https://crisis.example.org"
SENT_FAULTS = {
    "429": 2,
    "503-before": 3,
    "503-after": 3,
    "500-after": 1,
    "reset-before": 3,
    "reset-after": 3,
    "hang-before": 1,
    "hang-after": 1,
    "garbled-after": 1,
}
ASKED_FAULTS = {"429": 1, "503-before": 1, "reset-before": 1, "hang-before": 1, "garbled-after": 1}
SEEN_SHARE = 0.5  # of what was taken, receipts come
INVALID = 21211
MOMENT = "%H:%M:%S.%f"
LINK = re.compile(rf"{re.escape(PUBLIC)}/a/([0-9a-z]+)-")  # each message has one of its own, with its number in it


@dataclass(frozen=True)
class Moods:
    """How the fakes break: shares of requests, and seconds. `receiver` is where receipts go; none: nowhere."""

    seed: int
    sent: float = 0.22
    asked: float = 0.15
    latency: float = 0.1
    lag: float = 1.5
    receiver: str = ""


class Moody(FaultyServer, ABC):
    """A fake that breaks by itself. A request whose sender was killed before it was read is not taken."""

    def begin(self, moods: Moods) -> None:
        """From now on."""
        self.moods = moods
        self.dice = random.Random(f"{moods.seed}/{type(self).__name__}")
        self.faults: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()  # requests by token, taken or not
        self.calm = False  # whether every question is answered
        self.lag, self.pause, self.heeds_hang_ups = moods.lag, 0.5, True
        self.carry = self._to_receiver

    def handle(self, request: Request) -> Reply | None:
        """Answers after a while, half of which is before the request is taken."""
        with self.lock:
            before, after = self.dice.uniform(0, self.moods.latency), self.dice.uniform(0, self.moods.latency)
        time.sleep(before)
        reply = super().handle(request)
        time.sleep(after)
        return reply

    def fault_of(self, request: Request) -> str:
        asked = self.is_question(request)
        if not asked:
            self.seen.update(self.tokens(request))
        faults, share = (ASKED_FAULTS, self.moods.asked) if asked else (SENT_FAULTS, self.moods.sent)
        if self.dice.random() >= share or (asked and self.calm):
            return ""
        (fault,) = self.dice.choices(list(faults), list(faults.values()))
        self.faults[f"{fault} (asked)" if asked else fault] += 1
        return fault

    @abstractmethod
    def is_question(self, request: Request) -> bool:
        """Whether nothing is to be sent."""

    @abstractmethod
    def tokens(self, request: Request) -> list[str]:
        """The messages in a request."""

    def _to_receiver(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        return posted(self.moods.receiver + url.removeprefix(PUBLIC), body, headers)


class MoodyTwilio(Moody, FakeTwilio):
    """Twilio in its moods."""

    def is_question(self, request: Request) -> bool:
        return request.method == "GET"

    def tokens(self, request: Request) -> list[str]:
        return [_last(address) for address in parse_qs(request.body.decode()).get("StatusCallback", [])]


class MoodySendGrid(Moody, FakeSendGrid):
    """SendGrid in its moods."""

    def is_question(self, request: Request) -> bool:
        return request.path != "/v3/mail/send"

    def tokens(self, request: Request) -> list[str]:
        mail = json.loads(request.body)
        common = mail.get("custom_args", {})
        return [(common | person.get("custom_args", {}))["token"] for person in mail["personalizations"]]


class PowerCuts(threading.Thread):
    """Now and then a carrier refuses every connection for a moment, and breaks those that are open."""

    def __init__(self, fake: Moody) -> None:
        super().__init__(daemon=True)
        self.fake = fake
        self.dice = random.Random(f"{fake.moods.seed}/power of {type(fake).__name__}")

    def run(self) -> None:
        while True:
            time.sleep(self.dice.uniform(5, 15))
            if self.fake.calm:
                return
            self.fake.fail_next("refuse")
            time.sleep(self.dice.uniform(0.2, 1.5))
            self.fake.listen_again()
            self.fake.faults["power cut"] += 1


class Postman(threading.Thread):
    """Posts receipts of half of what was taken: late, twice, in any order."""

    def __init__(self, twilio: MoodyTwilio, sendgrid: MoodySendGrid, seed: int) -> None:
        super().__init__(daemon=True)
        self.twilio, self.sendgrid = twilio, sendgrid
        self.dice = random.Random(f"{seed}/postman")
        self.posted = 0

    def run(self) -> None:
        texts = mails = 0
        while True:
            time.sleep(self.dice.uniform(0.05, 0.5))
            new_texts, new_mails = self.twilio.messages[texts:], self.sendgrid.messages[mails:]
            texts, mails = texts + len(new_texts), mails + len(new_mails)
            with suppress(OSError):  # the receiver is on its way
                for text in self._some(new_texts):
                    for status in self._words("sent", "delivered"):
                        self.twilio.deliver(text.sid, status)
                        self.posted += 1
                events = [
                    self.sendgrid.event(mail, word)
                    for mail in self._some(new_mails)
                    for word in self._words("processed", "delivered")
                ]
                if events:
                    self.sendgrid.post(f"{PUBLIC}/providers/email", events)
                    self.posted += len(events)

    def _some(self, new: Sequence[Any]) -> list[Any]:
        return [one for one in new if self.dice.random() < SEEN_SHARE]

    def _words(self, *words: str) -> list[str]:
        return self.dice.sample(words, len(words)) + self.dice.choices(words, k=self.dice.randint(0, 1))


def main(ports: Sequence[int], moods: Moods) -> None:
    """Serves both until standard input ends."""
    twilio, sendgrid = _on(MoodyTwilio, ports[0]), _on(MoodySendGrid, ports[1])
    for number in REFUSED:
        twilio.refuse_number(number, INVALID)
    with ExitStack() as stack:
        for fake in (twilio, sendgrid):
            fake.begin(moods)
            stack.enter_context(fake)
            PowerCuts(fake).start()
        postman = Postman(twilio, sendgrid, moods.seed)
        _say({"ready": True, "webhook_key": sendgrid.public_key})
        for line in map(str.strip, sys.stdin):
            if line == "post":
                postman.start()
            if line == "calm":
                twilio.calm = sendgrid.calm = True
            _say(_count(twilio, sendgrid, postman) if line == "count" else _progress(twilio, sendgrid))


def _on(kind: Any, port: int) -> Any:
    """A fake on a port of its own."""
    return type(kind.__name__, (kind,), {"port": port})()


def _progress(twilio: MoodyTwilio, sendgrid: MoodySendGrid) -> dict[str, Any]:
    return {"taken": len(twilio.messages) + len(sendgrid.messages)}


def _count(twilio: MoodyTwilio, sendgrid: MoodySendGrid, postman: Postman) -> dict[str, Any]:
    with twilio.lock, sendgrid.lock:
        taken: dict[str, list[str]] = {}
        everything: list[Sms | Mail] = [*twilio.messages, *sendgrid.messages]
        for one in everything:
            for number in LINK.findall(one.body):
                taken.setdefault(number, []).append(f"{one.created:{MOMENT}}")
        return _progress(twilio, sendgrid) | {
            "told": taken,
            "seen": twilio.seen + sendgrid.seen,
            "faults": twilio.faults + sendgrid.faults,
            "requests": len(twilio.requests) + len(sendgrid.requests),
            "receipts": postman.posted,
        }


def _last(address: str) -> str:
    return address.rpartition("/")[2]


def _say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    main(given["ports"], Moods(**given["moods"]))
