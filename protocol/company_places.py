"""How faults of a company file name their place, and what several of its checks share."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from protocol.calendar_format import INHERIT


class Keyed(Protocol):
    """An entry of the file with a key."""

    @property
    def key(self) -> str:
        """What other entries call it."""
        ...


Entry = TypeVar("Entry", bound=Keyed)


def local_moment(moment: datetime, zone: str) -> datetime:
    """The moment, in the given time zone when it names none itself."""
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def stored_place(said: str) -> str | None:
    """The place as a row keeps it."""
    return None if said == INHERIT else said


def placed(noun: str, entries: Iterable[Entry]) -> Iterator[tuple[str, Entry]]:
    """Each entry with its place, as `member 2 (ana.ruiz)`."""
    for number, entry in enumerate(entries, start=1):
        yield f"{noun} {number} ({entry.key})", entry


def unknown(place: str, noun: str, key: str, known: Collection[str]) -> str:
    """Something refers to what the file does not have."""
    return f'{place}: no {noun} "{key}" in this file. Add it, or use one of: {", ".join(sorted(known))}.'


def people_faults(place: str, keys: Sequence[str], known: Collection[str]) -> Iterator[str]:
    """Members that the file does not have, or that stand twice."""
    for key, times in Counter(keys).items():
        if key not in known:
            yield unknown(place, "member", key, known)
        if times > 1:
            yield f'{place}: the member "{key}" stands twice. Keep one.'
