"""A company file, read from YAML and loaded into the store: upserted by key, and twice is once."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol.company_calendar import Ids, load_calendar, said_holidays, stored_place
from protocol.company_checks import company_faults
from protocol.company_format import CompanyFile, MemberEntry, RoleEntry, TeamEntry
from protocol.company_parts import QuietHours, weekdays
from protocol.company_places import local_moment
from protocol.documents import read_document
from protocol.people import (
    Absence,
    Contact,
    Member,
    Membership,
    Responsibility,
    Role,
    RoleHolder,
    Team,
    WorkingHours,
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
from protocol.upserting import replace, upsert
from protocol.vault import Vault
from protocol.verified import later_confirmed
from protocol.words import Channel, Remedy

__all__ = ["WITHDRAWN", "CompanyFile", "load_company", "read_company"]

WITHDRAWN = datetime(1970, 1, 1, tzinfo=UTC)
"""`opted_out_at` of a contact that left the file. Messages point at contacts, so none is ever deleted."""

Numbers = Mapping[str, int]


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
    members: dict[str, int] = {}
    for entry in company.members:
        members[entry.key] = _load_member(session, vault, entry)
        told(len(members))
    teams = {entry.key: _load_team(session, entry, members) for entry in company.teams}
    roles = {entry.key: _load_role(session, entry, members) for entry in company.roles}
    _load_practice(session, company, teams)
    load_calendar(session, company, Ids(members, teams, roles))
    session.flush()


def _load_company_row(session: Session, company: CompanyFile) -> None:
    entry = company.company
    row = session.scalar(select(Company).order_by(Company.id))
    if row is None:
        row = Company(name=entry.name)
        session.add(row)
    row.name, row.press_page, row.quiet_below = entry.name, entry.press_page, entry.quiet_below
    row.quiet_starts, row.quiet_ends = _night(entry.quiet_hours)
    if entry.holidays is not None:
        row.holidays = stored_place(entry.holidays)
    if entry.variables:
        row.variables = {name: words.model_dump() for name, words in entry.variables.items()}
    wanted = [{"channel": channel, **limit.model_dump()} for channel, limit in entry.limits.items()]
    replace(session, ChannelLimit, {}, wanted)


def _night(quiet: QuietHours | None) -> tuple[time | None, time | None]:
    return (quiet.starts, quiet.ends) if quiet else (None, None)


def _load_member(session: Session, vault: Vault, entry: MemberEntry) -> int:
    own = {"name", "title", "language", "time_zone", "responsibilities", "drill_roster"}
    starts, ends = _night(entry.quiet_hours)
    values = {**entry.model_dump(include=own), "quiet_starts": starts, "quiet_ends": ends}
    values |= said_holidays(entry.holidays)
    member = upsert(session, Member, entry.key, values)
    for channel in Channel:
        _load_contacts(session, vault, member.id, channel, entry)
    hours = [
        {"weekday": day, "starts": span.starts, "ends": span.ends}
        for span in entry.hours
        for day in weekdays(span.days)
    ]
    absences = [
        {
            "starts": local_moment(span.starts, entry.time_zone),
            "ends": local_moment(span.ends, entry.time_zone),
            "reason": span.reason,
        }
        for span in entry.absences
    ]
    replace(session, WorkingHours, {"member_id": member.id}, hours)
    replace(session, Absence, {"member_id": member.id}, absences)
    replace(session, Responsibility, {"member_id": member.id}, raci_rows(entry.raci))
    session.expire(member)
    return member.id


def _load_contacts(session: Session, vault: Vault, member_id: int, channel: Channel, entry: MemberEntry) -> None:
    stored = {
        row.fingerprint: row
        for row in session.scalars(select(Contact).where(Contact.member_id == member_id, Contact.channel == channel))
    }
    for position, value in enumerate(getattr(entry, channel)):
        fingerprint = vault.fingerprint(value)
        row = stored.pop(fingerprint, None)
        if row is None:
            row = Contact(member_id=member_id, channel=channel, sealed=vault.seal(value), fingerprint=fingerprint)
            session.add(row)
        row.position, row.shared = position, value in entry.shared
        row.verified_at = later_confirmed(row.verified_at, entry.verified.get(value))
        if row.opted_out_at == WITHDRAWN:
            row.opted_out_at = None
    for row in stored.values():
        row.opted_out_at = row.opted_out_at or WITHDRAWN
    session.flush()


def _load_team(session: Session, entry: TeamEntry, members: Numbers) -> int:
    values = {
        "names": entry.names.model_dump(),
        "functions": entry.functions,
        "outside": entry.outside,
        "audience": entry.audience,
        **said_holidays(entry.holidays),
    }
    team = upsert(session, Team, entry.key, values)
    if entry.members is None:
        return team.id
    places = [
        {"member_id": members[place.member], "position": position, "tasks": place.tasks}
        for position, place in enumerate(entry.members)
    ]
    replace(session, Membership, {"team_id": team.id}, places)
    session.expire(team, ["members"])
    return team.id


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
        upsert(session, Tool, tool.key, _with_team(tool.model_dump(exclude={"key"}), teams))
    for resource in company.resources:
        upsert(session, Resource, resource.key, resource.model_dump(exclude={"key"}))
    for position, flow in enumerate(company.communication_flows):
        ends = {"from_team_id": teams[flow.from_team], "to_team_id": teams[flow.to_team], "position": position}
        said = flow.model_dump(exclude={"key", "from_team", "to_team"})
        upsert(session, CommunicationFlow, flow.key, {**ends, **said})
    for measurement in company.measurements:
        upsert(session, Measurement, measurement.key, _with_team(measurement.model_dump(exclude={"key"}), teams))
    for channel in company.listening_channels:
        upsert(session, ListeningChannel, channel.key, channel.model_dump(exclude={"key"}))
    for subject in company.subjects:
        upsert(session, Subject, subject.key, subject.model_dump(exclude={"key"}))
    for item in company.support:
        upsert(session, SupportEntry, item.key, _with_team(item.model_dump(exclude={"key"}), teams))


def _with_team(values: dict[str, Any], teams: Numbers) -> dict[str, Any]:
    team = values.pop("team")
    return {**values, "team_id": teams[team] if team else None}
