"""Yellow asks the duty officer, orange opens, red raises the same incident, and green is an offer to leave."""

import pytest

from protocol.words import Channel
from tests.fakes.room import Room
from tests.language.crisis import Crisis
from tests.monitoring.desk_officer import ANA, KATE, SERGIO, Officer

JAVIER = "javier.ortega"
ASKED = "¿Real o falsa?"


@pytest.fixture
def officer(crisis: Crisis) -> Officer:
    works = crisis.carriers.works
    crisis.ignores(channel=Channel.EMAIL)
    return Officer(Room(works.store, works.vault, works.settings.home, crisis.carriers.clock))


def counts(crisis: Crisis, officer: Officer, value: float) -> None:
    officer.counts(value)
    looks(crisis, officer)


def looks(crisis: Crisis, officer: Officer, minutes: float = 0) -> None:
    officer.looks(minutes=minutes)
    crisis.goes_on()


def test_a_false_alarm_is_dismissed_by_one_tap_and_whoever_was_asked_before_is_told(
    crisis: Crisis, officer: Officer
) -> None:
    counts(crisis, officer, 120)
    crisis.phone(SERGIO).expects(ASKED).is_scanned()
    looks(crisis, officer, minutes=10)
    page = crisis.phone(ANA).expects(ASKED, "Nadie ha contestado").says_of_the_alarm("false-alarm")
    assert "Anotado como falsa alarma" in page
    crisis.goes_on()
    crisis.phone(SERGIO).expects("era falsa", "Ya no tienes que contestar")
    looks(crisis, officer, minutes=60)
    crisis.ends()


def test_yellow_is_real_and_red_raises_the_level_of_the_same_incident(crisis: Crisis, officer: Officer) -> None:
    counts(crisis, officer, 120)
    page = crisis.phone(SERGIO).expects(ASKED).says_of_the_alarm("real")
    assert "INC-1 está abierto" in page
    crisis.incident = 1
    counts(crisis, officer, 900)
    crisis.passes(seconds=1)
    crisis.phone(JAVIER).expects("La regla ha subido el nivel a rojo")
    crisis.ignores(template="breach-joined")
    assert [line["to"] for line in crisis.timeline("level_changed")] == ["red"]
    assert [line["member"] for line in crisis.timeline("alarm_answered")] == [SERGIO]
    crisis.ends()


def test_when_everybody_is_silent_it_opens_by_itself(crisis: Crisis, officer: Officer) -> None:
    counts(crisis, officer, 120)
    for person in (SERGIO, ANA):
        crisis.phone(person).expects(ASKED)
        looks(crisis, officer, minutes=10)
    crisis.phone(KATE).expects("Real or false?")
    looks(crisis, officer, minutes=10)
    crisis.incident = 1
    assert [line["people"] for line in crisis.timeline("alarm_unanswered")] == [3]
    crisis.ends()
