"""The desk's page of a message: the sheet of its incident, or what waits for a first reply. Looking changes nothing."""

from fastapi import APIRouter, Request, Response

from app.desk_page import sheet_seen, waiting_seen
from app.page import show_page
from app.web_links import to_show, unknown
from app.web_request import GivenWorks
from desk.overdue import TEAM
from incidents.rows import Incident
from notifiers.links import Purpose
from notifiers.rows import Dispatch
from protocol.people import Member

router = APIRouter()


@router.get("/d/{signed}")
def desk_page(signed: str, request: Request, works: GivenWorks) -> Response:
    """What the desk says now, by the link of a message about an incident; the inquiries that wait, by any other."""
    now = works.clock.now()
    with works.store.read() as session:
        message = to_show(session, works, Purpose.DESK, signed, request)
        if isinstance(message, Response):
            return message
        reader = session.get_one(Member, message.member_id)
        dispatch = session.get_one(Dispatch, message.dispatch_key)
        if message.incident_id is not None:
            seen = sheet_seen(session, session.get_one(Incident, message.incident_id), reader, now)
            return show_page("desk_sheet", reader.language, seen=seen, drill=seen.sheet.drill)
        if (team := dispatch.context.get(TEAM)) is None:
            return unknown(request)
        waiting = waiting_seen(session, team, reader, now)
        return show_page("desk_waiting", reader.language, seen=waiting, drill=dispatch.drill)
