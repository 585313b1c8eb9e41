"""An audience in the store: a team of up to a hundred thousand people, written in a few statements per thousand."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from protocol.audience_file import AudiencePeople
from protocol.company import WITHDRAWN
from protocol.people import Contact, Member, Membership, Team
from protocol.row_sets import insert_rows, row_set, some_of
from protocol.words import Channel, Remedy

CHANNELS = (Channel.SMS, Channel.EMAIL, Channel.VOICE)


@dataclass
class Loaded:
    """What came of a load: people, and contacts that were added, came back or were withdrawn."""

    people: int = 0
    new: int = 0
    changed: int = 0
    left: int = 0  # the team; they stay in the protocol, because messages point at them
    contacts: int = 0


def load_audience(
    session: Session,
    key: str,
    people: AudiencePeople,
    names: Mapping[str, str],
    outside: bool,
    told: Callable[[int], None] = lambda _: None,
) -> Loaded:
    """Makes the team `key` the people of the file; the same file again changes nothing.

    Opt-outs are the person's own and are kept. `told` is given how many people are written. Raises Remedy for a team
    that stands on the other side of the company's door.
    """
    team_id = _team(session, key, names, outside)
    former: dict[int, int] = dict(
        session.execute(select(Membership.member_id, Membership.position).where(Membership.team_id == team_id)).all()
    )
    done = Loaded()
    for persons, contacts in people.parts():
        members = _members(session, persons, done)
        done.contacts += _contacts(session, members, contacts)
        _memberships(session, team_id, {members[person[0]]: person[4] for person in persons}, former)
        done.people += len(persons)
        told(done.people)
    done.left = len(former)
    for ids in some_of(list(former)):
        session.execute(delete(Membership).where(Membership.team_id == team_id, Membership.member_id.in_(ids)))
    return done


def _team(session: Session, key: str, names: Mapping[str, str], outside: bool) -> int:
    team = session.scalar(select(Team).where(Team.key == key))
    if team is None:
        team = Team(key=key, names={"es": key, "en": key, **names}, outside=outside)
        session.add(team)
    if team.outside != outside:
        stands = "outside the company; leave --inside out" if team.outside else "inside the company; add --inside"
        raise Remedy(f'The team "{key}" stands {stands}, or load this audience under another key.')
    if names:
        team.names = {**team.names, **names}
    session.flush()
    return team.id


def _members(session: Session, persons: Sequence[Sequence[Any]], done: Loaded) -> dict[str, int]:
    """Writes who is new or changed; answers everybody's id by key."""
    known = {row.key: row for row in _known(session, persons)}
    new = [person[:4] for person in persons if person[0] not in known]
    changed = [
        {"number": row.id, "name": name, "language": language, "time_zone": zone}
        for key, name, language, zone, _ in persons
        if (row := known.get(key)) and (row.name, row.language, row.time_zone) != (name, language, zone)
    ]
    insert_rows(session, Member, {"key": str, "name": str, "language": str, "time_zone": str}, new)
    if changed:
        session.connection().execute(update(Member).where(Member.id == bindparam("number")), changed)
    done.new += len(new)
    done.changed += len(changed)
    return {row.key: row.id for row in _known(session, persons)} if new else {key: known[key].id for key in known}


def _known(session: Session, persons: Sequence[Sequence[Any]]) -> Sequence[Any]:
    given = row_set(session, "given", {"key": str}, ([person[0]] for person in persons))
    query = select(Member.id, Member.key, Member.name, Member.language, Member.time_zone)
    return session.execute(query.join(given, given.c.key == Member.key)).all()


def _contacts(session: Session, members: Mapping[str, int], contacts: Sequence[Sequence[Any]]) -> int:
    """Adds what is new, takes back what the company had withdrawn, and withdraws what left the file."""
    stored = {(row.member_id, row.channel, row.fingerprint): row for row in _stored(session, members.values())}
    wanted = {(members[key], channel, print_): sealed for key, channel, sealed, print_ in contacts}
    new = [[*place, sealed] for place, sealed in wanted.items() if place not in stored]
    columns = {"member_id": int, "channel": str, "fingerprint": str, "sealed": str}
    insert_rows(session, Contact, columns, new)
    # Messages point at contacts, so none is ever deleted; an opt-out is the person's own and stays.
    back = [row.id for place, row in stored.items() if place in wanted and row.opted_out_at == WITHDRAWN]
    gone = [row.id for place, row in stored.items() if place not in wanted and row.opted_out_at is None]
    for ids, moment in ((back, None), (gone, WITHDRAWN)):
        for some in some_of(ids):
            session.execute(update(Contact).where(Contact.id.in_(some)).values(opted_out_at=moment))
    return len(new) + len(back) + len(gone)


def _stored(session: Session, members: Iterable[int]) -> Sequence[Any]:
    theirs = row_set(session, "theirs", {"member_id": int}, ([number] for number in members))
    query = select(Contact.id, Contact.member_id, Contact.channel, Contact.fingerprint, Contact.opted_out_at)
    of_theirs = query.join(theirs, theirs.c.member_id == Contact.member_id)
    return session.execute(of_theirs.where(Contact.channel.in_(CHANNELS))).all()


def _memberships(session: Session, team_id: int, places: Mapping[int, int], former: dict[int, int]) -> None:
    """Gives each member their place; who is dealt with is taken out of `former`."""
    new = [[team_id, member, place] for member, place in places.items() if member not in former]
    moved = [
        {"team": team_id, "member": member, "position": place}
        for member, place in places.items()
        if former.pop(member, place) != place
    ]
    insert_rows(session, Membership, {"team_id": int, "member_id": int, "position": int}, new)
    if moved:
        there = (Membership.team_id == bindparam("team")) & (Membership.member_id == bindparam("member"))
        session.connection().execute(update(Membership).where(there), moved)
