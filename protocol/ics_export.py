"""The calendar of the protocol as an iCalendar file: planned tasks, turns on duty, overrides and absences."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vRecur, vText

from protocol.calendar_checks import Span, span_of
from protocol.calendar_format import OverrideEntry, RotationEntry, TaskEntry, length_hours
from protocol.company_format import AbsenceEntry, CompanyFile, MemberEntry
from protocol.company_parts import DAYS, weekdays
from protocol.company_places import local_moment
from protocol.ics import CATEGORIES, MEMBER, ROLE, ROTATION, Kind, name_property, uid_of
from protocol.shifts import Pattern, Shift
from protocol.words import Language

_AWAY = {Language.ES: "{name}: ausencia", Language.EN: "{name}: absent"}
_ON_DUTY = {Language.ES: "{name}: turno de {rotation}", Language.EN: "{name}: on duty, {rotation}"}


def ics_of(company: CompanyFile, starts: datetime, ends: datetime, language: Language, now: datetime) -> bytes:
    """The file. Turns, overrides and absences are those that touch the span; every task is in it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Crisis Playbook//Protocol//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", vText(company.company.name))
    for event in _Writer(company, starts, ends, language).events():
        event.add("dtstamp", now)
        calendar.add_component(event)
    calendar.add_missing_timezones(first_date=datetime(starts.year - 1, 1, 1, tzinfo=UTC).date())
    return bytes(calendar.to_ical())


def pattern_of(rotation: RotationEntry) -> Pattern:
    """When a rotation of a company file hands over, and within which shifts."""
    weekday = DAYS.index(rotation.weekday) if rotation.weekday else None
    hours = length_hours(rotation.length)
    shifts = tuple(Shift(day, one.starts, one.ends) for one in rotation.shifts for day in weekdays(one.days))
    return Pattern(rotation.time_zone, rotation.hand_over, hours, rotation.starts, rotation.ends, weekday, shifts)


def absence_span(absence: AbsenceEntry, zone: str) -> tuple[datetime, datetime]:
    """When an absence starts and ends, in UTC. The zone is the member's."""
    starts, ends = (local_moment(moment, zone).astimezone(UTC) for moment in (absence.starts, absence.ends))
    return starts, ends


def absence_uids(member: MemberEntry) -> list[str]:
    """The UID of each absence of a member; a span that stands twice has a number."""
    spans = [absence_span(one, member.time_zone) for one in member.absences]
    numbers = [spans[:place].count(span) for place, span in enumerate(spans)]
    return [
        uid_of(Kind.ABSENCE, member.key, *span, *([str(number + 1)] if number else []))
        for span, number in zip(spans, numbers, strict=True)
    ]


class _Writer:
    """Says a calendar in one language."""

    def __init__(self, company: CompanyFile, starts: datetime, ends: datetime, language: Language) -> None:
        self._company, self._starts, self._ends, self._language = company, starts, ends, language
        self._names = {member.key: member.name for member in company.members}

    def events(self) -> Iterator[Event]:
        for task in self._company.tasks:
            yield self._task(task)
        for rotation in self._company.rotations:
            own = [one for one in self._company.overrides if one.rotation == rotation.key]
            spans = sorted((span_of(one, rotation.time_zone) for one in own), key=lambda span: span[1])
            yield from self._turns(rotation, spans)
            for one in own:
                yield from self._override(one, span_of(one, rotation.time_zone))
        for member in self._company.members:
            for absence, uid in zip(member.absences, absence_uids(member), strict=True):
                yield from self._absence(member, absence, uid)

    def _task(self, task: TaskEntry) -> Event:
        names = {Language.ES: task.names.es, Language.EN: task.names.en}
        event = self._event(Kind.TASK, uid_of(Kind.TASK, task.key), names[self._language])
        event.add("dtstart", task.starts.replace(tzinfo=ZoneInfo(task.time_zone)))
        for language, name in names.items():
            event.add(name_property(language), vText(name), parameters={"VALUE": "TEXT"})
        owner = {ROLE: task.role, MEMBER: task.member, "location": task.place}
        for name, value in owner.items():
            if value:
                event.add(name, value)
        if task.recurrence:
            event.add("rrule", vRecur.from_ical(task.recurrence))
        if task.reminder is not None:
            event.add_component(_alarm(names[self._language], task.reminder))
        return event

    def _turns(self, rotation: RotationEntry, covered: list[Span]) -> Iterator[Event]:
        pattern = pattern_of(rotation)
        turn = pattern.turn_at(max(self._starts, pattern.start_of(0)))
        while turn is not None and turn.starts < self._ends:
            member = rotation.members[turn.number % len(rotation.members)]
            for part in pattern.parts(turn):
                for starts, ends in _uncovered(part.starts, part.ends, covered):
                    if starts < self._ends and ends > self._starts:
                        yield self._on_duty(Kind.TURN, rotation.key, member, starts, ends)
            turn = pattern.turn_at(turn.ends)

    def _override(self, one: OverrideEntry, span: Span) -> Iterator[Event]:
        _, starts, ends = span
        if starts < self._ends and ends > self._starts:
            event = self._on_duty(Kind.OVERRIDE, one.rotation, one.member, starts, ends)
            if one.why:
                event.add("description", one.why)
            yield event

    def _on_duty(self, kind: Kind, rotation: str, member: str, starts: datetime, ends: datetime) -> Event:
        title = _ON_DUTY[self._language].format(name=self._names[member], rotation=rotation)
        event = self._event(kind, uid_of(kind, rotation, starts), title)
        event.add("dtstart", starts)
        event.add("dtend", ends)
        event.add(ROTATION, rotation)
        event.add(MEMBER, member)
        return event

    def _absence(self, member: MemberEntry, absence: AbsenceEntry, uid: str) -> Iterator[Event]:
        starts, ends = absence_span(absence, member.time_zone)
        if starts >= self._ends or ends <= self._starts:
            return
        event = self._event(Kind.ABSENCE, uid, _AWAY[self._language].format(name=member.name))
        whole_days = all(one.tzinfo is None and one.time() == time() for one in (absence.starts, absence.ends))
        event.add("dtstart", absence.starts.date() if whole_days else starts)
        event.add("dtend", absence.ends.date() if whole_days else ends)
        event.add(MEMBER, member.key)
        if absence.reason:
            event.add("description", absence.reason)
        yield event

    def _event(self, kind: Kind, uid: str, title: str) -> Event:
        event = Event()
        event.add("uid", uid)
        event.add("summary", title, parameters={"LANGUAGE": self._language.value})
        event.add("categories", [CATEGORIES[kind][self._language]])
        return event


def _alarm(title: str, minutes: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -timedelta(minutes=minutes))
    return alarm


def _uncovered(starts: datetime, ends: datetime, covered: list[Span]) -> Iterator[tuple[datetime, datetime]]:
    """What is left of a turn between the overrides, which are in order."""
    for _, from_, until in covered:
        if from_ < ends and until > starts:
            if from_ > starts:
                yield starts, from_
            starts = max(starts, until)
    if starts < ends:
        yield starts, ends
