"""A first reply is due by urgency, within the hours of the team unless it is urgent, and is noted once."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from desk.hours import TeamHours, Week, hours_of
from desk.replying import NoInquiry, find, reply
from desk.rows import Inquiry
from protocol.calendar import Rotation, RotationShift
from protocol.people import Team
from protocol.practice import Company
from protocol.reply_targets import read_target
from protocol.shifts import Shift
from protocol.words import Remedy, Urgency
from tests.desk.counter import ask, at, inquiry, rows, take
from tests.fakes.room import Room

MADRID = Week("Europe/Madrid", [Shift(day, time(9), time(18)) for day in range(5)], place="ES-MD")


def due(target: str, since: str, urgency: Urgency = Urgency.LOW, week: Week = MADRID) -> str:
    """When it is over, UTC."""
    moment = datetime.fromisoformat(f"{since}+00:00")
    return f"{TeamHours([week]).due(read_target(urgency, target), moment):%a %d %H:%M}"


@pytest.mark.parametrize(
    ("target", "since", "over"),
    [
        ("2h", "2026-03-03 10:00", "Tue 03 12:00"),
        ("2h", "2026-03-03 16:00", "Wed 04 09:00"),  # closed at 17 UTC: one hour is left for the morning
        ("2h", "2026-03-03 20:00", "Wed 04 10:00"),
        ("2h", "2026-03-06 16:30", "Mon 09 09:30"),
        ("2h", "2026-03-27 16:30", "Mon 30 08:30"),  # the clocks went forward meanwhile
        ("2h", "2026-04-02 10:00", "Mon 06 09:00"),  # Thursday and Friday before Easter are holidays
        ("20h", "2026-03-03 08:00", "Thu 05 10:00"),
        ("1d", "2026-03-03 10:00", "Wed 04 10:00"),
        ("1d", "2026-03-06 10:00", "Mon 09 10:00"),
        ("2d", "2026-03-05 20:00", "Tue 10 08:00"),
        ("1d", "2026-03-07 12:00", "Tue 10 08:00"),
    ],
)
def test_time_counts_within_the_hours_of_the_team(target: str, since: str, over: str) -> None:
    assert due(target, since) == over


@pytest.mark.parametrize(
    ("since", "over"),
    [
        ("2026-03-27 16:30", "Mon 30 15:30"),  # half past five by the clocks of Madrid, before and after they change
        ("2026-03-27 09:00", "Mon 30 08:00"),
        ("2026-10-23 15:30", "Mon 26 16:30"),
    ],
)
def test_a_working_day_later_is_the_same_time_by_the_clocks_of_the_team(since: str, over: str) -> None:
    assert due("1d", since) == over


@pytest.mark.parametrize(
    ("opens", "ends", "since", "over"),
    [
        (8, 22, "2026-03-20 20:30", "Mon 23 20:30"),
        (6, 22, "2026-03-20 05:30", "Mon 23 05:30"),
        (22, 6, "2026-03-20 21:30", "Mon 23 21:30"),  # at work until Saturday morning, and no day is lost nor won
    ],
)
def test_a_day_off_is_no_working_day_however_late_or_early_the_team_works(
    opens: int, ends: int, since: str, over: str
) -> None:
    week = Week("Europe/Madrid", [Shift(day, time(opens), time(ends)) for day in range(5)])
    assert due("1d", since, week=week) == over


def test_what_is_urgent_counts_day_and_night() -> None:
    for urgency in (Urgency.HIGH, Urgency.CRITICAL):
        assert due("15m", "2026-03-07 23:00", urgency) == "Sat 07 23:15"
        assert due("1d", "2026-03-07 23:00", urgency) == "Sun 08 23:00"


def test_a_team_without_hours_and_one_that_never_opens_are_at_work_always() -> None:
    since = datetime(2026, 3, 7, 23, 0, tzinfo=UTC)
    assert TeamHours([]).due(read_target(Urgency.LOW, "2h"), since) == since + timedelta(hours=2)
    assert TeamHours([Week("UTC", [])]).due(read_target(Urgency.LOW, "2h"), since) == since + timedelta(hours=2)


def test_an_absence_is_no_working_time() -> None:
    away = (datetime(2026, 3, 3, 9, 0, tzinfo=UTC), datetime(2026, 3, 3, 12, 0, tzinfo=UTC))
    week = Week(MADRID.zone, MADRID.shifts, absences=[away])
    assert due("2h", "2026-03-03 08:30", week=week) == "Tue 03 13:30"


def test_hours_of_several_zones_are_one_day() -> None:
    new_york = Week("America/New_York", [Shift(day, time(9), time(17)) for day in range(7)])
    hours = TeamHours([MADRID, new_york])
    since = datetime(2026, 3, 3, 16, 30, tzinfo=UTC)
    assert f"{hours.due(read_target(Urgency.LOW, '3h'), since):%H:%M}" == "19:30"


def test_a_rotation_that_is_limited_to_shifts_gives_the_hours_of_its_team(room: Room) -> None:
    with room.store.write() as session:
        team = session.scalars(select(Team.id).where(Team.key == "customer-service")).one()
        rotation = Rotation(
            *(), key="desk", team_id=team, time_zone="UTC", hand_over=time(9), hours=168, starts=date(2026, 1, 1)
        )
        session.add(rotation)
        session.flush()
        session.add(RotationShift(rotation_id=rotation.id, weekday=1, starts=time(6), ends=time(7)))
    with room.store.read() as session:
        hours = hours_of(session, "customer-service")
    opens = hours.opens(datetime(2026, 3, 3, 21, 0, tzinfo=UTC))
    assert opens == datetime(2026, 3, 10, 6, 0, tzinfo=UTC)


def test_the_targets_are_the_products_own_until_the_company_says_others(room: Room) -> None:
    now = at(room, "2026-03-03 10:00")
    waits = [ask(room, "x", urgency=urgency).inquiry.due_at - now for urgency in Urgency]
    assert waits == [timedelta(days=1), timedelta(hours=2), timedelta(minutes=15), timedelta(minutes=5)]
    with room.store.write() as session:
        session.execute(update(Company).values(support_targets={"high": "1h", "medium": "30m"}))
    waits = [ask(room, "x", urgency=urgency).inquiry.due_at - now for urgency in Urgency]
    assert waits == [timedelta(days=1), timedelta(minutes=30), timedelta(hours=1), timedelta(minutes=5)]


def test_it_runs_from_when_the_customer_asked(room: Room) -> None:
    now = at(room, "2026-03-03 10:00")
    asked = now - timedelta(minutes=50)
    assert ask(room, "x", at=asked).inquiry.due_at == asked + timedelta(hours=2)


def test_the_first_reply_is_noted_once_and_is_in_time_or_not(room: Room) -> None:
    now = at(room, "2026-03-03 10:00")
    ask(room, "x", "T-1", urgency=Urgency.HIGH)
    ask(room, "x", "T-2", urgency=Urgency.HIGH)
    said = []
    for name, minutes in (("T-1", 15), ("T-1", 40), ("T-2", 16)):
        with room.store.write() as session:
            moment = now + timedelta(minutes=minutes)
            done = reply(session, find(session, room.vault, name), moment, moment)
            said.append((done.first, done.on_time))
    assert said == [(True, True), (False, True), (True, False)]
    assert [row.replied_at for row in rows(room)] == [now + timedelta(minutes=15), now + timedelta(minutes=16)]


def test_a_reply_in_the_future_is_refused(room: Room) -> None:
    ask(room, "x", "T-1")
    now = room.clock.now()
    with pytest.raises(Remedy, match="at lies in the future"), room.store.write() as session:
        reply(session, find(session, room.vault, "T-1"), now + timedelta(hours=1), now)
    assert rows(room)[0].replied_at is None


def test_an_inquiry_is_found_by_its_sources_id_before_our_number(room: Room) -> None:
    take(room, inquiry("x", "2", at=room.clock.now()), inquiry("y", "T-9", at=room.clock.now()))
    by_id = {row.print: row.id for row in rows(room)}
    with room.store.read() as session:
        two = by_id[room.vault.keyed_hash("inquiry", "2")]
        assert find(session, room.vault, "2").id == two
        assert find(session, room.vault, "INQ-2").id == 2
        assert find(session, room.vault, "1").id == 1
        assert find(session, room.vault, "T-9", "crm").id == 3 - two
        for unknown in ("T-77", "INQ-77", "0", "9" * 30, "", "\0"):
            with pytest.raises(NoInquiry, match="There is no such inquiry; use the id of its source, or our number"):
                find(session, room.vault, unknown)
        with pytest.raises(NoInquiry):
            find(session, room.vault, "T-9", "mail")
        for unprintable in ("\0", "\ud800", "cr\nm"):
            with pytest.raises(NoInquiry, match="There is no such inquiry"):
                find(session, room.vault, "T-9", unprintable)


def test_an_id_that_two_sources_have_asks_which(room: Room) -> None:
    take(room, *(inquiry("x", source=source, at=room.clock.now()) for source in ("crm", "mail")))
    with room.store.read() as session:
        with pytest.raises(NoInquiry, match="Several sources have an inquiry of this id; say which source"):
            find(session, room.vault, "T-1")
        assert session.get_one(Inquiry, find(session, room.vault, "T-1", "mail").id).source == "mail"
