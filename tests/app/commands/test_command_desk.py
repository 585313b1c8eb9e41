"""`crisis inquiry` and `crisis desk`: what to answer, what was answered, what to correct, and the figures."""

import re
from pathlib import Path

from sqlalchemy import select

from desk.rows import Inquiry
from monitoring.rows import Reading
from tests.fakes.terminal import Terminal

RETURN = ("inquiry", "Quiero devolver el producto", "--channel", "phone", "--customer", "current")
REFUND_ES = "Claro. Se lo preparo ahora mismo; no necesita el recibo."
CRISIS_REFUND = "Claro. Se lo recogemos y le devolvemos el dinero, con o sin recibo."


def advance(terminal: Terminal) -> None:
    """The crisis lead moves the incident into crisis."""
    terminal.begin()
    terminal.says("advance", "1", "crisis", "--as", "javier.ortega", "--code", terminal.code("javier.ortega"))


def test_an_inquiry_is_answered_at_the_terminal(any_terminal: Terminal) -> None:
    said = any_terminal.says(*RETURN, "--urgency", "high").splitlines()
    assert said[:2] == [
        "INQ-1: refund (matched by rule: channel phone, customer current).",
        f"Answer (es): {REFUND_ES}",
    ]
    assert re.fullmatch(
        r"customer-service answers; (\S+ is on duty\.|nobody is at work now\. It opens at .{16} UTC\.)"
        r" First reply within 15m: by .{16} UTC\.",
        said[2],
    )


def test_options_may_stand_before_the_text(any_terminal: Terminal) -> None:
    said = any_terminal.says("inquiry", "--channel", "email", "--language", "en", "Quiero devolver el producto")
    assert "Answer (en): Of course. I will prepare it now; you need no receipt." in said


def test_without_a_standard_answer_it_says_so_and_who_answers(any_terminal: Terminal) -> None:
    said = any_terminal.says("inquiry", "¿A qué hora abren?", "--channel", "phone")
    assert said.startswith("INQ-1: other (no standard answer).\nNo standard answer.\ncustomer-service answers;")


def test_the_same_id_is_the_same_inquiry(any_terminal: Terminal) -> None:
    first = any_terminal.says(*RETURN, "--id", "T-1", "--json")
    again = any_terminal(*RETURN, "--id", "T-1", "--json")
    assert '"repeated": false' in first
    assert (again.json["inquiry"], again.json["repeated"]) == ("INQ-1", True)
    assert "It was taken in before." in any_terminal.says(*RETURN, "--id", "T-1")
    assert any_terminal.rows()["inquiry"] == 1


def test_what_is_taken_in_is_counted_for_monitoring(any_terminal: Terminal) -> None:
    any_terminal.says(*RETURN)
    works = any_terminal.works()
    with works.store.read() as session:
        series = session.scalars(select(Reading.series).order_by(Reading.series)).all()
    works.store.close()
    assert series == ["inquiries", "inquiries.phone", "inquiries.refund"]


def test_what_cannot_be_is_refused_in_a_sentence(any_terminal: Terminal) -> None:
    assert any_terminal.refuses(*RETURN, "--reason", "moon") == (
        'No reason "moon" in the protocol; use one of: harmed, is-it-true, my-data, refund, other.'
    )
    assert any_terminal.refuses(*RETURN, "--language", "Castilian") == (
        'language "Castilian" must be two to three letters like es or en; correct it.'
    )
    for nothing in (("",), (" ", "--channel", "phone")):
        assert any_terminal.refuses("inquiry", *nothing) == "TEXT is empty; write what the customer says."
    assert any_terminal.refuses("inquiry", "Is it true?", "--channel", "fax") == (
        'No channel "fax" in the protocol; use one of: email, help-line, online-media, phone, social, social-media.'
    )
    unknown = "There is no such inquiry; use the id of its source, or our number like INQ-12."
    assert any_terminal.refuses("inquiry", "replied", "INQ-7") == unknown


def test_the_first_reply_is_noted_once(any_terminal: Terminal) -> None:
    any_terminal.says(*RETURN, "--id", "T-1")
    assert any_terminal.says("inquiry", "replied", "T-1") == ("INQ-1: the first reply is noted, after 0 min, in time.")
    assert any_terminal.says("inquiry", "replied", "INQ-1") == (
        "INQ-1: the first reply was noted before, after 0 min, in time."
    )


def test_what_a_customer_wrote_is_erased_on_demand_and_only_then(any_terminal: Terminal) -> None:
    any_terminal.says(*RETURN)
    assert any_terminal.refuses("inquiry", "erase", "INQ-1") == (
        "To erase what a customer wrote cannot be undone; say --yes."
    )
    assert any_terminal.says("inquiry", "erase", "INQ-1", "--yes") == "INQ-1: what the customer wrote is erased."
    works = any_terminal.works()
    with works.store.read() as session:
        assert session.scalars(select(Inquiry.sealed)).all() == [None]
    works.store.close()


def test_without_an_incident_the_standard_answers_hold(any_terminal: Terminal) -> None:
    assert any_terminal.says("desk") == "No incident is open: the standard answers hold."
    assert any_terminal.says("desk", "corrections") == "No answer must be corrected."
    assert any_terminal.refuses("desk", "9") == "There is no incident 9; `crisis status` lists those there are."


def test_the_sheet_and_the_corrections_of_a_phase(any_terminal: Terminal) -> None:
    any_terminal.says(*RETURN, "--subject", "brand-aurora")
    any_terminal.says("open", "social-firestorm", "--subject", "brand-aurora")
    assert "pre-crisis, yellow" in any_terminal.says("desk")
    advance(any_terminal)
    sheet = any_terminal.says("desk", "INC-1", "--lang", "es")
    for words in (
        "INC-1: Tormenta en redes, Aurora; crisis, amarillo",
        "refund",
        "Ninguna promesa",
        "1 answer must be",
    ):
        assert words in sheet
    (found,) = any_terminal("desk", "corrections", "--json").json
    assert (found["inquiry"], found["given"]["es"], found["now"]["es"]) == ("INQ-1", REFUND_ES, CRISIS_REFUND)
    assert "Answers to correct: 1" in any_terminal.says("desk", "corrections", "1")
    any_terminal.says("inquiry", "corrected", "INQ-1")
    assert any_terminal.says("desk", "corrections") == "No answer must be corrected."


def test_the_figures_as_a_table_as_json_and_as_a_picture(any_terminal: Terminal, tmp_path: Path) -> None:
    assert any_terminal.says("desk", "report") == "No inquiry has been taken in."
    any_terminal.says(*RETURN, "--id", "T-1")
    any_terminal.says("inquiry", "x", "--channel", "email")
    any_terminal.says("inquiry", "replied", "T-1")
    shown = any_terminal.says("desk", "report", "--picture", tmp_path / "desk.svg", "--lang", "es")
    assert "By reason" in shown
    assert "2 inquiries: 1 answered, 0 overdue." in shown
    assert "Motivo" in (tmp_path / "desk.svg").read_text()
    found = any_terminal("desk", "report", "--json").json
    assert found["total"] == 2
    assert {row["name"]: row["answered"] for row in found["reason"]} == {"other": 0, "refund": 1}
    assert any_terminal("desk", "report", "--json", "--since", "2999-01-01").json["total"] == 0
    assert any_terminal.refuses("desk", "report", "--picture", "desk.pdf") == (
        "desk.pdf is neither .svg nor .png; name the picture so."
    )


def test_another_key_for_contacts_is_one_for_what_customers_wrote(terminal: Terminal) -> None:
    terminal.settings["CRISIS_CONTACT_KEY"] = "first"
    terminal.says("protocol", "rekey")
    terminal.says(*RETURN)
    terminal.settings |= {"CRISIS_CONTACT_KEY": "second", "CRISIS_FORMER_CONTACT_KEY": "first"}
    assert "So is 1 inquiry of customers." in terminal.says("protocol", "rekey")
    del terminal.settings["CRISIS_FORMER_CONTACT_KEY"]
    works = terminal.works()
    with works.store.read() as session:
        assert works.vault.open(session.scalars(select(Inquiry.sealed)).one() or "") == RETURN[1]
    works.store.close()
