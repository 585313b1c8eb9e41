"""Stop and start: the carrier's words and the providers' events put a contact out of use and back."""

from itertools import count

import pytest
from sqlalchemy import select, update

from incidents.phases import Phase
from notifiers import opting
from notifiers.inbound import by_text
from notifiers.opting import Wish, wish_of
from notifiers.providers.words import InboundText
from notifiers.rows import Inbound, Message
from notifiers.states import Concern, State
from protocol.company import WITHDRAWN
from protocol.people import Contact
from protocol.words import Channel
from tests.fakes.room import Room

LUCIA, SERGIO, TOM = "lucia.romero", "sergio.molina", "tom.baker"
NUMBERS = {LUCIA: "+34600000001", SERGIO: "+34600000007", TOM: "+12025550101"}
SMS = [Channel.SMS]
_SIDS = count()


@pytest.fixture
def number(room: Room) -> int:
    """An incident with one SMS to Lucía and one to Sergio in the outbox."""
    number = room.open()
    room.tell(LUCIA, SERGIO, incident_id=number, channels=SMS, step="alert")
    return number


def _text(room: Room, member: str, body: str, wish: str = "", sid: str = "") -> bool:
    text = InboundText(NUMBERS[member], body, sid or f"SM{next(_SIDS)}", wish)
    with room.store.write() as session:
        return by_text(session, room.vault, text, room.clock.now())


def _contact(room: Room, member: str, channel: Channel = Channel.SMS) -> Contact:
    with room.store.read() as session:
        query = select(Contact).where(Contact.member_id == room.member(member), Contact.channel == channel)
        return session.scalars(query).one()


@pytest.mark.parametrize(
    ("body", "said", "wish"),
    [
        ("STOP", "", Wish.STOP),
        ("stop", "", Wish.STOP),
        (" Stop.\n", "", Wish.STOP),
        ("Baja", "", Wish.STOP),
        ("parar", "", Wish.STOP),
        ("unsubscribe", "", Wish.STOP),
        ("Alta", "", Wish.START),
        ("start", "", Wish.START),
        ("unstop", "", Wish.START),
        ("yes", "", None),
        ("yes", "START", Wish.START),
        ("dejadme en paz", "STOP", Wish.STOP),
        ("help", "HELP", Wish.NOTHING),
        ("stop the presses", "", None),
        ("1", "", None),
        ("", "", None),
    ],
)
def test_the_carriers_words_count_alone_and_its_own_reading_counts_first(
    body: str, said: str, wish: Wish | None
) -> None:
    assert wish_of(InboundText("+34600000001", body, "SM1", said)) is wish


def test_whoever_says_stop_gets_no_more_sms_and_what_waited_goes_by_mail(room: Room, number: int) -> None:
    assert _text(room, SERGIO, "STOP")
    assert _contact(room, SERGIO).opted_out_at == room.clock.now()
    assert _contact(room, SERGIO, Channel.EMAIL).opted_out_at is None
    message = room.message(SERGIO)
    assert (message.state, message.reason) == (State.FAILED, "the person opted out of sms")
    assert room.message(SERGIO, "email").state is State.PENDING
    assert room.message(LUCIA).state is State.PENDING
    said = {"member": room.member(SERGIO), "channel": "sms", "reason": "said stop in a text"}
    assert room.lines(number, "contact_opted_out") == [said]
    assert room.lines(number, "not_told")[0]["reason"] == "the person opted out of sms; told by email instead"


def test_a_cabinet_members_stop_warns(room: Room, number: int) -> None:
    assert _text(room, LUCIA, "BAJA")
    (line,) = room.lines(number, "contact_opted_out")
    assert line["reason"] == "said stop in a text; has a part in the crisis cabinet, so another way is needed"


def test_every_open_incident_in_which_the_person_takes_part_says_so(room: Room, number: int) -> None:
    other, without = room.open(subject="product-oat-drink"), room.open(subject="site-shop")
    room.tell(SERGIO, key="notify/2", incident_id=other, channels=SMS)
    closed = room.open(subject="person-chief-executive")
    room.tell(SERGIO, key="notify/3", incident_id=closed, channels=SMS)
    room.send()
    room.advance_to(closed, Phase.CLOSED)
    _text(room, SERGIO, "stop")
    told = [incident for incident in (number, other, without, closed) if room.lines(incident, "contact_opted_out")]
    assert told == [number, other]


def test_start_takes_it_back(room: Room, number: int) -> None:
    _text(room, SERGIO, "stop")
    assert _text(room, SERGIO, "whatever", wish="START")
    assert _contact(room, SERGIO).opted_out_at is None
    assert room.lines(number, "contact_opted_in")[0]["reason"] == "said start in a text"
    assert not _text(room, SERGIO, "start")
    assert len(room.lines(number, "contact_opted_in")) == 1


def test_the_same_stop_again_after_a_start_is_not_heeded(room: Room, number: int) -> None:
    assert _text(room, SERGIO, "stop", sid="SM-a") and _text(room, SERGIO, "start", sid="SM-b")
    assert not _text(room, SERGIO, "stop", sid="SM-a")
    assert _contact(room, SERGIO).opted_out_at is None and room.count(Inbound) == 2


def test_a_stop_counts_for_everyone_who_shares_the_number(room: Room, number: int) -> None:
    with room.store.write() as session:
        session.execute(
            update(Contact)
            .where(Contact.id == room.message(SERGIO).contact_id)
            .values(fingerprint=room.vault.fingerprint(NUMBERS[LUCIA]))
        )
    assert _text(room, LUCIA, "stop")
    assert _contact(room, SERGIO).opted_out_at and _contact(room, LUCIA).opted_out_at


def test_a_number_that_the_company_withdrew_stays_out_and_is_nobodys(room: Room, number: int) -> None:
    with room.store.write() as session:
        session.get_one(Contact, _contact(room, SERGIO).id).opted_out_at = WITHDRAWN
    for body in ("start", "stop", "1"):
        assert not _text(room, SERGIO, body)
    assert _contact(room, SERGIO).opted_out_at == WITHDRAWN and room.count(Inbound) == 0


def test_an_answer_of_somebody_who_said_stop_still_counts(room: Room, number: int) -> None:
    room.tell(SERGIO, key="notify/ask", incident_id=number, channels=SMS, acknowledge=True)
    _text(room, SERGIO, "stop")
    assert _text(room, SERGIO, "1")


@pytest.mark.parametrize(
    ("concern", "out", "bounce"),
    [
        (Concern.OPTED_OUT, True, None),
        (Concern.RECIPIENT, False, "no such number"),
        (Concern.TRANSIENT, False, None),
        (Concern.PAIR, False, None),
        (None, False, None),
    ],
)
def test_a_refusal_marks_the_contact_by_whom_it_concerns(
    room: Room, number: int, concern: Concern | None, out: bool, bounce: str | None
) -> None:
    with room.store.write() as session:
        message = session.get_one(Message, room.message(SERGIO).id)
        for _ in range(2):
            opting.heed(session, message, concern, "no such number", room.clock.now())
    contact = _contact(room, SERGIO)
    assert (contact.opted_out_at is not None, contact.bounce) == (out, bounce)
    assert (contact.bounced_at is not None) == (bounce is not None)
    assert len(room.lines(number, "contact_opted_out")) == int(out)
