"""A file of readings is read line by line, whatever stands in it."""

from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from monitoring.reading_files import LONGEST_LINE, FileLine, lines_of, table_of

GOOD = b"2026-03-03 21:00:00,5\n"


def read(content: bytes, whole: bool = True) -> list[FileLine]:
    file = BytesIO(content)
    return list(lines_of(file, table_of(b"timestamp,value\n", "a.csv"), "s", "", whole=whole))


def test_a_line_without_end_is_one_fault_and_takes_no_memory() -> None:
    found = read(GOOD + b"x" * (3 * LONGEST_LINE) + b"\n" + GOOD)
    assert [(line.number, line.fault) for line in found] == [(2, ""), (3, "the line is too long"), (4, "")]


def test_a_last_line_that_may_grow_is_left_for_later() -> None:
    assert len(read(GOOD + b"2026-03-03 21:05:00,1", whole=False)) == 1
    assert len(read(GOOD + b"2026-03-03 21:05:00,1")) == 2


def test_a_quotation_mark_that_nobody_closes_swallows_no_other_line() -> None:
    assert [line.fault for line in read(b'"2026-03-03 21:00,5\n' + GOOD)] == ["the value is missing", ""]


@given(st.lists(st.one_of(st.just(GOOD.strip()), st.binary(max_size=40)), max_size=8))
def test_whatever_stands_in_a_file_its_good_lines_are_read(lines: list[bytes]) -> None:
    content = b"\n".join(lines)
    found = read(content + b"\n" + GOOD)
    assert found[-1].reading is not None and found[-1].end == len(content) + 1 + len(GOOD)
    assert all(bool(line.fault) != bool(line.reading) for line in found)
    assert sum(line.reading is not None for line in found) >= content.split(b"\n").count(GOOD.strip()) + 1
