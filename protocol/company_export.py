"""The way out of the store: the whole protocol as one company file, the inverse of loading one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import time
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol.calendar_export import calendar_of, local_text
from protocol.calendar_format import RotationEntry
from protocol.company import WITHDRAWN
from protocol.company_format import (
    AbsenceEntry,
    CompanyEntry,
    CompanyFile,
    Hours,
    LimitEntry,
    MemberEntry,
    Place,
    RoleEntry,
    TeamEntry,
)
from protocol.company_parts import DAYS, BothLanguages, QuietHours
from protocol.people import Absence, Contact, Member, Membership, Role, RoleHolder, Team, WorkingHours
from protocol.practice import ChannelLimit, Company
from protocol.practice_export import practice_of
from protocol.raci import RaciEntry
from protocol.responsibilities import responsibilities_of
from protocol.vault import Vault
from protocol.verified import confirmed_days
from protocol.words import Channel, Remedy, Rest

Keys = dict[int, str]


def has_company(session: Session) -> bool:
    """Whether the store holds a company."""
    return session.scalar(select(Company.id).limit(1)) is not None


def company_of(session: Session, vault: Vault) -> CompanyFile:
    """The protocol in the store. Raises Remedy when there is none.

    Contacts that left their file are not in it. An audience from a file of its own is a team without `members`, and its
    people are left out: loading the answer changes nothing about them.
    """
    row = session.scalar(select(Company).order_by(Company.id))
    if row is None:
        raise Remedy("The store holds no company; load one with crisis load --company FILE.")
    members = session.scalars(select(Member).where(Member.erased_at.is_(None)).order_by(Member.id)).all()
    keys = {member.id: member.key for member in members}
    teams = session.scalars(select(Team).order_by(Team.id)).all()
    entries = _members(session, vault, members)
    roles = _roles(session, keys)
    team_keys = {team.id: team.key for team in teams}
    calendar = calendar_of(session, keys, team_keys, _role_keys(session))
    places = _places(session, keys)
    audiences = _audiences(teams, places, {entry.key: entry for entry in entries}, _busy(roles, calendar))
    away = {place.member for team_id in audiences for place in places[team_id]}
    return CompanyFile(
        company=_company(session, row),
        members=[entry for entry in entries if entry.key not in away],
        teams=[_team(team, None if team.id in audiences else places[team.id]) for team in teams],
        roles=roles,
        **practice_of(session, team_keys),
        **calendar,
    )


def _company(session: Session, row: Company) -> CompanyEntry:
    limits = session.scalars(select(ChannelLimit)).all()
    return CompanyEntry(
        name=row.name,
        press_page=row.press_page,
        quiet_hours=_night(row.quiet_starts, row.quiet_ends),
        quiet_below=row.quiet_below,
        holidays=row.holidays,
        variables=row.variables,
        limits={limit.channel: LimitEntry(count=limit.count, minutes=limit.minutes) for limit in limits},
    )


def _members(session: Session, vault: Vault, members: Iterable[Member]) -> list[MemberEntry]:
    contacts: dict[int, list[tuple[str, Contact]]] = defaultdict(list)
    for contact in session.scalars(select(Contact).order_by(Contact.position, Contact.id)):
        if contact.opted_out_at != WITHDRAWN:
            contacts[contact.member_id].append((vault.open(contact.sealed), contact))
    raci = responsibilities_of(session)
    hours, absences = defaultdict(list), defaultdict(list)
    for span in session.scalars(select(WorkingHours)):
        hours[span.member_id].append(span)
    for absence in session.scalars(select(Absence).order_by(Absence.starts, Absence.id)):
        absences[absence.member_id].append(absence)
    return [
        MemberEntry(
            key=member.key,
            name=member.name,
            title=member.title,
            language=member.language,
            time_zone=member.time_zone,
            responsibilities=member.responsibilities,
            raci=raci.get(("member", member.id), RaciEntry()),
            drill_roster=member.drill_roster,
            **_reached(contacts[member.id]),
            quiet_hours=_night(member.quiet_starts, member.quiet_ends),
            hours=_hours(hours[member.id]),
            absences=[_absence(absence, member.time_zone) for absence in absences[member.id]],
            holidays=member.holidays,
        )
        for member in members
    ]


def _reached(contacts: Sequence[tuple[str, Contact]]) -> dict[str, Any]:
    """A member's contacts by channel, and what is said about them."""
    by_channel = {
        channel.value: [value for value, contact in contacts if contact.channel is channel] for channel in Channel
    }
    shared = {value for value, contact in contacts if contact.shared}
    in_order = [value for values in by_channel.values() for value in values]
    return {
        **by_channel,
        "shared": [value for value in in_order if value in shared],
        "verified": confirmed_days(contacts),
    }


def _hours(spans: Iterable[WorkingHours]) -> list[Hours]:
    """Days that follow one another with the same hours are one span."""
    days: dict[tuple[time, time], set[int]] = defaultdict(set)
    for span in spans:
        days[span.starts, span.ends].add(span.weekday)
    found = []
    for (starts, ends), weekdays in days.items():
        for _, run in groupby(enumerate(sorted(weekdays)), lambda pair: pair[1] - pair[0]):
            together = [weekday for _, weekday in run]
            found.append((together[0], starts, ends, together[-1]))
    return [
        Hours(days=DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}", starts=starts, ends=ends)
        for first, starts, ends, last in sorted(found)
    ]


def _absence(row: Absence, zone: str) -> AbsenceEntry:
    return AbsenceEntry(starts=local_text(row.starts, zone), ends=local_text(row.ends, zone), reason=row.reason)


def _night(starts: time | None, ends: time | None) -> QuietHours | None:
    return QuietHours(starts=starts, ends=ends) if starts is not None and ends is not None else None


def _places(session: Session, keys: Keys) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = defaultdict(list)
    for row in session.scalars(select(Membership).order_by(Membership.position, Membership.member_id)):
        found[row.team_id].append(Place(member=keys[row.member_id], tasks=row.tasks))
    return found


def _team(row: Team, places: list[Place] | None) -> TeamEntry:
    return TeamEntry(
        key=row.key,
        names=BothLanguages(**row.names),
        functions=row.functions,
        outside=row.outside,
        audience=row.audience,
        holidays=row.holidays,
        members=places,
    )


def _roles(session: Session, keys: Keys) -> list[RoleEntry]:
    holders: dict[int, list[str]] = defaultdict(list)
    for row in session.scalars(select(RoleHolder).order_by(RoleHolder.position)):
        holders[row.role_id].append(keys[row.member_id])
    raci = responsibilities_of(session)
    return [
        RoleEntry(
            key=role.key,
            names=BothLanguages(**role.names),
            cabinet=role.cabinet,
            responsibilities=role.responsibilities,
            raci=raci.get(("role", role.id), RaciEntry()),
            holders=holders[role.id],
            on_holidays=_unusual(role.on_holidays),
            outside_hours=_unusual(role.outside_hours),
        )
        for role in session.scalars(select(Role).order_by(Role.id))
    ]


def _unusual(rest: Rest) -> Rest | None:
    return None if rest is Rest.WORK else rest


def _role_keys(session: Session) -> Keys:
    return {role.id: role.key for role in session.scalars(select(Role))}


def _busy(roles: Sequence[RoleEntry], calendar: dict[str, Any]) -> set[str]:
    """Whoever holds a role, takes turns, covers one or owes a task."""
    busy = {key for entry in (*roles, *calendar["rotations"]) for key in _people(entry)}
    return busy | {entry.member for entry in (*calendar["overrides"], *calendar["tasks"]) if entry.member}


def _people(entry: RoleEntry | RotationEntry) -> list[str]:
    return entry.holders if isinstance(entry, RoleEntry) else entry.members


def _audiences(
    teams: Sequence[Team],
    places: dict[int, list[Place]],
    entries: dict[str, MemberEntry],
    busy: set[str],
) -> set[int]:
    """Teams whose people came from a file of their own, which gives them nothing but a name and contacts."""
    seats: dict[str, int] = defaultdict(int)
    for some in places.values():
        for place in some:
            seats[place.member] += 1

    def came_from_a_file(team: Team, place: Place) -> bool:
        entry = entries[place.member]
        told = entry.title or entry.responsibilities or entry.hours or entry.absences or entry.drill_roster
        own = (
            place.tasks
            or told
            or entry.chat
            or entry.quiet_hours
            or entry.holidays
            or entry.shared
            or entry.raci != RaciEntry()
        )
        return entry.key.startswith(f"{team.key}.") and not own and seats[entry.key] == 1 and entry.key not in busy

    return {team.id for team in teams if places[team.id] and all(came_from_a_file(team, p) for p in places[team.id])}
