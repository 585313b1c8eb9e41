"""What the monitoring channels of the protocol follow, ready to be looked for, and the series that count it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from monitoring.keywords import Keywords, keywords_of
from protocol.practice import ListeningChannel

MENTIONS = "mentions"
LISTS = {
    "keywords": "keyword",
    "competitors": "competitor",
    "personalities": "personality",
    "trends": "trend",
}
"""The lists of a channel, and what one entry of each is called in the names of series."""
MONITORING = "monitoring"
_OTHER_WORDS = frozenset((*LISTS, *LISTS.values(), "negative", "reach"))
LONGEST = 150  # of a keyword in the name of a series


@dataclass(frozen=True)
class Hit:
    """One keyword in one list of one channel."""

    channel: str
    list_name: str
    keyword: str

    @property
    def series(self) -> tuple[str, ...]:
        """The series that it counts in, without those of other hits."""
        name = channel_name(self.channel)
        return (
            MENTIONS,
            f"{MENTIONS}.{name}",
            f"{MENTIONS}.{name}.{self.list_name}",
            f"{MENTIONS}.{LISTS[self.list_name]}.{self.keyword.replace(' ', '-')[:LONGEST]}",
        )


class Followed:
    """The lists of the monitoring channels. Built once, and used until `Following` sees other lists in the store."""

    def __init__(self, rows: list[ListeningChannel]) -> None:
        self.channels = frozenset(row.key for row in rows)
        hits: dict[str, list[Hit]] = defaultdict(list)
        for row in rows:
            for list_name in LISTS:
                for keyword in keywords_of(getattr(row, list_name)):
                    hits[keyword].append(Hit(row.key, list_name, keyword))
        self._keywords = Keywords.of({keyword: tuple(found) for keyword, found in hits.items()})

    def series_of(self, text: str, channels: frozenset[str]) -> set[str]:
        """Every series that a text counts in, once each; it is held against these channels, or against all.

        Channels that the protocol does not know, or does not monitor, are as if none were named.
        """
        wanted = channels & self.channels or self.channels
        return set(self._series(text, wanted))

    def _series(self, text: str, wanted: frozenset[str]) -> Iterator[str]:
        for hits in self._keywords.found_in(text):
            for hit in hits:
                if hit.channel in wanted:
                    yield from hit.series


class Following:
    """Keeps what is followed between posts. Each asks the store for the lists as they are written: that is cheap."""

    def __init__(self) -> None:
        # Both at once, because threads share this.
        self._known: tuple[list[tuple[str, ...]], Followed] = ([], Followed([]))

    def now(self, session: Session) -> Followed:
        """What is followed just now."""
        lists = [cast(getattr(ListeningChannel, name), Text) for name in LISTS]
        theirs = ListeningChannel.kind == MONITORING
        query = select(ListeningChannel.key, *lists).where(theirs).order_by(ListeningChannel.key)
        written = [tuple(row) for row in session.execute(query)]
        before, followed = self._known
        if written == before:
            return followed
        channels = select(ListeningChannel).where(theirs).order_by(ListeningChannel.key)
        followed = Followed(list(session.scalars(channels)))
        self._known = (written, followed)
        return followed


def channel_name(key: str) -> str:
    """A channel's key in the names of series: hyphens for dots, and never a word that means something else there."""
    name = key.replace(".", "-")
    return f"channel-{name}" if name in _OTHER_WORDS else name
