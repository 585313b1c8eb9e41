"""People are reached, whatever carriers, nights and their own wishes do; nobody is told twice."""

import pytest

from protocol.words import Channel
from tests.language.crisis import Crisis

ALERT = ["alert"]
LUCIA, SERGIO, JAVIER = "lucia.romero", "sergio.molina", "javier.ortega"
UNKNOWN_TO_THE_CARRIER, OPTED_OUT = 30005, 21610


def test_who_says_stop_is_told_by_e_mail_until_start(crisis: Crisis) -> None:
    crisis.phone(JAVIER).says("STOP")
    crisis.tells("signal-alert", JAVIER)
    crisis.mailbox(JAVIER).expects("posible crisis")
    crisis.phone(JAVIER).says("START")
    crisis.passes(minutes=1)
    crisis.tells("signal-alert", JAVIER)
    crisis.phone(JAVIER).expects("posible crisis")


def test_a_stop_in_a_crisis_stands_on_its_timeline(crisis: Crisis) -> None:
    crisis.ignores(channel=Channel.EMAIL)
    crisis.opens("social-firestorm", steps=ALERT)
    crisis.phone(SERGIO).expects("posible crisis").answers("1")
    crisis.phone(LUCIA).expects("posible crisis").answers("1")
    crisis.phone(LUCIA).says("STOP")
    (line,) = crisis.timeline("contact_opted_out")
    assert line["member"] == LUCIA and "another way is needed" in line["reason"]


def test_a_number_where_nothing_arrives_goes_to_e_mail_with_a_line(crisis: Crisis) -> None:
    crisis.changes("record-scenarios", channels=["sms"])
    crisis.phone(LUCIA).is_off(UNKNOWN_TO_THE_CARRIER)
    crisis.opens("social-firestorm", steps=["record-scenarios"])
    crisis.phone(JAVIER).expects("tres escenarios")
    crisis.phone(LUCIA).expects("tres escenarios")
    crisis.mailbox(LUCIA).expects("tres escenarios")
    assert crisis.states(LUCIA) == ["failed"]
    (line,) = crisis.timeline("not_told")
    assert line["member"] == LUCIA
    assert line["reason"] == "the number is unknown to its carrier (Twilio 30005); told by email instead"


def test_an_undelivered_text_alone_is_told_again_by_e_mail(crisis: Crisis) -> None:
    crisis.phone(LUCIA).is_off(UNKNOWN_TO_THE_CARRIER)
    crisis.tells("signal-alert", LUCIA)
    crisis.phone(LUCIA).expects("posible crisis")
    crisis.mailbox(LUCIA).expects("posible crisis")


@pytest.mark.parametrize("code", [30003, 30008])
def test_a_telephone_that_is_off_goes_to_e_mail_as_well(crisis: Crisis, code: int) -> None:
    crisis.phone(LUCIA).is_off(code)
    crisis.tells("signal-alert", LUCIA)
    crisis.phone(LUCIA).expects("posible crisis")
    crisis.mailbox(LUCIA).expects("posible crisis")


def test_quiet_hours_hold_what_can_wait_until_the_morning_and_send_it_as_one_text(crisis: Crisis) -> None:
    crisis.sleeps("22:00", "07:00")  # it is 22:00 in Madrid
    crisis.ignores(channel=Channel.EMAIL)
    crisis.changes("record-scenarios", channels=["sms"])
    crisis.opens("social-firestorm", level="yellow", steps=["record-scenarios"])
    crisis.passes(hours=8, minutes=59)
    crisis.phone(JAVIER).is_silent()
    crisis.passes(minutes=2)
    for member in (JAVIER, LUCIA):
        crisis.phone(member).expects("los tres escenarios", "\n--\n", "plazo vencido")


def test_a_raised_level_wakes_them(crisis: Crisis) -> None:
    crisis.sleeps("22:00", "07:00")
    crisis.ignores(channel=Channel.EMAIL)
    crisis.changes("record-scenarios", channels=["sms"])
    crisis.opens("social-firestorm", level="yellow", steps=["record-scenarios"])
    crisis.asks()
    crisis.ignores("gate-code")  # which wakes them, as every code does
    code = crisis.phone(JAVIER).expects("hay que decidir").code
    crisis.passes(minutes=10)
    crisis.phone(JAVIER).is_silent()
    crisis.decides(code, "hold", level="red")
    crisis.passes(seconds=10)
    for member in (JAVIER, LUCIA):
        crisis.phone(member).expects("tres escenarios")


def test_a_stopped_account_sends_everything_by_e_mail_and_the_lead_is_told(crisis: Crisis) -> None:
    crisis.carriers.twilio.stopped = True
    crisis.tells("signal-alert", LUCIA, SERGIO)
    crisis.passes(seconds=10)
    for member in (LUCIA, SERGIO):
        crisis.mailbox(member).expects("posible crisis")
    crisis.mailbox(JAVIER).expects("los avisos salen por otro canal", "credentials are wrong")
    crisis.carriers.twilio.stopped = False
    crisis.passes(minutes=6)
    crisis.tells("signal-alert", LUCIA)
    crisis.phone(LUCIA).expects("posible crisis")


def test_an_answer_that_gets_lost_leads_to_exactly_one_text(crisis: Crisis) -> None:
    crisis.delivers = False
    crisis.changes("record-scenarios", channels=["sms"])
    crisis.carriers.twilio.fail_next("reset-after")
    crisis.opens("social-firestorm", steps=["record-scenarios"])
    assert len(crisis.timeline("message_in_doubt")) == 1
    crisis.passes(minutes=2)
    for member in (JAVIER, LUCIA):
        crisis.phone(member).expects("tres escenarios")
        assert crisis.states(member) == ["accepted"]
    assert [line["how"] for line in crisis.timeline("doubt_resolved")] == ["the provider has it"]


def test_a_text_that_was_surely_not_taken_is_sent_again_exactly_once(crisis: Crisis) -> None:
    crisis.delivers = False
    crisis.carriers.twilio.fail_next("503-before", "reset-before", "429")
    crisis.tells("signal-alert", LUCIA)
    crisis.passes(minutes=10)
    crisis.phone(LUCIA).expects("posible crisis")
    assert crisis.states(LUCIA) == ["accepted"]


def test_receipts_in_any_order_and_as_often_as_they_like_move_nothing_back(crisis: Crisis) -> None:
    crisis.delivers = False
    crisis.tells("signal-alert", LUCIA, channels=[Channel.SMS, Channel.EMAIL])
    text, mail = crisis.phone(LUCIA).expects("posible crisis"), crisis.mailbox(LUCIA).expects("posible crisis")
    for status in ("delivered", "sent", "queued", "delivered", "failed", "sent"):
        assert text.receipt(status) == 204
    for event in ("delivered", "processed", "deferred", "delivered", "bounce"):
        assert mail.receipt(event) == 200
    crisis.passes(minutes=1)
    assert crisis.states(LUCIA) == crisis.states(LUCIA, Channel.EMAIL) == ["delivered"]


def test_a_stop_that_only_the_carrier_heard_is_heeded_when_it_says_so(crisis: Crisis) -> None:
    crisis.carriers.twilio.refuse_number(crisis.phone(JAVIER).address, OPTED_OUT)
    crisis.tells("signal-alert", JAVIER)
    crisis.mailbox(JAVIER).expects("posible crisis")
    crisis.carriers.twilio.accept_number(crisis.phone(JAVIER).address)
    crisis.passes(minutes=1)
    crisis.tells("signal-alert", JAVIER)  # nobody tries the number until its person says start
    crisis.mailbox(JAVIER).expects("posible crisis")


def test_an_e_mail_that_bounces_goes_to_the_telephone(crisis: Crisis) -> None:
    crisis.mailbox(LUCIA).is_off()
    crisis.tells("signal-alert", LUCIA, channels=[Channel.EMAIL])
    crisis.mailbox(LUCIA).expects("posible crisis")
    crisis.phone(LUCIA).expects("posible crisis")


def test_a_call_that_nobody_takes_goes_to_a_text(crisis: Crisis) -> None:
    crisis.calls(LUCIA).is_off()
    crisis.tells("signal-alert", LUCIA, channels=[Channel.VOICE])
    crisis.calls(LUCIA).expects("Aviso de crisis")
    crisis.phone(LUCIA).expects("posible crisis")


def test_who_has_had_enough_gets_the_rest_as_one_text(crisis: Crisis) -> None:
    for _ in range(12):
        crisis.tells("signal-alert", LUCIA)
        crisis.passes(seconds=10)
        crisis.phone(LUCIA).expects("posible crisis")
    for _ in range(3):
        crisis.tells("signal-alert", LUCIA)
        crisis.passes(seconds=10)
    crisis.phone(LUCIA).is_silent()
    crisis.passes(minutes=9)
    text = crisis.phone(LUCIA).expects("posible crisis")
    assert text.words.count("posible crisis") == 3
