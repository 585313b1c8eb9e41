"""Every decision not to send has a name: nobody is left out silently."""

from sqlalchemy import select, update

from notifiers import withholding
from notifiers.outbox import Plan, enqueue
from notifiers.recipients import find
from notifiers.rows import Withheld
from notifiers.states import Reason
from playbooks.format import Audience
from protocol.company import WITHDRAWN
from protocol.people import Contact
from protocol.words import Channel
from tests.fakes.room import BOTH, Room

ANA, TOM = "ana.ruiz", "tom.baker"


def reasons(room: Room, key: str = "notify/1") -> dict[Reason, int]:
    with room.store.read() as session:
        return dict(withholding.counts(session, key))


def on_channels(room: Room) -> list[tuple[Reason, str]]:
    with room.store.read() as session:
        rows = session.execute(select(Withheld.reason, Withheld.channel).order_by(Withheld.id)).all()
        return [(reason, channel) for reason, channel in rows]


def test_who_is_told_on_every_channel_leaves_no_row(room: Room) -> None:
    room.tell(ANA, TOM)
    assert reasons(room) == {}


def test_a_person_whom_an_audience_names_twice_is_a_duplicate(room: Room) -> None:
    now = room.clock.now()
    context = {"plain": {}, "texts": {}}
    with room.store.write() as session:
        found = find(session, Audience(roles=["communications-lead"], teams=["communications"]), now)
        assert [person.member_id for person in found.again] == [found.recipients[0].member_id]
        plan = Plan("notify/1", "signal-alert", BOTH, context)
        enqueue(session, plan, [*found.recipients, *found.again], now, None)
    assert reasons(room) == {Reason.DUPLICATE: 1}
    assert len(room.told()) == 4


def test_who_said_stop_is_not_told_there_and_told_elsewhere(room: Room) -> None:
    room.without(ANA, Channel.SMS)
    room.tell(ANA)
    assert on_channels(room) == [(Reason.OPTED_OUT, "sms")]
    assert room.message(ANA, "email")


def test_a_contact_that_the_company_withdrew_is_no_opt_out(room: Room) -> None:
    room.without(ANA, Channel.SMS)
    with room.store.write() as session:
        session.execute(update(Contact).values(opted_out_at=WITHDRAWN))
    room.tell(ANA)
    assert reasons(room) == {Reason.UNREACHABLE: 1}


def test_who_is_not_on_the_roster_hears_no_drill(room: Room) -> None:
    room.leave_roster(ANA)
    room.tell(ANA, TOM, drill=True)
    assert reasons(room) == {Reason.NOT_ON_ROSTER: 1}
    assert room.told() == [TOM]


def test_who_has_no_way_left_is_unreachable(room: Room) -> None:
    room.without(ANA, *BOTH)
    room.tell(ANA, TOM)
    assert reasons(room) == {Reason.OPTED_OUT: 2, Reason.UNREACHABLE: 1}


def test_the_same_order_again_says_it_once(room: Room) -> None:
    room.without(ANA, Channel.SMS)
    room.tell(ANA)
    room.tell(ANA)
    assert reasons(room) == {Reason.OPTED_OUT: 1}


def test_every_reason_has_its_test() -> None:
    """What waits says why on its own row: test_quiet_hours, test_throttle. The others are rows of their own, here.

    Who is absent is passed over; only a planned task says so, or that a text would be too late:
    tests/app/test_reminding. A closing says who never knew: tests/flows/test_departments_told_before.
    """
    waits = {Reason.QUIET_HOURS, Reason.THROTTLED}
    here = {Reason.DUPLICATE, Reason.OPTED_OUT, Reason.NOT_ON_ROSTER, Reason.UNREACHABLE}
    assert waits | here | {Reason.ABSENT, Reason.TOO_LATE, Reason.NOT_CONCERNED} == set(Reason)
