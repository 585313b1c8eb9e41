"""With rows left out, nobody leaves: people whose rows could not be read keep their places and absences."""

from protocol.company_format import CompanyFile, MemberEntry, TeamEntry


def keep_people(company: CompanyFile, stored: CompanyFile) -> CompanyFile:
    """The company, with the places in its teams and the absences that only the store has."""
    members = {member.key: member for member in stored.members}
    teams = {team.key: team for team in stored.teams}
    kept_teams = [_with_places(team, teams.get(team.key)) for team in company.teams]
    kept_members = [_with_absences(member, members.get(member.key)) for member in company.members]
    named = {member.key for member in kept_members}
    seated = dict.fromkeys(place.member for team in kept_teams for place in team.members or ())
    kept_members += [members[key] for key in seated if key not in named]
    return company.model_copy(update={"teams": kept_teams, "members": kept_members})


def _with_places(team: TeamEntry, stored: TeamEntry | None) -> TeamEntry:
    if stored is None or team.members is None or stored.members is None:
        return team
    named = {place.member for place in team.members}
    more = [place for place in stored.members if place.member not in named]
    return team.model_copy(update={"members": [*team.members, *more]})


def _with_absences(member: MemberEntry, stored: MemberEntry | None) -> MemberEntry:
    if stored is None:
        return member
    more = [absence for absence in stored.absences if absence not in member.absences]
    return member.model_copy(update={"absences": [*member.absences, *more]})
