"""The part of the schema that asks about alarms: every rule and alarm that stood in the store stands there after."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitoring.questions import open_rules
from monitoring.rows import Action, AlarmQuestion, Breach, MonitoringRule
from protocol.store import Store
from tests.fakes.former import KINDS, store_of_release
from wiring import schema

AT = datetime(2026, 3, 3, 21, 2, tzinfo=UTC)
ROWS = (
    "INSERT INTO monitoring_rule (id, key, series, kind, parameters, playbook_key, subject, opens, actions) VALUES"
    " (3, 'burst', 'mentions', 'static', '{\"levels\": {\"yellow\": 5}}', 'storm', 'brand', true,"
    ' \'{"yellow": "ask"}\')',
    "INSERT INTO breach (id, rule_id, at, level, why, observed, threshold, joined, reasons, numbers, action,"
    " announced) VALUES"
    " (8, 3, '2026-03-03 21:02:00+00:00', 'yellow', 'Six.', 6, 5, false, '{\"en\": \"Six.\"}', '{}', 'signal', true)",
)


@pytest.fixture(params=KINDS)
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of the release before, with a rule and an alarm."""
    with store_of_release(request, tmp_path, "0012", ROWS) as store:
        yield store


def test_rules_and_alarms_are_kept_and_nobody_is_asked_about_what_was_before(former: Store) -> None:
    schema.migrate(former)
    schema.require_current(former)
    with former.read() as session:
        rule, breach = session.get_one(MonitoringRule, 3), session.get_one(Breach, 8)
        assert (rule.key, rule.series, rule.action_at("yellow")) == ("burst", "mentions", Action.ASK)  # type: ignore[arg-type]
        assert (rule.asks, rule.answer_minutes, rule.raises) == ("monitoring", 10, True)
        assert (breach.rule_id, breach.why, breach.action, breach.verdict) == (3, "Six.", Action.SIGNAL, None)
        assert open_rules(session) == []
        assert session.query(AlarmQuestion).count() == 0
