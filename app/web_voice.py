"""The digit that a called person pressed, and what the person hears then."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.voice_words import VOICE_WORDS
from app.web_request import FormBody, GivenWorks, Refused, form_fields
from app.web_twilio import TWIML, checked
from notifiers import acknowledgements
from notifiers.acknowledgements import Via
from notifiers.providers import twilio_callbacks
from notifiers.providers.twilio_callbacks import asked, spoken
from notifiers.rows import Message
from protocol.people import Member
from protocol.words import Language
from wiring.works import Works

router = APIRouter(prefix="/providers/voice")


@router.post("/{token}/digit")
def digit(token: str, request: Request, works: GivenWorks, body: FormBody) -> Response:
    """The digit of a called person: 1 acknowledges, 2 declines a seat, any other one has the question put again."""
    pressed = checked(twilio_callbacks.read_digits, request, works, form_fields(body))
    with works.store.write() as session:
        message = acknowledgements.by_token(session, token)
        if message is None:
            raise Refused(404, "No message of ours has this address.")
        twiml = _answered(session, works, message, pressed)
    return Response(twiml, media_type=TWIML)


def _answered(session: Session, works: Works, message: Message, pressed: str) -> str:
    """What the person hears."""
    language = session.get_one(Member, message.member_id).language
    if not acknowledgements.lock_incident(session, message):
        return spoken(_words("voice_closed", language), language)
    seat = acknowledgements.holds_seat(session, message)
    if not acknowledgements.answer_digit(session, message, pressed, Via.VOICE, works.clock.now()):
        return asked(_words("voice_again_seat" if seat else "voice_again", language), language)
    thanks = "voice_coming" if seat else "voice_thanks"
    return spoken(_words("voice_declined" if pressed == "2" else thanks, language), language)


def _words(key: str, language: Language) -> str:
    words: str = getattr(VOICE_WORDS[key], language)
    return words
