"""Around a decision: a new code for it, and the way to the run in which it is made."""

import re
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.page import HEADERS, note_page, reader_language, show_page
from app.told import Told, local_time, told
from app.web_links import to_answer, to_show, unknown
from app.web_request import GivenWorks
from incidents import codes
from incidents.opening import current_entry
from incidents.rows import Incident, OneTimeCode
from monitoring.lights import light_words
from notifiers.code_messages import send_new_code
from notifiers.links import Purpose
from notifiers.rows import Dispatch, Message
from protocol.people import Member

NEW_CODES = 3  # in the life of one code, so that nobody's phone is flooded

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")

router = APIRouter()


@router.get("/c/{signed}")
def new_code_page(signed: str, request: Request, works: GivenWorks) -> Response:
    """The page with one button; opening it sends nothing."""
    with works.store.read() as session:
        message = to_show(session, works, Purpose.NEW_CODE, signed, request)
        if isinstance(message, Response):
            return message
        if _purpose(session, message) is None:
            return unknown(request)
        seen = told(session, message, works.clock.now())
        if _has_moved_on(session, message):
            return _note("moved_on", seen, 410)
        lights = light_words(session, message.incident_id or 0, seen.language, works.clock.now())
        return show_page("new_code", seen.language, told=seen, drill=seen.drill, lights=lights)


@router.post("/c/{signed}")
def new_code(signed: str, request: Request, works: GivenWorks) -> Response:
    """Sends a new code to the person of the message, three times within 15 minutes at the most."""
    now = works.clock.now()
    with works.store.write() as session:
        message = to_answer(session, works, Purpose.NEW_CODE, signed, request)
        if isinstance(message, Response):
            return message
        if _purpose(session, message) is None:
            return unknown(request)
        seen = told(session, message, now)
        if _has_moved_on(session, message):
            return _note("moved_on", seen, 410)
        wait_until = _wait_until(session, message, now)
        if wait_until is not None:
            at = local_time(wait_until + timedelta(minutes=1), session.get_one(Member, message.member_id))
            seconds = str(int((wait_until - now).total_seconds()) + 1)
            return _note("code_often", seen, 429, {"Retry-After": seconds}, time=at)
        send_new_code(session, works.vault, message, now)
    return _note("code_sent", seen)


@router.get("/g/{incident_id}")
def gate(incident_id: str, request: Request, works: GivenWorks) -> Response:
    """Leads to the run of the current phase in the Prefect UI, and waits with the reader while there is none."""
    language = reader_language(request)
    with works.store.read() as session:
        incident = session.get(Incident, int(incident_id)) if _NUMBER.fullmatch(incident_id) else None
        if incident is None:
            return note_page("no_incident", language, 404)
        if incident.closed_at is not None:
            return note_page("closed", language, drill=incident.drill, facts={"incident": incident.name})
        run_id = current_entry(session, incident).run_id
        lights = light_words(session, incident.id, language, works.clock.now())
    if run_id is None:
        facts = {"incident": incident.name}
        return note_page("waiting", language, refresh=True, drill=incident.drill, facts=facts, beside=lights)
    return RedirectResponse(works.links.gate(run_id), 303, HEADERS)


def _note(key: str, seen: Told, status: int = 200, headers: dict[str, str] | None = None, **facts: str) -> Response:
    return note_page(
        key,
        seen.language,
        status,
        headers=headers,
        drill=seen.drill,
        kicker=seen.company,
        facts={"incident": seen.incident, **facts},
    )


def _purpose(session: Session, message: Message) -> str | None:
    """What the code of the message is for; None when it carries none."""
    if message.incident_id is None:
        return None
    purpose: str | None = session.get_one(Dispatch, message.dispatch_key).context.get("purpose")
    return purpose


def _has_moved_on(session: Session, message: Message) -> bool:
    incident = session.get_one(Incident, message.incident_id)
    dispatch = session.get_one(Dispatch, message.dispatch_key)
    return incident.closed_at is not None or incident.entry != dispatch.entry


def _wait_until(session: Session, message: Message, now: datetime) -> datetime | None:
    """When the person may ask again; None when now. The code that came unasked does not count."""
    dispatch = session.get_one(Dispatch, message.dispatch_key)
    issued = session.scalars(
        select(OneTimeCode.issued_at)
        .where(
            OneTimeCode.incident_id == message.incident_id,
            OneTimeCode.entry == dispatch.entry,
            OneTimeCode.purpose == dispatch.context["purpose"],
            OneTimeCode.member_id == message.member_id,
        )
        .order_by(OneTimeCode.id)
    ).all()
    lately = [at for at in issued[1:] if at > now - codes.VALID]
    return lately[-NEW_CODES] + codes.VALID if len(lately) >= NEW_CODES else None
