"""Another key for the contacts: every one comes back under the new key, is still found, or nothing has changed."""

from pathlib import Path

import pytest
from sqlalchemy import select

from protocol.people import Contact
from protocol.rekeying import contact_count, prepare, rekey
from protocol.store import Store
from protocol.vault import SEALED, Vault, WrongKey
from tests.conftest import SECRET
from tests.fakes.company import Snapshot, put

CLEAR, FIRST, SECOND = Vault(SECRET), Vault(SECRET, "first"), Vault(SECRET, "second")


@pytest.fixture
def contacts(store: Store, sample_company: Snapshot) -> dict[int, str]:
    """Every contact of the sample company in clear."""
    put(store, sample_company)
    return read(store, CLEAR)


def read(store: Store, vault: Vault) -> dict[int, str]:
    with store.read() as session:
        return {row.id: vault.open(row.sealed) for row in session.scalars(select(Contact))}


def change(store: Store, vault: Vault) -> tuple[int, int]:
    with store.read() as session:
        prepared = prepare(session, vault)
    with store.write() as session:
        done = rekey(session, vault, prepared)
    return done.changed, done.contacts


def test_contacts_go_from_clear_to_one_key_to_another_and_back(store: Store, contacts: dict[int, str]) -> None:
    every = (len(contacts), len(contacts))
    for changing, after in (
        (FIRST, FIRST),
        (Vault(SECRET, "second", "first"), SECOND),
        (Vault(SECRET, None, "second"), CLEAR),
    ):
        assert change(store, changing) == every
        assert read(store, after) == contacts
        assert change(store, changing) == (0, len(contacts))


def test_afterwards_every_contact_is_found_as_before(store: Store, contacts: dict[int, str]) -> None:
    change(store, FIRST)
    change(store, Vault(SECRET, "second", "first"))
    with store.read() as session:
        for number, value in contacts.items():
            found = session.scalars(select(Contact.id).where(Contact.fingerprint == SECOND.fingerprint(value))).all()
            assert number in found


def test_what_was_written_between_is_sealed_too(store: Store, contacts: dict[int, str]) -> None:
    both = Vault(SECRET, "second", "first")
    change(store, FIRST)
    with store.read() as session:
        prepared = prepare(session, both)
    first = min(contacts)
    with store.write() as session:
        session.get_one(Contact, first).sealed = FIRST.seal("+34600000777")
    with store.write() as session:
        assert rekey(session, both, prepared).changed == len(contacts)
    assert read(store, SECOND) == {**contacts, first: "+34600000777"}


def test_a_wrong_former_key_changes_nothing(store: Store, contacts: dict[int, str]) -> None:
    change(store, FIRST)
    wrong = Vault(SECRET, "second", "wrong")
    with pytest.raises(WrongKey, match="Neither CRISIS_CONTACT_KEY nor CRISIS_FORMER_CONTACT_KEY is the key"):
        change(store, wrong)
    with pytest.raises(WrongKey), store.write() as session:
        rekey(session, wrong, {})
    assert read(store, FIRST) == contacts


def test_how_far_it_has_come_is_told(store: Store, contacts: dict[int, str]) -> None:
    worked_out: list[int] = []
    written: list[int] = []
    with store.write() as session:
        rekey(session, FIRST, prepare(session, FIRST, worked_out.append), written.append)
        assert worked_out[-1] == written[-1] == contact_count(session) == len(contacts)


def test_the_file_keeps_no_number_that_stood_in_it_in_clear(
    sqlite_template: Path, tmp_path: Path, sample_company: Snapshot
) -> None:
    file = tmp_path / "crisis.db"
    file.write_bytes(sqlite_template.read_bytes())
    store = Store(f"sqlite:///{file}")
    put(store, sample_company)
    numbers = [value.encode() for value in read(store, CLEAR).values()]
    change(store, FIRST)
    assert store.compact()
    store.close()
    stored = file.read_bytes()
    assert SEALED.encode() in stored
    assert [number for number in numbers if number in stored] == []
