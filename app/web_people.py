"""The one-tap page of a message. Looking at it changes nothing; its buttons acknowledge, or answer a convocation."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.page import note_page, show_page
from app.told import Told, told
from app.web_links import to_answer, to_show
from app.web_request import FormBody, GivenWorks, form_fields
from incidents.cabinet import Seat
from notifiers import acknowledgements
from notifiers.acknowledgements import Via
from notifiers.links import Purpose
from notifiers.rows import Message

ANSWERS = {"accept": Seat.ACCEPTED, "decline": Seat.DECLINED, "delegate": Seat.DELEGATED}

router = APIRouter()


@router.get("/a/{signed}")
def acknowledgement_page(signed: str, request: Request, works: GivenWorks) -> Response:
    """The page of a message, with its button. It acknowledges nothing: scanners open every link of a message."""
    with works.store.read() as session:
        message = to_show(session, works, Purpose.ACKNOWLEDGE, signed, request)
        if isinstance(message, Response):
            return message
        return _page(told(session, message, works.clock.now()))


@router.post("/a/{signed}")
def acknowledge(signed: str, request: Request, works: GivenWorks, body: FormBody) -> Response:
    """Acknowledges, or answers the convocation. A second tap is harmless."""
    now = works.clock.now()
    with works.store.write() as session:
        message = to_answer(session, works, Purpose.ACKNOWLEDGE, signed, request)
        if isinstance(message, Response):
            return message
        before = told(session, message, now)
        if not _answer(session, message, before, form_fields(body), now):
            return _page(before, 422)
        after = told(session, message, now)
    return _page(after, fresh=after != before)


def _answer(session: Session, message: Message, before: Told, fields: Mapping[str, str], now: datetime) -> bool:
    """Writes the answer; False when it is none of those offered."""
    if before.seat is None or not before.seat.mine:
        acknowledgements.answer(session, message, Via.LINK, now)
        return True
    if before.closed:
        return True  # the cabinet has gone home
    answer = ANSWERS.get(fields.get("answer", ""))
    deputies = {str(member_id): member_id for member_id, _ in before.seat.deputies}
    delegate = deputies.get(fields.get("delegate", "")) if answer is Seat.DELEGATED else None
    if answer is None or (answer is Seat.DELEGATED and delegate is None):
        return False
    acknowledgements.answer_convocation(session, message, answer, Via.LINK, now, delegate)
    return True


def _page(seen: Told, status: int = 200, fresh: bool = False) -> Response:
    if seen.seat and seen.closed:
        return note_page(
            "closed", seen.language, drill=seen.drill, kicker=seen.company, facts={"incident": seen.incident}
        )
    plain = "contact_check" if seen.asks_contact else "acknowledge"
    name = "convocation" if seen.seat and seen.seat.mine else plain
    return show_page(name, seen.language, status, told=seen, fresh=fresh, again=status == 422, drill=seen.drill)
