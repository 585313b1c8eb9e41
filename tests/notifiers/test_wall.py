"""Nobody off the roster hears of a drill."""

from datetime import UTC, datetime
from pathlib import Path

from notifiers.providers.base import Found, Outgoing
from notifiers.providers.recorder import Recorder
from notifiers.providers.wall import Wall
from notifiers.states import Outcome

ANA = Outgoing("sms", "+14155550100", "", "Drill. Ref K7Q2", "tok-1", "K7Q2", 1)


def test_an_address_off_the_roster_is_refused_before_the_provider_is_touched(tmp_path: Path) -> None:
    wall = Wall(Recorder(tmp_path / "sent.jsonl", "sms"), allowed=lambda address: False)
    answer = wall.send(ANA)
    assert (answer.outcome, answer.detail) == (Outcome.REFUSED, "not on the drill roster")
    assert not (tmp_path / "sent.jsonl").exists()


def test_an_address_on_the_roster_passes(tmp_path: Path) -> None:
    wall = Wall(Recorder(tmp_path / "sent.jsonl", "sms"), allowed={ANA.to}.__contains__)
    answer = wall.send(ANA)
    assert answer.outcome is Outcome.ACCEPTED
    assert (wall.name, wall.grace) == ("recorder", 0.0)
    assert wall.find(ANA, datetime.now(UTC)) == Found(answer.provider_id)


def test_the_roster_is_asked_at_every_send(tmp_path: Path) -> None:
    roster = {ANA.to}
    wall = Wall(Recorder(tmp_path / "sent.jsonl", "sms"), allowed=roster.__contains__)
    assert wall.send(ANA).outcome is Outcome.ACCEPTED
    roster.clear()
    assert wall.send(ANA).outcome is Outcome.REFUSED
