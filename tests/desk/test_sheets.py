"""When a phase changes the desk has its sheet, and answers given before are listed for correction."""

from typing import Any

import pytest
from sqlalchemy import select

from desk.corrections import correct, correction_count, corrections
from desk.rows import Inquiry
from desk.sheets import DeskSheet, sheet_of
from flows.departments import tell_flow
from flows.phase import flows_left
from incidents.phases import Phase
from incidents.rows import Incident
from notifiers.rows import Dispatch
from protocol.installation import Environment, stamp
from protocol.words import Remedy
from tests.desk.counter import BRAND, REFUND_ES, ask, change_entry, rows
from tests.fakes.room import Room

CRISIS_REFUND = "Claro. Se lo recogemos y le devolvemos el dinero, con o sin recibo."
CHANGED = "phase-changed"


def sheet(room: Room, number: int) -> DeskSheet:
    with room.store.read() as session:
        return sheet_of(session, session.get_one(Incident, number))


def listed(room: Room, number: int) -> list[tuple[str, str, str]]:
    """Number, what was told and what holds now, in Spanish."""
    with room.store.read() as session:
        incident = session.get_one(Incident, number)
        found = corrections(session, incident)
        assert correction_count(session, incident) == len(found)
        return [(one.inquiry.name, one.given["es"], one.now["es"]) for one in found]


def refund(room: Room, **said: Any) -> str:
    """A customer of the brand asks to return something; the answer."""
    return ask(room, "Quiero devolver el producto", **{"subject": BRAND, **said}).answer.text


def happen(room: Room, number: int) -> None:
    """The communication flows of the phase happen."""
    incident = room.incident(number)
    for flow in flows_left(room.works, incident.phase, number, incident.entry, 1):
        with room.store.write() as session:
            tell_flow(session, room.works, number, incident.entry, flow.key, room.clock.now())


def test_the_sheet_has_the_lines_of_the_phase_the_questions_and_what_not_to_say(room: Room) -> None:
    number = room.open()
    first = sheet(room, number)
    assert first.phase is Phase.PRE_CRISIS
    assert {line.reason for line in first.lines} == {"is-it-true", "harmed", None}
    assert "https://press.example.com/aurora" in first.lines[0].words["es"]
    assert "no causes" in first.do_not_say[0]["en"]
    assert [faq.key for faq in first.faqs] == ["customer-faq"]
    room.advance_to(number, Phase.CRISIS)
    second = sheet(room, number)
    assert {line.reason for line in second.lines} == {"is-it-true", "refund", "harmed", None}
    assert first.lines[0].words != second.lines[0].words


def test_words_that_were_signed_off_and_published_stand_on_the_sheet_and_others_do_not(room: Room) -> None:
    number = room.open()
    room.do(number, "holding-statement")
    assert sheet(room, number).published == []
    room.sign(number, "holding-statement", "lucia.romero", "pablo.serra")
    (published,) = sheet(room, number).published
    assert (published.step, published.audience) == ("holding-statement", "press-list")
    assert set(published.words) == {"es", "en"}
    assert "Aurora" in published.words["es"]


def test_while_it_lasts_a_customer_gets_the_approved_line(room: Room) -> None:
    assert refund(room) == REFUND_ES
    number = room.open()
    assert refund(room) == REFUND_ES  # pre-crisis has no line for it
    room.advance_to(number, Phase.CRISIS)
    found = ask(room, "Quiero devolver el producto", subject=BRAND).answer
    assert (found.text, found.approved) == (CRISIS_REFUND, f"INC-{number}")
    assert found.why.endswith(f"; the line of INC-{number} that counts now")
    assert refund(room, subject="product-oat-drink") == REFUND_ES


def test_one_who_names_no_subject_is_asking_about_the_one_incident_that_has_a_line(room: Room) -> None:
    room.open()
    assert ask(room, "¿Es verdad?").inquiry.subject == BRAND
    assert ask(room, "Quiero devolver el producto").inquiry.subject is None
    room.open(subject="product-oat-drink")
    assert ask(room, "¿Es verdad?").inquiry.subject is None


def test_a_change_of_phase_lists_the_answers_that_no_longer_hold(room: Room) -> None:
    refund(room, given_id="before")
    refund(room, given_id="other subject", subject="product-oat-drink")
    number = room.open()
    assert listed(room, number) == []
    room.advance_to(number, Phase.CRISIS)
    assert listed(room, number) == [("INQ-1", REFUND_ES, CRISIS_REFUND)]
    refund(room, given_id="after")
    assert len(listed(room, number)) == 1
    room.advance_to(number, Phase.POST_CRISIS)
    assert [name for name, *_ in listed(room, number)] == ["INQ-3"]


def test_one_who_named_no_subject_before_the_incident_is_listed_and_corrected(room: Room) -> None:
    before = ask(room, "Quiero devolver el producto", given_id="T-1")
    assert (before.inquiry.subject, before.to_correct) == (None, False)
    number = room.open()
    assert listed(room, number) == []
    room.advance_to(number, Phase.CRISIS)
    assert listed(room, number) == [("INQ-1", REFUND_ES, CRISIS_REFUND)]
    with room.store.write() as session:
        correct(session, session.get_one(Inquiry, 1), room.clock.now())
    assert listed(room, number) == []
    room.advance_to(number, Phase.POST_CRISIS)
    assert listed(room, number) == [("INQ-1", CRISIS_REFUND, REFUND_ES)]


def test_one_that_is_sent_again_says_that_another_answer_was_given_until_it_is_corrected(room: Room) -> None:
    refund(room, given_id="T-1", subject=None)
    room.advance_to(room.open(), Phase.CRISIS)
    again = ask(room, "Quiero devolver el producto", given_id="T-1")
    assert (again.repeated, again.answer.text, again.to_correct) == (True, CRISIS_REFUND, True)
    assert [name for name, *_ in listed(room, 1)] == ["INQ-1"]
    with room.store.write() as session:
        correct(session, session.get_one(Inquiry, 1), room.clock.now())
    assert not ask(room, "Quiero devolver el producto", given_id="T-1").to_correct


def test_with_two_incidents_that_have_a_line_nobody_can_say_which_one_was_meant(room: Room) -> None:
    refund(room, subject=None)
    for subject in (BRAND, "product-oat-drink"):
        room.advance_to(room.open(subject=subject), Phase.CRISIS)
    assert listed(room, 1) == listed(room, 2) == []


def test_back_to_the_former_words_there_is_nothing_to_correct(room: Room) -> None:
    number = room.open()
    ask(room, "¿Es verdad?")
    room.advance_to(number, Phase.CRISIS)
    ask(room, "¿Es verdad?")
    assert [name for name, *_ in listed(room, number)] == ["INQ-1"]
    room.advance_to(number, Phase.POST_CRISIS)
    room.advance_to(number, Phase.CRISIS)
    assert [name for name, *_ in listed(room, number)] == ["INQ-1"]


def test_an_edited_standard_answer_lists_who_was_given_the_former_one(room: Room) -> None:
    number = room.open()
    refund(room)
    change_entry(room, "refund", answers={"es": "Traiga el ticket.", "en": "Bring the ticket."})
    assert listed(room, number) == [("INQ-1", REFUND_ES, "Traiga el ticket.")]


def test_an_answer_of_long_ago_is_left_alone(room: Room) -> None:
    refund(room)
    room.clock.later(days=8)
    number = room.open()
    room.advance_to(number, Phase.CRISIS)
    assert listed(room, number) == []


def test_one_that_was_corrected_is_off_the_list_until_the_words_change_again(room: Room) -> None:
    refund(room)
    number = room.open()
    room.advance_to(number, Phase.CRISIS)
    with room.store.write() as session:
        correct(session, session.merge(rows(room)[0]), room.clock.now())
    assert listed(room, number) == []
    assert rows(room)[0].corrected_at == room.clock.now()
    with pytest.raises(Remedy) as refused, room.store.write() as session:
        correct(session, session.merge(rows(room)[0]), room.clock.now())
    said = "INQ-1 has no answer that must be corrected; `crisis desk corrections` lists those."
    assert str(refused.value) == said
    room.advance_to(number, Phase.POST_CRISIS)
    assert listed(room, number) == [("INQ-1", CRISIS_REFUND, REFUND_ES)]


def test_a_closed_incident_has_no_lines_and_nothing_to_correct(room: Room) -> None:
    number = room.open()
    ask(room, "¿Es verdad?")
    room.advance_to(number, Phase.CLOSED)
    assert (sheet(room, number).lines, listed(room, number)) == ([], [])
    assert ask(room, "¿Es verdad?").answer.approved is None


def test_of_two_incidents_about_the_same_the_newest_line_for_the_reason_holds(room: Room) -> None:
    storm = room.open()
    breach = room.open(playbook="data-breach")
    found = ask(room, "are my data affected", subject=BRAND).answer
    assert found.approved == f"INC-{breach}"
    assert ask(room, "¿Es verdad?", subject=BRAND).answer.approved == f"INC-{storm}"
    assert listed(room, storm) == listed(room, breach) == []


def test_a_drill_changes_no_answer_of_a_real_customer(room: Room) -> None:
    number = room.open(drill=True)
    assert ask(room, "¿Es verdad?", subject=BRAND).answer.approved is None
    room.advance_to(number, Phase.CRISIS)
    assert listed(room, number) == []
    assert {line.reason for line in sheet(room, number).lines} >= {"refund"}


def test_in_staging_it_is_rehearsed(room: Room) -> None:
    with room.store.write() as session:
        stamp(session, Environment.STAGING, "check", room.clock.now())
    number = room.open(drill=True)
    assert ask(room, "¿Es verdad?").answer.approved == f"INC-{number}"


def test_the_desk_is_told_with_a_link_to_its_sheet_and_how_many_answers_to_correct(room: Room) -> None:
    refund(room)
    number = room.open()
    room.advance_to(number, Phase.CRISIS)
    happen(room, number)
    (text,) = room.texts("nuria.campos", CHANGED)
    assert "Qué decir y qué corregir (1): https://crisis.example.org/d/" in text
    (mail,) = room.texts("daniel.price", CHANGED, channel="email")
    assert "What to say now, what not to say, and the questions: https://crisis.example.org/d/" in mail
    assert "Answers given before that must be corrected: 1." in mail


def test_others_are_told_of_the_board_and_not_of_the_desk(room: Room) -> None:
    number = room.open()
    happen(room, number)
    (mail,) = room.texts("lucia.romero", CHANGED, channel="email")
    assert "/d/" not in mail
    assert "/artifacts/key/" in mail
    assert "Qué decir" not in mail


def test_no_words_of_customers_stand_in_what_the_desk_is_told(room: Room) -> None:
    ask(room, "Soy Paula Roca y quiero devolver el producto", subject=BRAND)
    number = room.open()
    room.advance_to(number, Phase.CRISIS)
    happen(room, number)
    with room.store.read() as session:
        assert "Paula" not in repr([one.context for one in session.scalars(select(Dispatch))])
    assert "Paula" not in repr(room.lines(number))
