"""Readings are taken in once, and a burst opens one incident, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.phases import Phase
from incidents.rows import Incident
from monitoring.alarms import Alarm
from monitoring.intake import IntakeResult, count_none, look_at_the_clock, take_counts, take_in
from monitoring.readings import CountValue, ReadingValue
from monitoring.rows import Action, Breach, MonitoringRule, Reading, RuleSeries, RuleState
from monitoring.watching import clock_rules
from playbooks.versions import PlaybookVersion
from protocol.store import Store
from protocol.words import Level, Remedy

START = datetime(2015, 3, 3, tzinfo=UTC)
STEP = timedelta(minutes=5)
SERIES = "mentions.brand-aurora"
FOREVER = timedelta(days=9999)


class Desk:
    """Opens one incident and lets later alarms join it, as incidents.opening does."""

    def __init__(self) -> None:
        self.alarms: list[Alarm] = []
        self.calmed: list[int] = []

    def join(self, session: Session, rule: MonitoringRule, alarm: Alarm) -> int | None:
        known = session.scalar(select(Incident.id))
        return self.open_or_join(session, rule, alarm)[0] if known else None

    def calm(self, session: Session, rule: MonitoringRule, alarm: Alarm, incident_id: int) -> None:
        self.calmed.append(incident_id)

    def open_or_join(self, session: Session, rule: MonitoringRule, alarm: Alarm) -> tuple[int, bool]:
        self.alarms.append(alarm)
        known = session.scalar(select(Incident.id))
        if known:
            return known, False
        version = session.scalars(select(PlaybookVersion.id)).one()
        incident = Incident(
            playbook_key=rule.playbook_key,
            playbook_version_id=version,
            subject=rule.subject,
            level=alarm.level,
            phase=Phase.PRE_CRISIS,
            why=alarm.why,
            opened_by=rule.key,
            opened_at=alarm.at,
            clock_real=alarm.at,
            clock_base=alarm.at,
        )
        session.add(incident)
        session.flush()
        return incident.id, True


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def watched(store: Store) -> Store:
    """A store with one static rule: 100 an hour is yellow, 300 orange."""
    with store.write() as session:
        session.add(PlaybookVersion(key="social-firestorm", version=1, hash="", document={}, loaded_at=START))
        put(session, a_rule())
    return store


def put(session: Session, rule: MonitoringRule) -> None:
    session.add(rule)
    session.flush()
    session.add(RuleSeries(rule_id=rule.id, series=rule.series))


def a_rule(key: str = "many", opens: bool = True) -> MonitoringRule:
    return MonitoringRule(
        key=key,
        series=SERIES,
        kind="static",
        parameters={"levels": {"yellow": 100, "orange": 300}},
        playbook_key="social-firestorm",
        subject="brand-aurora",
        opens=opens,
    )


def counts(*values: float, start: datetime = START, series: str = SERIES) -> list[ReadingValue]:
    return [ReadingValue(series, start + index * STEP, value) for index, value in enumerate(values)]


def send(store: Store, desk: Desk, readings: list[ReadingValue], now: datetime | None = None) -> IntakeResult:
    latest = max((one.at for one in readings), default=START)
    with store.write() as session:
        return take_in(session, readings, now or latest, desk)


def number_of(store: Store, table: type) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_burst_of_many_crossings_opens_once(watched: Store, desk: Desk) -> None:
    result = send(watched, desk, counts(10, 120, 0, 90, 0, 40))
    assert (result.accepted, result.repeated, len(result.breaches)) == (6, 0, 1)
    (breach,) = result.breaches
    assert (breach.at, breach.level, breach.joined) == (START + STEP, Level.YELLOW, False)
    assert breach.incident_id is not None
    assert breach.why == "130 mentions in the last hour; the limit is 100."


def test_a_higher_level_joins_the_open_incident(watched: Store, desk: Desk) -> None:
    first = send(watched, desk, counts(120)).breaches[0]
    second = send(watched, desk, counts(200, start=START + STEP)).breaches[0]
    assert (second.level, second.joined, second.incident_id) == (Level.ORANGE, True, first.incident_id)
    assert [alarm.raised for alarm in desk.alarms] == [False, True]


def test_the_same_readings_again_change_nothing(watched: Store, desk: Desk) -> None:
    readings = counts(10, 60, 20)
    send(watched, desk, readings)
    result = send(watched, desk, readings + counts(5, start=START + 3 * STEP))
    assert (result.accepted, result.repeated, result.breaches) == (1, 3, ())
    assert number_of(watched, Reading) == 4


def test_of_a_repetition_within_one_batch_the_first_counts(watched: Store, desk: Desk) -> None:
    result = send(watched, desk, counts(60) + counts(70))
    assert (result.accepted, result.repeated, result.breaches) == (1, 1, ())
    with watched.read() as session:
        assert session.scalars(select(Reading.value)).one() == 60


def test_one_by_one_is_the_same_as_all_at_once(watched: Store, desk: Desk) -> None:
    found = [breach for one in counts(10, 120, 0, 250, 0) for breach in send(watched, desk, [one]).breaches]
    assert [(breach.at, breach.level) for breach in found] == [
        (START + STEP, Level.YELLOW),
        (START + 3 * STEP, Level.ORANGE),
    ]


def test_a_late_reading_is_judged_with_what_its_window_holds(watched: Store, desk: Desk) -> None:
    send(watched, desk, counts(60, start=START + 2 * STEP))
    (breach,) = send(watched, desk, counts(50), now=START + 2 * STEP).breaches
    assert (breach.at, breach.observed) == (START + 2 * STEP, 110)


def test_two_sources_of_one_series_add_up_and_each_counts_once(watched: Store, desk: Desk) -> None:
    of_two = [ReadingValue(SERIES, START, 60, source) for source in ("press", "social")]
    (breach,) = send(watched, desk, of_two).breaches
    assert breach.observed == 120
    again = send(watched, desk, of_two)
    assert (again.accepted, again.repeated, again.breaches) == (0, 2, ())


def test_single_counts_add_up_within_their_minute(watched: Store, desk: Desk) -> None:
    seconds = [START + timedelta(seconds=number) for number in range(110)]
    with watched.write() as session:
        (breach,) = take_counts(session, [CountValue(SERIES, at, 1) for at in seconds], seconds[-1], desk).breaches
        assert breach.observed == 110
        assert list(session.scalars(select(Reading.value).order_by(Reading.at))) == [60, 50]


def test_an_alarm_ends_when_its_series_is_calm_and_the_incident_hears_of_it(watched: Store, desk: Desk) -> None:
    for one in counts(120, *[0] * 24):
        send(watched, desk, [one])
    with watched.read() as session:
        breach = session.scalars(select(Breach)).one()
        # The count left the window after an hour, and half an hour of calm followed.
        assert breach.ended_at == START + timedelta(minutes=90)
        assert desk.calmed == [breach.incident_id]


def test_a_feed_that_falls_silent_is_an_alarm_of_its_own(store: Store, desk: Desk) -> None:
    with store.write() as session:
        session.add(PlaybookVersion(key="social-firestorm", version=1, hash="", document={}, loaded_at=START))
        rule = a_rule("nobody-listens")
        rule.kind, rule.parameters = "absence", {"levels": {"yellow": "20m"}}
        put(session, rule)
    assert look(store, desk, START) == ()
    send(store, desk, counts(5))
    assert look(store, desk, START + timedelta(minutes=19)) == ()
    (breach,) = look(store, desk, START + timedelta(minutes=20))
    assert breach.why == "No reading since 2015-03-03 00:00 UTC, for 20 minutes: nobody listens there just now."
    assert look(store, desk, START + timedelta(minutes=25)) == ()


def test_what_burns_again_within_the_hold_is_not_told_and_what_still_burns_after_it_is(
    watched: Store, desk: Desk
) -> None:
    def told(value: float, hours: float) -> list[Level]:
        at = START + timedelta(hours=hours)
        return [breach.level for breach in send(watched, desk, [ReadingValue(SERIES, at, value)]).breaches]

    def ended() -> datetime | None:
        with watched.read() as session:
            return session.scalars(select(Breach.ended_at).order_by(Breach.id.desc())).first()

    assert told(150, 0) == [Level.YELLOW]
    assert [told(0, hours) for hours in (1.5, 2.1)] == [[], []]
    assert ended() == START + timedelta(hours=2.1)
    assert told(150, 3) == []
    assert ended() is None
    assert [told(150, hours) for hours in (5, 8, 11)] == [[], [], []]
    assert told(150, 12) == [Level.YELLOW]


def test_a_reading_that_came_too_late_calls_nobody_and_the_next_live_one_does(watched: Store, desk: Desk) -> None:
    at = START + timedelta(hours=1)
    send(watched, desk, [ReadingValue(SERIES, at, 50)])
    (late,) = send(watched, desk, [ReadingValue(SERIES, at - timedelta(minutes=40), 70)], now=at).breaches
    assert (late.at, late.action, desk.alarms) == (at, Action.SIGNAL, [])
    (live,) = send(watched, desk, [ReadingValue(SERIES, at - timedelta(minutes=1), 1)], now=at).breaches
    assert (live.id, live.action, len(desk.alarms)) == (late.id, Action.OPEN, 1)


def test_counted_series_become_calm_when_nothing_more_comes(watched: Store, desk: Desk) -> None:
    def none(minutes: int) -> int:
        with watched.write() as session:
            return count_none(session, START + timedelta(minutes=minutes), desk)

    with watched.write() as session:
        take_counts(session, [CountValue(SERIES, START, 1)] * 110, START, desk)
    assert [none(minutes) for minutes in (1, 30, 61, 91, 92)] == [1, 1, 1, 1, 0]
    with watched.read() as session:
        assert session.scalars(select(Breach.ended_at)).one() == START + timedelta(minutes=91)


def test_the_clock_moves_only_the_rules_that_go_by_it(watched: Store, desk: Desk) -> None:
    with watched.write() as session:
        rule = a_rule("nobody-listens")
        rule.kind, rule.parameters = "absence", {"levels": {"yellow": "20m"}}
        put(session, rule)
    send(watched, desk, counts(90))
    look(watched, desk, START + timedelta(hours=2))
    # A source that is two hours late still finds its window as it left it.
    (breach,) = send(watched, desk, counts(20, start=START + STEP), now=START + STEP).breaches
    assert breach.observed == 110


def look(store: Store, desk: Desk, now: datetime) -> tuple[Breach, ...]:
    with store.write() as session:
        return tuple(breach for rule in clock_rules(session) for breach in look_at_the_clock(session, rule, now, desk))


def test_stale_readings_warm_the_rule_and_call_nobody(watched: Store, desk: Desk) -> None:
    result = send(watched, desk, counts(120), now=START + timedelta(minutes=31))
    (breach,) = result.breaches
    assert (breach.incident_id, breach.joined, desk.alarms) == (None, False, [])


def test_a_burst_that_goes_on_when_the_feed_is_back_calls_people(watched: Store, desk: Desk) -> None:
    send(watched, desk, counts(120), now=START + timedelta(minutes=31))
    (breach,) = send(watched, desk, counts(5, start=START + 7 * STEP)).breaches
    assert breach.incident_id is not None
    assert len(desk.alarms) == 1


def test_a_reading_from_the_future_is_refused_and_nothing_is_stored(watched: Store, desk: Desk) -> None:
    with pytest.raises(Remedy) as error:
        send(watched, desk, counts(1, 2), now=START - timedelta(minutes=60))
    assert str(error.value) == (
        "mentions.brand-aurora at 2015-03-03T00:05:00+00:00 lies 65 minutes in the future; "
        "set the clock of its source, or its time zone, and send it again."
    )
    assert number_of(watched, Reading) == 0


def test_a_compressed_demo_may_run_ahead(watched: Store, desk: Desk) -> None:
    with watched.write() as session:
        result = take_in(session, counts(120), START - timedelta(days=1), desk, ahead=FOREVER)
    assert result.breaches[0].incident_id is not None


def test_a_series_without_a_rule_is_stored_only(watched: Store, desk: Desk) -> None:
    result = send(watched, desk, counts(900, series="mentions.other"))
    assert (result.accepted, result.breaches) == (1, ())


def test_a_rule_that_only_records_opens_nothing(store: Store, desk: Desk) -> None:
    with store.write() as session:
        put(session, a_rule(opens=False))
    (breach,) = send(store, desk, counts(120)).breaches
    assert (breach.incident_id, desk.alarms) == (None, [])


@pytest.mark.parametrize("year", [1, 999, 1969])
def test_a_moment_of_a_clock_that_was_never_set_is_refused(year: int) -> None:
    at = datetime(year, 1, 1, tzinfo=UTC)
    with pytest.raises(Remedy) as error:
        ReadingValue(SERIES, at, 5)
    assert str(error.value) == (
        f"mentions.brand-aurora at {at.isoformat()} lies before 1970; set the clock of its source."
    )


def test_no_readings_are_no_work(watched: Store, desk: Desk) -> None:
    assert send(watched, desk, []) == IntakeResult(0, 0, ())


def test_a_failed_opening_leaves_nothing_behind_and_the_batch_may_come_again(watched: Store, desk: Desk) -> None:
    class Shut(Desk):
        def open_or_join(self, session: Session, rule: MonitoringRule, alarm: Alarm) -> tuple[int, bool]:
            raise Remedy("no.")

    with pytest.raises(Remedy), watched.write() as session:
        take_in(session, counts(120), START, Shut())
    assert number_of(watched, Reading) == number_of(watched, RuleState) == 0
    assert len(send(watched, desk, counts(120)).breaches) == 1


def test_writers_at_the_same_time_open_once(watched: Store, desk: Desk) -> None:
    readings = counts(*[30] * 24)
    batches = [readings[start : start + 12] for start in (0, 4, 8, 12)] * 2

    def one(batch: list[ReadingValue]) -> IntakeResult:
        return send(watched, desk, batch, now=readings[-1].at - timedelta(minutes=1))

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(one, batches))
    assert sum(result.accepted for result in results) == 24
    assert number_of(watched, Reading) == 24
    assert number_of(watched, Incident) == 1
    with watched.read() as session:
        levels = list(session.scalars(select(Breach.level).where(Breach.incident_id.is_not(None)).order_by(Breach.at)))
        assert len(levels) == len(set(levels))


def test_five_thousand_readings_are_taken_in_at_once(watched: Store, desk: Desk) -> None:
    many = [one for number in range(5) for one in counts(*[1] * 1000, series=f"mentions.{number}")]
    assert send(watched, desk, many).accepted == 5000
