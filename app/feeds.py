"""Polls the feeds of the monitoring channels; each entry counts once, like a mention."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.feed_entries import Entry, NoFeed, entries_of
from app.feed_fetching import Fetched, Unfetched, fetch
from flows.apart import note_once
from monitoring import seen
from monitoring.followed import MONITORING, Following
from monitoring.listening_rows import PolledFeed
from monitoring.mentions import Mention, count_mentions, mention_fault
from monitoring.opening import opener
from protocol.practice import ListeningChannel
from protocol.words import Remedy
from wiring.works import Works

log = logging.getLogger("crisis.feeds")
AT_ONCE = 8
LOOK_EVERY = timedelta(seconds=5)


@dataclass(frozen=True)
class Due:
    """A feed to be asked now, the channels that have it, and what its server wants to hear."""

    address: str
    channels: frozenset[str]
    etag: str = ""
    modified: str = ""
    known: bool = False  # whether it was read before

    @property
    def host(self) -> str:
        """Whose word it is: the source of its entries."""
        return urlsplit(self.address).hostname or ""


@dataclass(frozen=True)
class Answered:
    """What a feed answered: entries, nothing new, or a fault."""

    fetched: Fetched | None = None
    entries: list[Entry] = field(default_factory=list)
    fault: str = ""


class Feeds:
    """Asks each feed once in CRISIS_FEEDS_EVERY. Several may run: what counts is marked as seen."""

    def __init__(self) -> None:
        self._following = Following()
        self._next_at: datetime | None = None

    def __call__(self, works: Works) -> int:
        """Asks the feeds that are due, some at a time; how many entries were counted."""
        now = works.clock.now()
        if self._next_at and self._next_at - LOOK_EVERY <= now < self._next_at:
            return 0
        self._next_at = now + LOOK_EVERY
        with works.store.read() as session:
            due = _due(session, now, works.settings.feeds_every)
        if not due:
            return 0
        with works.store.write() as session:
            _note_polled(session, due, now)  # by itself, so that whatever comes of it nobody is asked more often
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return sum(self._take_apart(works, one, answered) for one, answered in pool.map(_asked, due))

    def _take_apart(self, works: Works, due: Due, answered: Answered) -> int:
        """One feed must not keep the others from being taken; its entries are tried again when it is asked again."""
        try:
            return self._take(works, due, answered)
        except Remedy as remedy:  # a rule that points at nothing
            log.warning("a feed of %s waits: %s", due.host, remedy)
        except Exception as error:
            note_once(f"a feed of {due.host}", error)
        return 0

    def _take(self, works: Works, due: Due, answered: Answered) -> int:
        now = works.clock.now()
        if answered.fault:
            log.warning("a feed of %s: %s", due.host, answered.fault)
        with works.store.write() as session:
            _note(session, due, answered)
            if answered.fetched and answered.fetched.body is None:
                seen.refresh(session, due.host, now)
            mentions = [one for entry in answered.entries if (one := _mention(session, due, entry, now))]
            return count_mentions(session, self._following.now(session), mentions, now, opener(now)).counted


def _due(session: Session, now: datetime, every: timedelta) -> list[Due]:
    channels: dict[str, set[str]] = defaultdict(set)
    query = select(ListeningChannel.key, ListeningChannel.feeds).where(ListeningChannel.kind == MONITORING)
    for key, addresses in session.execute(query):
        for address in addresses:
            channels[address].add(key)
    polled = {row.address: row for row in session.scalars(select(PolledFeed))}
    return [
        _asking(address, frozenset(keys), polled)
        for address, keys in sorted(channels.items())
        if address not in polled or not now - every < polled[address].polled_at <= now
    ]


def _asking(address: str, channels: frozenset[str], polled: Mapping[str, PolledFeed]) -> Due:
    row = polled.get(address)
    if row is None:
        return Due(address, channels)
    return Due(address, channels, row.etag, row.modified, known=row.read)


def _asked(due: Due) -> tuple[Due, Answered]:
    try:
        fetched = fetch(due.address, due.etag, due.modified)
        entries = [] if fetched.body is None else entries_of(fetched.body, fetched.content_type)
        return due, Answered(fetched, entries)
    except (Unfetched, NoFeed) as why:
        return due, Answered(fault=str(why))
    except Exception as error:  # whatever strangers send must not keep the other feeds from being read
        return due, Answered(fault=f"it could not be read ({type(error).__name__}).")


def _note_polled(session: Session, due: Iterable[Due], now: datetime) -> None:
    rows = [
        {"address": one.address, "polled_at": now, "etag": "", "modified": "", "fault": "", "read": False}
        for one in due
    ]
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    # Another supervisor may begin with the same feeds at the same moment.
    session.execute(insert(PolledFeed).on_conflict_do_update(index_elements=["address"], set_={"polled_at": now}), rows)


def _note(session: Session, due: Due, answered: Answered) -> None:
    """In the same write as its entries: a server that is told of them would not send them again."""
    row = session.get(PolledFeed, due.address)
    if row is None:  # no channel has it any more
        return
    row.fault = answered.fault
    if answered.fetched and answered.fetched.body is not None:
        row.etag, row.modified, row.read = answered.fetched.etag, answered.fetched.modified, True
    session.flush()


def _mention(session: Session, due: Due, entry: Entry, now: datetime) -> Mention | None:
    """An entry as a mention of the feed's host. One without a moment counts now, unless it was there from the first."""
    dated = entry.at is not None and mention_fault(entry.at, now) is None
    if entry.at is not None and entry.at < now and not dated:
        return None  # too long ago to be known whether it was counted
    at = entry.at if dated and entry.at else now
    mention = Mention(due.host, at, entry.text, id=entry.id, channels=due.channels)
    if not dated and not due.known:
        seen.mark(session, [mention.print], now)
        return None
    return mention


def forget_feeds(session: Session) -> None:
    """Forgets feeds that no channel has any more."""
    there = [address for addresses in session.scalars(select(ListeningChannel.feeds)) for address in addresses]
    session.execute(delete(PolledFeed).where(PolledFeed.address.not_in(there)))
