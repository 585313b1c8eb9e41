"""Whether every step reaches a person at any hour, and every role has somebody who can be reached."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from checks.findings import Finding, error, warning
from checks.hours import Hours, in_words
from checks.places import Place, audience_of, plans
from notifiers.recipients import find
from playbooks.chains import stages
from playbooks.format import Audience, Playbook, Publish
from protocol.people import Contact, Member, Role, Team
from protocol.rota import for_role
from protocol.who import who
from protocol.words import Remedy


def reach_findings(session: Session, places: Sequence[Place], hours: Hours) -> Iterator[Finding]:
    """Steps that reach nobody for some time."""
    reachable = reachable_members(session)
    for place in places:
        audience = audience_of(place.step)
        try:
            gaps = hours.gaps(partial(nobody_reached, session, audience, reachable))
        except Remedy as remedy:
            yield error(place.where, str(remedy), "Load the company with it, or change the playbook.")
            continue
        if gaps:
            remedy_for = f"Add somebody with a contact to {keys_of(audience)}, or move an absence."
            yield error(place.where, f"it reaches nobody {in_words(gaps)}.", remedy_for)


def role_findings(session: Session, playbooks: Sequence[Playbook], hours: Hours) -> Iterator[Finding]:
    """Roles that hang on one person, and roles in use that are empty for some time."""
    used = _roles_used(playbooks)
    roles = session.scalars(select(Role).order_by(Role.key).options(selectinload(Role.holders)))
    for role in roles.all():
        where = f"role {role.key}"
        if role.holders and len(for_role(session, role, hours.moments[0])) == 1:
            only = role.holders[0].name
            yield warning(where, f"only {only} holds it, and nobody deputises.", "Add a deputy to the company file.")
        elif not role.holders:
            yield error(where, "nobody holds it.", "Add a holder to the company file.")
        gaps = hours.gaps(partial(_empty, session, role.key))
        if role.key in used and role.holders and gaps:
            yield warning(where, f"everybody who holds it is absent {in_words(gaps)}.", "Add a deputy.")


def contact_findings(session: Session) -> Iterator[Finding]:
    """People who cannot be told anything."""
    reachable = reachable_members(session)
    holders = {member.id for role in session.scalars(select(Role)) for member in role.holders}
    for member in session.scalars(select(Member).order_by(Member.key)):
        if member.id in reachable:
            continue
        if member.id in holders:
            what = "they hold a role, and have no working contact."
            yield error(f"member {member.key}", what, "Add an SMS number or an e-mail address.")
        elif _in_a_team(session, member):
            yield warning(f"member {member.key}", "no working contact.", "Add one, or take the person off the team.")


def reachable_members(session: Session) -> frozenset[int]:
    """The members with a contact that they have not opted out of."""
    return frozenset(session.scalars(select(Contact.member_id).where(Contact.opted_out_at.is_(None))))


def keys_of(audience: Audience) -> str:
    """The roles, teams and members of an audience, by key."""
    return ", ".join([*audience.roles, *audience.teams, *audience.members])


def nobody_reached(session: Session, audience: Audience, reachable: frozenset[int], at: datetime) -> bool:
    """Whether at a moment nobody of the audience is there and can be reached."""
    return all(person.member_id not in reachable for person in find(session, audience, at).recipients)


def _empty(session: Session, role: str, at: datetime) -> bool:
    return who(session, role, at).member is None


def _roles_used(playbooks: Sequence[Playbook]) -> set[str]:
    used: set[str] = set()
    for playbook in playbooks:
        for _, plan in plans(playbook):
            used.update(plan.deciders)
            for step in plan.steps:
                used.update(step.signers if isinstance(step, Publish) else audience_of(step).roles)
                used.update(role for stage in stages(step) for role in stage.to.roles)
    return used


def _in_a_team(session: Session, member: Member) -> bool:
    return session.scalar(select(Team.id).where(Team.members.any(Member.id == member.id)).limit(1)) is not None
