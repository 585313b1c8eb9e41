"""Signed-off words: an approval is bound to exactly these words, for this audience, on this channel."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from flows.steps import publish_step, request_sign_off, signers
from incidents import codes, sign_off
from incidents.rows import Incident, PublicText, SignOff
from incidents.sign_off import text_hash
from notifiers.public_texts import release
from protocol.words import Channel, Remedy
from tests.fakes.room import Room

STEP = "holding-statement"
TEXTS = {"en": {"subject": "Statement", "body": "We know."}, "es": {"subject": "Declaración", "body": "Lo sabemos."}}
OTHERS = {**TEXTS, "en": {"subject": "Statement", "body": "We know!"}}


@pytest.fixture
def number(room: Room) -> int:
    """An incident whose holding statement is up for sign-off."""
    number = room.open()
    room.do(number, STEP)
    return number


def _sign(room: Room, number: int, member: str, code: str) -> tuple[bool, str]:
    with room.store.write() as session:
        incident = session.get_one(Incident, number)
        text = sign_off.require_text(session, incident, STEP)
        entitled = signers(session, publish_step(session, incident, STEP), room.clock.now())
        holder = room.member(member)
        return sign_off.sign(session, room.vault, incident, text, code, entitled, room.clock.now(), holder)


def _sign_anew(room: Room, number: int, member: str) -> tuple[bool, str]:
    with room.store.write() as session:
        incident = session.get_one(Incident, number)
        purpose = sign_off.purpose_of(STEP)
        row = codes.issue(session, room.vault, incident, purpose, room.member(member), room.clock.now())
    return _sign(room, number, member, codes.digits(room.vault, row.nonce))


def _edit(room: Room, number: int, texts: Mapping[str, Mapping[str, str]] = OTHERS, ask: bool = True) -> PublicText:
    with room.store.write() as session:
        incident = session.get_one(Incident, number)
        standing = sign_off.require_text(session, incident, STEP)
        at = room.clock.now()
        fresh = sign_off.propose(session, incident, STEP, standing.channel, standing.audience, texts, at)
        if ask:
            request_sign_off(session, room.works, incident, publish_step(session, incident, STEP), at)
        return fresh


def _approvals(room: Room, number: int) -> int:
    with room.store.read() as session:
        text = sign_off.require_text(session, session.get_one(Incident, number), STEP)
        return sign_off.approvals(session, number, text.hash)


def _release(room: Room, number: int) -> bool:
    with room.store.write() as session:
        incident = session.get_one(Incident, number)
        return release(session, incident, publish_step(session, incident, STEP), room.clock.now())


def test_the_hash_is_bound_to_text_channel_audience_language_and_step() -> None:
    bound = (1, 1, STEP, Channel.EMAIL, "press-list", TEXTS)
    swapped = {"es": TEXTS["en"], "en": TEXTS["es"]}
    for place, other in enumerate((2, 2, "customers", Channel.SMS, "partners", OTHERS)):
        assert text_hash(*bound) != text_hash(*bound[:place], other, *bound[place + 1 :])
    assert text_hash(*bound) != text_hash(*bound[:-1], swapped)
    assert text_hash(*bound) != text_hash(*bound[:-1], {"en": TEXTS["en"]})
    assert text_hash(*bound) == text_hash(*bound[:-1], dict(reversed(TEXTS.items())))


def test_each_signer_signs_with_a_code_of_the_message_that_shows_the_words(room: Room, number: int) -> None:
    assert room.told("sign-off-request") == ["lucia.romero", "pablo.serra", "javier.ortega"]
    counted, said = _sign(room, number, "pablo.serra", room.code("pablo.serra", "sign-off-request"))
    assert counted and said.startswith("Signed off holding-statement (")
    assert _approvals(room, number) == 1
    assert not _release(room, number) and room.told("firestorm-holding-statement") == []


def test_two_roles_publish_the_words_to_their_audience_once(room: Room, number: int) -> None:
    for member in ("pablo.serra", "javier.ortega"):
        _sign(room, number, member, room.code(member, "sign-off-request"))
    assert _release(room, number) and not _release(room, number)
    assert room.told("firestorm-holding-statement") == ["press.diario", "press.radio", "press.herald"]
    assert "published" in room.kinds(number)


def test_a_holder_and_a_deputy_are_one_role(room: Room, number: int) -> None:
    assert _sign_anew(room, number, "pablo.serra")[0]
    assert _sign_anew(room, number, "grace.miller")[0]  # deputises for legal
    assert _approvals(room, number) == 1
    assert not _release(room, number)


def test_nobody_signs_the_same_words_twice(room: Room, number: int) -> None:
    _sign_anew(room, number, "pablo.serra")
    counted, said = _sign_anew(room, number, "pablo.serra")
    assert (counted, said) == (False, "You signed these words already; another of the signers must.")
    assert room.count(SignOff) == 1


def test_who_is_no_signer_does_not_sign(room: Room, number: int) -> None:
    counted, said = _sign_anew(room, number, "elena.castro")
    assert not counted and "not entitled" in said
    assert room.lines(number, "refused")[0]["door"] == "sign-off"


def test_a_gate_code_signs_nothing(room: Room, number: int) -> None:
    room.open_gate(number)
    counted, said = _sign(room, number, "javier.ortega", room.code("javier.ortega"))
    assert not counted and "for another decision" in said


def test_an_edit_voids_every_approval(room: Room, number: int) -> None:
    for member in ("pablo.serra", "javier.ortega"):
        _sign_anew(room, number, member)
    _edit(room, number)
    assert _approvals(room, number) == 0
    assert not _release(room, number)
    assert "text_voided" in room.kinds(number)


def test_the_same_words_again_keep_their_approvals(room: Room, number: int) -> None:
    with room.store.read() as session:
        texts = sign_off.require_text(session, session.get_one(Incident, number), STEP).texts
    _sign_anew(room, number, "pablo.serra")
    _edit(room, number, texts)
    assert _approvals(room, number) == 1


def test_a_code_that_came_with_the_former_words_does_not_sign_the_new_ones(room: Room, number: int) -> None:
    code = room.code("pablo.serra", "sign-off-request")
    _edit(room, number, ask=False)
    counted, _ = _sign(room, number, "pablo.serra", code)
    assert not counted and _approvals(room, number) == 0


def test_voided_words_are_not_signed(room: Room, number: int) -> None:
    with room.store.read() as session:
        former = sign_off.require_text(session, session.get_one(Incident, number), STEP)
    _edit(room, number)
    code = room.code("pablo.serra", "sign-off-request")
    with room.store.write() as session:
        incident, now = session.get_one(Incident, number), room.clock.now()
        signer = {room.member("pablo.serra"): "legal-lead"}
        counted, said = sign_off.sign(session, room.vault, incident, former, code, signer, now)
    assert (counted, said) == (False, "These words were replaced by others; read the newest ones and sign those.")
    assert _sign(room, number, "pablo.serra", code)[0], "the code was not used up"


def test_released_words_cannot_be_edited(room: Room, number: int) -> None:
    for member in ("pablo.serra", "javier.ortega"):
        _sign_anew(room, number, member)
    _release(room, number)
    with pytest.raises(Remedy, match="The words of holding-statement were published at 21:00 UTC and cannot be edited"):
        _edit(room, number)


def test_a_step_without_words_is_told_with_those_that_have(room: Room, number: int) -> None:
    with room.store.read() as session:
        incident = session.get_one(Incident, number)
        with pytest.raises(Remedy) as error:
            sign_off.require_text(session, incident, "customers")
    assert str(error.value) == 'INC-1 has no public text "customers". Use one of: holding-statement.'


def test_a_drill_is_signed_like_the_real_thing(room: Room) -> None:
    number = room.open(drill=True)
    room.do(number, STEP)
    with room.store.read() as session:
        text = sign_off.require_text(session, session.get_one(Incident, number), STEP)
    assert replace(room.signal(), drill=True).drill and text.released_at is None
    for member in ("pablo.serra", "javier.ortega"):
        _sign_anew(room, number, member)
    assert _release(room, number)
    assert all(body.startswith("DRILL / SIMULACRO: ") for body in room.texts("press.diario", channel="email"))
