"""With rows left out, nobody leaves: people whose rows could not be read keep their places, absences and overrides."""

from protocol.calendar_checks import overlaps, span_of
from protocol.calendar_format import OverrideEntry
from protocol.company_format import CompanyFile, MemberEntry, TeamEntry


def keep_people(company: CompanyFile, stored: CompanyFile) -> CompanyFile:
    """The company, with the places in its teams, absences and overrides that only the store has."""
    members = {member.key: member for member in stored.members}
    teams = {team.key: team for team in stored.teams}
    kept_teams = [_with_places(team, teams.get(team.key)) for team in company.teams]
    overrides = [*company.overrides, *_more_overrides(company, stored)]
    kept_members = [_with_absences(member, members.get(member.key)) for member in company.members]
    named = {member.key for member in kept_members}
    seated = dict.fromkeys(place.member for team in kept_teams for place in team.members or ())
    covering = dict.fromkeys(one.member for one in overrides)
    kept_members += [members[key] for key in {**seated, **covering} if key not in named]
    return company.model_copy(update={"teams": kept_teams, "members": kept_members, "overrides": overrides})


def _with_places(team: TeamEntry, stored: TeamEntry | None) -> TeamEntry:
    if stored is None or team.members is None or stored.members is None:
        return team
    named = {place.member for place in team.members}
    more = [place for place in stored.members if place.member not in named]
    return team.model_copy(update={"members": [*team.members, *more]})


def _more_overrides(company: CompanyFile, stored: CompanyFile) -> list[OverrideEntry]:
    """Those that only the store has, of rotations that the file names; one that the file covers anew is over."""
    zones = {rotation.key: rotation.time_zone for rotation in company.rotations}
    before = {rotation.key: rotation.time_zone for rotation in stored.rotations}
    spans = [span_of(one, zones[one.rotation]) for one in company.overrides]
    return [
        _in_zone(one, before[one.rotation], zones[one.rotation])
        for one in stored.overrides
        if one.rotation in zones and not any(overlaps(span_of(one, before[one.rotation]), span) for span in spans)
    ]


def _in_zone(override: OverrideEntry, former: str, zone: str) -> OverrideEntry:
    if former == zone:
        return override
    _, starts, ends = span_of(override, former)
    return override.model_copy(update={"starts": starts, "ends": ends})


def _with_absences(member: MemberEntry, stored: MemberEntry | None) -> MemberEntry:
    if stored is None:
        return member
    more = [absence for absence in stored.absences if absence not in member.absences]
    return member.model_copy(update={"absences": [*member.absences, *more]})
