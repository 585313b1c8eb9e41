"""The cabinet is convened: each seat is taken, declined or handed on, by whatever telephone is at hand."""

import pytest

from protocol.words import Channel
from tests.language.crisis import Crisis

CABINET = {
    "crisis-lead": "javier.ortega",
    "communications-lead": "lucia.romero",
    "customer-service-lead": "nuria.campos",
    "legal-lead": "pablo.serra",
    "chief-executive": "elena.castro",
}


@pytest.fixture(autouse=True)
def convened(crisis: Crisis) -> None:
    """Everybody of the cabinet has a text."""
    crisis.ignores(channel=Channel.EMAIL)
    crisis.opens("social-firestorm", steps=["convene-cabinet"])


def _seats(crisis: Crisis) -> dict[str, tuple[str, str]]:
    return {line["role"]: (line["member"], line["answer"]) for line in crisis.timeline("cabinet_answered")}


def test_a_digit_takes_the_seat_and_another_one_hands_it_to_the_deputy(crisis: Crisis) -> None:
    for role, member in CABINET.items():
        crisis.phone(member).expects("gabinete").answers("2" if role == "chief-executive" else "1")
    crisis.goes_on()
    crisis.phone("robert.hayes").expects("cabinet").answers("1")
    assert _seats(crisis)["crisis-lead"] == ("javier.ortega", "accepted")
    assert _seats(crisis)["chief-executive"] == ("robert.hayes", "accepted")
    assert len(crisis.timeline("quorum_reached")) == 1
    crisis.passes(hours=1)


def test_one_tap_takes_the_seat(crisis: Crisis) -> None:
    for member in CABINET.values():
        crisis.phone(member).expects("gabinete").taps()
    assert set(crisis.acknowledged().values()) == {"link"} and len(crisis.acknowledged()) == 5
    crisis.passes(hours=1)


def test_who_does_not_answer_is_replaced_by_the_deputy(crisis: Crisis) -> None:
    for role, member in CABINET.items():
        text = crisis.phone(member).expects("gabinete")
        if role != "legal-lead":
            text.answers("1")
    crisis.passes(minutes=5)
    crisis.phone("grace.miller").expects("cabinet", "deputy").taps()
    assert _seats(crisis)["legal-lead"] == ("grace.miller", "accepted")
