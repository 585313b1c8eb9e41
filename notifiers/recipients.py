"""Whom a step tells: roles, teams and members become people who are there, each once, with their role."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from playbooks.format import Audience
from protocol.presence import absence_of
from protocol.who import member_by_key, team_member_ids, who


@dataclass(frozen=True)
class Recipient:
    """One person to tell. `note` says why this person, when it is not the first one of the role."""

    member_id: int
    role: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Found:
    """The people of an audience, and the roles or members for whom nobody is there. `again`: who was named before."""

    recipients: tuple[Recipient, ...]
    missing: tuple[str, ...]
    again: tuple[Recipient, ...] = ()


def find(session: Session, audience: Audience, at: datetime) -> Found:
    """The people of an audience at a moment, in its order, nobody twice. Raises Remedy for an unknown key."""
    people: dict[int, Recipient] = {}
    missing: list[str] = []
    again: list[Recipient] = []
    for recipient in _everyone(session, audience, at, missing):
        if people.setdefault(recipient.member_id, recipient) is not recipient:
            again.append(recipient)
    return Found(tuple(people.values()), tuple(missing), tuple(again))


def next_deputy(session: Session, role: str, told: Iterable[int], at: datetime) -> int | None:
    """The next person of a role who is there and was not told yet; None when nobody is left."""
    duty = who(session, role, at)
    chain = [duty.member, *duty.deputies] if duty.member else []
    return next((member.id for member in chain if member.id not in set(told)), None)


def _everyone(session: Session, audience: Audience, at: datetime, missing: list[str]) -> Iterable[Recipient]:
    for role in audience.roles:
        duty = who(session, role, at)
        if duty.member is None:
            missing.append(role)
            continue
        yield Recipient(duty.member.id, role, duty.why)
    for team in audience.teams:
        for member_id in team_member_ids(session, team, at):
            yield Recipient(member_id)
    for key in audience.members:
        member = member_by_key(session, key)
        if absence_of(member, at):
            missing.append(key)
            continue
        yield Recipient(member.id)
