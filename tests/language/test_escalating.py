"""Nobody answers: the next one is told, by the next channel, and so on to the end."""

from protocol.words import Channel
from tests.language.crisis import Crisis

ALERT = ["alert"]
FRONT_LINE = ["front-line-lines"]


def test_an_unanswered_lead_is_escalated_to_the_deputy(crisis: Crisis) -> None:
    crisis.ignores(channel=Channel.EMAIL)
    crisis.opens("social-firestorm", about="brand-aurora", level="orange", steps=ALERT)
    crisis.phone("lucia.romero").expects("posible crisis")
    crisis.phone("sergio.molina").expects("posible crisis").answers("1")
    crisis.passes(minutes=4, seconds=59)
    crisis.phone("tom.baker").is_silent()
    crisis.passes(seconds=1)
    crisis.phone("tom.baker").expects("possible crisis", "You stand in for")
    assert [(line["from_member"], line["to_member"]) for line in crisis.timeline("escalated")] == [
        ("lucia.romero", "tom.baker")
    ]


def test_a_deputy_who_does_not_answer_is_called_and_one_digit_ends_it(crisis: Crisis) -> None:
    crisis.ignores(channel=Channel.EMAIL)
    crisis.opens("social-firestorm", steps=ALERT)
    crisis.phone("lucia.romero").expects("posible crisis")
    crisis.phone("sergio.molina").expects("posible crisis").answers("1")
    crisis.passes(minutes=5)
    crisis.phone("tom.baker").expects("You stand in for")
    crisis.passes(minutes=5)
    heard = crisis.calls("tom.baker").expects("as the deputy of Communications lead", "press 1").presses("1")
    assert "Thank you" in heard
    assert crisis.acknowledged() == {"sergio.molina": "sms", "tom.baker": "voice"}
    crisis.passes(hours=2)


def test_when_nobody_is_left_the_crisis_lead_is_told(crisis: Crisis) -> None:
    crisis.ignores(channel=Channel.EMAIL)
    crisis.opens("social-firestorm", steps=ALERT)
    crisis.phone("lucia.romero").expects("posible crisis")
    crisis.phone("sergio.molina").expects("posible crisis").answers("1")
    crisis.passes(minutes=20)
    crisis.phone("tom.baker").expects("You stand in for")
    crisis.calls("tom.baker").expects("as the deputy of Communications lead")
    crisis.phone("marta.vidal").expects("Te toca como suplente")
    crisis.calls("marta.vidal").expects("como suplente de Responsable de comunicación")
    crisis.phone("javier.ortega").expects("nadie ha contestado", "no quedan suplentes")
    crisis.passes(hours=2)


def test_fewer_than_three_answers_and_the_next_group_is_told(crisis: Crisis) -> None:
    crisis.opens("social-firestorm", steps=FRONT_LINE)
    crisis.mailbox("nuria.campos").expects("INC-1").taps()
    crisis.mailbox("daniel.price").expects("INC-1").taps()
    crisis.mailbox("laura.gil").expects("INC-1")
    crisis.mailbox("mike.turner").expects("INC-1")
    crisis.passes(minutes=15)
    for member in ("lucia.romero", "tom.baker", "marta.vidal", "raquel.pena"):
        crisis.mailbox(member).expects("INC-1")
    assert [line["answers"] for line in crisis.timeline("wave")] == [2]


def test_three_answers_spare_the_next_group(crisis: Crisis) -> None:
    crisis.opens("social-firestorm", steps=FRONT_LINE)
    for member in ("nuria.campos", "daniel.price", "laura.gil"):
        crisis.mailbox(member).expects("INC-1").taps()
    crisis.mailbox("mike.turner").expects("INC-1")
    crisis.passes(hours=1)
    assert crisis.timeline("wave") == []
