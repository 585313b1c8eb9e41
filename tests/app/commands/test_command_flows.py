"""`crisis flows` shows who tells whom at a change of phase, in order, and whom of them it would reach now."""

from pathlib import Path

from sqlalchemy import update

from protocol.people import Contact, Member, Membership, Team
from protocol.practice import CommunicationFlow
from tests.fakes.terminal import Terminal


def rows(printed: str) -> list[list[str]]:
    """The cells of the table, row by row."""
    lines = [line for line in printed.splitlines() if line.strip()[:1].isdigit()]
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines]


def test_flows_stand_in_the_order_of_audiences_with_words_and_channels(any_terminal: Terminal) -> None:
    found = rows(any_terminal.says("flows", "crisis"))
    assert [row[:4] for row in found][:2] == [
        ["1", "employees", "communications", "customer-service"],
        ["2", "employees", "direction", "hr"],
    ]
    assert [row[1] for row in found] == ["employees", "employees", "customers", "media"]
    assert found[0][4:] == ["phase-changed", "sms, email", "2", "nuria.campos, daniel.price"]
    assert "press-list (outside:" in found[3][3]


def test_a_lower_level_asks_for_fewer(terminal: Terminal) -> None:
    assert [row[1] for row in rows(terminal.says("flows", "crisis", "--level", "yellow"))] == [
        *("employees", "employees", "media")
    ]


def test_who_was_told_before_and_who_cannot_be_reached_are_seen(terminal: Terminal) -> None:
    works = terminal.works()
    with works.store.write() as session:
        people = {member.key: member.id for member in session.query(Member)}
        hr = session.query(Team).filter_by(key="hr").one().id
        session.add(Membership(team_id=hr, member_id=people["nuria.campos"], position=5))
        gone = update(Contact).where(Contact.member_id == people["andrew.cole"])
        session.execute(gone.values(opted_out_at=works.clock.now()))
    (_, hr_row) = rows(terminal.says("flows", "closed"))
    assert hr_row[-2:] == ["3", "beatriz.soto; told before: nuria.campos"]


def test_an_unknown_message_is_said_in_its_row(terminal: Terminal) -> None:
    with terminal.works().store.write() as session:
        session.query(CommunicationFlow).filter_by(key="direction-to-hr").one().message = "nothing"
    assert 'No message "nothing"' in terminal.says("flows", "closed")


def test_a_channel_that_the_message_has_no_text_for_is_said_and_nobody_is_reached(terminal: Terminal) -> None:
    with terminal.works().store.write() as session:
        session.query(CommunicationFlow).filter_by(key="direction-to-hr").one().channels = ["voice"]
    printed = terminal.says("flows", "closed")
    said = " ".join(printed.split())
    assert 'The message "phase-changed" has no text for voice; add one to the library and load it.' in said
    assert "beatriz.soto" not in printed


def test_a_phase_without_flows_is_told(terminal: Terminal) -> None:
    with terminal.works().store.write() as session:
        session.execute(update(CommunicationFlow).values(phases=[]))
    assert terminal.says("flows", "crisis") == (
        "No communication flow leads into crisis; give one `phases` in the company file."
    )


def test_an_unknown_phase_is_told_with_the_choices(terminal: Terminal, tmp_path: Path) -> None:
    printed = terminal("flows", "panic")
    assert printed.code == 2 and "pre_crisis" in printed.err
