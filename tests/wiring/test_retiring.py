"""What incidents closed long ago left behind goes after the days that are set; the timeline never does."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from desk.rows import Inquiry
from incidents.phases import Phase
from incidents.rows import Incident, TimelineEntry
from incidents.timeline import first_broken
from monitoring.changes import Noted
from monitoring.keeping import remove_rule
from monitoring.rows import Breach, MonitoringRule, Reading, RuleSeries
from notifiers.rows import Inbound, Message, Receipt
from protocol.history import Author
from tests.desk.counter import ask
from tests.fakes.room import Room
from tests.fakes.terminal import Terminal
from wiring.retiring import Retired, retire, to_retire

YEAR = timedelta(days=365)


@pytest.fixture
def closed(room: Room) -> int:
    """An incident with a message, its receipt, its readings and a text that came in; closed an hour later."""
    number = room.open()
    room.tell("ana.ruiz", incident_id=number)
    with room.store.write() as session:
        message = session.scalars(select(Message)).first()
        assert message is not None
        now = room.clock.now()
        session.add(Receipt(message_id=message.id, provider_key="r1", status="delivered", received_at=now))
        session.add(Inbound(provider_id="SM1", taken_at=now))
        rule = MonitoringRule(
            key="burst", series="brand", kind="burst", parameters={}, playbook_key="social-firestorm", subject="x"
        )
        session.add(rule)
        session.flush()
        session.add(_breach(rule.id, now, number))
        for minutes in (-60, 5, 90):
            session.add(Reading(series="brand", at=now + timedelta(minutes=minutes), value=1.0))
        session.add(Reading(series="other", at=now + timedelta(minutes=5), value=1.0))
    room.clock.later(hours=1)
    with room.store.write() as session:
        incident = session.get_one(Incident, number)
        incident.phase, incident.closed_at = Phase.CLOSED, room.clock.now()
    return number


def _breach(rule: int, at: datetime, incident: int) -> Breach:
    return Breach(rule_id=rule, at=at, level="orange", why="", observed=1.0, threshold=0.5, incident_id=incident)


def count(room: Room, table: type[Reading] | type[Receipt] | type[Inbound] | type[TimelineEntry]) -> int:
    with room.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_dry_run_says_what_would_go_and_deletes_nothing(room: Room, closed: int) -> None:
    now = room.clock.later(days=366)
    with room.store.read() as session:
        found = to_retire(session, YEAR, now)
    assert found == [
        Retired("INC-1", "receipts", 1),
        Retired("INC-1", "readings", 1),
        Retired("", "inbound texts", 1),
    ]
    assert (count(room, Receipt), count(room, Reading), count(room, Inbound)) == (1, 4, 1)


def test_it_goes_and_the_timeline_stays_and_holds(room: Room, closed: int) -> None:
    lines = count(room, TimelineEntry)
    now = room.clock.later(days=366)
    with room.store.write() as session:
        retire(session, YEAR, now)
    assert (count(room, Receipt), count(room, Reading), count(room, Inbound)) == (0, 3, 0)
    assert count(room, TimelineEntry) == lines > 0
    with room.store.write() as session:
        assert first_broken(session, closed) is None
        assert retire(session, YEAR, now) == []


@pytest.mark.parametrize("removed", [False, True])
@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("share", {"of": "whole", "minimum": 20, "levels": {"yellow": 30}}),
        (
            "combination",
            {
                "signals": [{"series": name, "kind": "burst", "parameters": {}} for name in ("brand", "whole")],
                "need": 1,
            },
        ),
    ],
)
def test_the_readings_of_every_series_of_a_rule_go_even_of_one_that_was_removed(
    room: Room, closed: int, kind: str, parameters: dict[str, object], removed: bool
) -> None:
    with room.store.write() as session:
        session.add(Reading(series="whole", at=session.get_one(Incident, closed).opened_at, value=1.0))
        rule = session.scalars(select(MonitoringRule)).one()
        rule.kind, rule.parameters = kind, parameters
        session.add_all(RuleSeries(rule_id=rule.id, series=series) for series in ("brand", "whole"))
        session.flush()
        if removed:
            remove_rule(session, "burst", Noted(Author("ana.ruiz", "test"), room.clock.now()))
    now = room.clock.later(days=366)
    with room.store.write() as session:
        retire(session, YEAR, now)
    with room.store.read() as session:
        left = sorted(session.scalars(select(Reading.series)))
    assert left == ["brand", "brand", "other"]


def test_what_is_open_or_younger_stays(room: Room, closed: int) -> None:
    room.open(subject="product-oat-drink")
    with room.store.read() as session:
        assert to_retire(session, YEAR, room.clock.later(days=364)) == []


def test_the_command_shows_first_and_does_it_with_yes(any_terminal: Terminal) -> None:
    assert any_terminal.refuses("retire") == (
        "CRISIS_RETENTION_DAYS is not set, so everything is kept; set it to a number of days, such as 730."
    )
    any_terminal.settings["CRISIS_RETENTION_DAYS"] = "30"
    assert any_terminal.says("retire") == "There is nothing to delete."
    works = any_terminal.works()
    with works.store.write() as session:
        session.add(Inbound(provider_id="SM1", taken_at=works.clock.now() - timedelta(days=31)))
    works.store.close()
    shown = any_terminal.says("retire")
    assert "inbound texts" in shown and shown.endswith("Nothing is deleted yet; say --yes to do it.")
    assert any_terminal.rows()["inbound"] == 1
    assert "Deleted" in any_terminal.says("retire", "--yes")
    assert any_terminal.rows()["inbound"] == 0


def test_days_that_are_none_are_told(terminal: Terminal) -> None:
    terminal.settings["CRISIS_RETENTION_DAYS"] = "two years"
    printed = terminal("retire")
    assert (printed.code, printed.err) == (
        2,
        'CRISIS_RETENTION_DAYS is "two years", which is not a number of days; use a whole number, such as 730.',
    )


def test_what_customers_wrote_goes_after_the_same_days(room: Room) -> None:
    ask(room, "Quiero devolver el producto")
    later = room.clock.later(days=366)
    ask(room, "Quiero devolver el producto")
    with room.store.write() as session:
        assert to_retire(session, YEAR, later) == [Retired("", "inquiries", 1)]
        assert retire(session, YEAR, later) == [Retired("", "inquiries", 1)]
    assert room.count(Inquiry) == 1
