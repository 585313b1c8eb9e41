"""What the teams work with, from the sheets *protocol* and *support*."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from protocol.company_format import (
    CompanyEntry,
    FlowEntry,
    LimitEntry,
    ListeningEntry,
    MeasurementEntry,
    ResourceEntry,
    RoleEntry,
    SubjectEntry,
    SupportItem,
    ToolEntry,
)
from protocol.company_parts import BothLanguages
from protocol.kinds import EntryKind
from protocol.raci import Raci, RaciEntry
from protocol.variables import NAME
from protocol.words import Channel, Level
from protocol.workbook import cells, time_cells
from protocol.workbook.choices import CHANNELS, CUSTOMERS, KINDS, LEVELS, PHASES, SUPPORT_KINDS, URGENCIES, WHATS
from protocol.workbook.columns import Choices, folded, spoken
from protocol.workbook.faults import Unreadable
from protocol.workbook.kept_columns import KEPT_COLUMNS
from protocol.workbook.lines import Line, known
from protocol.workbook.people import HeldRole, People
from protocol.workbook.stewards import Stewards

Entry = TypeVar("Entry", bound=BaseModel)
FEEDS = "feeds"
LISTS = ("keywords", "competitors", "personalities", "trends", FEEDS)
COLUMNS = {
    "company": ("name", "address", "quiet_hours", "quiet_below"),
    "limit": ("kind", "count", "minutes"),
    "variable": ("key", "name", "name_es", "name_en"),
    "role": ("key", "name_es", "name_en", "description", "people", "cabinet", *Raci),
    "tool": ("key", "name", "description", "team"),
    "resource": ("key", "kind", "name_es", "name_en", "address"),
    "flow": ("key", "team", "to_team", "description", "phases", "message", "channels", "from_level"),
    "measurement": ("key", "kind", "name", "frequency", "team"),
    "listening": ("key", "kind", "name", *LISTS),
    "subject": ("key", "kind", "name"),
}
"""What a row about each thing may say; all but a limit also who keeps it up to date."""

KEPT_AS = {
    "company": EntryKind.COMPANY,
    "role": EntryKind.ROLE,
    "tool": EntryKind.TOOL,
    "resource": EntryKind.RESOURCE,
    "flow": EntryKind.FLOW,
    "measurement": EntryKind.MEASUREMENT,
    "listening": EntryKind.LISTENING,
    "subject": EntryKind.SUBJECT,
    "support": EntryKind.SUPPORT,
}
"""What the rows about each thing are in the protocol."""


class Practice:
    """Reads the sheets *protocol* and *support*."""

    def __init__(self, protocol: Sequence[Line], support: Sequence[Line], people: People, stewards: Stewards) -> None:
        self._people, self._stewards = people, stewards
        self._keys: dict[tuple[str, str], int] = {}
        self._limit_rows: dict[str, int] = {}
        self._role_lines: dict[str, tuple[Line, dict[str, Any], list[str]]] = {}
        self._company: dict[str, Any] | None = None
        self._company_row = 0
        self.limits: dict[Channel, LimitEntry] = {}
        self.variables: dict[str, BothLanguages] = {}
        self.entries: dict[str, list[Any]] = {what: [] for what in (*COLUMNS, "support")}
        for line in protocol:
            self._take(line)
        for line in support:
            self._take_support(line)
        self._take_roles()

    @property
    def has_company(self) -> bool:
        """Whether a row says the company."""
        return self._company is not None

    @property
    def company(self) -> CompanyEntry:
        """The company itself. Only for rows without faults."""
        return CompanyEntry(**(self._company or {}), limits=self.limits, variables=self.variables)

    def keeper(self, said: str) -> str | None:
        """The role, or else the person, that keeps an entry, by key or name."""
        return self._role_key(said) or self._people.known_key(said)

    @property
    def keepers(self) -> list[str]:
        """Every role."""
        return list(self._role_lines)

    def role(self, line: Line, column: str) -> str | None:
        """The role in a cell; None when there is none, or when it is unknown."""
        said = line.text(column)
        key = self._role_key(said) if said else None
        if said and key is None:
            line.fault(column, "unknown_role", item=said, choices=known(list(self._role_lines)))
        return key

    def _take(self, line: Line) -> None:
        what = line.needed("what", line.read("what", cells.choice(WHATS, line.language)))
        if what is None:
            return
        for name in line.said():
            if name != "what" and name not in COLUMNS[what] and not (name in KEPT_COLUMNS and what in KEPT_AS):
                line.fault(name, "not_for", item=spoken(WHATS, what, line.language))
        takers: dict[str, Callable[[Line], None]] = {
            "company": self._take_company,
            "limit": self._take_limit,
            "variable": self._take_variable,
            "role": self._take_role,
            "tool": self._take_tool,
            "resource": self._take_resource,
            "flow": self._take_flow,
            "measurement": self._take_measurement,
            "listening": self._take_listening,
            "subject": self._take_subject,
        }
        takers[what](line)

    def _take_company(self, line: Line) -> None:
        if self._company is not None:
            line.fault("what", "key_twice", other=self._company_row)
            return
        level = line.read("quiet_below", cells.choice(LEVELS, line.language))
        self._company_row = line.number
        self._stewards.take(line, EntryKind.COMPANY, "")
        self._company = {
            "name": line.needed_text("name"),
            "press_page": line.text("address"),
            "quiet_hours": line.read("quiet_hours", time_cells.night),
            **({"quiet_below": Level(level)} if level else {}),
        }

    def _take_limit(self, line: Line) -> None:
        channel = self._kind(line, "limit")
        count = line.needed("count", line.read("count", cells.number(1, 1000)))
        minutes = line.needed("minutes", line.read("minutes", cells.number(1, 1440)))
        if channel in self._limit_rows:
            line.fault("kind", "key_twice", other=self._limit_rows[channel])
        elif channel and count and minutes:
            self._limit_rows[channel] = line.number
            self.limits[Channel(channel)] = LimitEntry(count=count, minutes=minutes)

    def _take_variable(self, line: Line) -> None:
        name = line.needed("key", line.read("key", _variable_name))
        whole, each = line.text("name"), line.said("name_es", "name_en")
        if whole and each:
            line.fault("name", "not_for", item=spoken(WHATS, "variable", line.language))
        if not (whole or each):
            line.needed("name", None)
        words = BothLanguages(es=whole, en=whole) if whole or not each else self._names(line)
        if name is not None and self._keys.setdefault(("variable", name), line.number) != line.number:
            line.fault("key", "key_twice", other=self._keys["variable", name])
        if name and not line.broken:
            self.variables[name] = words

    def _take_role(self, line: Line) -> None:
        key, names = self._key(line, "role", "name_en", "name_es"), self._names(line)
        values = {
            "names": names,
            "cabinet": bool(line.yes("cabinet")),
            "responsibilities": line.text("description"),
            "raci": RaciEntry(**{part: line.read(part, cells.areas) or [] for part in Raci}),
        }
        self._stewards.take(line, EntryKind.ROLE, key)
        self._role_lines[key or f"row {line.number}"] = (line, values, self._people.keys(line, "people"))

    def _take_tool(self, line: Line) -> None:
        values = {"purpose": line.text("description"), "team": self._people.team(line, "team")}
        self._add(line, "tool", ToolEntry, name=line.needed_text("name"), **values)

    def _take_resource(self, line: Line) -> None:
        kind, names = self._kind(line, "resource"), self._names(line)
        self._add(line, "resource", ResourceEntry, kind=kind, titles=names, address=line.text("address"))

    def _take_flow(self, line: Line) -> None:
        ends = {f"{end}_team": self._needed_team(line, column) for end, column in (("from", "team"), ("to", "to_team"))}
        if not line.said("key"):
            line.needed("key", None)
        values = {
            "phases": _several(line, "phases", PHASES),
            "message": line.read("message", cells.key),
            "channels": _several(line, "channels", CHANNELS),
            "level": line.read("from_level", cells.choice(LEVELS, line.language)),
        }
        if values["phases"] and ends["from_team"] and self._people.is_outside(ends["from_team"]):
            line.fault("team", "outside_tells")
        self._add(line, "flow", FlowEntry, when=line.needed_text("description"), **ends, **values)

    def _take_measurement(self, line: Line) -> None:
        values = {"frequency": line.text("frequency"), "team": self._people.team(line, "team")}
        kind = self._kind(line, "measurement")
        self._add(line, "measurement", MeasurementEntry, kind=kind, name=line.needed_text("name"), **values)

    def _take_listening(self, line: Line) -> None:
        lists = {name: line.read(name, cells.feeds if name == FEEDS else cells.listed) or [] for name in LISTS}
        kind = self._kind(line, "listening")
        if lists[FEEDS] and kind != "monitoring":
            line.fault(FEEDS, "feeds_of_others")
        self._add(line, "listening", ListeningEntry, kind=kind, name=line.needed_text("name"), **lists)

    def _take_subject(self, line: Line) -> None:
        kind = self._kind(line, "subject")
        self._add(line, "subject", SubjectEntry, kind=kind, name=line.needed_text("name"))

    def _take_support(self, line: Line) -> None:
        choices = {"kind": SUPPORT_KINDS, "urgency": URGENCIES, "customer": CUSTOMERS}
        values: dict[str, Any] = {
            name: line.needed(name, line.read(name, cells.choice(words, line.language)))
            for name, words in choices.items()
        }
        values |= {name: line.needed_text(name) for name in ("channel", "question")}
        answers = BothLanguages(es=line.needed_text("answer_es"), en=line.needed_text("answer_en"))
        team = self._people.team(line, "team")
        self._add(line, "support", SupportItem, answers=answers, team=team, **values)

    def _take_roles(self) -> None:
        """Who holds a role stands with it; where it does not, the sheet *teams* may say so."""
        held: dict[str, list[HeldRole]] = {}
        for one in self._people.held:
            key = self._role_key(one.role)
            if key is None:
                one.line.fault("roles", "unknown_role", item=one.role, choices=known(list(self._role_lines)))
            else:
                held.setdefault(key, []).append(one)
        for key, (line, values, people) in self._role_lines.items():
            holders = people or self._in_order(held.get(key, []))
            for one in held.get(key, []) if people else ():
                if people[one.order - 1 : one.order] != [one.member]:
                    one.line.fault("roles", "role_contradiction", item=one.role)
            if not holders and "people" not in line.broken:
                line.fault("people", "nobody")
            if not line.broken:
                self.entries["role"].append(RoleEntry(key=key, **values, holders=holders))

    def _in_order(self, held: Sequence[HeldRole]) -> list[str]:
        rows: dict[int, HeldRole] = {}
        for one in held:
            if one.order in rows and rows[one.order].member != one.member:
                one.line.fault("roles", "key_twice", other=rows[one.order].line.number)
            rows.setdefault(one.order, one)
        return list(dict.fromkeys(rows[order].member for order in sorted(rows)))

    def _role_key(self, said: str) -> str | None:
        if said.lower() in self._role_lines:
            return said.lower()
        names = ((key, values["names"]) for key, (_, values, _) in self._role_lines.items())
        return next(
            (key for key, both in names if folded(said) and folded(said) in (folded(both.es), folded(both.en))), None
        )

    def _add(self, line: Line, what: str, entry: Callable[..., Entry], **values: Any) -> None:
        key = self._key(line, what, "name", "name_en", "name_es", "question")
        self._stewards.take(line, KEPT_AS[what], key)
        if not line.broken:
            self.entries[what].append(entry(key=key, **values))

    def _key(self, line: Line, what: str, *names_from: str) -> str:
        key = line.key(*(name for name in names_from if line.row.says(name)))
        if not key:
            line.needed("key", None)
        elif (what, key) in self._keys:
            line.fault("key", "key_twice", other=self._keys[what, key])
        else:
            self._keys[what, key] = line.number
        return key

    def _kind(self, line: Line, what: str) -> str | None:
        return line.needed("kind", line.read("kind", cells.choice(KINDS[what], line.language)))

    def _names(self, line: Line) -> BothLanguages:
        return BothLanguages(es=line.needed_text("name_es"), en=line.needed_text("name_en"))

    def _needed_team(self, line: Line, column: str) -> str | None:
        return self._people.team(line, column) if line.said(column) else line.needed(column, None)


def _several(line: Line, column: str, offered: Choices) -> list[str]:
    one = cells.choice(offered, line.language)
    return line.read(column, lambda text: [one(entry) for entry in cells.listed(text)]) or []


def _variable_name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise Unreadable("variable_name")
    return text
