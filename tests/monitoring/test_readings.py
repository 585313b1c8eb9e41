"""Readings come in from a file, and a broken line is named."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitoring.readings import ReadingValue, read_csv
from protocol.words import Remedy

EXAMPLE = Path("examples/brand-mentions/Twitter_volume_AAPL.csv")


def test_the_example_is_read_as_utc() -> None:
    readings = read_csv(EXAMPLE, "mentions.brand-aurora")
    assert len(readings) == 15_902
    assert readings[0] == ReadingValue("mentions.brand-aurora", datetime(2015, 2, 26, 21, 42, 53, tzinfo=UTC), 104)


def test_the_series_is_the_name_of_the_file_and_an_offset_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "mentions.csv"
    file.write_text("\ufefftimestamp,value\n2015-03-03T22:02:53+01:00,7\n", encoding="utf-8")
    assert read_csv(file) == [ReadingValue("mentions", datetime(2015, 3, 3, 21, 2, 53, tzinfo=UTC), 7)]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("2015-03-03 21:02:53,abc", '"abc" is not a number'),
        ("2015-03-03 21:02:53,-4", '"-4" is negative'),
        ("2015-03-03 21:02:53,nan", '"nan" is not a count'),
        ("2015-03-03 21:02:53,inf", '"inf" is not a count'),
        ("2015-03-03 21:02:53,", "the value is missing"),
        ("2015-03-03 21:02:53", "the value is missing"),
        (",4", "the timestamp is missing"),
        ("yesterday,4", '"yesterday" is not a timestamp like 2015-03-03 21:02:53'),
        ("0001-01-01 00:00:00+05:00,4", '"0001-01-01 00:00:00+05:00" is not a timestamp like 2015-03-03 21:02:53'),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, sentence: str) -> None:
    file = tmp_path / "readings.csv"
    file.write_text("timestamp,value\n2015-03-03 20:57:53,3\n" + line + "\n")
    with pytest.raises(Remedy) as error:
        read_csv(file)
    assert str(error.value) == f"readings.csv, line 3: {sentence}; correct the line or remove it."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "readings.csv is empty; the first line must name timestamp,value."),
        (b"timestamp,value\n", "readings.csv holds no readings; add lines under timestamp,value."),
        (b"when,value\n1,2\n", 'readings.csv: no column "timestamp"; the first line must name timestamp,value.'),
        (b"timestamp,value\n\xff\xfe,1\n", "readings.csv is not CSV text in UTF-8; save it as CSV UTF-8."),
    ],
)
def test_a_file_that_is_no_series_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    file = tmp_path / "readings.csv"
    file.write_bytes(content)
    with pytest.raises(Remedy) as error:
        read_csv(file)
    assert str(error.value) == sentence


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Remedy) as error:
        read_csv(tmp_path / "none.csv")
    assert str(error.value) == f"No file {tmp_path / 'none.csv'}; check the path."


@pytest.mark.parametrize(
    ("at", "value", "sentence"),
    [
        (datetime(2015, 3, 3), 1.0, "m at 2015-03-03 00:00:00: the moment has no time zone; add one, like +00:00."),  # noqa: DTZ001
        (
            datetime(2015, 3, 3, tzinfo=UTC),
            float("nan"),
            "m at 2015-03-03T00:00:00+00:00: nan is not a count; correct the reading.",
        ),
    ],
)
def test_a_reading_is_whole_or_refused(at: datetime, value: float, sentence: str) -> None:
    with pytest.raises(Remedy) as error:
        ReadingValue("m", at, value)
    assert str(error.value) == sentence
