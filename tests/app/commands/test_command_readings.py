"""Readings come from files, each once; a broken line is told and the rest is kept."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from monitoring.rows import Reading
from tests.fakes.terminal import Terminal

HEADER = "timestamp,value\n"


def stored(terminal: Terminal) -> list[tuple[str, str, float]]:
    with terminal.works().store.read() as session:
        query = select(Reading.series, Reading.source, Reading.value).order_by(Reading.series, Reading.at)
        return [(one.series, one.source, one.value) for one in session.execute(query)]


def test_the_readings_of_a_file_are_taken_in_once(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(HEADER + "2015-03-03 21:00:00,3\n2015-03-03T21:05:00Z,4.5\n")
    assert "2 readings taken in, 0 known already, 0 lines not taken; 0 alarms." in terminal.says("readings", file)
    assert "0 readings taken in, 2 known already" in terminal.says("readings", file)
    assert stored(terminal) == [("calls", "", 3), ("calls", "", 4.5)]


def test_a_line_may_name_its_series_and_source_and_options_name_them_for_the_others(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_text('Source;Timestamp;Value;Series\n;2015-03-03 21:00;3;\n"press";2015-03-03 21:05;4;"b"\n')
    terminal.says("readings", file, "--series", "calls", "--source", "desk")
    assert stored(terminal) == [("b", "press", 4), ("calls", "desk", 3)]


def test_broken_lines_are_told_by_number_and_the_rest_is_kept(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    bad = ["2015-03-03 21:00:00", "yesterday,3", "2015-03-03 21:00,many", '2015-03-03 21:00,"3', "2999-01-01 00:00,3"]
    file.write_bytes((HEADER + "\n".join([*bad, "", "2015-03-03 21:10,7"])).encode() + b"\n\xff\xfe,1\n")
    said = terminal.says("readings", file)
    for line, fault in (
        (2, "the value is missing"),
        (3, '"yesterday" is not a timestamp like 2015-03-03 21:02:53'),
        (4, '"many" is not a number'),
        (6, "calls at 2999-01-01T00:00:00+00:00 lies"),
        (9, "it is not text in UTF-8"),
    ):
        assert any(f" {line} " in row and fault in row for row in said.splitlines()), (line, fault)
    assert "2 readings taken in, 0 known already, 5 lines not taken" in said
    assert stored(terminal) == [("calls", "", 3), ("calls", "", 7)]


def test_a_folder_is_all_of_its_csv_files(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.csv", "B.CSV", "c.txt"):
        (tmp_path / "in" / name).write_text(HEADER + "2015-03-03 21:00,3\n")
    assert "2 readings taken in" in terminal.says("readings", tmp_path / "in")
    assert [series for series, _, _ in stored(terminal)] == ["B", "a"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "calls.csv is empty; the first line must name timestamp,value."),
        ("when,value\n", 'calls.csv: no column "timestamp"; the first line must name timestamp,value.'),
        ("timestamp,value\n", "No reading could be kept; correct the lines under timestamp,value and try again."),
        ("timestamp,value\nx,y\n", "No reading could be kept; correct the lines under timestamp,value and try again."),
    ],
)
def test_a_file_without_a_reading_ends_with_code_2(
    terminal: Terminal, tmp_path: Path, content: str, sentence: str
) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(content)
    printed = terminal("readings", file)
    assert (printed.code, printed.err) == (2, sentence)


def test_what_is_not_there_is_told(terminal: Terminal, tmp_path: Path) -> None:
    printed = terminal("readings", tmp_path / "no.csv")
    assert (printed.code, printed.err) == (2, f"No file {tmp_path}/no.csv; check the path.")
    printed = terminal("readings", tmp_path)
    assert (printed.code, printed.err) == (2, f"{tmp_path} holds no CSV files; name another folder, or a file.")


def test_a_file_of_many_batches_is_taken_in_whole(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    lines = (
        f"2015-03-{day:02}T{hour:02}:{minute:02}:00Z,1\n"
        for day in range(1, 9)
        for hour in range(24)
        for minute in range(60)
    )
    file.write_text(HEADER + "".join(lines))
    terminal.says("readings", file)
    with terminal.works().store.read() as session:
        assert session.scalar(select(func.count()).select_from(Reading)) == 8 * 24 * 60
