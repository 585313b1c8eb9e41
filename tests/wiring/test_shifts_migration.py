"""The schema of shifts: the calendar that stood in the store before stands there after, and works at all hours."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import text

from protocol.calendar import ProtocolTask, Rotation, RotationShift
from protocol.company_export import company_of
from protocol.rota import pattern_of
from protocol.store import Store
from protocol.vault import Vault
from tests.fakes.former import KINDS, store_of_release
from wiring import schema

CALENDAR = (
    "INSERT INTO company (id, name, press_page, quiet_below) VALUES (1, 'Aurora', '', 'red')",
    "INSERT INTO member (id, key, name, title, language, time_zone, responsibilities, drill_roster)"
    " VALUES (7, 'ana.ruiz', 'Ana', '', 'es', 'Europe/Madrid', 'Media', false)",
    "INSERT INTO team (id, key, names, functions, outside)"
    ' VALUES (1, \'press\', \'{"es": "P", "en": "P"}\', \'\', false)',
    "INSERT INTO role (id, key, names, cabinet, responsibilities)"
    ' VALUES (2, \'lead\', \'{"es": "Jefa", "en": "Lead"}\', true, \'\')',
    "INSERT INTO role_holder (role_id, member_id, position) VALUES (2, 7, 0)",
    "INSERT INTO rotation (id, key, role_id, time_zone, hand_over, weekday, hours, starts, on_holidays, outside_hours)"
    " VALUES (3, 'weeks', 2, 'Europe/Madrid', '09:00:00.000000', 0, 168, '2026-03-02', 'off', 'work')",
    "INSERT INTO seat (rotation_id, member_id, position) VALUES (3, 7, 0)",
    "INSERT INTO shift_override (id, rotation_id, member_id, starts, ends, why)"
    " VALUES (4, 3, 7, '2026-03-09 08:00:00.000000', '2026-03-10 08:00:00.000000', 'x')",
    "INSERT INTO protocol_task (id, key, names, role_id, place, starts, time_zone, recurrence, reminder)"
    " VALUES (5, 'report', '{\"es\": \"Informe\", \"en\": \"Report\"}', 2, 'Sala', '2026-03-06 12:00:00.000000',"
    " 'Europe/Madrid', 'FREQ=WEEKLY', 60)",
)
TABLES = ("company", "team", "member", "role", "rotation", "seat", "shift_override", "protocol_task")


@pytest.fixture(params=KINDS)
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of the release before, with a calendar."""
    with store_of_release(request, tmp_path, "0008", CALENDAR) as store:
        yield store


def test_every_row_of_the_calendar_stays_and_no_rotation_is_limited(former: Store, vault: Vault) -> None:
    before = {table: _rows(former, table) for table in TABLES}
    schema.migrate(former)
    schema.require_current(former)
    after = {table: _rows(former, table) for table in TABLES}
    for table in TABLES:
        kept = [{name: row[name] for name in old} for row, old in zip(after[table], before[table], strict=True)]
        assert kept == before[table] != []
    with former.read() as session:
        rotation = session.get_one(Rotation, 3)
        assert pattern_of(rotation).part_at(datetime(2026, 3, 8, 3, tzinfo=UTC)) is not None  # a Sunday night
        assert session.get_one(ProtocolTask, 5).reminder == 60
        assert company_of(session, vault).rotations[0].shifts == []


def test_a_rotation_may_be_limited_afterwards(former: Store, vault: Vault) -> None:
    schema.migrate(former)
    with former.write() as session:
        session.add(RotationShift(rotation_id=3, weekday=0, starts=time(8), ends=time(20)))
    with former.read() as session:
        [shift] = company_of(session, vault).rotations[0].shifts
        assert (shift.days, shift.starts, shift.ends) == ("mon", time(8), time(20))


def _rows(store: Store, table: str) -> list[dict[str, object]]:
    with store.read() as session:
        return [dict(row) for row in session.execute(text(f"SELECT * FROM {table} ORDER BY 1")).mappings()]
