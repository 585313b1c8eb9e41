"""One-time codes: eight digits for one person and one decision, kept as a keyed hash only."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from incidents import codes
from incidents.rows import Incident, OneTimeCode
from protocol.vault import Vault
from tests.fakes.room import Room
from tests.fakes.set_clock import NOW

LEAD, CHIEF = "javier.ortega", "elena.castro"


@pytest.fixture
def number(room: Room) -> int:
    return room.open()


def _issue(session: Session, room: Room, number: int, member: str = LEAD, purpose: str = codes.GATE) -> OneTimeCode:
    incident = session.get_one(Incident, number)
    return codes.issue(session, room.vault, incident, purpose, room.member(member), room.clock.now())


def _checked(session: Session, room: Room, number: int, typed: str, vault: Vault | None = None) -> codes.Checked:
    incident = session.get_one(Incident, number)
    everyone = {room.member(LEAD), room.member(CHIEF)}
    return codes.check(session, vault or room.vault, incident, codes.GATE, typed, everyone, room.clock.now())


def test_a_code_has_eight_digits_and_its_row_does_not_hold_them(room: Room, number: int) -> None:
    with room.store.write() as session:
        row = _issue(session, room, number)
        digits = codes.digits(room.vault, row.nonce)
        assert len(digits) == 8 and digits.isdecimal()
        assert digits not in f"{row.nonce} {row.hashed}"
        assert (row.expires_at, row.entry) == (NOW + timedelta(minutes=15), 1)


def test_the_same_row_gives_the_same_digits_under_the_same_secret_only(room: Room, number: int) -> None:
    with room.store.write() as session:
        nonce = _issue(session, room, number).nonce
    assert codes.digits(room.vault, nonce) == codes.digits(room.vault, nonce)
    assert codes.digits(room.vault, nonce) != codes.digits(Vault(b"another secret"), nonce)


def test_a_new_code_replaces_the_persons_former_one_for_the_same_purpose(room: Room, number: int) -> None:
    with room.store.write() as session:
        former, others = _issue(session, room, number), _issue(session, room, number, CHIEF)
        sign_off = _issue(session, room, number, purpose="sign-off:customers")
        newest = _issue(session, room, number)
        session.refresh(former)
        live = codes.live(session, session.get_one(Incident, number), codes.GATE, room.clock.now())
        assert [row.id for row in live] == [others.id, newest.id]
        assert sign_off.replaced_at is None
        old = _checked(session, room, number, codes.digits(room.vault, former.nonce))
        assert old.reason == "A newer code was sent. Type the eight digits of the newest message."


def test_what_is_no_code_at_all_is_a_wrong_code(room: Room, number: int) -> None:
    with room.store.write() as session:
        _issue(session, room, number)
        for typed in ("", "hello", "1234", "' OR 1=1 --"):
            assert _checked(session, room, number, typed).row is None


def test_an_error_counts_only_against_the_person_who_asks_where_that_is_known(room: Room, number: int) -> None:
    with room.store.write() as session:
        mine, others = _issue(session, room, number), _issue(session, room, number, CHIEF)
        incident, now = session.get_one(Incident, number), room.clock.now()
        lead = room.member(LEAD)
        for _ in range(5):
            codes.check(session, room.vault, incident, codes.GATE, "none", {lead}, now, lead)
        assert (mine.errors, mine.locked_at, others.errors) == (5, now, 0)


def test_a_code_is_consumed_once(room: Room, number: int) -> None:
    with room.store.write() as session:
        row = _issue(session, room, number)
        assert codes.consume(session, row, room.clock.now())
        assert not codes.consume(session, row, room.clock.now())


def test_each_sending_is_a_line_without_the_code(room: Room, number: int) -> None:
    with room.store.write() as session:
        _issue(session, room, number)
    assert room.lines(number, "code_sent") == [{"member": room.member(LEAD), "purpose": "gate"}]
