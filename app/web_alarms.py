"""The one-tap page of an alarm. Looking at it answers nothing; its two buttons do."""

from fastapi import APIRouter, Request, Response

from app.alarm_told import AlarmTold, alarm_of, alarm_told
from app.page import show_page
from app.rehearsal import is_rehearsal
from app.web_links import to_answer, to_show, unknown
from app.web_request import FormBody, GivenWorks, form_fields, printable
from incidents.advance import Door
from monitoring.answering import MOST_NOTE, Answered, Word, answer
from monitoring.rows import Verdict
from notifiers.links import Purpose
from protocol.people import Member

ANSWERS = {"real": Verdict.REAL, "false-alarm": Verdict.FALSE_ALARM}

router = APIRouter()


@router.get("/q/{signed}")
def alarm_page(signed: str, request: Request, works: GivenWorks) -> Response:
    """The page of an alarm, with its two buttons. It answers nothing: scanners open every link of a message."""
    with works.store.read() as session:
        message = to_show(session, works, Purpose.ALARM, signed, request)
        if isinstance(message, Response):
            return message
        found = alarm_of(session, message)
        if found is None:
            return unknown(request)
        return _page(alarm_told(session, message, found[0], works.clock.now()))


@router.post("/q/{signed}")
def answer_alarm(signed: str, request: Request, works: GivenWorks, body: FormBody) -> Response:
    """Says that it is real, or a false alarm. The first word counts; a second tap is harmless."""
    now = works.clock.now()
    fields = form_fields(body)
    said, note = ANSWERS.get(fields.get("answer", "")), printable(fields.get("note", ""))
    with works.store.write() as session:
        message = to_answer(session, works, Purpose.ALARM, signed, request)
        if isinstance(message, Response):
            return message
        found = alarm_of(session, message)
        if found is None:
            return unknown(request)
        if said is None or len(note) > MOST_NOTE:
            return _page(alarm_told(session, message, found[0], now), 422, note=note)
        word = Word(session.get_one(Member, message.member_id), said, Door.WEB, note)
        done = answer(session, found[0], word, now, drill=is_rehearsal(works))
        after = alarm_told(session, message, found[0], now)
    return _page(after, done=done)


def _page(seen: AlarmTold, status: int = 200, *, done: Answered | None = None, note: str = "") -> Response:
    return show_page(
        "alarm",
        seen.language,
        status,
        seen=seen,
        drill=seen.drill,
        again=status == 422,
        note=note,
        most=MOST_NOTE,
        outcome=_outcome(seen, done),
        fresh=done is not None and done.counted,
    )


def _outcome(seen: AlarmTold, done: Answered | None) -> str:
    """The key of the words that say what became of it; empty while nobody has said anything."""
    if seen.verdict is None:
        return ""
    if done is not None and done.counted and seen.incident:
        return "alarm_opened" if done.opened else "alarm_noted"
    if done is not None and done.counted:
        return "alarm_dismissed" if seen.verdict is Verdict.FALSE_ALARM else "alarm_before"
    if seen.verdict is Verdict.FALSE_ALARM or not seen.incident:
        return "alarm_said_false"
    return "alarm_said_real_closed" if seen.closed else "alarm_said_real"
