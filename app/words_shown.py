"""What the sign-off page of a message shows: the exact words that are up, who must sign them and who did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.told import local_time
from flows.steps import publish_step, signers
from incidents import sign_off
from incidents.clock import clock_for
from incidents.rows import Incident, PublicText, SignOff
from notifiers.rows import Dispatch, Message
from playbooks.format import Publish
from protocol.people import Member
from protocol.who import role_titles, team_name
from protocol.words import Language


class Standing(StrEnum):
    """Where the person stands who reads the words."""

    OPEN = "open"  # may sign them
    SIGNED = "signed"  # did
    ROLE_SIGNED = "role_signed"  # another person of the same role did
    NOT_YOURS = "not_yours"  # is not among those who sign just now


@dataclass(frozen=True)
class Asked:
    """One person asked to sign the words that are up. `entitled` maps those who may sign to the role they sign for."""

    member: Member
    incident: Incident
    text: PublicText
    plan: Publish
    entitled: Mapping[int, str]
    due: str | None


@dataclass(frozen=True)
class Said:
    """The exact words in one language."""

    language: str
    subject: str
    body: str


@dataclass(frozen=True)
class Signer:
    """A role that signs; `at` is the local time at which it did, empty while it has not."""

    title: str
    at: str


@dataclass(frozen=True)
class WordsShown:
    """The words as the page shows them, in the reader's language first."""

    title: str
    said: tuple[Said, ...]
    channel: str
    audience: str
    hash: str
    due: str
    signers: tuple[Signer, ...]
    have: int
    needed: int
    standing: Standing
    published: bool


def step_of(session: Session, message: Message) -> str | None:
    """The public step that a message asks a sign-off for; None when it asks for none."""
    purpose = session.get_one(Dispatch, message.dispatch_key).context.get("purpose") or ""
    step = purpose.removeprefix(sign_off.purpose_of(""))
    return step if message.incident_id is not None and step != purpose else None


def why_over(session: Session, message: Message, step: str) -> str | None:
    """Why nothing is left to sign, as the key of a note; None while the words are up."""
    dispatch = session.get_one(Dispatch, message.dispatch_key)
    incident = session.get_one(Incident, message.incident_id)
    text = sign_off.current(session, incident.id, step)
    if text is not None and text.released_at is not None and text.entry == dispatch.entry:
        return "published"
    if incident.closed_at is not None or incident.entry != dispatch.entry:
        return "moved_on"
    return "withdrawn" if text is None or text.entry != incident.entry else None


def asked(session: Session, message: Message, step: str, now: datetime) -> Asked:
    """The request as it stands. Raises Remedy when the step has no words. `now` is real time."""
    incident = session.get_one(Incident, message.incident_id)
    plan = publish_step(session, incident, step)
    return Asked(
        member=session.get_one(Member, message.member_id),
        incident=incident,
        text=sign_off.require_text(session, incident, step),
        plan=plan,
        entitled=signers(session, plan, clock_for(incident).at(now)),
        due=session.get_one(Dispatch, message.dispatch_key).context.get("due"),
    )


def standing_of(session: Session, request: Asked) -> Standing:
    """Where the person of a request stands."""
    if request.member.id in sign_off.signed_by(session, request.text):
        return Standing.SIGNED
    role = request.entitled.get(request.member.id)
    if role is None:
        return Standing.NOT_YOURS
    return Standing.ROLE_SIGNED if role in sign_off.roles_of(session, request.text) else Standing.OPEN


def shown(session: Session, request: Asked, now: datetime) -> WordsShown:
    """The words of a request as the page shows them. `now` is real time."""
    text, language = request.text, request.member.language
    return WordsShown(
        title=getattr(request.plan.title, language),
        said=_said(text, language),
        channel=text.channel,
        audience=team_name(session, text.audience, language),
        hash=text.hash,
        due=_due(request, clock_for(request.incident).at(now)),
        signers=_signers(session, request),
        have=sign_off.approvals(session, request.incident.id, text.hash),
        needed=request.plan.sign_offs,
        standing=standing_of(session, request),
        published=text.released_at is not None,
    )


def _said(text: PublicText, first: Language) -> tuple[Said, ...]:
    in_order = sorted(text.texts.items(), key=lambda item: (item[0] != first, item[0]))
    return tuple(Said(language, words["subject"], words["body"]) for language, words in in_order)


def _signers(session: Session, request: Asked) -> tuple[Signer, ...]:
    query = select(SignOff.role, SignOff.signed_at).where(
        SignOff.incident_id == request.incident.id, SignOff.hash == request.text.hash
    )
    signed = {role: local_time(at, request.member) for role, at in session.execute(query.order_by(SignOff.id.desc()))}
    language = request.member.language
    return tuple(Signer(role_titles(session, role)[language], signed.get(role, "")) for role in request.plan.signers)


def _due(request: Asked, at: datetime) -> str:
    """`14:05` where the person is, with the date when it is not today's."""
    if request.due is None:
        return ""
    zone = ZoneInfo(request.member.time_zone)
    due = datetime.fromisoformat(request.due).astimezone(zone)
    return f"{due:%H:%M}" if due.date() == at.astimezone(zone).date() else f"{due:%d/%m %H:%M}"
