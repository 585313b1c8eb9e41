"""An iCalendar file taken into the protocol: absences, overrides and tasks, and everything that is wrong at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from protocol.calendar_checks import overlaps, span_of, task_faults
from protocol.calendar_export import local_text
from protocol.calendar_format import OverrideEntry, RotationEntry, TaskEntry
from protocol.company_format import AbsenceEntry, CompanyFile, MemberEntry
from protocol.company_parts import BothLanguages
from protocol.company_places import local_moment
from protocol.ics import CATEGORIES, MEMBER, OWN, ROLE, ROTATION, Kind, name_property, uid_of
from protocol.ics_events import IcsEvent, Unfit
from protocol.ics_export import absence_span, absence_uids
from protocol.words import Language
from protocol.workbook.columns import slug


@dataclass(frozen=True)
class Taken:
    """The company with what the events say, one sentence for each fault, and how many turns were passed over."""

    company: CompanyFile
    faults: Sequence[str]
    turns: int


def take_events(company: CompanyFile, events: Sequence[IcsEvent]) -> Taken:
    """Takes every event. Turns follow from their rotation and are passed over; what no event names stays."""
    taking = _Taking(company)
    faults = []
    for event in events:
        try:
            taking.take(event)
        except Unfit as unfit:
            faults.append(f"{event.place}: {unfit}")
    return Taken(taking.result(), faults, sum(event.kind is Kind.TURN for event in events))


class _Taking:
    """The calendar as it becomes."""

    def __init__(self, company: CompanyFile) -> None:
        self._company = company
        self._members = {member.key: member for member in company.members}
        self._by_address = {address.lower(): member for member in company.members for address in member.email}
        self._rotations = {rotation.key: rotation for rotation in company.rotations}
        self._absences = {member.key: list(member.absences) for member in company.members}
        self._overrides = list(company.overrides)
        self._tasks = {task.key: task for task in company.tasks}
        self._by_uid = {
            uid: one
            for member in company.members
            for uid, one in zip(absence_uids(member), member.absences, strict=True)
        }
        self._seen: set[str] = set()

    def result(self) -> CompanyFile:
        members = [one.model_copy(update={"absences": self._absences[one.key]}) for one in self._company.members]
        calendar = {"overrides": self._overrides, "tasks": list(self._tasks.values())}
        return self._company.model_copy(update={"members": members, **calendar})

    def take(self, event: IcsEvent) -> None:
        event.check()
        kind = event.kind
        if kind is None:
            words = ", ".join(words[Language.EN] for kind, words in CATEGORIES.items() if kind is not Kind.TURN)
            raise Unfit(f"it does not say what it is. Give it one of the categories {words}.")
        if event.uid and event.uid in self._seen:
            raise Unfit("its UID stands twice. Give each event its own.")
        self._seen.add(event.uid)
        if kind is Kind.ABSENCE:
            self._take_absence(event)
        elif kind is Kind.OVERRIDE:
            self._take_override(event)
        elif kind is Kind.TASK:
            self._take_task(event)

    def _take_absence(self, event: IcsEvent) -> None:
        member = self._member(event)
        former = self._by_uid.get(event.uid)
        entries = [one for one in self._absences[member.key] if one is not former]
        for starts, ends in [] if event.cancelled else event.moments(member.time_zone):
            if former is None and any(_span(one, member) == (starts, ends) for one in entries):
                continue
            span = {"starts": local_text(starts, member.time_zone), "ends": local_text(ends, member.time_zone)}
            entries.append(AbsenceEntry(reason=self._reason(event), **span))
        self._absences[member.key] = sorted(entries, key=lambda one: _span(one, member))

    def _take_override(self, event: IcsEvent) -> None:
        member, rotation = self._member(event), self._rotation(event)
        zone = rotation.time_zone

        def uid(one: OverrideEntry) -> str:
            return uid_of(Kind.OVERRIDE, one.rotation, span_of(one, self._rotations[one.rotation].time_zone)[1])

        former = [one for one in self._overrides if uid(one) == event.uid]
        kept = [one for one in self._overrides if one not in former]
        if event.cancelled:
            self._overrides = kept
            return
        for starts, ends in event.moments(zone):
            span = {"starts": local_text(starts, zone), "ends": local_text(ends, zone)}
            entry = OverrideEntry(rotation=rotation.key, member=member.key, why=self._reason(event), **span)
            kept = self._placed(kept, entry)
        self._overrides = kept

    def _placed(self, kept: list[OverrideEntry], entry: OverrideEntry) -> list[OverrideEntry]:
        """With the override in its place: in the order of the rotations, and of time."""
        zones = {key: rotation.time_zone for key, rotation in self._rotations.items()}
        span = span_of(entry, zones[entry.rotation])
        others = [one for one in kept if span_of(one, zones[one.rotation]) != span]
        if any(overlaps(span, span_of(one, zones[one.rotation])) for one in others):
            raise Unfit("it overlaps another override of the same rotation. Shorten one of them.")
        order = list(zones)
        return sorted([*others, entry], key=lambda one: (order.index(one.rotation), span_of(one, zones[one.rotation])))

    def _take_task(self, event: IcsEvent) -> None:
        key = self._task_key(event)
        former = self._tasks.get(key)
        if event.cancelled:
            raise Unfit("a protocol task is not removed by an event. Give its RRULE an UNTIL instead.")
        event.without_exceptions()
        starts, zone = self._start(event, former)
        try:
            entry = TaskEntry(
                key=key,
                names=self._names(event),
                **self._owner(event, former),
                place=event.text("LOCATION"),
                starts=starts,
                time_zone=zone,
                recurrence=event.rule(),
                reminder=event.reminder(),
                owner=former.owner if former else None,
                review=former.review if former else None,
            )
        except ValidationError as error:
            raise Unfit(f"its {error.errors()[0]['loc'][0]} cannot be kept. Correct it.") from None
        for fault in task_faults("", entry):
            raise Unfit(fault.removeprefix(": "))
        self._tasks[key] = entry

    def _task_key(self, event: IcsEvent) -> str:
        if event.uid.endswith(OWN):
            return event.uid.removesuffix(OWN).partition("_")[2]
        key = slug(event.uid) or slug(event.text("SUMMARY"))
        if not key:
            raise Unfit("it has neither UID nor title. Write a SUMMARY.")
        return key

    def _start(self, event: IcsEvent, former: TaskEntry | None) -> tuple[datetime, str]:
        shown, zone = event.start()
        if not isinstance(shown, datetime):
            shown = datetime(shown.year, shown.month, shown.day)  # noqa: DTZ001 - by the clocks of the task
        if zone == "UTC" and former and local_moment(former.starts, former.time_zone) == local_moment(shown, zone):
            return former.starts, former.time_zone
        if zone is None and former:
            zone = former.time_zone
        if zone is None:
            raise Unfit("it does not say in which time zone. Give DTSTART a TZID.")
        return shown, zone

    def _names(self, event: IcsEvent) -> BothLanguages:
        """Both names; a title that was changed in a calendar is the new name in its language."""
        title = event.text("SUMMARY")
        if not title:
            raise Unfit("it has no title. Write a SUMMARY.")
        names = {language: event.text(name_property(language)) or title for language in Language}
        said = str(event.event["SUMMARY"].params.get("LANGUAGE", "")).lower()[:2]
        if title not in names.values():
            names |= {language: title for language in Language if said in ("", language)}
        return BothLanguages(es=names[Language.ES], en=names[Language.EN])

    def _owner(self, event: IcsEvent, former: TaskEntry | None) -> dict[str, Any]:
        role = event.text(ROLE)
        if role:
            known = [one.key for one in self._company.roles]
            if role not in known:
                raise Unfit(f'no role "{role}" in the protocol. Use one of: {", ".join(sorted(known))}.')
            return {"role": role, "member": None}
        if former and not event.text(MEMBER) and not self._attending(event):
            return {"role": former.role, "member": former.member}
        return {"role": None, "member": self._member(event).key}

    def _member(self, event: IcsEvent) -> MemberEntry:
        key = event.text(MEMBER)
        found = self._members.get(key) if key else self._attending(event)
        if found is None and key:
            raise Unfit(f'no member "{key}" in the protocol. `crisis who --all` lists them.')
        if found is None:
            raise Unfit(f"it names nobody of the protocol. Invite them by their e-mail address, or write {MEMBER}.")
        return found

    def _attending(self, event: IcsEvent) -> MemberEntry | None:
        return next((self._by_address[one] for one in event.addresses() if one in self._by_address), None)

    def _rotation(self, event: IcsEvent) -> RotationEntry:
        key = event.text(ROTATION)
        if not key and len(self._rotations) == 1:
            return next(iter(self._rotations.values()))
        if key not in self._rotations:
            known = ", ".join(sorted(self._rotations)) or "none yet"
            raise Unfit(f'no rotation "{key}" in the protocol. Write {ROTATION} with one of: {known}.')
        return self._rotations[key]

    def _reason(self, event: IcsEvent) -> str:
        """What the event says of itself; a title of ours says only who and what."""
        return event.text("DESCRIPTION") or ("" if event.uid.endswith(OWN) else event.text("SUMMARY"))


def _span(absence: AbsenceEntry, member: MemberEntry) -> tuple[datetime, datetime]:
    return absence_span(absence, member.time_zone)
