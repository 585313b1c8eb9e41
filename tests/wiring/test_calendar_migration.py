"""A store of the release before the calendar comes into this one with every row it had."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from protocol.store import Store
from tests.fakes.former import KINDS, store_of_release
from wiring.schema import head, migrate, require_current, revision

FORMER = (
    "INSERT INTO company (id, name, press_page, quiet_below) VALUES (1, 'Aurora', 'https://example.com', 'red')",
    "INSERT INTO team (id, key, names, functions, outside) VALUES (1, 'press', '{\"es\": \"Prensa\"}', 'Words', false)",
    "INSERT INTO member (id, key, name, title, language, time_zone, responsibilities, drill_roster)"
    " VALUES (1, 'ana.ruiz', 'Ana Ruiz', 'Lead', 'es', 'Europe/Madrid', 'All', true)",
    "INSERT INTO membership (team_id, member_id, position, tasks) VALUES (1, 1, 0, 'Speaks')",
    "INSERT INTO role (id, key, names, cabinet, responsibilities) VALUES (1, 'lead', '{\"en\": \"Lead\"}', true, 'x')",
    "INSERT INTO role_holder (role_id, member_id, position) VALUES (1, 1, 0)",
    "INSERT INTO working_hours (id, member_id, weekday, starts, ends) VALUES (1, 1, 0, '09:00:00.000000', '18:00:00')",
    "INSERT INTO absence (id, member_id, starts, ends, reason)"
    " VALUES (1, 1, '2026-08-01 00:00:00.000000', '2026-08-16 00:00:00.000000', 'away')",
)
TABLES = ("company", "team", "member", "membership", "role", "role_holder", "working_hours", "absence")


@pytest.fixture(params=KINDS)
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store at release 0005, once per kind of database."""
    with store_of_release(request, tmp_path, "0005", FORMER) as store:
        yield store


def test_the_calendar_comes_and_every_row_stays(former: Store) -> None:
    before = {table: _rows(former, table) for table in TABLES}
    migrate(former)
    require_current(former)
    after = {table: _rows(former, table) for table in TABLES}
    assert revision(former) == head()
    for table in TABLES:
        kept = [{name: row[name] for name in old} for row, old in zip(after[table], before[table], strict=True)]
        assert kept == before[table] != []
    assert (after["role"][0]["on_holidays"], after["role"][0]["outside_hours"]) == ("work", "work")
    assert [after[table][0]["holidays"] for table in ("company", "team", "member")] == [None, None, None]


def _rows(store: Store, table: str) -> list[dict[str, object]]:
    with store.read() as session:
        return [dict(row) for row in session.execute(text(f"SELECT * FROM {table} ORDER BY 1")).mappings()]
