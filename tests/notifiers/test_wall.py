"""Nobody off the roster hears of a drill."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from notifiers.providers.base import Found, Outgoing
from notifiers.providers.recorder import Recorder
from notifiers.providers.wall import Wall
from notifiers.states import Outcome
from tests.fakes.carrier import Carrier

ANA = Outgoing("sms", "+12025550100", "", "Drill. Ref K7Q2", "tok-1", "K7Q2", 1)


def test_an_address_off_the_roster_is_refused_before_the_provider_is_touched(tmp_path: Path) -> None:
    wall = Wall(Recorder(tmp_path / "sent.jsonl", "sms"), allowed=lambda address: False)
    (answer,) = asyncio.run(wall.send([ANA]))
    assert (answer.outcome, answer.detail) == (Outcome.REFUSED, "not on the drill roster")
    assert not (tmp_path / "sent.jsonl").exists()


def test_an_address_on_the_roster_passes(tmp_path: Path) -> None:
    wall = Wall(Recorder(tmp_path / "sent.jsonl", "sms"), allowed={ANA.to}.__contains__)
    (answer,) = asyncio.run(wall.send([ANA]))
    assert answer.outcome is Outcome.ACCEPTED
    assert asyncio.run(wall.find(ANA, datetime.now(UTC))) == Found((answer.provider_id or "",))
    assert asyncio.run(wall.ask(ANA, answer.provider_id or "")) is None


def test_those_off_the_roster_are_taken_out_of_a_batch_and_the_rest_leaves_together(tmp_path: Path) -> None:
    everybody = [replace(ANA, to=f"+1202555010{n}", token=f"tok-{n}") for n in range(5)]
    recorder = Recorder(tmp_path / "sent.jsonl", "sms")
    wall = Wall(recorder, allowed={everybody[1].to, everybody[3].to}.__contains__)
    answers = asyncio.run(wall.send(everybody))
    refused, accepted = Outcome.REFUSED, Outcome.ACCEPTED
    assert [answer.outcome for answer in answers] == [refused, accepted, refused, accepted, refused]
    for number in (1, 3):
        found = asyncio.run(recorder.find(everybody[number], datetime.now(UTC)))
        assert found == Found((answers[number].provider_id or "",))


def test_the_roster_is_asked_at_every_send(tmp_path: Path) -> None:
    roster = {ANA.to}
    wall = Wall(Recorder(tmp_path / "sent.jsonl", "sms"), allowed=roster.__contains__)
    assert asyncio.run(wall.send([ANA]))[0].outcome is Outcome.ACCEPTED
    roster.clear()
    assert asyncio.run(wall.send([ANA]))[0].outcome is Outcome.REFUSED


def test_a_wall_is_in_all_else_the_provider_behind_it(tmp_path: Path) -> None:
    carrier = Carrier(Recorder(tmp_path / "sent.jsonl", "sms"), sender="+12025550199", batch=7, connections=3, rate=0.5)
    wall = Wall(carrier, allowed=lambda _: True)
    for word in ("name", "sender", "grace", "batch", "connections", "rate"):
        assert getattr(wall, word) == getattr(carrier, word)
