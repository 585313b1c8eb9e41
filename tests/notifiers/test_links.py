"""A one-tap link opens its own message for its own purpose, and not for ever."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from incidents.rows import Incident
from notifiers import one_tap
from notifiers.links import Links, Purpose, message_named_by
from notifiers.rows import FormerLink, Message
from protocol.store import Store
from protocol.vault import Vault
from tests.fakes.room import LINKS, Room
from wiring.schema import migrate

ANA = "ana.ruiz"
PUBLIC = Links("https://crisis.example.org", "https://prefect.example.org", Vault(b"one"))
TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def number(room: Room) -> int:
    """An incident with a message to Ana."""
    number = room.open()
    room.tell(ANA, incident_id=number)
    return number


def _opens(room: Room, given: str, purpose: Purpose = Purpose.ACKNOWLEDGE) -> int | None:
    with room.store.read() as session:
        message = one_tap.opened(session, LINKS, purpose, given)
        return message.id if message else None


def _is_over(room: Room) -> bool:
    with room.store.read() as session:
        return one_tap.is_over(session, session.get_one(Message, room.message(ANA).id), room.clock.now())


def test_a_link_is_short_and_survives_a_telephone() -> None:
    for number in range(1, 36**2):
        link = PUBLIC.acknowledgement(number, TOKEN)
        assert re.fullmatch(r"https://crisis\.example\.org/a/[0-9a-z]{1,2}-[A-Za-z0-9_]{16}", link)
        assert message_named_by(link.rpartition("/")[2]) == number


def test_each_purpose_has_a_link_of_its_own() -> None:
    links = {PUBLIC.acknowledgement(7, TOKEN), PUBLIC.sign_off(7, TOKEN), PUBLIC.new_code(7, TOKEN)}
    signed = {link.rpartition("/")[2] for link in links}
    assert len(links) == len(signed) == 3 and {link.split("/")[3] for link in links} == {"a", "s", "c"}


def test_another_secret_message_or_token_signs_otherwise() -> None:
    other = Links(PUBLIC.public_url, PUBLIC.prefect_ui_url, Vault(b"two"))
    signed = PUBLIC.signed(Purpose.ACKNOWLEDGE, 7, TOKEN)
    assert PUBLIC.opens(signed, Purpose.ACKNOWLEDGE, 7, TOKEN)
    assert not other.opens(signed, Purpose.ACKNOWLEDGE, 7, TOKEN)
    assert not PUBLIC.opens(signed, Purpose.SIGN_OFF, 7, TOKEN)
    assert not PUBLIC.opens(signed, Purpose.ACKNOWLEDGE, 8, TOKEN)
    assert not PUBLIC.opens(signed, Purpose.ACKNOWLEDGE, 7, TOKEN[::-1])


def test_what_providers_post_to_keeps_the_plain_token_and_is_not_given_on_loopback() -> None:
    assert PUBLIC.receipts("voice", "tok") == "https://crisis.example.org/providers/voice/tok"
    assert PUBLIC.digit("tok") == "https://crisis.example.org/providers/voice/tok/digit"
    local = Links("http://127.0.0.1:8300", "http://127.0.0.1:4200", Vault(b"one"))
    assert local.receipts("sms", "tok") is None and local.digit("tok") is None


def test_a_link_opens_its_message_for_its_purpose_only(room: Room, number: int) -> None:
    message = room.message(ANA)
    for made in Purpose:
        signed = LINKS.signed(made, message.id, message.token)
        assert [_opens(room, signed, asked) for asked in Purpose] == [
            message.id if asked is made else None for asked in Purpose
        ]
    signed = LINKS.signed(Purpose.ACKNOWLEDGE, message.id, message.token)
    for wrong in (signed[:-1], signed + "x", signed.upper(), f"0{signed}", signed.replace("-", "--"), "1-", "-"):
        assert _opens(room, wrong) is None


def test_a_bare_token_opens_only_what_the_former_release_sent(room: Room, number: int) -> None:
    message = room.message(ANA)
    assert _opens(room, message.token) is None
    with room.store.write() as session:
        session.add(FormerLink(id=1, last_message_id=message.id))
    assert _opens(room, message.token) == message.id
    assert [_opens(room, message.token, purpose) for purpose in (Purpose.SIGN_OFF, Purpose.NEW_CODE)] == [None, None]
    room.tell(ANA, key="notify/new", incident_id=number)
    assert _opens(room, room.message(ANA).token) is None


def test_the_links_of_a_store_of_the_former_release_go_on_opening(tmp_path: Path) -> None:
    file = tmp_path / "crisis.db"
    file.write_bytes(gzip.decompress((Path("tests") / "stories" / "release-0.1.0" / "crisis.db.gz").read_bytes()))
    store = Store(f"sqlite:///{file}")
    migrate(store)
    with store.read() as session:
        newest = session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
        assert one_tap.opened(session, LINKS, Purpose.ACKNOWLEDGE, newest.token) is newest
    store.close()


def test_a_link_expires_after_fourteen_days(room: Room, number: int) -> None:
    room.clock.later(days=14)
    assert not _is_over(room)
    room.clock.later(seconds=1)
    assert _is_over(room)


def test_a_link_without_incident_expires_too(room: Room) -> None:
    room.tell(ANA)
    assert not _is_over(room)
    room.clock.later(days=15)
    assert _is_over(room)


def test_a_link_expires_seven_days_after_its_incident_closed(room: Room, number: int) -> None:
    room.clock.later(days=2)
    with room.store.write() as session:
        session.get_one(Incident, number).closed_at = room.clock.now()
    room.clock.later(days=7)
    assert not _is_over(room)
    room.clock.later(seconds=1)
    assert _is_over(room)


def test_the_days_are_real_ones_whatever_the_incidents_clock_says(room: Room) -> None:
    number = room.open(drill=True, speed=60.0)
    room.clock.later(hours=1)
    room.tell(ANA, incident_id=number)
    assert room.message(ANA).created_at - room.clock.now() == timedelta(hours=59)
    room.clock.later(days=14)
    assert not _is_over(room)
    room.clock.later(seconds=1)
    assert _is_over(room)


@given(given_=st.text(max_size=60) | st.from_regex(r"[0-9a-z]{1,8}-[\\w-]{16}", fullmatch=True))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_can_be_typed_opens_a_page(room: Room, given_: str) -> None:
    assert all(_opens(room, given_, purpose) is None for purpose in Purpose)
