"""No name, number, address or message text appears in Prefect's database or in any log."""

import re
import sqlite3
from pathlib import Path

from sqlalchemy import select, text
from world import World

from incidents.phases import Phase
from incidents.rows import Decision
from protocol.people import Contact, Member

NAME_TYPED = "Wilhelmina Zuckerkandl"


def test_nothing_personal_reaches_prefects_database_or_a_log(world: World) -> None:
    number = world.open("brand-privacy")
    run_id = world.at_gate(number, Phase.PRE_CRISIS)
    assert world.resume(run_id, "hold", "00000000", note=f"call {NAME_TYPED} at +34 600 000 001")
    world.until(lambda: world.refusals(number), "the wrong code is refused")
    world.at_gate(number, Phase.PRE_CRISIS)
    assert world.resume(run_id, "crisis", world.gate_code(number), note=f"{NAME_TYPED} has agreed")
    world.at_gate(number, Phase.CRISIS)
    _force_a_database_error(world)
    world.all_sent(number)
    forbidden = _personal(world) | {NAME_TYPED, "Zuckerkandl"}
    forbidden |= {_longest_line(told.body) for told in world.texts(number)}
    assert len(forbidden) > 60
    for file in _prefect_files(world.home):
        _look(file.name, file.read_bytes(), forbidden)
    for log in world.home.glob("*.log"):
        _look(log.name, log.read_bytes(), forbidden)
    assert _notes_in_our_store(world) == [f"{NAME_TYPED} has agreed"]


def _force_a_database_error(world: World) -> None:
    """Makes a step's insert fail with an error whose text names a person, as a server's detail would."""
    refuse = f"""CREATE TRIGGER refuse BEFORE INSERT ON step_record WHEN NEW.step = 'freeze-publishing'
        BEGIN SELECT RAISE(ABORT, 'Key (name)=({NAME_TYPED}) is refused'); END"""
    with world.works.store.write() as session:
        session.execute(text(refuse))
    broken = world.open("brand-privacy-broken")
    world.until(lambda: "error" in _runner_log(world), "the run failed and said so in its own log")
    with world.works.store.write() as session:
        session.execute(text("DROP TRIGGER refuse"))
    world.at_gate(broken, Phase.PRE_CRISIS)


def _runner_log(world: World) -> str:
    return (world.home / "runner.log").read_text("utf-8", "replace")


def _personal(world: World) -> set[str]:
    with world.works.store.read() as session:
        names = set(session.scalars(select(Member.name)))
        contacts = {world.works.vault.open(sealed) for sealed in session.scalars(select(Contact.sealed))}
    return names | contacts


def _longest_line(body: str) -> str:
    return max((line for line in body.splitlines()), key=len)[:80]


def _prefect_files(home: Path) -> list[Path]:
    for database in (home / "prefect").glob("*.db"):
        with sqlite3.connect(database) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    found = [file for file in (home / "prefect").rglob("*") if file.is_file()]
    assert any(file.name == "prefect.db" for file in found)
    return found


def _look(where: str, content: bytes, forbidden: set[str]) -> None:
    plain = content.decode("utf-8", "replace")
    escaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match.group(1), 16)), plain)
    for words in forbidden:
        assert words not in plain, f"{words!r} stands in {where}"
        assert words not in escaped, f"{words!r} stands in {where}"


def _notes_in_our_store(world: World) -> list[str]:
    with world.works.store.read() as session:
        return list(session.scalars(select(Decision.note).where(Decision.note.contains("Zuckerkandl"))))
