"""What keeps people from being reached is told in calm, by its kind, with how grave it is and what to do."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import delete, select, update

from checks.findings import Finding
from checks.reachability import reachability
from protocol.calendar import RotationShift
from protocol.company import WITHDRAWN
from protocol.people import Absence, Contact, Member, Membership, Responsibility, Role, RoleHolder, Team
from protocol.raci import Raci
from protocol.words import Channel
from tests.fakes.room import Room
from tests.protocol.duties import away, cover, rotate

ANA, LUCIA, FRESH = "ana.ruiz", "lucia.romero", timedelta(days=180)


def told(room: Room, where: str = "", fresh: timedelta = FRESH) -> list[tuple[str, str, str]]:
    """Severity, place and sentence of each finding about a place."""
    with room.store.read() as session:
        found: list[Finding] = reachability(session, room.clock.now(), fresh)
    return [(one.severity, one.where, one.what) for one in found if one.where.startswith(where)]


@pytest.fixture(autouse=True)
def confirmed(room: Room) -> None:
    """Everybody has confirmed, so that one thing at a time can be wrong."""
    with room.store.write() as session:
        for contact in session.scalars(select(Contact)):
            contact.verified_at = room.clock.now()


def change(room: Room, member: str, *channels: Channel, **values: object) -> None:
    with room.store.write() as session:
        contacts = select(Contact).join(Member).where(Member.key == member)
        for contact in session.scalars(contacts):
            if contact.channel in (channels or tuple(Channel)):
                for name, value in values.items():
                    setattr(contact, name, value)


def test_the_sample_company_can_be_reached(room: Room) -> None:
    assert told(room) == []


def test_who_holds_a_role_and_has_no_working_contact_is_an_error(room: Room) -> None:
    change(room, LUCIA, opted_out_at=room.clock.now())
    assert told(room) == [("error", f"member {LUCIA}", "they opted out of every contact.")]
    change(room, LUCIA, opted_out_at=None, bounced_at=room.clock.now(), bounce="unknown")
    assert told(room) == [("error", f"member {LUCIA}", "nothing arrives at any contact of theirs.")]
    change(room, LUCIA, Channel.SMS, opted_out_at=room.clock.now())
    assert told(room) == [("error", f"member {LUCIA}", "what they did not opt out of does not arrive.")]
    change(room, LUCIA, opted_out_at=WITHDRAWN)
    assert told(room) == [("error", f"member {LUCIA}", "they have no contact.")]


def test_who_holds_none_is_a_warning_and_audiences_are_counted(room: Room) -> None:
    with room.store.write() as session:
        session.execute(delete(RoleHolder).where(RoleHolder.member_id == room.member(ANA)))
    change(room, ANA, opted_out_at=WITHDRAWN)
    assert told(room, "member") == [("warning", f"member {ANA}", "they have no contact.")]
    change(room, "press.radio", opted_out_at=room.clock.now())
    assert told(room, "team") == [("notice", "team press-list", "1 person has no working contact.")]


def test_a_contact_where_nothing_arrives_is_named_while_another_works(room: Room) -> None:
    change(room, LUCIA, Channel.EMAIL, bounced_at=room.clock.now(), bounce="the mailbox is full")
    day = f"{room.clock.now():%Y-%m-%d}"
    assert told(room) == [("warning", f"member {LUCIA}", f"nothing arrives by email since {day}: the mailbox is full.")]


def test_a_role_on_one_person_and_one_on_nobody(room: Room) -> None:
    with room.store.write() as session:
        for key, least in (("crisis-lead", 1), ("legal-lead", 0)):
            role = session.scalars(select(Role).where(Role.key == key)).one()
            session.execute(delete(RoleHolder).where(RoleHolder.role_id == role.id, RoleHolder.position >= least))
    assert told(room, "role") == [
        ("error", "role legal-lead", "nobody holds it."),
        ("warning", "role crisis-lead", "only javier.ortega holds it."),
    ]


def test_hours_without_anybody_in_a_role_or_on_duty_are_errors(room: Room) -> None:
    span = timedelta(hours=30)
    with room.store.write() as session:
        for key in ("lucia.romero", "tom.baker", "marta.vidal"):
            away = {"starts": room.clock.now() + span, "ends": room.clock.now() + 2 * span}
            session.add(Absence(member_id=room.member(key), **away))
    ((severity, where, what),) = told(room, "role communications-lead")
    starts, ends = (room.clock.now() + number * span for number in (1, 2))
    assert (severity, where) == ("error", "role communications-lead")
    assert what == f"nobody is there from {starts:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M} UTC."
    with room.store.write() as session:
        for place in session.scalars(select(Membership).join(Team).where(Team.key == "monitoring")):
            away = {"starts": room.clock.now(), "ends": room.clock.now() + span}
            session.add(Absence(member_id=place.member_id, **away))
    assert [one[2][:24] for one in told(room, "team monitoring")] == ["nobody is on duty from 2"]


def test_hours_of_nobodys_shift_are_told_and_are_errors_only_when_nobody_else_is_there(room: Room) -> None:
    """Days and nights leave twenty minutes between them; then the holder and deputies are asked."""
    rotate(room, "marta.vidal", key="days", shifts=(("mon-sun", 6, 22),))
    with room.store.write() as session:
        session.execute(update(RotationShift).values(ends=time(21, 40)))
    rotate(room, "tom.baker", key="nights", shifts=(("mon-sun", 22, 6),))
    role = "role communications-lead"
    assert told(room, role) == [
        (
            "notice",
            role,
            "no shift from 2026-03-04 20:40 to 2026-03-04 21:00 UTC, from 2026-03-05 20:40 to 2026-03-05 21:00 UTC, "
            "from 2026-03-06 20:40 to 2026-03-06 21:00 UTC and 27 more times.",
        )
    ]
    for key in ("lucia.romero", "tom.baker"):
        away(room, key, "2026-03-04 20:00", "2026-03-04 22:00")
    assert told(room, role)[0][0] == "notice"  # Marta holds the role as well, as the second deputy
    away(room, "marta.vidal", "2026-03-04 20:50", "2026-03-04 21:30")
    assert told(room, role)[0] == ("error", role, "nobody is there from 2026-03-04 20:50 to 2026-03-04 21:30 UTC.")


def test_the_hours_between_the_shifts_of_a_team_are_told_unless_somebody_covers_them(room: Room) -> None:
    rotate(room, "carmen.leal", team="legal", shifts=(("mon-sun", 0, 12), ("mon-sun", 12, 0)))
    assert told(room, "team legal") == []
    with room.store.write() as session:
        session.execute(delete(RotationShift).where(RotationShift.weekday == 2, RotationShift.starts == time(12)))
    cover(room, "pablo.serra", "2026-03-11 11:00", "2026-03-11 23:00")
    ((severity, _, what),) = told(room, "team legal")
    assert severity == "notice" and what.startswith(
        "no shift from 2026-03-04 11:00 to 2026-03-04 23:00 UTC, from 2026-03-18 "
    )


def test_a_rotation_that_is_over_leaves_no_hours_to_fill(room: Room) -> None:
    rotate(room, "carmen.leal", team="legal", shifts=(("mon", 8, 20),), ends=date(2026, 3, 3))
    assert told(room, "team legal") == []


def test_a_team_with_nobody(room: Room) -> None:
    with room.store.write() as session:
        team = session.scalars(select(Team).where(Team.key == "legal")).one()
        session.execute(delete(Membership).where(Membership.team_id == team.id))
    assert told(room, "team") == [("error", "team legal", "nobody is in it.")]


def test_who_never_confirmed_or_long_ago_is_a_notice(room: Room) -> None:
    change(room, ANA, verified_at=None)
    assert told(room) == [("notice", f"member {ANA}", "no contact of theirs was ever confirmed.")]
    long_ago = room.clock.now() - timedelta(days=181)
    change(room, ANA, Channel.SMS, verified_at=long_ago)
    assert told(room) == [("notice", f"member {ANA}", f"no contact of theirs was confirmed since {long_ago:%Y-%m-%d}.")]
    assert told(room, fresh=timedelta(days=365)) == []


def test_a_number_that_two_have_is_an_error_until_both_call_it_shared(room: Room) -> None:
    change(room, ANA, Channel.SMS, fingerprint=room.vault.fingerprint("+34600000001"))
    assert told(room) == [("error", f"member {ANA}", f"{ANA} and {LUCIA} have the same sms contact.")]
    change(room, ANA, Channel.SMS, shared=True)
    assert len(told(room)) == 1
    change(room, LUCIA, Channel.SMS, shared=True)
    assert told(room) == []


def test_an_area_has_exactly_one_accountable(room: Room) -> None:
    with room.store.write() as session:
        lead = session.scalars(select(Role).where(Role.key == "hr-lead")).one()
        session.add(Responsibility(member_id=room.member(ANA), part=Raci.RESPONSIBLE, area="Families"))
        session.add(Responsibility(role_id=lead.id, part=Raci.ACCOUNTABLE, area="Monitoring"))
    assert told(room, "area") == [
        ("warning", "area Families", "nobody is accountable for it."),
        ("warning", "area monitoring", "2 are accountable for it."),
    ]
