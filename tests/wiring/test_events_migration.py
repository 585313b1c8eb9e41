"""The part of the schema about those outside who follow: everything before it is history, of which nobody is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from incidents.following import with_news
from incidents.rows import Incident, TimelineEntry
from incidents.timeline import Kind, append
from monitoring.announcing import unannounced
from monitoring.rows import Breach
from protocol.store import Store
from tests.fakes.former import KINDS, store_of_release
from tests.fakes.set_clock import NOW
from wiring import schema

LINE = "INSERT INTO timeline_entry (id, incident_id, number, at, kind, facts, previous, hash) VALUES "
ROWS = (
    "INSERT INTO playbook_version (id, key, version, hash, document, loaded_at)"
    " VALUES (1, 'social-firestorm', 1, 'h', '{}', '2026-03-01 09:00:00')",
    "INSERT INTO incident (id, playbook_key, playbook_version_id, subject, drill, level, phase, entry, version, why,"
    " opened_by, opened_at, clock_real, clock_base, clock_speed) VALUES (3, 'social-firestorm', 1, 'brand-aurora',"
    " false, 'red', 'crisis', 1, 1, '{}', 'rule:burst', '2026-03-01 09:00:00', '2026-03-01 09:00:00',"
    " '2026-03-01 09:00:00', 1)",
    *(
        f"{LINE}({100 + number}, 3, {number}, '2026-03-01 09:00:00', 'step_done', '{{\"step\": \"alert\"}}', 'p', 'h')"
        for number in (1, 2)
    ),
    "INSERT INTO monitoring_rule (id, key, series, kind, parameters, playbook_key, subject, opens)"
    " VALUES (1, 'burst', 'mentions', 'static', '{}', 'social-firestorm', 'brand-aurora', true)",
    "INSERT INTO breach (id, rule_id, at, level, why, observed, threshold, incident_id, joined)"
    " VALUES (5, 1, '2026-03-01 09:00:00', 'red', '3,041 mentions', 3041, 552, 3, false)",
)


@pytest.fixture(params=KINDS)
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of the release before, with an incident, its timeline and the breach that opened it."""
    with store_of_release(request, tmp_path, "0010", ROWS) as store:
        yield store


def test_a_store_from_before_keeps_its_rows_and_does_not_flood_anybody_with_them(former: Store) -> None:
    schema.migrate(former)
    schema.require_current(former)
    with former.read() as session:
        breach = session.get_one(Breach, 5)
        assert (breach.why, breach.observed, breach.incident_id, breach.joined) == ("3,041 mentions", 3041, 3, False)
        assert [line.facts for line in session.query(TimelineEntry)] == [{"step": "alert"}] * 2
        assert (with_news(session, 0, 10), unannounced(session, 10)) == ([], [])


def test_what_happens_from_then_on_is_told(former: Store) -> None:
    schema.migrate(former)
    with former.write() as session:
        append(session, 3, NOW, Kind.CLOSED)
        rest = {"level": "red", "why": "9,000 mentions", "observed": 9000, "threshold": 552}
        session.add(Breach(id=6, rule_id=1, at=NOW, **rest))
    with former.read() as session:
        assert with_news(session, 0, 10) == [session.query(Incident).one().id]
        assert [breach.id for breach, _ in unannounced(session, 10)] == [6]
