"""Rotations, overrides, planned tasks and public holidays, from the sheet *calendar*."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from protocol.calendar_checks import WEEK, Span, is_shown, overlaps, span_of
from protocol.calendar_format import OverrideEntry, RotationEntry, TaskEntry, length_hours
from protocol.company_format import CompanyFile, MemberEntry
from protocol.company_parts import BothLanguages
from protocol.kinds import EntryKind
from protocol.words import Rest
from protocol.workbook import calendar_cells, cells, time_cells
from protocol.workbook.calendar_sheet import COLUMNS
from protocol.workbook.choices import CALENDAR_WHATS, RESTS
from protocol.workbook.columns import spoken
from protocol.workbook.lines import Line, known
from protocol.workbook.people import People
from protocol.workbook.practice import Practice
from protocol.workbook.stewards import Stewards

OWNERS = ("member", "team", "role")
RESTING = ("on_holidays", "outside_hours")
Told = dict[tuple[str, str], tuple[Any, int]]


def by_what(lines: Sequence[Line]) -> dict[str, list[Line]]:
    """The rows of the sheet by what they are about: an absence unless they say so."""
    found: dict[str, list[Line]] = {what: [] for what in COLUMNS}
    for line in lines:
        what = line.read("what", cells.choice(CALENDAR_WHATS, line.language)) if line.said("what") else "absence"
        if what is None:
            continue
        for name in line.said():
            if name != "what" and name not in COLUMNS[what]:
                line.fault(name, "not_for", item=spoken(CALENDAR_WHATS, what, line.language))
        found[what].append(line)
    return found


class Calendar:
    """Reads what the sheet says beside absences."""

    def __init__(self, lines: dict[str, list[Line]], people: People, practice: Practice, stewards: Stewards) -> None:
        self._people, self._practice, self._stewards = people, practice, stewards
        self._keys: dict[tuple[str, str], int] = {}
        self._zones: dict[str, str] = {}
        self._spans: list[tuple[Span, int]] = []
        self._said: Told = {}
        self.rotations: list[RotationEntry] = []
        self.overrides: list[OverrideEntry] = []
        self.tasks: list[TaskEntry] = []
        takers: dict[str, Callable[[Line], None]] = {
            "rotation": self._take_rotation,
            "override": self._take_override,
            "task": self._take_task,
            "holidays": self._take_holidays,
        }
        for what, take in takers.items():
            for line in lines[what]:
                take(line)

    def completed(self, company: CompanyFile) -> CompanyFile:
        """The company with its calendar. Only for rows without faults."""

        def told(noun: str, key: str, *names: str) -> dict[str, Any]:
            values = {name: self._said.get((f"{noun} {name}", key)) for name in names}
            return {name: value[0] for name, value in values.items() if value}

        def with_place(member: MemberEntry) -> MemberEntry:
            place = told("member", member.key, "holidays")
            return member.model_copy(update=place) if place else member  # a copy of each of thousands takes as much

        of_company = told("company", "", "holidays")
        members = [with_place(one) for one in company.members]
        teams = [one.model_copy(update=told("team", one.key, "holidays")) for one in company.teams]
        roles = [one.model_copy(update=told("role", one.key, *RESTING)) for one in company.roles]
        return company.model_copy(
            update={
                "company": company.company.model_copy(update=of_company),
                "members": members,
                "teams": teams,
                "roles": roles,
                "rotations": self.rotations,
                "overrides": self.overrides,
                "tasks": self.tasks,
            }
        )

    def _take_rotation(self, line: Line) -> None:
        key = self._key(line, "rotation")
        self._stewards.take(line, EntryKind.ROTATION, key)
        members = self._people.keys(line, "member") if line.said("member") else line.needed("member", None)
        team, role = self._people.team(line, "team"), self._practice.role(line, "role")
        self._one_owner(line, "team", "role")
        zone = line.needed("time_zone", line.read("time_zone", cells.zone))
        weekday, moment = line.needed("hand_over", line.read("hand_over", calendar_cells.hand_over)) or (None, None)
        length = line.needed("length", line.read("length", calendar_cells.length))
        starts = line.moment("starts", calendar_cells.day)
        ends = line.moment("ends", calendar_cells.day) if line.said("ends") else None
        if weekday and length and length_hours(length) % WEEK:
            line.fault("hand_over", "whole_weeks")
        if starts and ends and ends <= starts:
            line.fault("ends", "span_backwards")
        shifts = line.read("shifts", calendar_cells.shifts) or []
        rests = {name: self._rest(line, name) or Rest.WORK for name in RESTING}
        if line.broken:
            return
        self._zones[key] = zone or ""
        entry = {"key": key, "members": members, "team": team, "role": role, "time_zone": zone, "hand_over": moment}
        spans = {"weekday": weekday, "length": length, "starts": starts, "ends": ends}
        self.rotations.append(RotationEntry.model_validate({**entry, **spans, "shifts": shifts, **rests}))

    def _take_override(self, line: Line) -> None:
        rotation = line.needed_text("rotation").lower()
        if rotation and rotation not in self._zones:
            line.fault("rotation", "unknown_rotation", item=rotation, choices=known(list(self._zones)))
        members = self._people.keys(line, "member") if line.said("member") else line.needed("member", None)
        if members and len(members) > 1:
            line.fault("member", "several_described")
        starts, ends = line.moment("starts", time_cells.first_moment), line.moment("ends", time_cells.last_moment)
        if line.broken or not members or starts is None or ends is None:
            return
        entry = OverrideEntry(rotation=rotation, member=members[0], starts=starts, ends=ends, why=line.text("reason"))
        if self._fits(line, entry):
            self.overrides.append(entry)

    def _fits(self, line: Line, entry: OverrideEntry) -> bool:
        span = span_of(entry, self._zones[entry.rotation])
        if span[2] <= span[1]:
            line.fault("ends", "span_backwards")
            return False
        before = next((row for other, row in self._spans if overlaps(other, span)), None)
        if before is not None:
            line.fault("starts", "override_overlaps", other=before)
            return False
        self._spans.append((span, line.number))
        return True

    def _take_task(self, line: Line) -> None:
        key = self._key(line, "task", "name_en", "name_es")
        self._stewards.take(line, EntryKind.TASK, key)
        names = BothLanguages(es=line.needed_text("name_es"), en=line.needed_text("name_en"))
        role, members = self._practice.role(line, "role"), self._people.keys(line, "member")
        self._one_owner(line, "member", "role")
        if len(members) > 1:
            line.fault("member", "several_described")
        zone = line.needed("time_zone", line.read("time_zone", cells.zone))
        starts = self._shown(line, zone)
        rule = line.read("recurrence", calendar_cells.rule) or ""
        reminder = line.read("reminder", cells.number(0, 40_320))
        if line.broken or zone is None or starts is None:
            return
        owner = {"role": role, "member": members[0] if members else None}
        more = {"place": line.text("place"), "recurrence": rule, "reminder": reminder}
        entry = {"key": key, "names": names, "starts": starts, "time_zone": zone, **owner, **more}
        self.tasks.append(TaskEntry.model_validate(entry))

    def _shown(self, line: Line, zone: str | None) -> datetime | None:
        starts = line.moment("starts", calendar_cells.shown)
        if starts and zone and not is_shown(starts, zone):
            line.fault("starts", "not_shown", item=zone)
        return starts

    def _take_holidays(self, line: Line) -> None:
        owner = line.said(*OWNERS)
        place = line.read("holidays", calendar_cells.place)
        rests = {name: rest for name in RESTING if (rest := self._rest(line, name))}
        if len(owner) > 1 or bool(line.said(*RESTING)) != (owner == ["role"]) or (place and owner == ["role"]):
            line.fault("", "holidays_whose")
        elif owner == ["role"]:
            role = self._practice.role(line, "role")
            for name, rest in rests.items():
                self._say(line, "role", f"role {name}", role or "", rest)
        elif line.needed("holidays", place):
            noun = owner[0] if owner else "company"
            for key in self._whose(line, noun):
                self._say(line, owner[0] if owner else "holidays", f"{noun} holidays", key, place)

    def _whose(self, line: Line, noun: str) -> Sequence[str]:
        if noun == "member":
            return self._people.keys(line, "member")
        return [self._people.team(line, "team") or ""] if noun == "team" else [""]

    def _say(self, line: Line, column: str, what: str, key: str, value: object) -> None:
        if (what, key) in self._said:
            line.fault(column, "said_twice", other=self._said[what, key][1])
        else:
            self._said[what, key] = (value, line.number)

    def _rest(self, line: Line, name: str) -> Rest | None:
        said = line.read(name, cells.choice(RESTS, line.language))
        return Rest(said) if said else None

    def _one_owner(self, line: Line, *columns: str) -> None:
        said = line.said(*columns)
        if len(said) != 1:
            headings = (line.row.sheet.column(name).heading.told(line.language) for name in columns)
            line.fault(said[1] if said else "", "owner", choices=", ".join(headings))

    def _key(self, line: Line, what: str, *names_from: str) -> str:
        key = line.key(*names_from)
        if not key:
            line.needed("key", None)
        elif (what, key) in self._keys:
            line.fault("key", "key_twice", other=self._keys[what, key])
        else:
            self._keys[what, key] = line.number
        return key
