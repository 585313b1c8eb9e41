"""The events of an iCalendar file, each with its place; what one of them cannot say is told by a sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar, Component, Event, vUnknown

from protocol.company_parts import ZONES
from protocol.ics import Kind, kind_of
from protocol.recurrence import read_rule
from protocol.words import Remedy

MOST = 1000  # occurrences of one absence or override
TITLE = 60
EXCEPTIONS = ("RDATE", "EXDATE", "RECURRENCE-ID", "EXRULE")
Moments = list[tuple[datetime, datetime]]


class Unfit(ValueError):  # noqa: N818 - it names what the event is
    """An event that cannot be taken: reason and remedy in one sentence."""


@dataclass(frozen=True)
class IcsEvent:
    """One event and what is said about it."""

    place: str
    event: Event

    @property
    def uid(self) -> str:
        """Its UID; empty when it has none."""
        return self.text("UID")

    @property
    def kind(self) -> Kind | None:
        """What it is about, if it says so."""
        return kind_of(self.uid, _categories(self.event))

    @property
    def cancelled(self) -> bool:
        """Whether it is not to be any more."""
        return self.text("STATUS").upper() == "CANCELLED"

    def text(self, name: str) -> str:
        """The text of a property; empty when it is not there, the first when it stands several times."""
        said = self.event.get(name)
        value = said[0] if isinstance(said, list) else said or ""
        # Another program may have dropped VALUE=TEXT of a property of ours, which then is not unescaped.
        text = _unescaped(str(value)) if isinstance(value, vUnknown) else str(value)
        return text.strip()

    def check(self) -> None:
        """Raises Unfit for properties that cannot be read."""
        for name, _ in self.event.errors:
            raise Unfit(f"its {name} cannot be read. Correct it, or write the event anew.")

    def addresses(self) -> list[str]:
        """The e-mail addresses of those who take part, in small letters."""
        said = self.event.get("ATTENDEE") or []
        found = [str(one).lower().removeprefix("mailto:") for one in (said if isinstance(said, list) else [said])]
        return [*found, self.text("ORGANIZER").lower().removeprefix("mailto:")]

    def start(self) -> tuple[date, str | None]:
        """A day, or a moment as clocks show it, and the name of its time zone. Raises Unfit when there is none."""
        value = self._date("DTSTART")
        if not isinstance(value, datetime):
            return value, None
        return value.replace(tzinfo=None), self._zone(value)

    def rule(self) -> str:
        """Its RRULE in our spelling; empty for none. Raises Unfit for one that we do not keep."""
        found = self.event.get("RRULE")
        if found is None:
            return ""
        if isinstance(found, list):
            raise Unfit("it has several RRULEs. Make it several events.")
        try:
            return read_rule(found.to_ical().decode())
        except ValueError as error:
            raise Unfit(f"{error}.") from None

    def without_exceptions(self) -> None:
        """Raises Unfit when single occurrences differ from the rule."""
        said = next((name for name in EXCEPTIONS if name in self.event), None)
        if said:
            raise Unfit(f"{said} makes single occurrences differ, which is not kept. Make them events of their own.")

    def moments(self, zone: str) -> Moments:
        """Start and end in UTC, once for each occurrence. A day, or a moment without time zone, is of this zone."""
        starts, ends = self._date("DTSTART"), self._end()
        if type(starts) is not type(ends):
            raise Unfit("it starts by the day and ends by the hour. Write both the same way.")
        shown = _shown(starts, zone)
        length = _shown(ends, zone).replace(tzinfo=None) - shown.replace(tzinfo=None)
        if isinstance(starts, datetime) and starts.tzinfo:
            length = _shown(ends, zone).astimezone(UTC) - shown.astimezone(UTC)
        if length <= timedelta(0):
            raise Unfit("it ends before it starts. Exchange DTSTART and DTEND.")
        by_the_clock = not isinstance(starts, datetime)
        return [_span(one, length, by_the_clock) for one in self._occurrences(shown)]

    def reminder(self) -> int | None:
        """How many minutes before the start an alarm rings; None for no alarm."""
        triggers = [alarm.get("TRIGGER") for alarm in self.event.walk("VALARM")]
        if not triggers:
            return None
        before = getattr(triggers[0], "dt", None)
        if len(triggers) > 1 or not isinstance(before, timedelta) or before > timedelta(0) or before.seconds % 60:
            raise Unfit("one alarm, whole minutes before the start, is kept. Leave one like TRIGGER:-PT10M.")
        return -before // timedelta(minutes=1)

    def _occurrences(self, first: datetime) -> Iterator[datetime]:
        rule = self.rule()
        if not rule:
            self.without_exceptions()
            yield first
            return
        if "COUNT=" not in rule and "UNTIL=" not in rule:
            raise Unfit("it is repeated for ever. Give its RRULE an UNTIL or a COUNT.")
        self.without_exceptions()
        for number, occurrence in enumerate(rrulestr(rule, dtstart=first)):
            if number == MOST:
                raise Unfit(f"it is repeated more than {MOST} times. Give its RRULE an earlier UNTIL.")
            yield occurrence

    def _end(self) -> date:
        if "DTEND" in self.event:
            return self._date("DTEND")
        starts, length = self._date("DTSTART"), getattr(self.event.get("DURATION"), "dt", None)
        if isinstance(length, timedelta):
            return starts + length
        if isinstance(starts, datetime):
            raise Unfit("it has no end. Write DTEND.")
        return starts + timedelta(days=1)

    def _date(self, name: str) -> date:
        value = getattr(self.event.get(name), "dt", None)
        if not isinstance(value, date):
            raise Unfit(f"it has no {name}. Write it once.")
        return value

    def _zone(self, moment: datetime) -> str | None:
        if moment.tzinfo is None:
            return None
        named = str(getattr(moment.tzinfo, "key", "") or self.event["DTSTART"].params.get("TZID", ""))
        if named in ZONES:
            return named
        if moment.tzinfo is UTC or not named:
            return "UTC"
        raise Unfit(f'"{named}" is not a time zone. Use one like Europe/Madrid.')


def read_ics(path: Path) -> list[IcsEvent]:
    """Every event of the file. Raises Remedy for a file that is no iCalendar."""
    try:
        calendar: Component = Calendar.from_ical(path.read_bytes())
    except FileNotFoundError:
        raise Remedy(f"{path}: there is no such file; check its name.") from None
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OSError):
        raise Remedy(f"{path}: this is not an iCalendar file; save it as .ics.") from None
    if calendar.name != "VCALENDAR":
        raise Remedy(f"{path}: this is not an iCalendar file; it must begin with BEGIN:VCALENDAR.")
    events = (one for one in calendar.walk("VEVENT") if isinstance(one, Event))
    return [IcsEvent(f"{path}, event {number} ({_title(one)})", one) for number, one in enumerate(events, 1)]


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def _title(event: Event) -> str:
    said = " ".join(str(event.get("SUMMARY") or event.get("UID") or "no title").split())
    return said if len(said) <= TITLE else f"{said[: TITLE - 1]}…"


def _categories(event: Event) -> list[str]:
    said = event.get("CATEGORIES") or []
    groups = said if isinstance(said, list) else [said]
    return [str(word) for group in groups for word in getattr(group, "cats", [group])]


def _shown(value: date, zone: str) -> datetime:
    """With its own time zone, or this one; a day begins at midnight."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=ZoneInfo(zone))
    return value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))


def _span(starts: datetime, length: timedelta, by_the_clock: bool) -> tuple[datetime, datetime]:
    """Whole days are added by the clock, hours as time that passes."""
    if by_the_clock:
        return starts.astimezone(UTC), (starts + length).astimezone(UTC)
    return starts.astimezone(UTC), starts.astimezone(UTC) + length
