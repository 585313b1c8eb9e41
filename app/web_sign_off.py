"""The page on which a person signs off exact words, or does not. Looking at it changes nothing."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.page import note_page, show_page
from app.sign_off_words import refusal_key
from app.told import local_time, told
from app.web_links import to_answer, to_show, unknown
from app.web_request import FormBody, GivenWorks, form_fields, printable
from app.words_shown import Asked, Standing, asked, shown, standing_of, step_of, why_over
from incidents import sign_off
from incidents.rows import PublicText
from notifiers.links import Purpose
from notifiers.public_texts import release
from notifiers.rows import Message
from protocol.people import Member
from protocol.who import team_name
from wiring.works import Works

APPROVE, REFUSE = "approve", "refuse"

router = APIRouter()


@router.get("/s/{signed}")
def sign_off_page(signed: str, request: Request, works: GivenWorks) -> Response:
    """The exact words with their form. It signs nothing: scanners open every link of a message."""
    now = works.clock.now()
    with works.store.read() as session:
        message = to_show(session, works, Purpose.SIGN_OFF, signed, request)
        if isinstance(message, Response):
            return message
        step = step_of(session, message)
        if step is None:
            return unknown(request)
        over = _over(session, message, step, now)
        return over or _page(session, works, message, asked(session, message, step, now), now)


@router.post("/s/{signed}")
def answer(signed: str, request: Request, works: GivenWorks, body: FormBody) -> Response:
    """Signs exactly the words that were shown, or says no to them. A second tap is harmless."""
    now = works.clock.now()
    with works.store.write() as session:
        message = to_answer(session, works, Purpose.SIGN_OFF, signed, request)
        if isinstance(message, Response):
            return message
        step = step_of(session, message)
        if step is None:
            return unknown(request)
        over = _over(session, message, step, now)
        return over or _answered(session, works, message, asked(session, message, step, now), form_fields(body), now)


def _answered(
    session: Session, works: Works, message: Message, asked_for: Asked, fields: Mapping[str, str], now: datetime
) -> Response:
    """The page after an answer. An error counts against the code, so a refusal is kept with its transaction."""
    choice, why = fields.get("answer", APPROVE), printable(fields.get("why", ""))
    if standing_of(session, asked_for) is not Standing.OPEN:
        return _page(session, works, message, asked_for, now)
    if fields.get("hash") != asked_for.text.hash:
        return _page(session, works, message, asked_for, now, 409, warn="sign_changed")
    if choice not in (APPROVE, REFUSE):
        return _page(session, works, message, asked_for, now, 422, warn="sign_choose", why=why)
    counted, reason = _signed(session, works, asked_for, choice, fields.get("code", ""), why, now)
    if not counted:
        return _page(session, works, message, asked_for, now, 422, warn=refusal_key(reason), why=why, code_failed=True)
    if choice == REFUSE:
        return _note(session, message, "not_approved", now)
    release(session, asked_for.incident, asked_for.plan, now)
    return _page(session, works, message, asked_for, now, fresh=True)


def _signed(
    session: Session, works: Works, asked_for: Asked, choice: str, code: str, why: str, now: datetime
) -> tuple[bool, str]:
    """Checks the code and writes the answer; a field that was left empty costs no try."""
    if not code.strip():
        return False, ""
    member, incident, text = asked_for.member.id, asked_for.incident, asked_for.text
    if choice == REFUSE:
        return sign_off.refuse(session, works.vault, incident, text, code, asked_for.entitled, now, member, why)
    return sign_off.sign(session, works.vault, incident, text, code, asked_for.entitled, now, member)


def _over(session: Session, message: Message, step: str, now: datetime) -> Response | None:
    """The note that says why nothing is left to sign; None while the words are up."""
    key = why_over(session, message, step)
    if key is None:
        return None
    text = sign_off.current(session, message.incident_id or 0, step)
    return _note(session, message, key, now, 410, **_published(session, message, text))


def _published(session: Session, message: Message, text: PublicText | None) -> dict[str, str]:
    if text is None or text.released_at is None:
        return {}
    reader = session.get_one(Member, message.member_id)
    audience = team_name(session, text.audience, reader.language)
    return {"audience": audience, "time": local_time(text.released_at, reader)}


def _note(session: Session, message: Message, key: str, now: datetime, status: int = 200, **facts: str) -> Response:
    seen = told(session, message, now)
    facts = {"incident": seen.incident, **facts}
    return note_page(key, seen.language, status, drill=seen.drill, kicker=seen.company, facts=facts)


def _page(
    session: Session,
    works: Works,
    message: Message,
    asked_for: Asked,
    now: datetime,
    status: int = 200,
    *,
    warn: str = "",
    why: str = "",
    code_failed: bool = False,
    fresh: bool = False,
) -> Response:
    seen = told(session, message, now)
    return show_page(
        "sign_off",
        seen.language,
        status,
        told=seen,
        words=shown(session, asked_for, now),
        new_code=works.links.signed(Purpose.NEW_CODE, message.id, message.token),
        drill=seen.drill,
        warn=warn,
        why=why,
        code_failed=code_failed,
        fresh=fresh,
    )
