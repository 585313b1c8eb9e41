"""On PostgreSQL ids are given before the commit: what commits late, under a lower id, is told all the same."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.emitting import Emitting
from incidents.rows import TimelineEntry
from incidents.timeline import Kind, append
from monitoring.rows import Breach
from protocol.store import Store
from protocol.vault import Vault
from tests.fakes.company import Snapshot, put
from tests.fakes.loaded import new_database  # noqa: F401 - a fixture
from tests.fakes.prefect_server import FakePrefect, breach, put_breach
from tests.fakes.room import Room
from wiring.schema import migrate


@pytest.fixture
def room(new_database: str, vault: Vault, tmp_path: Path, sample_company: Snapshot) -> Iterator[Room]:  # noqa: F811
    """The sample company on PostgreSQL: on SQLite one writer waits for the other, and no row comes late."""
    store = Store(new_database)
    migrate(store)
    put(store, sample_company)
    opened = Room(store, vault, tmp_path)
    yield opened
    opened.close()
    store.close()


def _line(session: Session, room: Room, number: int, step: str) -> TimelineEntry:
    return append(session, number, room.clock.now(), Kind.STEP_DONE, step=step)


def _steps(prefect: FakePrefect) -> list[str]:
    return [event["payload"]["step"] for event in prefect.events if event["event"] == "crisis.step.done"]


def test_a_line_that_commits_after_a_later_one_of_another_incident_is_told(room: Room, prefect: FakePrefect) -> None:
    emit, one, other = Emitting(), room.open(), room.open(subject="product-oat-drink")
    with room.store.write() as slow:
        early = _line(slow, room, one, "slow").id
        with room.store.write() as quick:
            assert _line(quick, room, other, "quick").id > early
        emit(room.works)
        assert _steps(prefect) == ["quick"]
    emit(room.works)
    assert _steps(prefect) == ["quick", "slow"]


def test_lines_of_one_incident_are_told_in_their_order_though_two_write_at_once(
    room: Room, prefect: FakePrefect
) -> None:
    emit, number, waits = Emitting(), room.open(), threading.Event()

    def second() -> None:
        with room.store.write() as session:
            waits.set()
            _line(session, room, number, "second")

    writer = threading.Thread(target=second)
    with room.store.write() as slow:
        _line(slow, room, number, "first")
        writer.start()
        waits.wait()
        emit(room.works)
        assert _steps(prefect) == []
    writer.join()
    emit(room.works)
    assert _steps(prefect) == ["first", "second"]


def test_a_line_that_is_rolled_back_leaves_no_gap(room: Room, prefect: FakePrefect) -> None:
    emit, number = Emitting(), room.open()
    with pytest.raises(LookupError), room.store.write() as session:
        _line(session, room, number, "never")
        raise LookupError
    with room.store.write() as session:
        _line(session, room, number, "now")
    emit(room.works)
    assert _steps(prefect) == ["now"]


def test_a_breach_that_commits_after_a_later_one_is_told(room: Room, prefect: FakePrefect) -> None:
    emit = Emitting()
    breach(room, rule="one", minutes=-5), breach(room, rule="other", minutes=-5)
    emit(room.works)
    with room.store.write() as slow:
        early = put_breach(slow, None, room.clock.now(), "one")
        with room.store.write() as quick:
            assert put_breach(quick, None, room.clock.now(), "other") > early
        emit(room.works)
    emit(room.works)
    assert [event["payload"]["rule"] for event in prefect.events] == ["one", "other", "other", "one"]
    with room.store.read() as session:
        assert all(session.scalars(select(Breach.announced)))
