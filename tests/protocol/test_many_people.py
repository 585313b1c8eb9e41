"""Thousands of people in one workbook: all of them stand in the store, in few statements, and twice is once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, func, select

from bench.workbook import TEAM_SIZE, TWO_TEAMS, key, write_people
from playbooks.texts import text_faults
from protocol.company import WITHDRAWN, load_company
from protocol.company_format import CompanyFile
from protocol.company_parts import weekdays
from protocol.people import Absence, Contact, Member, Membership, Team, WorkingHours
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Channel
from protocol.workbook.reading import read_book
from protocol.workbook.understanding import understand, understand_the_rest

pytestmark = pytest.mark.xdist_group("many people")  # one workbook for all of them
MANY = 5_000
TABLES = (Member, Contact, Membership, WorkingHours, Absence)
VAULT = Vault(b"a secret of the tests", contact_key="a key")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> CompanyFile:
    file = tmp_path_factory.mktemp("many") / "people.xlsx"
    write_people(file, MANY)
    read = understand(read_book(file), "ES", text_faults)
    assert read.company is not None, read.faults[:3]
    return read.company


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """Everything that is said to the database meanwhile."""
    said: list[str] = []

    def heard(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    event.listen(store.engine, "before_cursor_execute", heard)
    yield said
    event.remove(store.engine, "before_cursor_execute", heard)


def rows(store: Store) -> list[Sequence[tuple[Any, ...]]]:
    with store.read() as session:
        queries = (select(*table.__table__.columns).order_by(*table.__table__.primary_key) for table in TABLES)
        return [[tuple(row) for row in session.execute(query)] for query in queries]


def load(store: Store, company: CompanyFile) -> list[int]:
    told: list[int] = []
    with store.write() as session:
        load_company(session, VAULT, company, told.append)
    return told


def test_all_of_them_come_in_with_few_statements_and_a_second_time_nothing_changes(
    store: Store, company: CompanyFile
) -> None:
    with statements(store) as said:
        told = load(store, company)
    assert len(said) < MANY / 10
    assert told == sorted(told) and told[-1] == MANY and len(told) >= 5
    first = rows(store)
    two_numbers, called, two_addresses = len(range(5, MANY, 6)), MANY // 4, MANY // 8
    contacts = MANY * 2 + two_numbers + called + two_addresses
    places, away = MANY + MANY // TWO_TEAMS, MANY // 25
    hours = sum(len(weekdays(span.days)) for member in company.members for span in member.hours)
    assert [len(some) for some in first] == [MANY, contacts, places, hours, away]
    with statements(store) as said:
        load(store, company)
    assert len(said) < MANY / 10
    assert [one for one in said if one.startswith(("INSERT", "UPDATE", "DELETE"))] == []
    assert rows(store) == first


def test_whoever_changed_is_changed_and_the_others_are_left_alone(store: Store, company: CompanyFile) -> None:
    load(store, company)
    before = rows(store)
    changed = company.members[7].model_copy(update={"name": "Ana Nueva", "sms": ["+34600000001"], "hours": []})
    members = [*company.members[:7], changed, *company.members[8:]]
    load(store, company.model_copy(update={"members": members}))
    after = rows(store)
    differ = [{*old} ^ {*new} for old, new in zip(before, after, strict=True)]
    assert len(differ[0]) == 2
    with store.read() as session:
        ana = session.scalars(select(Member).where(Member.key == key(7))).one()
        there = {VAULT.open(one.sealed): one.opted_out_at for one in ana.contacts if one.channel is Channel.SMS}
        assert ana.name == "Ana Nueva" and ana.hours == []
        assert there == {"+34600000001": None, **dict.fromkeys(company.members[7].sms, WITHDRAWN)}
    theirs = {row for some in differ[1:] for row in some}
    assert all(ana.id in row for row in theirs)


def test_people_stand_in_their_teams_in_the_order_of_the_rows(store: Store, company: CompanyFile) -> None:
    load(store, company)
    with store.read() as session:
        in_order = (
            select(Member.key).join(Membership).join(Team).where(Team.key == "team-3").order_by(Membership.position)
        )
        assert session.scalars(in_order).all() == [key(3 * TEAM_SIZE + place) for place in range(TEAM_SIZE)]
        assert session.scalar(select(func.count()).select_from(Team)) == MANY // TEAM_SIZE + 1


def test_hundreds_of_bad_rows_among_thousands_are_left_out_in_a_few_passes(tmp_path: Path) -> None:
    file, count = tmp_path / "people.xlsx", 2_000
    write_people(file, count)
    book = load_workbook(file)
    people = book.worksheets[0]
    described = [number for number in range(2, count, 8) if people.cell(number, 6).value]
    for number in described:
        people.cell(number, 9).value = "Europe/Nowhere"
    texts = book.create_sheet("Mensajes tipo")
    texts.append(["Clave", "Idioma", "Canal", "Texto"])
    texts.append(["hola", "español", "SMS", "Hola"])
    book.save(file)
    passes: list[str] = []
    read = understand_the_rest(read_book(file), "ES", lambda text: passes.append(text.key) or ())
    assert read.company is not None and len(read.company.members) == count - len(described)
    assert {(people.title, number) for number in described} <= read.left_out
    assert len(passes) <= 4
