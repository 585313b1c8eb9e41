"""What a company file must hold together: keys said once, references that exist, spans that run forwards."""

from collections import Counter
from collections.abc import Iterator, Sequence

from protocol.calendar_checks import calendar_faults
from protocol.company_format import CompanyFile, MemberEntry
from protocol.company_parts import QuietHours
from protocol.company_places import Keyed, local_moment, people_faults, placed, unknown
from protocol.stewardship import kept_of


def company_faults(company: CompanyFile, shown: str) -> list[str]:
    """One sentence for each fault, naming file, place and remedy."""
    faults = [*_quiet_faults("company", company.company.quiet_hours)]
    faults += [*_repeated(company), *_unknown_members(company), *_unknown_teams(company)]
    for place, member in placed("member", company.members):
        faults += _member_faults(place, member)
    faults += [
        *_flows_from_outside(company),
        *_feeds_of_others(company),
        *calendar_faults(company),
        *_unknown_owners(company),
    ]
    return [f"{shown}, {fault}" for fault in faults]


def _repeated(company: CompanyFile) -> Iterator[str]:
    collections: tuple[tuple[str, Sequence[Keyed]], ...] = (
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
        ("rotation", company.rotations),
        ("task", company.tasks),
    )
    for noun, entries in collections:
        seen: set[str] = set()
        for place, entry in placed(noun, entries):
            if entry.key in seen:
                yield f"{place}: the key stands twice. Give each {noun.replace('_', ' ')} its own."
            seen.add(entry.key)


def _unknown_members(company: CompanyFile) -> Iterator[str]:
    known = {member.key for member in company.members}
    for place, team in placed("team", company.teams):
        yield from people_faults(place, [seat.member for seat in team.members or ()], known)
    for place, role in placed("role", company.roles):
        yield from people_faults(place, role.holders, known)


def _unknown_teams(company: CompanyFile) -> Iterator[str]:
    known = {team.key for team in company.teams}
    owned: list[tuple[str, str | None]] = []
    owned += [(place, tool.team) for place, tool in placed("tool", company.tools)]
    owned += [(place, measurement.team) for place, measurement in placed("measurement", company.measurements)]
    owned += [(place, item.team) for place, item in placed("support", company.support)]
    for place, flow in placed("communication_flow", company.communication_flows):
        owned += [(place, flow.from_team), (place, flow.to_team)]
    for place, team in owned:
        if team is not None and team not in known:
            yield unknown(place, "team", team, known)


def _flows_from_outside(company: CompanyFile) -> Iterator[str]:
    """What happens by itself tells people of the company in the name of others of it; nothing goes out unsigned."""
    outside = {team.key for team in company.teams if team.outside}
    for place, flow in placed("communication_flow", company.communication_flows):
        if flow.phases and flow.from_team in outside:
            yield (
                f'{place}: the team "{flow.from_team}" is outside the company, so it cannot tell by itself. '
                "Let a team of the company tell, or leave its phases out."
            )


def _feeds_of_others(company: CompanyFile) -> Iterator[str]:
    for place, channel in placed("listening_channel", company.listening_channels):
        if channel.feeds and channel.kind != "monitoring":
            yield f"{place}: only a monitoring channel has feeds. Move them to one, or leave them out."


def _unknown_owners(company: CompanyFile) -> Iterator[str]:
    known = {role.key for role in company.roles} | {member.key for member in company.members}
    for (kind, key), kept in kept_of(company):
        if kept.owner is not None and kept.owner not in known:
            place = f"{kind} {key}".strip()
            yield f'{place}: its owner "{kept.owner}" is no role or member of this file. Add it, or name another one.'


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
