"""Mentions and inquiries rise together: the duty officer is asked, an incident opens, rises, and calms down."""

import re
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select
from world import World

from incidents.phases import Phase
from incidents.rows import Incident
from monitoring.definitions import load_rules
from monitoring.rows import Breach, MonitoringRule, Verdict
from protocol.words import Level

MENTIONS = "mentions.brand-listened"
REASON = "harmed"
RULES = f"""
rules:
  - key: heard-on-both-sides
    playbook: social-firestorm
    subject: brand-listened
    kind: combination
    actions: {{yellow: ask, orange: open}}
    parameters:
      within: 30m
      signals:
        - series: {MENTIONS}
          kind: static
          parameters: {{levels: {{yellow: 100, orange: 300, red: 900}}}}
        - series: inquiries.{REASON}
          kind: static
          parameters: {{levels: {{yellow: 3, orange: 6, red: 12}}, unit: inquiries}}
"""


class Listening:
    """What comes in from outside, through the doors that anybody uses."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._asked = 0

    def is_heard(self) -> bool:
        """Whether the receiver is there."""
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self._world.works.links.public_url}/health", timeout=5).is_success
        return False

    def mentions(self, count: int, later: timedelta = timedelta(0)) -> None:
        """So many mentions in one reading, now or later."""
        at = self._world.works.clock.now() + later
        self._post("readings", {"series": MENTIONS, "at": at.isoformat(), "value": count})

    def inquiries(self, count: int) -> None:
        """So many people who ask for the same reason."""
        for _ in range(count):
            self._asked += 1
            what = {"text": "Me ha sentado mal", "reason": REASON, "subject": "brand-listened"}
            name = {"id": f"T-{self._asked}", "source": "story", "channel": "phone", "urgency": "high"}
            self._post("inquiries", name | what)

    def _post(self, door: str, body: dict[str, object]) -> None:
        for _ in range(2):  # whoever had no answer posts it again
            answer = httpx.post(f"{self._world.works.links.public_url}/{door}", json=body, timeout=30)
            assert answer.is_success, answer.text


def open_incidents(world: World) -> int:
    with world.works.store.read() as session:
        return session.scalar(select(func.count()).where(Incident.subject == "brand-listened")) or 0


def breaches(world: World) -> list[tuple[Level, int | None, Verdict | None, datetime | None]]:
    with world.works.store.read() as session:
        ours = select(Breach).join(MonitoringRule).where(MonitoringRule.key == "heard-on-both-sides")
        found = session.scalars(ours.order_by(Breach.id))
        return [(breach.level, breach.incident_id, breach.verdict, breach.ended_at) for breach in found]


def board(world: World) -> str:
    """What is heard just now, as an artifact of Prefect; empty while there is none."""
    asked = {"artifacts": {"key": {"any_": ["listening"]}}}
    found = httpx.post(f"{world.works.settings.prefect_api_url}/artifacts/latest/filter", json=asked, timeout=30)
    return "".join(artifact["data"] for artifact in found.raise_for_status().json())


@pytest.mark.both_stores
def test_both_sides_are_heard_and_people_decide(world: World, tmp_path: Path) -> None:
    world.subject("brand-listened")
    (tmp_path / "rules.yaml").write_text(RULES)
    with world.works.store.write() as session:
        load_rules(session, tmp_path / "rules.yaml")
    listening = Listening(world)
    world.until(listening.is_heard, "the receiver answers")

    # Mentions alone are not enough. With inquiries it is yellow: somebody is asked, and nothing opens.
    listening.mentions(120)
    listening.inquiries(2)
    assert breaches(world) == []
    listening.inquiries(1)
    assert [level for level, *_ in breaches(world)] == [Level.YELLOW]
    question = next(iter(world.until(lambda: world.texts(template="alarm-question"), "the duty officer is asked")))
    page = re.search(r"http://\S+/q/\S+", question.body)
    assert page and "120" in httpx.get(page.group()).text
    assert open_incidents(world) == 0

    # Orange opens by itself; the question is settled.
    listening.mentions(200)
    listening.inquiries(3)
    (_, yellow, *_), (level, number, *_) = breaches(world)
    assert (level, yellow, open_incidents(world)) == (Level.ORANGE, number, 1)
    assert number is not None
    assert world.incident(number).level is Level.ORANGE
    world.until(lambda: "🟠 orange | **heard-on-both-sides**" in board(world), "who listens sees it in Prefect")
    httpx.post(page.group(), data={"answer": "false-alarm"}, timeout=30)
    assert world.incident(number).closed_at is None

    # People decide that it is a crisis, and the desk has its lines.
    run_id = world.at_gate(number, Phase.PRE_CRISIS)
    assert world.resume(run_id, "crisis", world.gate_code(number))
    world.until(lambda: world.incident(number).phase is Phase.CRISIS, "it is a crisis")

    def desk_link() -> str | None:
        told = [text.body for text in world.texts(number, "phase-changed")]
        return next((found.group() for body in told if (found := re.search(r"http://\S+/d/[\w.~-]+", body))), None)

    sheet = httpx.get(world.until(desk_link, "the desk is told of the phase, with its sheet"), timeout=30)
    assert sheet.status_code == 200
    assert "no decir" in sheet.text.lower() or "not say" in sheet.text.lower()

    # Red raises the level of the same incident.
    listening.mentions(600)
    listening.inquiries(6)
    assert open_incidents(world) == 1
    assert world.incident(number).level is Level.RED
    assert [fact["to"] for fact in world.facts(number, "level_changed")] == ["red"]

    # Back to green is offered, never taken.
    for minutes in (70, 105, 140):
        listening.mentions(0, later=timedelta(minutes=minutes))
    assert len(world.facts(number, "calmed")) == 1
    assert all(ended for *_, ended in breaches(world))
    told = world.until(lambda: world.texts(number, "back-to-green"), "the lead hears that it may be over")
    assert told
    world.at_gate(number, Phase.CRISIS)
    assert world.incident(number).phase is Phase.CRISIS
    world.told_once(number)
