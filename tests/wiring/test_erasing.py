"""What is kept of a person can be taken out and erased; the record of what happened stays whole."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete, select

from incidents.rows import Decision, TimelineEntry
from incidents.timeline import first_broken
from notifiers.rows import Message
from protocol.calendar import Seat, ShiftOverride
from protocol.company_export import company_of
from protocol.history import versions
from protocol.history_rows import EntryVersion
from protocol.people import Contact, Member
from tests.fakes.terminal import Terminal

ANA, JAVIER, NUMBER = "ana.ruiz", "javier.ortega", "+34600000008"
OPEN = ("open", "social-firestorm", "--subject", "brand-aurora")


def out_of_the_calendar(terminal: Terminal) -> None:
    """Ana no longer takes turns, nor covers any."""
    works = terminal.works()
    with works.store.write() as session:
        ana = session.scalars(select(Member.id).where(Member.key == ANA)).one()
        for table in (Seat, ShiftOverride):
            session.execute(delete(table).where(table.member_id == ana))
    works.store.close()


@pytest.fixture
def told(any_terminal: Terminal) -> Terminal:
    """Ana was told of an incident and acknowledged; it was stood down with a note that names her."""
    out_of_the_calendar(any_terminal)
    any_terminal.says(*OPEN)
    any_terminal.begin()
    any_terminal.says("notify", "signal-alert", "--member", ANA, "--incident", "1", "--yes")
    code = any_terminal.code(JAVIER)
    note = "Ana Ruiz looked into it: nothing."
    any_terminal.says("advance", "1", "closed", "--as", JAVIER, "--code", code, "--note", note)
    return any_terminal


def test_everything_about_a_person_is_written_down(told: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "ana.json"
    said = told.says("member", "export", ANA, file)
    assert said.endswith(f"about {ANA} are in {file}. It holds personal data: keep it safe.")
    assert file.stat().st_mode & 0o777 == 0o600
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert (kept["member"]["key"], kept["member"]["name"]) == (ANA, "Ana Ruiz")
    assert NUMBER in [contact["value"] for contact in kept["contacts"]]
    assert [row["role"] for row in kept["role_holder"]] == ["monitoring-lead"]
    assert [row["team"] for row in kept["membership"]] == ["monitoring"]
    assert kept["working_hours"] and kept["message"]
    assert "message_sent" in {line["kind"] for line in kept["timeline"]}
    secrets = ("token", "sealed", "fingerprint", "nonce", "hashed")
    assert not any(name in row for rows in kept.values() if isinstance(rows, list) for row in rows for name in secrets)


def test_a_file_that_is_there_is_not_replaced(told: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "ana.json"
    file.write_text("kept")
    assert told.refuses("member", "export", ANA, file) == f"{file} exists already; name another file."
    assert file.read_text() == "kept"


def test_erased_is_the_name_everywhere_and_the_timeline_holds(told: Terminal) -> None:
    works = told.works()
    with works.store.read() as session:
        number = session.scalars(select(Member.id).where(Member.key == ANA)).one()
        lines = [(line.number, line.hash) for line in session.scalars(select(TimelineEntry))]
    said = told.says("member", "erase", ANA, "--yes")
    assert said.splitlines()[0] == (
        f"{ANA} is erased; what they did stands under erased-{number}. It is version 2 of the protocol."
    )
    with works.store.read() as session:
        member = session.get_one(Member, number)
        assert (member.key, member.name, member.title) == (f"erased-{number}", f"Erased {number}", "")
        assert first_broken(session, 1) is None
        assert [(line.number, line.hash) for line in session.scalars(select(TimelineEntry))] == lines
        rows = session.scalars(select(Contact).where(Contact.member_id == number)).all()
        assert {row.sealed for row in rows} == {""} and all(row.opted_out_at for row in rows)
        assert (
            session.scalars(select(Contact).where(Contact.fingerprint == works.vault.fingerprint(NUMBER))).all() == []
        )
        assert session.scalars(select(Message).where(Message.member_id == number)).all()
        assert ANA not in {entry.key for entry in company_of(session, works.vault).members}
    works.store.close()
    shown = told.says("who", "--all").casefold()
    assert ANA not in shown and "ana ruiz" not in shown


def test_what_people_wrote_about_them_is_listed_and_not_altered(told: Terminal) -> None:
    said = told.says("member", "erase", ANA, "--yes")
    assert "decision" in said and "timeline_text" in said and "INC-1" in said
    works = told.works()
    with works.store.read() as session:
        assert "Ana Ruiz" in session.scalars(select(Decision.note)).one()
    works.store.close()


def test_the_file_keeps_no_byte_of_the_contacts(terminal: Terminal) -> None:
    out_of_the_calendar(terminal)
    terminal.says("member", "erase", ANA, "--yes")
    works = terminal.works()
    works.store.close()
    stored = (terminal.home / "crisis.db").read_bytes()
    assert NUMBER.encode() not in stored and b"ana.ruiz@example.com" not in stored


def test_nobody_is_erased_by_mistake(any_terminal: Terminal) -> None:
    said = f"To erase {ANA} cannot be undone; say --yes, and export what is kept of them first."
    assert any_terminal.refuses("member", "erase", ANA) == said
    assert any_terminal.refuses("member", "erase", "nobody", "--yes").startswith('No member "nobody" in the protocol')


def test_nobody_is_erased_who_has_a_part_in_an_open_incident(any_terminal: Terminal) -> None:
    any_terminal.says(*OPEN)
    assert any_terminal.refuses("member", "erase", ANA, "--yes") == (
        f"{ANA} holds monitoring-lead while INC-1 is open; close it first, or hand their part over."
    )
    any_terminal.says("notify", "signal-alert", "--member", "laura.gil", "--incident", "1", "--yes")
    assert any_terminal.refuses("member", "erase", "laura.gil", "--yes") == (
        "laura.gil takes part while INC-1 is open; close it first, or hand their part over."
    )


def test_the_only_holder_of_a_role_is_not_erased(any_terminal: Terminal) -> None:
    any_terminal.says("member", "erase", "andrew.cole", "--yes")
    assert any_terminal.refuses("member", "erase", "beatriz.soto", "--yes") == (
        "beatriz.soto is the only holder of hr-lead; give it another holder first."
    )


def test_who_has_a_part_in_the_calendar_hands_it_over_first(any_terminal: Terminal) -> None:
    assert any_terminal.refuses("member", "erase", ANA, "--yes") == (
        f"{ANA} takes turns in monitoring-weeks; hand that over in the company file first."
    )
    works = any_terminal.works()
    with works.store.write() as session:
        session.execute(delete(Seat))
    assert any_terminal.refuses("member", "erase", ANA, "--yes").startswith(f"{ANA} covers a shift of monitoring-weeks")
    with works.store.write() as session:
        session.execute(delete(ShiftOverride))
    sergio = any_terminal.refuses("member", "erase", "sergio.molina", "--yes")
    works.store.close()
    assert sergio.startswith("sergio.molina owns the task weekly-report")


def test_erased_is_the_person_from_the_history_too(any_terminal: Terminal, tmp_path: Path) -> None:
    file, before = tmp_path / "before.xlsx", datetime.now(UTC)
    any_terminal.says("protocol", "reviewed", "member", "laura.gil", "--next", "2027-01-31")
    any_terminal.says("protocol", "reviewed", "subject", "brand-aurora", "--owner", "laura.gil")
    said = any_terminal.says("member", "erase", "laura.gil", "--yes", "--by", "the data protection officer")
    assert "Nobody keeps these up to date now: subject brand-aurora." in said
    works = any_terminal.works()
    with works.store.read() as session:
        rows = session.scalars(select(EntryVersion)).all()
        documents = " ".join(f"{row.key} {row.document}" for row in rows).casefold()
        (last, *_) = versions(session)
    works.store.close()
    assert "laura.gil" not in documents and "laura gil" not in documents
    assert (last.by, last.source) == ("the data protection officer", "crisis member erase")
    any_terminal.says("protocol", "export", file, "--at", before.isoformat())
    names = [cell.value for cell in load_workbook(file)["Equipos y tareas"]["G"]]
    assert "Lucía Romero" in names and any(str(name).startswith("Erased ") for name in names)


def test_after_erasing_the_protocol_goes_out_and_comes_back(told: Terminal, tmp_path: Path) -> None:
    told.says("member", "erase", ANA, "--yes")
    file = tmp_path / "protocolo.xlsx"
    told.says("protocol", "export", file)
    assert told.says("protocol", "diff", file) == "An import would change nothing."
