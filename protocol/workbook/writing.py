"""The rows that a company and its texts make, in one language; reading them back gives the same company."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time

from protocol.company_format import (
    CompanyFile,
    MemberEntry,
    Place,
    RoleEntry,
    TeamEntry,
)
from protocol.company_parts import QuietHours
from protocol.kinds import EntryKind
from protocol.raci import Raci, RaciEntry
from protocol.stewardship import EntryKey, Kept
from protocol.words import Channel, Language
from protocol.workbook.calendar_cells import hours_text
from protocol.workbook.calendar_sheet import CALENDAR
from protocol.workbook.calendar_writing import CalendarWriter
from protocol.workbook.cells import list_text
from protocol.workbook.choices import (
    AUDIENCES,
    CHANNELS,
    CUSTOMERS,
    KINDS,
    LANGUAGES,
    LEVELS,
    OWN_FILE,
    PHASES,
    SUPPORT_KINDS,
    URGENCIES,
    WHATS,
    YES_NO,
)
from protocol.workbook.columns import Sheet, spoken
from protocol.workbook.examples import EXAMPLES
from protocol.workbook.kept_columns import TEAM_KEPT_COLUMNS, kept_cells
from protocol.workbook.pages import Page
from protocol.workbook.people_sheets import TEAMS
from protocol.workbook.practice import LISTS
from protocol.workbook.practice_sheets import PROTOCOL
from protocol.workbook.sheets import MESSAGES, SHEETS, SUPPORT
from protocol.workbook.texts import MessageText

Values = dict[str, object]


@dataclass(frozen=True)
class Beside:
    """What the sheet *messages* says beside the texts: who keeps them, and as how many segments each SMS is paid."""

    kept: Mapping[EntryKey, Kept] = field(default_factory=dict)
    segments: Mapping[tuple[str, Language, Channel], int] = field(default_factory=dict)


def template_pages(language: Language) -> list[Page]:
    """The sheets with their headings and example rows, which are not read."""
    return [_page(sheet, EXAMPLES[language][sheet.name], language) for sheet in SHEETS]


def pages_of(
    company: CompanyFile, texts: Sequence[MessageText], language: Language, beside: Beside | None = None
) -> list[Page]:
    """The five sheets, filled."""
    writer = _Writer(company, language, beside or Beside())
    rows = (
        (TEAMS, writer.teams()),
        (CALENDAR, CalendarWriter(company, language).rows()),
        (PROTOCOL, writer.protocol()),
        (SUPPORT, writer.support()),
        (MESSAGES, writer.messages(texts)),
    )
    return [_page(sheet, values, language) for sheet, values in rows]


def _page(sheet: Sheet, rows: Iterable[Values], language: Language) -> Page:
    headings = [column.heading.told(language) for column in sheet.columns]
    cells = [[row.get(column.name, "") for column in sheet.columns] for row in rows]
    return Page(sheet.title.told(language), [headings, *cells])


class _Writer:
    """Says a company in one language."""

    def __init__(self, company: CompanyFile, language: Language, beside: Beside) -> None:
        self._company, self._language, self._beside = company, language, beside
        self._members = {member.key: member for member in company.members}

    def teams(self) -> Iterator[Values]:
        described: set[str] = set()
        for team in self._company.teams:
            own = self._team(team)
            for place in self._places(team):
                yield {"team": team.key, **own, **self._placed(place, described)}
                own = {}
        for key in self._members:
            if key not in described:
                yield self._placed(Place(member=key), described)

    def protocol(self) -> Iterator[Values]:
        whats: tuple[tuple[str, Iterator[Values]], ...] = (
            ("company", self._company_row()),
            ("limit", self._limits()),
            ("role", (self._role(role) for role in self._company.roles)),
            ("tool", self._tools()),
            ("resource", self._resources()),
            ("flow", self._flows()),
            ("measurement", self._measurements()),
            ("listening", self._listening()),
            ("subject", self._subjects()),
            ("variable", self._variables()),
        )
        for what, rows in whats:
            for row in rows:
                yield {"what": spoken(WHATS, what, self._language), **row}

    def support(self) -> Iterator[Values]:
        for item in self._company.support:
            yield {
                "key": item.key,
                "kind": spoken(SUPPORT_KINDS, item.kind, self._language),
                "channel": item.channel,
                "urgency": spoken(URGENCIES, item.urgency, self._language),
                "customer": spoken(CUSTOMERS, item.customer, self._language),
                "question": item.question,
                "answer_es": item.answers.es,
                "answer_en": item.answers.en,
                "team": item.team or "",
                **kept_cells(item),
            }

    def messages(self, texts: Sequence[MessageText]) -> Iterator[Values]:
        for text in texts:
            yield {
                "key": text.key,
                "language": spoken(LANGUAGES, text.language, self._language),
                "channel": spoken(CHANNELS, text.channel, self._language),
                "public": self._yes(text.public),
                "subject": text.subject,
                "body": text.body,
                "segments": self._beside.segments.get((text.key, text.language, text.channel), ""),
                **kept_cells(self._beside.kept.get((EntryKind.MESSAGE, text.key), Kept())),
            }

    def _team(self, team: TeamEntry) -> Values:
        names = {"team_es": team.names.es, "team_en": team.names.en}
        audience = spoken(AUDIENCES, team.audience, self._language) if team.audience else ""
        said = {"functions": team.functions, "outside": self._yes(team.outside), "audience": audience}
        return {**names, **said, **kept_cells(team, TEAM_KEPT_COLUMNS)}

    def _places(self, team: TeamEntry) -> list[Place | str | None]:
        if team.members is None:
            return [OWN_FILE.words.told(self._language)]
        return [*team.members] or [None]

    def _placed(self, place: Place | str | None, described: set[str]) -> Values:
        if not isinstance(place, Place):
            return {"member": place or ""}
        member = self._members[place.member]
        values: Values = {"member": member.key, "name": member.name, "tasks": place.tasks}
        if member.key not in described:
            described.add(member.key)
            values |= self._person(member)
        return values

    def _person(self, member: MemberEntry) -> Values:
        return {
            "title": member.title,
            "language": spoken(LANGUAGES, member.language, self._language),
            "time_zone": member.time_zone,
            "sms": "; ".join(member.sms),
            "email": "; ".join(member.email),
            "voice": "; ".join(member.voice),
            "chat": "\n".join(member.chat),
            "shared": list_text(member.shared),
            "verified": list_text([f"{contact} {day}" for contact, day in member.verified.items()]),
            "hours": hours_text(member.hours, self._language),
            "responsibilities": member.responsibilities,
            **_raci(member.raci),
            "drill_roster": self._yes(member.drill_roster),
            "quiet_hours": _night(member.quiet_hours),
            **kept_cells(member),
        }

    def _company_row(self) -> Iterator[Values]:
        company = self._company.company
        yield {
            "name": company.name,
            "address": company.press_page,
            "quiet_hours": _night(company.quiet_hours),
            "quiet_below": spoken(LEVELS, company.quiet_below, self._language),
            **kept_cells(company),
        }

    def _limits(self) -> Iterator[Values]:
        for channel in Channel:
            if limit := self._company.company.limits.get(channel):
                yield {"kind": self._kind("limit", channel), "count": limit.count, "minutes": limit.minutes}

    def _variables(self) -> Iterator[Values]:
        for name, words in self._company.company.variables.items():
            said = {"name": words.es} if words.es == words.en else {"name_es": words.es, "name_en": words.en}
            yield {"key": name, **said}

    def _role(self, role: RoleEntry) -> Values:
        return {
            "key": role.key,
            "name_es": role.names.es,
            "name_en": role.names.en,
            "description": role.responsibilities,
            "people": "; ".join(role.holders),
            "cabinet": self._yes(role.cabinet),
            **_raci(role.raci),
            **kept_cells(role),
        }

    def _tools(self) -> Iterator[Values]:
        for tool in self._company.tools:
            said = {"name": tool.name, "description": tool.purpose, "team": tool.team or ""}
            yield {"key": tool.key, **said, **kept_cells(tool)}

    def _resources(self) -> Iterator[Values]:
        for one in self._company.resources:
            kind, names = self._kind("resource", one.kind), {"name_es": one.titles.es, "name_en": one.titles.en}
            yield {"key": one.key, "kind": kind, **names, "address": one.address, **kept_cells(one)}

    def _flows(self) -> Iterator[Values]:
        for flow in self._company.communication_flows:
            yield {
                "key": flow.key,
                "team": flow.from_team,
                "to_team": flow.to_team,
                "description": flow.when,
                "phases": list_text([spoken(PHASES, phase, self._language) for phase in flow.phases]),
                "message": flow.message or "",
                "channels": list_text([spoken(CHANNELS, channel, self._language) for channel in flow.channels]),
                "from_level": spoken(LEVELS, flow.level, self._language) if flow.level else "",
                **kept_cells(flow),
            }

    def _measurements(self) -> Iterator[Values]:
        for one in self._company.measurements:
            kind = self._kind("measurement", one.kind)
            owed = {"frequency": one.frequency, "team": one.team or ""}
            yield {"key": one.key, "kind": kind, "name": one.name, **owed, **kept_cells(one)}

    def _listening(self) -> Iterator[Values]:
        for one in self._company.listening_channels:
            lists = {name: list_text(getattr(one, name)) for name in LISTS}
            yield {
                "key": one.key,
                "kind": self._kind("listening", one.kind),
                "name": one.name,
                **lists,
                **kept_cells(one),
            }

    def _subjects(self) -> Iterator[Values]:
        for one in self._company.subjects:
            kind = self._kind("subject", one.kind)
            yield {"key": one.key, "kind": kind, "name": one.name, **kept_cells(one)}

    def _kind(self, what: str, value: str) -> str:
        return spoken(KINDS[what], value, self._language)

    def _yes(self, value: bool) -> str:
        return spoken(YES_NO, "yes" if value else "no", self._language)


def _raci(entry: RaciEntry) -> dict[str, str]:
    return {part.value: list_text(entry.areas(part)) for part in Raci}


def _span(starts: time, ends: time) -> str:
    return f"{starts:%H:%M}-{ends:%H:%M}"


def _night(quiet: QuietHours | None) -> str:
    return _span(quiet.starts, quiet.ends) if quiet else ""
