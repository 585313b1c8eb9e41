"""The way to the database: all or nothing, once, and without a value in any error."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from protocol.people import Member
from protocol.store import Store, insert_new, parsed
from protocol.words import Language, Remedy

ANA = {"key": "ana", "name": "Ana Ruiz Secreta", "title": "", "language": Language.ES, "time_zone": "Europe/Madrid"}
ROW = {**ANA, "responsibilities": "", "drill_roster": False}


def _count(store: Store) -> int:
    with store.read() as session:
        return session.query(Member).count()


@pytest.mark.parametrize("url", ["", "crisis.db", "postgres@host/db", "://"])
def test_an_address_that_cannot_be_read_is_told_without_repeating_it(url: str) -> None:
    with pytest.raises(Remedy) as error:
        parsed(url)
    said = "CRISIS_DATABASE_URL cannot be read; use sqlite:///FILE or postgresql://USER@HOST/DATABASE."
    assert str(error.value) == said


@pytest.mark.parametrize("url", ["postgresql://ana:s3cr3t@host:port/db", "sqlite://host/db"])
def test_an_address_with_an_impossible_part_is_told_too(url: str) -> None:
    with pytest.raises(Remedy) as error:
        Store(url).close()
    assert "CRISIS_DATABASE_URL" in str(error.value) and "s3cr3t" not in str(error.value)


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(Remedy) as error:
        parsed("mysql://root@host/crisis")
    assert str(error.value) == "CRISIS_DATABASE_URL names mysql, which is not supported; use sqlite or postgresql."


def test_postgresql_gets_the_driver_of_this_product() -> None:
    assert parsed("postgresql://me@host/db").drivername == "postgresql+psycopg"


def test_the_error_of_a_broken_rule_holds_no_value(store: Store) -> None:
    with pytest.raises(IntegrityError) as error, store.write() as session:
        session.execute(Member.__table__.insert(), [ROW, ROW])
    assert "Secreta" not in str(error.value) and "(ana)" not in str(error.value)
    with pytest.raises(IntegrityError) as error, store.write() as session:
        session.execute(Member.__table__.insert(), [{**ROW, "language": None}])
    assert "Secreta" not in f"{error.value} {error.value.orig}"
    assert "language" in str(error.value)  # which column it was may be told


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as session:
        session.add(Member(**ANA))
        session.flush()
        raise RuntimeError
    assert _count(store) == 0


def test_a_row_that_is_there_is_not_inserted_again_and_does_not_stop_the_others(store: Store) -> None:
    with store.write() as session:
        assert insert_new(session, Member, [ROW], ["key"]) == 1
        assert insert_new(session, Member, [ROW, {**ROW, "key": "tom"}], ["key"]) == 1
        assert insert_new(session, Member, [], ["key"]) == 0


def test_more_rows_than_one_statement_takes_are_all_inserted(store: Store) -> None:
    rows = [{**ROW, "key": f"member-{number}"} for number in range(1201)]
    with store.write() as session:
        assert insert_new(session, Member, [*rows, *rows], ["key"]) == 1201


def test_a_new_file_gets_its_folder(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/new/folder/crisis.db")
    with store.write() as session:
        session.execute(text("SELECT 1"))
    store.close()
    assert (tmp_path / "new" / "folder" / "crisis.db").exists()


def test_compacting_loses_nothing(store: Store) -> None:
    with store.write() as session:
        session.execute(Member.__table__.insert(), [ROW])
    assert store.compact()
    assert _count(store) == 1
