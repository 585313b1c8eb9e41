"""The ways in of listening in the schema: channels and readings that stood in the store before stand there after."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitoring.rows import Reading
from protocol.practice import ListeningChannel
from protocol.store import Store
from tests.fakes.former import KINDS, store_of_release
from wiring import schema

ROWS = (
    "INSERT INTO listening_channel (id, key, kind, name, keywords, competitors, personalities, trends)"
    " VALUES (3, 'social', 'monitoring', 'Social', '[\"aurora\"]', '[\"Borealis\"]', '[]', '[\"recall\"]')",
    "INSERT INTO reading (series, at, source, value) VALUES ('mentions', '2026-03-03 21:00:00+00:00', 'a', 12)",
)


@pytest.fixture(params=KINDS)
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of the release before, with a listening channel and a reading."""
    with store_of_release(request, tmp_path, "0014", ROWS) as store:
        yield store


def test_channels_and_readings_are_kept_and_no_channel_has_a_feed_yet(former: Store) -> None:
    schema.migrate(former)
    schema.require_current(former)
    with former.read() as session:
        channel = session.get_one(ListeningChannel, 3)
        assert (channel.key, channel.kind, channel.name) == ("social", "monitoring", "Social")
        assert (channel.keywords, channel.competitors, channel.trends) == (["aurora"], ["Borealis"], ["recall"])
        assert (channel.personalities, channel.feeds) == ([], [])
        (reading,) = session.query(Reading)
        assert (reading.series, reading.source, reading.value) == ("mentions", "a", 12)
