"""Teams, members, absences and who holds which role, from the sheets about people."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from protocol.company_format import AbsenceEntry, MemberEntry, Place, TeamEntry
from protocol.company_parts import BothLanguages
from protocol.company_places import local_moment
from protocol.kinds import EntryKind
from protocol.workbook import cells, time_cells
from protocol.workbook.choices import AUDIENCES
from protocol.workbook.columns import folded
from protocol.workbook.faults import Unreadable
from protocol.workbook.kept_columns import KEPT_COLUMNS, TEAM_KEPT_COLUMNS
from protocol.workbook.lines import Line, known
from protocol.workbook.person_columns import NEEDED_OF_PEOPLE, OWN, PERSON_COLUMNS, is_described, member_of, readers_of
from protocol.workbook.stewards import Stewards, read_review
from protocol.workbook.told import Told

TEAM_COLUMNS = ("team_es", "team_en", "functions", "outside", "audience", "team_owner", "team_review")
NEEDED_OF_TEAMS = ("team_es", "team_en")
_SAID_OF_PLACES = {"member", "tasks"}
TELL_EVERY = 500


@dataclass(frozen=True)
class HeldRole:
    """A role that a row of the sheet *teams* gives to a member."""

    role: str
    order: int
    member: str
    line: Line


class People:
    """Reads the sheets *teams and tasks* and *calendar*; `rows_told` is given the rows of people read."""

    def __init__(
        self,
        teams: Sequence[Line],
        calendar: Sequence[Line],
        country: str,
        rows_told: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._teams: dict[str, Told] = {}
        self._teams_named: dict[str, set[str]] = {}
        self._members: dict[str, Told] = {}
        self._places: dict[str, dict[str, tuple[Place, int]] | None] = {}
        self._names: dict[str, str] = {}
        self._absences: dict[str, list[AbsenceEntry]] = {}
        self.held: list[HeldRole] = []
        self._readers = readers_of(country, teams[0].language) if teams else {}
        self._rows_told = rows_told
        for line in teams:
            if line.said("member") and line.said("name"):
                self._names.setdefault(folded(line.text("name")) or line.text("name"), line.text("member").lower())
        described = self._take_described(teams)
        for line in teams:
            self._take_row(line, described.get(line.number))
        self._forget_nameless()
        self._check()
        for line in calendar:
            self._take_absence(line)

    def _take_described(self, teams: Sequence[Line]) -> dict[int, str]:
        """The people of the rows that say more about them than who they are, by row."""
        described = {}
        for done, line in enumerate(teams):
            if not line.left_out and is_described(line):
                described[line.number] = self._take_person(line)
            if not done % TELL_EVERY:
                self._rows_told(done)
        return described

    @property
    def any_member(self) -> bool:
        """Whether anybody is named."""
        return bool(self._members)

    @property
    def any_team(self) -> bool:
        """Whether any team is named."""
        return bool(self._teams)

    @property
    def members(self) -> list[MemberEntry]:
        """Everybody, in the order of the rows."""
        return [member_of(key, told, self._absences.get(key, [])) for key, told in self._members.items()]

    @property
    def teams(self) -> list[TeamEntry]:
        """Every team, in the order of the rows."""
        return [self._team(key, told) for key, told in self._teams.items()]

    def take_kept(self, stewards: Stewards) -> None:
        """Hands over who keeps the people and the teams."""
        told_of = ((EntryKind.MEMBER, self._members, KEPT_COLUMNS), (EntryKind.TEAM, self._teams, TEAM_KEPT_COLUMNS))
        for kind, all_told, columns in told_of:
            for key, told in all_told.items():
                owner, review = (told.values.pop(column, None) for column in columns)
                # That nobody keeps a person is said by the columns alone: fifty thousand times would take memory.
                if owner or review or (kind is EntryKind.TEAM and told.first.has(*columns)):
                    stewards.put(told.line_of(*columns), (kind, key), owner or "", review, columns)

    def member_key(self, said: str) -> str | None:
        """The key of a person by key or name."""
        return said.lower() if said.lower() in self._members else self._names.get(folded(said) or said)

    def known_key(self, said: str) -> str | None:
        """The same, of somebody whose rows are read."""
        key = self.member_key(said)
        return key if key in self._members else None

    def team_key(self, said: str) -> str | None:
        """The key of a team by key or name."""
        if said.lower() in self._teams:
            return said.lower()
        named = self._teams_named.get(folded(said), ())
        return next((key for key in self._teams if key in named), None) if len(named) > 1 else next(iter(named), None)

    def keys(self, line: Line, column: str) -> list[str]:
        """The people in a cell; who is unknown or stands twice is a fault."""
        found = cells.names(line.text(column), self.member_key)
        for said in found:
            if said not in self._members:
                line.fault(column, "unknown_member", item=said, choices=known(self._members))
                return []
            if found.count(said) > 1:
                line.fault(column, "value_twice", item=said)
                return []
        return found

    def is_outside(self, key: str) -> bool:
        """Whether the sheet says that a team is outside the company."""
        return bool(self._teams[key].values.get("outside"))

    def team(self, line: Line, column: str) -> str | None:
        """The team in a cell; None when there is none, or when it is unknown."""
        said = line.text(column)
        if not said:
            return None
        found = self.team_key(said)
        if found is None:
            line.fault(column, "unknown_team", item=said, choices=known(self._teams))
        return found

    def _take_row(self, line: Line, member: str | None) -> None:
        team = self._take_team(line)
        if line.left_out:
            return
        if folded(line.text("member")) in OWN:
            self._places[team] = None
            return
        for key in [member] if member is not None else self._named(line):
            if key:
                self._take_place(line, team, key)

    def _named(self, line: Line) -> list[str]:
        """The people in a row that only names them, whom other rows describe."""
        column = "member" if line.said("member") else "name"
        said = cells.names(line.text(column), self.member_key)
        if len(said) == 1 and said[0] not in self._members:
            return [self._take_person(line)]
        return self.keys(line, column)

    def _take_team(self, line: Line) -> str:
        names = [text for text in map(line.text, ("team", "team_en", "team_es")) if text]
        key = self.team_key(names[0]) if names else None
        key = key or line.key("team_en", "team_es", column="team")
        if not key:
            return ""
        told = self._teams.setdefault(key, Told(line))
        if told.first.left_out:
            told.begin_anew(line)
        self._places.setdefault(key, {})
        for column in TEAM_COLUMNS:
            told.take(line, column, self._read_team(line, column))
        for name in filter(None, map(folded, _names(told))):
            self._teams_named.setdefault(name, set()).add(key)
        return key

    def _read_team(self, line: Line, column: str) -> object:
        if column == "team_review":
            return read_review(line, column)
        if column == "audience":
            return line.read(column, cells.choice(AUDIENCES, line.language))
        return line.yes(column) if column == "outside" else line.text(column)

    def _take_person(self, line: Line) -> str:
        key = self.member_key(line.text("name")) if not line.said("member") else None
        key = key or line.key("name", column="member", joint=".")
        if not key and "member" not in line.broken:
            line.needed("name", None)
        if not line.said("member") and re.search(r"[;\n]", line.text("name")):
            line.fault("name", "several_described")
        told = self._members.setdefault(key, Told(line)) if key else Told(line)
        for column in PERSON_COLUMNS:
            if column in line.broken or line.row.says(column):
                told.take(line, column, self._read(line, column))
        if "name" in told.values:
            self._names.setdefault(folded(told.values["name"]) or told.values["name"], key)
        return key

    def _read(self, line: Line, column: str) -> object:
        if column == "drill_roster":
            return line.yes(column)
        if column == "review":
            return read_review(line, column)
        return line.read(column, self._readers[column]) if column in self._readers else line.text(column)

    def _take_place(self, line: Line, team: str, member: str) -> None:
        for said in line.read("roles", _roles) or ():
            self.held.append(HeldRole(said[0], said[1], member, line))
        if not team:
            return
        places = self._places.get(team)
        if places is None:
            places = self._places[team] = {}
        if member in places:
            line.fault("member" if line.said("member") else "name", "place_twice", other=places[member][1])
        else:
            place = Place.model_construct(_SAID_OF_PLACES, member=member, tasks=line.text("tasks"))
            places[member] = (place, line.number)

    def _forget_nameless(self) -> None:
        """A team that only rows which were left out speak of, and none of them with its names, is left out too."""
        for key, told in list(self._teams.items()):
            if told.first.left_out and not {*NEEDED_OF_TEAMS} <= {*told.values}:
                del self._teams[key]
                for named in self._teams_named.values():
                    named.discard(key)

    def _check(self) -> None:
        for told in self._teams.values():
            told.need(NEEDED_OF_TEAMS)
        for told in self._members.values():
            told.need(NEEDED_OF_PEOPLE)
            reached = {"sms", "email"}
            if not reached & set(told.values) and not reached & told.broken:
                told.first.fault("sms", "unreachable")
            told.check_contacts()

    def _take_absence(self, line: Line) -> None:
        people = self.keys(line, "member") if line.said("member") else line.needed("member", None)
        starts, ends = line.moment("starts", time_cells.first_moment), line.moment("ends", time_cells.last_moment)
        if not people or starts is None or ends is None:
            return
        for key in people:
            zone = self._members[key].values.get("time_zone", "UTC")
            if local_moment(ends, zone) <= local_moment(starts, zone):
                line.fault("ends", "absence_backwards")
                return
            entry = AbsenceEntry(starts=starts, ends=ends, reason=line.text("reason"))
            self._absences.setdefault(key, []).append(entry)

    def _team(self, key: str, told: Told) -> TeamEntry:
        values = dict(told.values)
        names = BothLanguages(es=values.pop("team_es"), en=values.pop("team_en"))
        places = self._places[key]
        members = None if places is None else [place for place, _ in places.values()]
        return TeamEntry(key=key, names=names, **values, members=members)


def _roles(text: str) -> list[tuple[str, int]]:
    found = []
    for part in cells.listed(text):
        role, _, order = part.rpartition(" ")
        if not role or not order.isdecimal() or int(order) < 1:
            raise Unreadable("role_order")
        found.append((role.strip(), int(order)))
    return found


def _names(told: Told) -> list[str]:
    return [told.values[name] for name in NEEDED_OF_TEAMS if name in told.values]
