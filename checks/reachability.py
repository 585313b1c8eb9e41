"""Whether the people of the protocol can be reached: one function for each kind of finding."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from checks.communication import audience_findings
from checks.findings import Finding, Severity, error, notice, warning
from checks.hours import in_words, next_hours
from checks.staleness import stale, watched
from protocol import rota
from protocol.calendar import Rotation, RotationShift
from protocol.colleagues import colleague_ids
from protocol.company import WITHDRAWN
from protocol.people import Contact, Member, Membership, Responsibility, Role, RoleHolder, Team
from protocol.raci import Raci
from protocol.rota import Candidate
from protocol.who import Duty, on_duty, who


@dataclass(frozen=True)
class People:
    """What is looked at: everybody's contacts that the company has not withdrawn, as of `now`."""

    session: Session
    now: datetime
    fresh: timedelta  # for how long a confirmation counts
    colleagues: Sequence[Member]
    holders: frozenset[int]
    contacts: dict[int, list[Contact]]

    def working(self, member_id: int) -> list[Contact]:
        """The contacts that the person has not opted out of and where something arrives."""
        usable = (contact for contact in self.contacts.get(member_id, ()) if contact.opted_out_at is None)
        return [contact for contact in usable if contact.bounced_at is None]


def reachability(session: Session, now: datetime, fresh: timedelta) -> list[Finding]:
    """Everything that keeps people from being reached, errors first. Reads only."""
    people = _people(session, now, fresh)
    found = [finding for kind in KINDS for finding in kind(people)]
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def unreachable(people: People) -> Iterator[Finding]:
    """Colleagues without a working contact."""
    for member in people.colleagues:
        if not people.working(member.id):
            grave = error if member.id in people.holders else warning
            yield grave(
                f"member {member.key}", _why_not(people.contacts.get(member.id, ())), "Add a way to reach them."
            )


def strangers_unreachable(people: People) -> Iterator[Finding]:
    """How many of each audience outside the company have no working contact."""
    working = select(Contact.member_id).where(Contact.opted_out_at.is_(None), Contact.bounced_at.is_(None))
    lost = (
        select(Team.key)
        .join(Membership, Membership.team_id == Team.id)
        .where(Team.outside.is_(True), Membership.member_id.not_in(working))
    )
    for team, number in sorted(Counter(people.session.scalars(lost)).items()):
        who = "1 person has" if number == 1 else f"{number:,} people have"
        yield notice(f"team {team}", f"{who} no working contact.", "Ask for another address, or take them off.")


def bounced(people: People) -> Iterator[Finding]:
    """Contacts where nothing arrives, of people who have another one."""
    for member in people.colleagues:
        for contact in people.contacts.get(member.id, ()) if people.working(member.id) else ():
            if contact.bounced_at is not None and contact.opted_out_at is None:
                what = f"nothing arrives by {contact.channel} since {contact.bounced_at:%Y-%m-%d}: {contact.bounce}."
                yield warning(f"member {member.key}", what, "Correct the contact in the company file.")


def roles_on_one_person(people: People) -> Iterator[Finding]:
    """Roles that nobody holds, or one person alone."""
    roles = people.session.scalars(select(Role).order_by(Role.key).options(selectinload(Role.holders)))
    for role in roles.all():
        if not role.holders:
            yield error(f"role {role.key}", "nobody holds it.", "Add a holder.")
        if len(role.holders) == 1:
            yield warning(f"role {role.key}", f"only {role.holders[0].key} holds it.", "Add a deputy.")


def empty_teams(people: People) -> Iterator[Finding]:
    """Teams with nobody in them."""
    peopled = select(Membership.team_id)
    for team in people.session.scalars(select(Team).where(Team.id.not_in(peopled)).order_by(Team.key)):
        remedy = "Load its people (`crisis audience load`)." if team.outside else "Add its people, or delete the team."
        yield error(f"team {team.key}", "nobody is in it.", remedy)


def unconfirmed(people: People) -> Iterator[Finding]:
    """Colleagues none of whose working contacts was confirmed lately."""
    for member in people.colleagues:
        contacts = people.working(member.id)
        latest = max((contact.verified_at for contact in contacts if contact.verified_at), default=None)
        if contacts and (latest is None or latest < people.now - people.fresh):
            since = f"no contact of theirs was confirmed since {latest:%Y-%m-%d}." if latest else _NEVER
            yield notice(f"member {member.key}", since, "Run `crisis protocol confirm` every week.")


def shared_unawares(people: People) -> Iterator[Finding]:
    """Contacts that several colleagues have and that are not called shared."""
    owners: defaultdict[tuple[str, str], dict[str, bool]] = defaultdict(dict)
    for member in people.colleagues:
        for contact in people.contacts.get(member.id, ()):
            owners[contact.channel, contact.fingerprint][member.key] = contact.shared
    for (channel, _), flags in owners.items():
        if len(flags) > 1 and not all(flags.values()):
            keys = sorted(flags)
            who = f"{', '.join(keys[:-1])} and {keys[-1]}"
            remedy = "Correct one of them, or write shared: true on this contact of each."
            yield error(f"member {keys[0]}", f"{who} have the same {channel} contact.", remedy)


def areas_without_one_accountable(people: People) -> Iterator[Finding]:
    """Areas for which nobody answers, or more than one."""
    parts: defaultdict[str, Counter[Raci]] = defaultdict(Counter)
    names: dict[str, str] = {}
    for row in people.session.scalars(select(Responsibility).order_by(Responsibility.id)):
        names.setdefault(row.area.casefold(), row.area)
        parts[row.area.casefold()][row.part] += 1
    for folded, counts in sorted(parts.items()):
        number = counts[Raci.ACCOUNTABLE]
        if number != 1:
            what = "nobody is accountable for it." if not number else f"{number} are accountable for it."
            yield warning(f"area {names[folded]}", what, "Name one person or role.")


def audiences_without_a_turn(people: People) -> Iterator[Finding]:
    """Teams outside the company of which nobody said whose turn they are told in."""
    return audience_findings(people.session)


def uncovered(people: People) -> Iterator[Finding]:
    """Roles, and teams with a rotation, for which nobody is there at some hour of the next 30 days."""
    session, hours = people.session, next_hours(people.session, people.now)
    for key in session.scalars(select(Role.key).where(Role.holders.any()).order_by(Role.key)):
        if gaps := hours.gaps(partial(_nobody, who, session, key)):
            yield error(f"role {key}", f"nobody is there {in_words(gaps)}.", "Add a deputy, or move an absence.")
    on_turn = select(Team.key).where(Team.id.in_(select(Rotation.team_id))).order_by(Team.key)
    for key in session.scalars(on_turn):
        if gaps := hours.gaps(partial(_nobody, on_duty, session, key)):
            yield error(f"team {key}", f"nobody is on duty {in_words(gaps)}.", "Add an override, or move an absence.")


def overdue(people: People) -> Iterator[Finding]:
    """How many entries are past their review date, by who keeps them."""
    late = [one for one in stale(watched(people.session, people.now)) if one.overdue]
    for owner, number in sorted(Counter(one.owner or "nobody" for one in late).items()):
        what = "1 entry is" if number == 1 else f"{number:,} entries are"
        remedy = "Look at them (`crisis protocol stale`), and say so (`crisis protocol reviewed`)."
        yield warning("protocol", f"{what} past the review date, kept by {owner}.", remedy)


def between_shifts(people: People) -> Iterator[Finding]:
    """Roles and teams whose rotations have shifts, and the hours of the next 30 days that are nobody's shift."""
    session, hours = people.session, next_hours(people.session, people.now)
    goes_on = Rotation.ends.is_(None) | (Rotation.ends > people.now.date())
    limited = Rotation.id.in_(select(RotationShift.rotation_id)) & goes_on
    for role in session.scalars(select(Role).where(Role.id.in_(select(Rotation.role_id).where(limited)))).all():
        if gaps := hours.gaps(partial(_no_shift, rota.for_role, session, role)):
            yield notice(f"role {role.key}", f"no shift {in_words(gaps)}.", "Add a shift, or leave it to the holders.")
    for team in session.scalars(select(Team).where(Team.id.in_(select(Rotation.team_id).where(limited)))).all():
        if gaps := hours.gaps(partial(_no_shift, rota.seats_of, session, team.id)):
            yield notice(f"team {team.key}", f"no shift {in_words(gaps)}.", "Add a shift, or leave it to the team.")


KINDS: tuple[Callable[[People], Iterator[Finding]], ...] = (
    unreachable,
    uncovered,
    between_shifts,
    strangers_unreachable,
    bounced,
    roles_on_one_person,
    empty_teams,
    shared_unawares,
    areas_without_one_accountable,
    overdue,
    audiences_without_a_turn,
    unconfirmed,
)
"""Every kind of finding; another one is another function."""

_NEVER = "no contact of theirs was ever confirmed."


def _nobody(asked: Callable[..., Duty | None], session: Session, key: str, at: datetime) -> bool:
    duty = asked(session, key, at)
    return duty is None or duty.member is None


def _no_shift(candidates: Callable[..., list[Candidate]], session: Session, of: Role | int, at: datetime) -> bool:
    return not rota.is_on_turn(candidates(session, of, at))


def _people(session: Session, now: datetime, fresh: timedelta) -> People:
    numbers = colleague_ids(session)
    kept = Contact.opted_out_at.is_distinct_from(WITHDRAWN)
    contacts: defaultdict[int, list[Contact]] = defaultdict(list)
    for contact in session.scalars(select(Contact).where(kept, Contact.member_id.in_(numbers)).order_by(Contact.id)):
        contacts[contact.member_id].append(contact)
    colleagues = session.scalars(select(Member).where(Member.id.in_(numbers)).order_by(Member.key)).all()
    holders = frozenset(session.scalars(select(RoleHolder.member_id)))
    return People(session, now, fresh, colleagues, holders, dict(contacts))


def _why_not(contacts: Sequence[Contact]) -> str:
    if not contacts:
        return "they have no contact."
    out = sum(contact.opted_out_at is not None for contact in contacts)
    if out == len(contacts):
        return "they opted out of every contact."
    return "nothing arrives at any contact of theirs." if not out else "what they did not opt out of does not arrive."
