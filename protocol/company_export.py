"""The way out of the store: the whole protocol as one company file, the inverse of loading one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import time
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from protocol.audience_teams import audience_teams
from protocol.calendar_export import calendar_of, local_text
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
from protocol.company_parts import BothLanguages, QuietHours, day_spans
from protocol.people import Absence, Contact, Member, Membership, Role, RoleHolder, Team, WorkingHours
from protocol.practice import ChannelLimit, Company
from protocol.practice_export import practice_of
from protocol.raci import RaciEntry
from protocol.responsibilities import responsibilities_of
from protocol.stewardship import all_with_kept, kept_in
from protocol.vault import Vault
from protocol.verified import confirmed_days
from protocol.words import Channel, Remedy, Rest, Urgency

Keys = dict[int, str]
_SAID_OF_MEMBERS = {*MemberEntry.model_fields}
_NO_PARTS = RaciEntry()
_SAID_OF_PLACES = {*Place.model_fields}


def has_company(session: Session) -> bool:
    """Whether the store holds a company."""
    return session.scalar(select(Company.id).limit(1)) is not None


def company_of(session: Session, vault: Vault) -> CompanyFile:
    """The protocol in the store. Raises Remedy when there is none.

    Contacts that left their file are not in it. An audience from a file of its own is a team without `members`, and its
    people are left out: loading the answer changes nothing about them.
    """
    if not has_company(session):
        raise Remedy("The store holds no company; load one with crisis load --company FILE.")
    apart = audience_teams(session)
    keys = member_keys(session, apart)
    frame = frame_of(session, keys, apart)
    entries = _members(session, vault, _stored_members(session, _not_in(apart)))
    company = CompanyFile.model_construct(members=entries, **frame)  # each entry was checked by itself
    return all_with_kept(company, kept_in(session))


def member_keys(session: Session, apart: Collection[int]) -> Keys:
    """By rising number the keys of all who were not erased, but for the people of the teams that stand apart."""
    people = select(Member.id, Member.key).where(Member.erased_at.is_(None), _not_in(apart)).order_by(Member.id)
    return dict(session.connection().execute(people).all())


def _not_in(apart: Collection[int]) -> ColumnElement[bool]:
    return Member.id.not_in(select(Membership.member_id).where(Membership.team_id.in_(apart)))


def frame_of(session: Session, keys: Keys, apart: Collection[int]) -> dict[str, Any]:
    """All of a company file but its members; `keys` are theirs, `apart` the teams whose people have their own file."""
    row = session.scalars(select(Company).order_by(Company.id)).first()
    teams = session.scalars(select(Team).order_by(Team.id)).all()
    team_keys = {team.id: team.key for team in teams}
    places = _places(session, keys, apart)
    return {
        "company": _company(session, row) if row else None,
        "teams": [_team(team, None if team.id in apart else places[team.id]) for team in teams],
        "roles": _roles(session, keys),
        **practice_of(session, team_keys),
        **calendar_of(session, keys, team_keys, _role_keys(session)),
    }


def _company(session: Session, row: Company) -> CompanyEntry:
    limits = session.scalars(select(ChannelLimit)).all()
    return CompanyEntry(
        name=row.name,
        press_page=row.press_page,
        quiet_hours=_night(row.quiet_starts, row.quiet_ends),
        quiet_below=row.quiet_below,
        holidays=row.holidays,
        variables=row.variables,
        support_targets={Urgency(urgency): target for urgency, target in row.support_targets.items()},
        limits={limit.channel: LimitEntry(count=limit.count, minutes=limit.minutes) for limit in limits},
    )


def _stored_members(session: Session, which: ColumnElement[bool]) -> Sequence[Any]:
    """Their columns: as objects of their own, 50,000 people would take three times the memory."""
    columns = [column for column in Member.__table__.columns if column.name != "erased_at"]
    return session.execute(select(*columns).where(Member.erased_at.is_(None), which).order_by(Member.id)).all()


def _members(session: Session, vault: Vault, members: Sequence[Any]) -> list[MemberEntry]:
    contacts = _contacts(session, vault, {member.id for member in members})
    raci = responsibilities_of(session)
    hours, absences = defaultdict(list), defaultdict(list)
    for span in session.execute(select(*WorkingHours.__table__.columns)):
        hours[span.member_id].append(span)
    for absence in session.scalars(select(Absence).order_by(Absence.starts, Absence.id)):
        absences[absence.member_id].append(absence)
    return [
        # What stands in the store was checked on its way there; to check it again takes longer than all else here.
        MemberEntry.model_construct(
            _SAID_OF_MEMBERS,
            key=member.key,
            name=member.name,
            title=member.title,
            language=member.language,
            time_zone=member.time_zone,
            responsibilities=member.responsibilities,
            raci=raci.get(("member", member.id), _NO_PARTS),
            drill_roster=member.drill_roster,
            **_reached(contacts.get(member.id, ())),
            quiet_hours=_night(member.quiet_starts, member.quiet_ends),
            hours=hours_of((span.weekday, span.starts, span.ends) for span in hours.pop(member.id, ())),
            absences=[_absence(absence, member.time_zone) for absence in absences.get(member.id, ())],
            holidays=member.holidays,
        )
        for member in members
    ]


def _contacts(session: Session, vault: Vault, wanted: Collection[int]) -> dict[int, list[tuple[str, Any]]]:
    """The contacts that are in use by their member, opened and in order."""
    found: dict[int, list[tuple[str, Any]]] = defaultdict(list)
    columns = (Contact.member_id, Contact.channel, Contact.sealed, Contact.shared, Contact.verified_at)
    in_use = or_(Contact.opted_out_at.is_(None), Contact.opted_out_at != WITHDRAWN)
    for row in session.execute(select(*columns).where(in_use).order_by(Contact.position, Contact.id)):
        if row.member_id in wanted:
            found[row.member_id].append((vault.open(row.sealed), row))
    return found


def _reached(contacts: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """A member's contacts by channel, and what is said about them."""
    by_channel = {
        channel.value: [value for value, contact in contacts if contact.channel is channel] for channel in Channel
    }
    shared = {value for value, contact in contacts if contact.shared}
    in_order = [value for values in by_channel.values() for value in values]
    return {
        **by_channel,
        "shared": list(dict.fromkeys(value for value in in_order if value in shared)),
        "verified": confirmed_days(contacts),
    }


def hours_of(spans: Iterable[tuple[int, time, time]]) -> list[Hours]:
    """Weekdays (0 is Monday) with their hours; days that follow one another with the same hours are one span."""
    return [_hours(*span) for span in day_spans(spans)]


@lru_cache(maxsize=1024)  # thousands work the same hours
def _hours(days: str, starts: time, ends: time) -> Hours:
    return Hours(days=days, starts=starts, ends=ends)


def _absence(row: Absence, zone: str) -> AbsenceEntry:
    return AbsenceEntry(starts=local_text(row.starts, zone), ends=local_text(row.ends, zone), reason=row.reason)


def _night(starts: time | None, ends: time | None) -> QuietHours | None:
    return QuietHours(starts=starts, ends=ends) if starts is not None and ends is not None else None


def _places(session: Session, keys: Keys, apart: Collection[int]) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = defaultdict(list)
    inside = select(Membership.team_id, Membership.member_id, Membership.tasks).where(Membership.team_id.not_in(apart))
    for row in session.execute(inside.order_by(Membership.position, Membership.member_id)):
        place = Place.model_construct(_SAID_OF_PLACES, member=keys[row.member_id], tasks=row.tasks)
        found[row.team_id].append(place)
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
