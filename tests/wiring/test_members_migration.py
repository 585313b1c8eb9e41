"""The members' part of the schema: everything that stood in the store before stands there after."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from protocol.people import Contact, Responsibility
from protocol.raci import Raci
from protocol.store import Store
from tests.fakes.set_clock import NOW
from wiring import schema

BEFORE = "0006"
MEMBER = (
    "INSERT INTO member (id, key, name, title, language, time_zone, responsibilities, drill_roster) "
    "VALUES (7, 'ana.ruiz', 'Ana Ruiz', '', 'es', 'Europe/Madrid', 'Media', false)"
)
CONTACT = (
    "INSERT INTO contact (id, member_id, channel, sealed, fingerprint, position, verified_at) "
    "VALUES (3, 7, 'sms', '+34600000008', 'print', 0, :now)"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of the release before, with a person and a contact."""
    on_file = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/crisis.db" if on_file else request.getfixturevalue("new_database")
    store = Store(url)
    with store.engine.connect() as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
        connection.commit()
    with store.write() as session:
        session.execute(text(MEMBER))
        session.execute(text(CONTACT), {"now": NOW})
    yield store
    store.close()


def test_people_and_contacts_are_kept_and_nobody_shares_a_number_yet(former: Store) -> None:
    schema.migrate(former)
    schema.require_current(former)
    with former.read() as session:
        contact = session.get_one(Contact, 3)
        assert (contact.member.key, contact.member.responsibilities) == ("ana.ruiz", "Media")
        assert (contact.sealed, contact.shared, contact.verified_at) == ("+34600000008", False, NOW)


def test_a_part_in_an_area_may_be_kept_afterwards(former: Store) -> None:
    schema.migrate(former)
    with former.write() as session:
        session.add(Responsibility(member_id=7, part=Raci.RESPONSIBLE, area="media"))
    with former.read() as session:
        assert session.query(Responsibility).one().part is Raci.RESPONSIBLE
