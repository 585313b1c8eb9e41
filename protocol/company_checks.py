"""What a company file must hold together: keys said once, references that exist, spans that run forwards."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from protocol.company_format import CompanyFile, MemberEntry, QuietHours


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


Entry = TypeVar("Entry", bound=_Keyed)


def company_faults(company: CompanyFile, shown: str) -> list[str]:
    """One sentence for each fault, naming file, place and remedy."""
    faults = [*_quiet_faults("company", company.company.quiet_hours)]
    faults += [*_repeated(company), *_unknown_members(company), *_unknown_teams(company)]
    for place, member in _placed("member", company.members):
        faults += _member_faults(place, member)
    return [f"{shown}, {fault}" for fault in faults]


def local_moment(moment: datetime, zone: str) -> datetime:
    """The moment, in the given time zone when it names none itself."""
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _placed(noun: str, entries: Iterable[Entry]) -> Iterator[tuple[str, Entry]]:
    for number, entry in enumerate(entries, start=1):
        yield f"{noun} {number} ({entry.key})", entry


def _repeated(company: CompanyFile) -> Iterator[str]:
    collections: tuple[tuple[str, Sequence[_Keyed]], ...] = (
        ("member", company.members),
        ("team", company.teams),
        ("role", company.roles),
        ("tool", company.tools),
        ("resource", company.resources),
        ("communication_flow", company.communication_flows),
        ("measurement", company.measurements),
        ("listening_channel", company.listening_channels),
        ("subject", company.subjects),
        ("support", company.support),
    )
    for noun, entries in collections:
        seen: set[str] = set()
        for place, entry in _placed(noun, entries):
            if entry.key in seen:
                yield f"{place}: the key stands twice. Give each {noun.replace('_', ' ')} its own."
            seen.add(entry.key)


def _unknown_members(company: CompanyFile) -> Iterator[str]:
    known = {member.key for member in company.members}
    for place, team in _placed("team", company.teams):
        yield from _people_faults(place, [seat.member for seat in team.members or ()], known)
    for place, role in _placed("role", company.roles):
        yield from _people_faults(place, role.holders, known)


def _people_faults(place: str, keys: Sequence[str], known: Collection[str]) -> Iterator[str]:
    for key, times in Counter(keys).items():
        if key not in known:
            yield _unknown(place, "member", key, known)
        if times > 1:
            yield f'{place}: the member "{key}" stands twice. Keep one.'


def _unknown_teams(company: CompanyFile) -> Iterator[str]:
    known = [team.key for team in company.teams]
    owned: list[tuple[str, str | None]] = []
    owned += [(place, tool.team) for place, tool in _placed("tool", company.tools)]
    owned += [(place, measurement.team) for place, measurement in _placed("measurement", company.measurements)]
    owned += [(place, item.team) for place, item in _placed("support", company.support)]
    for place, flow in _placed("communication_flow", company.communication_flows):
        owned += [(place, flow.from_team), (place, flow.to_team)]
    for place, team in owned:
        if team is not None and team not in known:
            yield _unknown(place, "team", team, known)


def _unknown(place: str, noun: str, key: str, known: Collection[str]) -> str:
    return f'{place}: no {noun} "{key}" in this file. Add it, or use one of: {", ".join(sorted(known))}.'


def _quiet_faults(place: str, quiet: QuietHours | None) -> Iterator[str]:
    if quiet is not None and quiet.starts == quiet.ends:
        yield f"{place}: quiet hours end when they start. Write a night, like 22:00 to 07:00, or leave them out."


def _member_faults(place: str, member: MemberEntry) -> Iterator[str]:
    if not (member.sms or member.email):
        yield f"{place}: no way to reach this person. Add sms or email."
    yield from _quiet_faults(place, member.quiet_hours)
    for values in (member.sms, member.email, member.voice):
        for value, times in Counter(value.lower() for value in values).items():
            if times > 1:
                yield f'{place}: "{value}" stands twice. Keep one.'
    if len(set(member.chat)) < len(member.chat):
        yield f"{place}: a chat contact stands twice. Keep one."
    theirs = {*member.sms, *member.email, *member.voice, *member.chat}
    for value in dict.fromkeys((*member.shared, *member.verified)):
        if value not in theirs:
            yield f'{place}: "{value}" is shared or verified, but no contact of theirs. Add it, or leave it out.'
    for hours in member.hours:
        if hours.ends <= hours.starts:
            yield f"{place}: hours end before they start. Write a night as two lines, the first until 23:59."
    for absence in member.absences:
        starts, ends = (local_moment(moment, member.time_zone) for moment in (absence.starts, absence.ends))
        if ends <= starts:
            yield f"{place}: an absence ends before it starts. Exchange starts and ends."
