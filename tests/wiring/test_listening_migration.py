"""Listening's part of the schema: readings, rules, breaches and what rules told stand there after."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from monitoring.alarms import Alarm
from monitoring.intake import take_in
from monitoring.opening import Opener
from monitoring.readings import ReadingValue
from monitoring.rows import Action, Breach, MonitoringRule, Reading, RuleSeries, RuleState
from protocol.store import Store
from protocol.words import Level
from tests.fakes.former import KINDS, store_of_release
from wiring import schema

START = datetime(2026, 3, 3, 12, tzinfo=UTC)
TOLD = {
    "last_at": START.isoformat(),
    "recent": {"total": 150, "sums": [150]},
    "latch": {
        **{"level": "yellow", "told": "yellow", "opened_at": START.isoformat(), "calm_since": None},
        "seen_at": START.isoformat(),
    },
}
ROWS = (
    "INSERT INTO monitoring_rule (id, key, series, kind, parameters, playbook_key, subject, opens)"
    " VALUES (3, 'many', 'm', 'static', '{\"levels\": {\"yellow\": 100, \"orange\": 300}}', 'p', 's', true)",
    "INSERT INTO reading (series, at, value) VALUES ('m', :at, 150)",
    "INSERT INTO rule_state (rule_id, last_at, state) VALUES (3, :at, :state)",
    "INSERT INTO breach (id, rule_id, at, level, why, observed, threshold, joined)"
    " VALUES (5, 3, :at, 'yellow', 'Many.', 150, 100, false)",
)


@pytest.fixture(params=KINDS)
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of the release before, with a rule that has told of a burst."""
    with store_of_release(request, tmp_path, "0010", ROWS, at=START, state=json.dumps(TOLD)) as store:
        schema.migrate(store)
        schema.require_current(store)
        yield store


def test_readings_rules_and_breaches_are_kept(former: Store) -> None:
    with former.read() as session:
        reading = session.scalars(select(Reading)).one()
        assert (reading.series, reading.at, reading.source, reading.value) == ("m", START, "", 150)
        rule = session.get_one(MonitoringRule, 3)
        assert (rule.kind, rule.action_at(Level.YELLOW)) == ("static", Action.OPEN)
        assert list(session.execute(select(RuleSeries.rule_id, RuleSeries.series))) == [(3, "m")]
        breach = session.get_one(Breach, 5)
        assert (breach.why, breach.action, breach.verdict, breach.ended_at) == ("Many.", Action.OPEN, None, None)
        assert session.get_one(RuleState, 3).state == TOLD


class Doors(Opener):
    """Notes what it is handed."""

    def open_or_join(self, session: object, rule: object, alarm: Alarm) -> tuple[None, bool]:  # type: ignore[override]
        return None, True


def test_a_burst_that_was_told_is_not_told_again_and_its_rise_is(former: Store) -> None:
    def levels(value: float, minutes: int) -> list[tuple[Level, float]]:
        at = START + timedelta(minutes=minutes)
        with former.write() as session:
            result = take_in(session, [ReadingValue("m", at, value)], at, Doors(at))
            return [(breach.level, breach.observed) for breach in result.breaches]

    assert levels(100, 5) == []
    # What was stored before the migration counts in the window: 150 and 100 and 60.
    assert levels(60, 10) == [(Level.ORANGE, 310)]
