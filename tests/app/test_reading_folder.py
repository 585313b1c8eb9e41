"""The watched folder: each line of each file once, and nothing for what did not change."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.reading_folder import LOOK_EVERY, ReadingFolder
from incidents.rows import Incident
from monitoring.definitions import RuleDefinition, keep_rule
from monitoring.listening_rows import ReadingFile
from monitoring.rows import MonitoringRule, Reading
from tests.app.receiver_desk import NOW, Desk
from wiring.works import Works

HEADER = "timestamp,value\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "in"
    found.mkdir()
    return found


@pytest.fixture
def works(desk: Desk, folder: Path) -> Works:
    return replace(desk.works, settings=replace(desk.works.settings, readings_folder=folder))


@pytest.fixture
def look(desk: Desk, works: Works) -> Iterator[Callable[..., int]]:
    """Looks once more; `anew` as after a restart."""
    kept = [ReadingFolder()]

    def once(anew: bool = False) -> int:
        desk.clock.moment += LOOK_EVERY
        kept[:] = [ReadingFolder()] if anew else kept
        return kept[0](works)

    yield once


def write(file: Path, text: str, rests: bool = False, append: bool = False) -> None:
    with file.open("a" if append else "w") as out:
        out.write(text)
    moment = (NOW - timedelta(hours=1) if rests else NOW + timedelta(days=1)).timestamp()
    os.utime(file, (moment, moment))


def values(desk: Desk) -> list[float]:
    with desk.works.store.read() as session:
        return list(session.scalars(select(Reading.value).order_by(Reading.series, Reading.at)))


def test_a_file_that_grows_is_taken_in_line_by_line(desk: Desk, folder: Path, look: Callable[..., int]) -> None:
    write(folder / "calls.csv", HEADER + "2026-03-03 20:00,1\n2026-03-03 20:01,2")
    assert look() == 1
    write(folder / "calls.csv", "5\n2026-03-03 20:02,3\n", append=True)
    assert look() == 2
    assert look() == 0
    assert values(desk) == [1, 25, 3]


def test_after_a_restart_nothing_is_read_again(desk: Desk, folder: Path, look: Callable[..., int]) -> None:
    write(folder / "calls.csv", HEADER + "2026-03-03 20:00,1\n", rests=True)
    assert look() == 1
    with desk.works.store.write() as session:
        session.query(Reading).delete()
    assert look(anew=True) == 0
    write(folder / "calls.csv", "2026-03-03 20:01,2\n", append=True)
    assert look(anew=True) == 1
    assert values(desk) == [2]


def test_the_last_line_of_a_file_at_rest_needs_no_end(desk: Desk, folder: Path, look: Callable[..., int]) -> None:
    write(folder / "calls.csv", HEADER + "2026-03-03 20:00,1\n2026-03-03 20:01,2", rests=True)
    assert look() == 2


def test_another_file_of_the_same_name_is_read_from_its_beginning(
    desk: Desk, folder: Path, look: Callable[..., int]
) -> None:
    write(folder / "calls.csv", HEADER + "2026-03-03 20:00,1\n", rests=True)
    look()
    write(folder / "calls.csv", HEADER + "2026-03-03 19:00,7\n2026-03-03 19:01,8\n2026-03-03 19:02,9\n", rests=True)
    assert look() == 3
    write(folder / "calls.csv", HEADER, rests=True)
    assert look() == 0
    assert values(desk) == [7, 8, 9, 1]


def test_what_is_no_file_of_readings_is_told_once_without_its_words(
    desk: Desk, folder: Path, look: Callable[..., int], caplog: pytest.LogCaptureFixture
) -> None:
    write(folder / "people.csv", "name,phone\nSecret Person,600\n", rests=True)
    write(folder / "calls.csv", HEADER + "Secret Person,600\n2026-03-03 20:00,1\n", rests=True)
    assert (look(), look(), look(anew=True)) == (1, 0, 0)
    told = [record.getMessage() for record in caplog.records]
    assert told == [
        "calls.csv: 1 lines were not taken, the first of them 2",
        'people.csv: no column "timestamp"; the first line must name timestamp,value.',
    ]


def test_a_file_whose_alarm_finds_no_subject_waits_until_it_is_there(
    desk: Desk, folder: Path, look: Callable[..., int], caplog: pytest.LogCaptureFixture
) -> None:
    watch(desk, subject="brand-gone")
    write(folder / "calls.csv", HEADER + "2026-03-03 20:59,9\n", rests=True)
    assert (look(), look(), desk.count(ReadingFile), values(desk)) == (0, 0, 0, [])
    (record,) = caplog.records
    assert record.getMessage().startswith(
        'calls.csv waits: No subject "brand-gone" in the protocol. Add it, or use one'
    )
    watch(desk, subject="brand-aurora")
    assert (look(), look(), look(anew=True)) == (1, 0, 0)
    assert values(desk) == [9] and desk.count(Incident) == 1


def watch(desk: Desk, subject: str) -> None:
    """A rule over the calls, whose alarm opens an incident about this subject."""
    with desk.works.store.write() as session:
        row = session.scalars(select(MonitoringRule).where(MonitoringRule.key == "calls")).one_or_none()
        if row is None:
            definition = RuleDefinition(
                key="calls",
                series="calls",
                playbook="social-firestorm",
                subject="brand-aurora",
                kind="static",
                parameters={"levels": {"yellow": 5}},
            )
            row = keep_rule(session, definition)
        row.subject = subject


def test_a_folder_that_is_away_stops_nothing(desk: Desk, folder: Path, look: Callable[..., int]) -> None:
    folder.rmdir()
    assert look() == 0
    folder.mkdir()
    write(folder / "calls.csv", HEADER + "2026-03-03 20:00,1\n", rests=True)
    assert look() == 1


def test_without_a_folder_there_is_nothing_to_do(desk: Desk) -> None:
    assert ReadingFolder()(desk.works) == 0
    assert desk.count(ReadingFile) == 0
