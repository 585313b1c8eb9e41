"""The entries of an RSS or Atom document, as much of them as is looked at."""

import html
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.parsers import expat

import feedparser

from monitoring.seen import digest

MOST_LOOSE = 256 * 1024  # what is not quite XML takes long to be understood
_TAG = re.compile(r"<[^>]*>")
_ENTITY = re.compile(rb"<!\s*ENTITY", re.IGNORECASE)


class NoFeed(ValueError):  # noqa: N818 - it says what the document is
    """Why a document is not read as a feed, in one sentence."""


@dataclass(frozen=True)
class Entry:
    """One entry: what its feed knows it by, when it was published where that is said, and its words without markup."""

    id: str
    at: datetime | None
    text: str


def entries_of(body: bytes, content_type: str) -> list[Entry]:
    """The entries, each once. Raises NoFeed for what is none, or would harm whoever reads it."""
    if _ENTITY.search(body.replace(b"\0", b"")):
        raise NoFeed("it defines entities of its own, which no feed needs and an attack does.")
    if len(body) > MOST_LOOSE and not _is_xml(body):
        raise NoFeed(f"it is not well-formed, and too long ({len(body) // 1024:,} KB) to guess what it means.")
    headers = {"content-type": content_type} if content_type else {}
    # As a file: what is given as text might be taken for the name of one.
    read = feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not read.get("version") and not read.get("entries"):
        raise NoFeed("it is neither RSS nor Atom.")
    return list({entry.id: entry for entry in map(_entry, read.get("entries", ()))}.values())


def _entry(said: Mapping[str, Any]) -> Entry:
    text = " ".join(_TAG.sub(" ", html.unescape(part)) for part in _texts(said))
    known_by = said.get("id") or said.get("link") or digest("entry", text)
    return Entry(str(known_by), _moment(said), text)


def _texts(said: Mapping[str, Any]) -> Iterator[str]:
    for name in ("title", "summary"):
        yield str(said.get(name) or "")
    for content in said.get("content") or ():
        yield str(content.get("value") or "")


def _moment(said: Mapping[str, Any]) -> datetime | None:
    for name in ("published_parsed", "updated_parsed"):
        if moment := said.get(name):
            try:
                year, month, day, hour, minute, second = moment[:6]
                return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)  # 60 is a leap second
            except ValueError:
                continue
    return None


def _is_xml(body: bytes) -> bool:
    try:
        expat.ParserCreate().Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        return False
    return True
