"""The members' part of the schema: everything that stood in the store before stands there after."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.people import Contact, Responsibility
from protocol.raci import Raci
from protocol.store import Store
from tests.fakes.former import KINDS, store_of_release
from tests.fakes.set_clock import NOW
from wiring import schema

MEMBER = (
    "INSERT INTO member (id, key, name, title, language, time_zone, responsibilities, drill_roster) "
    "VALUES (7, 'ana.ruiz', 'Ana Ruiz', '', 'es', 'Europe/Madrid', 'Media', false)"
)
CONTACT = (
    "INSERT INTO contact (id, member_id, channel, sealed, fingerprint, position, verified_at) "
    "VALUES (3, 7, 'sms', '+34600000008', 'print', 0, :now)"
)


@pytest.fixture(params=KINDS)
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of the release before, with a person and a contact."""
    with store_of_release(request, tmp_path, "0006", (MEMBER, CONTACT), now=NOW) as store:
        yield store


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
