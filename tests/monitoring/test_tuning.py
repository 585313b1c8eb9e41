"""What is tuned is scored as it would be watched."""

from datetime import UTC, datetime, timedelta

from monitoring.building import build
from monitoring.readings import ReadingValue
from monitoring.tuning import scored

START = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


def test_part_and_whole_of_the_same_minute_both_count_in_a_share() -> None:
    rule = build("share", {"levels": {"yellow": 30}, "of": "all", "minimum": 100}, series="bad")
    moments = [START + timedelta(minutes=minutes) for minutes in range(3)]
    counts = {"all": 100.0, "bad": 40.0}
    readings = [ReadingValue(series, at, value, "press") for series, value in counts.items() for at in moments]
    found = scored([*readings, *readings], rule)
    assert found.at == tuple(at for at in moments for _ in counts)
    assert found.scores[1::2] == (40.0, 40.0, 40.0)
