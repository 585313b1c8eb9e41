"""The rows of the sheet *calendar* that a company makes, in one language."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from protocol.calendar_format import OverrideEntry, RotationEntry, TaskEntry, length_hours
from protocol.company_format import CompanyFile, RoleEntry
from protocol.words import Language, Rest
from protocol.workbook.calendar_cells import hand_over_text, hours_text, place_text, spoken_length
from protocol.workbook.choices import CALENDAR_WHATS, RESTS
from protocol.workbook.columns import spoken
from protocol.workbook.kept_columns import kept_cells

Values = dict[str, object]


class CalendarWriter:
    """Says the calendar of a company in one language."""

    def __init__(self, company: CompanyFile, language: Language) -> None:
        self._company, self._language = company, language

    def rows(self) -> Iterator[Values]:
        """Every row of the sheet."""
        whats: tuple[tuple[str, Iterator[Values]], ...] = (
            ("holidays", self._holidays()),
            ("holidays", self._rests()),
            ("rotation", (self._rotation(one) for one in self._company.rotations)),
            ("override", (self._override(one) for one in self._company.overrides)),
            ("task", (self._task(one) for one in self._company.tasks)),
            ("absence", self._absences()),
        )
        for what, rows in whats:
            for row in rows:
                yield {"what": spoken(CALENDAR_WHATS, what, self._language), **row}

    def _holidays(self) -> Iterator[Values]:
        said: list[tuple[Values, str | None]] = [({}, self._company.company.holidays)]
        said += [({"team": team.key}, team.holidays) for team in self._company.teams]
        said += [({"member": member.key}, member.holidays) for member in self._company.members]
        for owner, place in said:
            if place is not None:
                yield {**owner, "holidays": place_text(place, self._language)}

    def _rests(self) -> Iterator[Values]:
        for role in self._company.roles:
            if role.on_holidays or role.outside_hours:
                yield {"role": role.key, **self._resting(role)}

    def _resting(self, entry: RoleEntry | RotationEntry) -> Values:
        rests = {"on_holidays": entry.on_holidays, "outside_hours": entry.outside_hours}
        return {name: self._rest(rest) for name, rest in rests.items()}

    def _rest(self, rest: Rest | None) -> str:
        return spoken(RESTS, rest, self._language) if rest else ""

    def _rotation(self, one: RotationEntry) -> Values:
        return {
            "key": one.key,
            "member": "; ".join(one.members),
            "team": one.team or "",
            "role": one.role or "",
            "time_zone": one.time_zone,
            "hand_over": hand_over_text(one.weekday, one.hand_over, self._language),
            "length": spoken_length(length_hours(one.length), self._language),
            "shifts": hours_text(one.shifts, self._language),
            "starts": one.starts,
            "ends": one.ends or "",
            **self._resting(one),
            **kept_cells(one),
        }

    def _override(self, one: OverrideEntry) -> Values:
        return {"rotation": one.rotation, "member": one.member, **_span(one.starts, one.ends), "reason": one.why}

    def _task(self, one: TaskEntry) -> Values:
        return {
            "key": one.key,
            "name_es": one.names.es,
            "name_en": one.names.en,
            "role": one.role or "",
            "member": one.member or "",
            "place": one.place,
            "starts": _day_or_moment(one.starts),
            "time_zone": one.time_zone,
            "recurrence": one.recurrence,
            "reminder": "" if one.reminder is None else one.reminder,
            **kept_cells(one),
        }

    def _absences(self) -> Iterator[Values]:
        for member in self._company.members:
            for absence in member.absences:
                yield {"member": member.key, **_span(absence.starts, absence.ends), "reason": absence.reason}


def _span(starts: datetime, ends: datetime) -> Values:
    """People write the last day of their holidays, not the first one after them."""
    last = (ends - timedelta(days=1)).date() if _is_midnight(ends) else _written(ends)
    return {"starts": _day_or_moment(starts), "ends": last}


def _day_or_moment(moment: datetime) -> object:
    return moment.date() if _is_midnight(moment) else _written(moment)


def _is_midnight(moment: datetime) -> bool:
    return moment.tzinfo is None and moment.time() == time()


def _written(moment: datetime) -> datetime | str:
    """A spreadsheet keeps no time zone and no parts of a second: such moments are text."""
    return moment.isoformat(" ") if moment.tzinfo or moment.second or moment.microsecond else moment
