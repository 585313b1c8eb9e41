"""A company file, read from YAML and loaded into the store: upserted by key, and twice is once."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol.company_calendar import Ids, load_calendar, said_holidays
from protocol.company_checks import company_faults
from protocol.company_contacts import WITHDRAWN
from protocol.company_format import CompanyFile, RoleEntry, TeamEntry
from protocol.company_people import forget_people, load_people, night
from protocol.company_places import stored_place
from protocol.documents import read_document
from protocol.people import (
    Membership,
    Responsibility,
    Role,
    RoleHolder,
    Team,
)
from protocol.practice import (
    ChannelLimit,
    CommunicationFlow,
    Company,
    ListeningChannel,
    Measurement,
    Resource,
    Subject,
    SupportEntry,
    Tool,
)
from protocol.responsibilities import raci_rows
from protocol.stewardship import kept_of, load_kept
from protocol.upserting import replace, replace_lists, upsert
from protocol.vault import Vault
from protocol.words import Remedy

__all__ = ["WITHDRAWN", "CompanyFile", "load_company", "read_company"]

PLACES: Mapping[str, type] = {"member_id": int, "position": int, "tasks": str}
Numbers = Mapping[str, int]
APART = {"key", "owner", "review"}  # of an entry: owner and review date have a table of their own


def read_company(path: Path) -> CompanyFile:
    """The company in the file. Raises Remedy with one line per fault."""
    company = read_document(path, CompanyFile, str(path))
    faults = company_faults(company, str(path))
    if faults:
        raise Remedy("\n".join(faults))
    return company


def load_company(
    session: Session, vault: Vault, company: CompanyFile, told: Callable[[int], None] = lambda _: None
) -> None:
    """Stores everything that the file says. What it does not name stays; the lists of what it names are replaced.

    Opt-outs and verifications of contacts are the person's own and are kept. `told` is given how many members stand.
    """
    _load_company_row(session, company)
    members = load_people(session, vault, company.members, told)
    teams = {entry.key: _load_team(session, entry) for entry in company.teams}
    _load_places(session, company, members, teams)
    roles = {entry.key: _load_role(session, entry, members) for entry in company.roles}
    _load_practice(session, company, teams)
    load_calendar(session, company, Ids(members, teams, roles))
    load_kept(session, kept_of(company))
    session.flush()


def _load_company_row(session: Session, company: CompanyFile) -> None:
    entry = company.company
    row = session.scalar(select(Company).order_by(Company.id))
    if row is None:
        row = Company(name=entry.name)
        session.add(row)
    row.name, row.press_page, row.quiet_below = entry.name, entry.press_page, entry.quiet_below
    row.quiet_starts, row.quiet_ends = night(entry.quiet_hours)
    if entry.holidays is not None:
        row.holidays = stored_place(entry.holidays)
    if entry.variables:
        row.variables = {name: words.model_dump() for name, words in entry.variables.items()}
    if entry.support_targets:
        row.support_targets = {str(urgency): target for urgency, target in entry.support_targets.items()}
    wanted = [{"channel": channel, **limit.model_dump()} for channel, limit in entry.limits.items()]
    replace(session, ChannelLimit, {}, wanted)


def _load_team(session: Session, entry: TeamEntry) -> int:
    values = {
        "names": entry.names.model_dump(),
        "functions": entry.functions,
        "outside": entry.outside,
        "audience": entry.audience,
        **said_holidays(entry.holidays),
    }
    return upsert(session, Team, entry.key, values).id


def _load_places(session: Session, company: CompanyFile, members: Numbers, teams: Numbers) -> None:
    wanted = {
        teams[entry.key]: [(members[place.member], at, place.tasks) for at, place in enumerate(entry.members)]
        for entry in company.teams
        if entry.members is not None
    }
    replace_lists(session, Membership, "team_id", PLACES, wanted)
    forget_people(session)


def _load_role(session: Session, entry: RoleEntry, members: Numbers) -> int:
    rests = {name: getattr(entry, name) for name in ("on_holidays", "outside_hours")}
    values = {
        "names": entry.names.model_dump(),
        "cabinet": entry.cabinet,
        "responsibilities": entry.responsibilities,
        **{name: rest for name, rest in rests.items() if rest is not None},
    }
    role = upsert(session, Role, entry.key, values)
    holders = [{"member_id": members[key], "position": position} for position, key in enumerate(entry.holders)]
    replace(session, RoleHolder, {"role_id": role.id}, holders)
    replace(session, Responsibility, {"role_id": role.id}, raci_rows(entry.raci))
    session.expire(role, ["holders"])
    return role.id


def _load_practice(session: Session, company: CompanyFile, teams: Numbers) -> None:
    for tool in company.tools:
        upsert(session, Tool, tool.key, _with_team(tool.model_dump(exclude=APART), teams))
    for resource in company.resources:
        upsert(session, Resource, resource.key, resource.model_dump(exclude=APART))
    for position, flow in enumerate(company.communication_flows):
        ends = {"from_team_id": teams[flow.from_team], "to_team_id": teams[flow.to_team], "position": position}
        said = flow.model_dump(exclude=APART | {"from_team", "to_team"})
        upsert(session, CommunicationFlow, flow.key, {**ends, **said})
    for measurement in company.measurements:
        upsert(session, Measurement, measurement.key, _with_team(measurement.model_dump(exclude=APART), teams))
    for channel in company.listening_channels:
        upsert(session, ListeningChannel, channel.key, channel.model_dump(exclude=APART))
    for subject in company.subjects:
        upsert(session, Subject, subject.key, subject.model_dump(exclude=APART))
    for item in company.support:
        upsert(session, SupportEntry, item.key, _with_team(item.model_dump(exclude=APART), teams))


def _with_team(values: dict[str, Any], teams: Numbers) -> dict[str, Any]:
    team = values.pop("team")
    return {**values, "team_id": teams[team] if team else None}
