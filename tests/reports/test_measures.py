"""The measures of an incident, against the firestorm of firestorm.py."""

from datetime import timedelta

import pytest
from firestorm import opened
from told import OPENED_AT

from incidents.phases import Phase
from incidents.timeline import Kind
from protocol.store import Store
from protocol.words import Channel, Level
from reports.clocks import Clock, ClockReading, Verdict, level_at
from reports.dossier import dossier_of
from reports.measures import Measures, measures_of
from reports.spans import percent, since, span

WRITTEN_AT = OPENED_AT + timedelta(days=9)


@pytest.fixture
def measures(store: Store, storm: int) -> Measures:
    with store.read() as session:
        return measures_of(dossier_of(session, storm), WRITTEN_AT)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def test_the_golden_clocks_start_at_the_opening(measures: Measures) -> None:
    assert list(measures.clocks) == [
        ClockReading(Clock.FIRST_ACKNOWLEDGEMENT, minutes(5), minutes(7.5), Verdict.MISSED),
        ClockReading(Clock.QUORUM, minutes(15), minutes(22), Verdict.MISSED),
        ClockReading(Clock.STATEMENT, minutes(30), minutes(43), Verdict.MISSED),
        ClockReading(Clock.EMPLOYEES, minutes(60), minutes(50.2), Verdict.MET),
    ]


def test_the_statement_is_due_in_an_hour_below_red(store: Store) -> None:
    with store.write() as session:
        told = opened(session, drill=False)
        told.line(0, Kind.OPENED, level="orange")
        told.line(45, Kind.PUBLISHED, step="holding-statement")
        told.line(50, Kind.LEVEL_CHANGED, **{"from": "orange", "to": "red"})
        dossier = dossier_of(session, told.write_down())
        statement = measures_of(dossier, WRITTEN_AT).clocks[2]
        assert (statement.target, statement.verdict) == (minutes(60), Verdict.MET)
        assert (level_at(dossier, told.at(49)), level_at(dossier, told.at(51))) == (Level.ORANGE, Level.RED)


def test_an_incident_that_never_became_a_crisis_owes_no_quorum_and_no_statement(store: Store) -> None:
    with store.write() as session:
        told = opened(session, drill=False)
        told.line(0, Kind.OPENED, level="yellow")
        told.enter(0, 1, "pre_crisis", 30)
        clocks = measures_of(dossier_of(session, told.write_down()), WRITTEN_AT).clocks
    assert [clock.verdict for clock in clocks] == [Verdict.MISSED, *[Verdict.NOT_DUE] * 3]


def test_a_clock_runs_until_its_target_and_is_missed_afterwards(store: Store) -> None:
    with store.write() as session:
        told = opened(session, drill=False, closed=False)
        told.line(0, Kind.OPENED, level="red")
        told.enter(0, 1, "crisis", None)
        dossier = dossier_of(session, told.write_down())
        early, late = measures_of(dossier, told.at(10)), measures_of(dossier, told.at(31))
    assert [clock.verdict for clock in early.clocks] == [Verdict.MISSED, *[Verdict.RUNNING] * 3]
    assert [clock.verdict for clock in late.clocks] == [*[Verdict.MISSED] * 3, Verdict.RUNNING]
    assert late.stays[0].lasts and late.duration == minutes(31)


def test_each_approver_has_a_time(measures: Measures) -> None:
    assert [(row.role, row.took) for row in measures.approvals] == [
        ("chief-executive", minutes(3)),
        ("legal", minutes(19)),
    ]


def test_shares_by_channel(measures: Measures) -> None:
    email, sms = measures.channels
    assert (email.channel, email.total, email.taken, email.delivered) == (Channel.EMAIL, 12, 10, 10)
    assert (sms.channel, sms.total, sms.delivered) == (Channel.SMS, 6, 6)
    assert (sms.asked, sms.acknowledged) == (6, 5)
    assert (email.asked, email.acknowledged) == (6, 5)


def test_phases_have_durations(measures: Measures) -> None:
    assert [(stay.phase, stay.duration) for stay in measures.stays] == [
        (Phase.PRE_CRISIS, minutes(14)),
        (Phase.CRISIS, minutes(396)),
        (Phase.POST_CRISIS, minutes(1150)),
    ]
    assert measures.duration == timedelta(hours=26)
    assert measures.peak is Level.RED


def test_a_missed_deadline_says_by_how_much(measures: Measures) -> None:
    missed = [result for result in measures.deadlines if result.verdict is Verdict.MISSED]
    assert [(result.deadline.step, result.late_by) for result in missed] == [
        ("wake-communications", minutes(3)),
        ("holding-statement", minutes(3)),
    ]


def test_escalations_and_fall_backs_are_counted_and_nobody_reached_is_unreachable(measures: Measures) -> None:
    assert [line.kind for line in measures.escalations] == [Kind.ESCALATED]
    assert [line.kind for line in measures.fall_backs] == [Kind.NOT_TOLD]
    assert measures.unreachable == []


def test_a_person_whose_every_message_failed_is_unreachable(store: Store) -> None:
    with store.write() as session:
        told = opened(session, drill=False)
        key = told.dispatch(1, 1, "wake-communications", "internal-alert")
        for channel in ("sms", "email"):
            told.message(1, key, "ines", channel, "internal-alert", state="failed", reason="unknown number")
        told.message(1, key, "tom", "sms", "internal-alert", state="failed", reason="unknown number")
        told.message(1, key, "tom", "email", "internal-alert", state="accepted")
        measures = measures_of(dossier_of(session, told.write_down()), WRITTEN_AT)
        assert measures.unreachable == [told.members["ines"].id]


def test_spans_are_short() -> None:
    said = [span(timedelta(seconds=seconds)) for seconds in (40, 450, 720, 3600, 3900, 26 * 3600, 48 * 3600)]
    assert said == ["40 s", "7 min 30 s", "12 min", "1 h", "1 h 05 min", "1 d 2 h", "2 d"]
    assert [since(minutes(12)), since(minutes(1450)), since(minutes(-3))] == ["T+0:12", "T+1d 0:10", "T−0:03"]
    assert [percent(999, 1000), percent(3, 3), percent(0, 0)] == ["99 %", "100 %", "–"]
