"""The part of the schema that makes rules data: everything that stood in the store before stands there after."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from monitoring.keeping import definitions_in
from monitoring.rows import Breach, MonitoringRule, RuleChange, RuleSeries, RuleState
from protocol.store import Store
from tests.fakes.former import KINDS, store_of_release
from wiring import schema

ROWS = (
    "INSERT INTO monitoring_rule (id, key, series, kind, parameters, playbook_key, subject, opens, actions) VALUES"
    " (3, 'many', 'mentions.brand-aurora', 'static', '{\"levels\"\\: {\"yellow\"\\: 100}}', 'social-firestorm',"
    " 'brand-aurora', true, '{\"yellow\"\\: \"ask\"}')",
    "INSERT INTO rule_series (rule_id, series) VALUES (3, 'mentions.brand-aurora')",
    "INSERT INTO rule_state (rule_id, state) VALUES (3, '{\"last_at\"\\: null}')",
    "INSERT INTO breach (id, rule_id, at, level, why, observed, threshold, joined, reasons, numbers, action)"
    " VALUES (5, 3, '2026-03-03 21:00:00', 'yellow', 'Many.', 120, 100, false, '{}', '{}', 'ask')",
)


@pytest.fixture(params=KINDS)
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of the release before, with a rule that told something."""
    with store_of_release(request, tmp_path, "0011", ROWS) as store:
        yield store


def test_rules_what_they_remember_and_what_they_told_are_kept(former: Store) -> None:
    schema.migrate(former)
    schema.require_current(former)
    with former.read() as session:
        (rule,) = definitions_in(session)
        assert (rule.key, rule.series, rule.kind) == ("many", "mentions.brand-aurora", "static")
        assert rule.written["actions"] == {"yellow": "ask"}
        assert session.get_one(MonitoringRule, 3).removed_at is None
        assert session.scalars(select(RuleSeries.series)).all() == ["mentions.brand-aurora"]
        assert session.get_one(RuleState, 3).state == {"last_at": None}
        assert session.get_one(Breach, 5).rule_id == 3
        assert session.scalars(select(RuleChange)).all() == []
