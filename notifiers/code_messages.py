"""Sends one-time codes: to those who decide at a gate and to those who sign off words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from incidents import codes, sign_off
from incidents.rows import Incident
from notifiers.outbox import Plan, enqueue
from notifiers.recipients import Recipient
from notifiers.rows import Dispatch, Message
from protocol.vault import Vault
from protocol.words import Channel, Remedy

CHANNELS = (Channel.SMS, Channel.EMAIL)


def send_codes(
    session: Session,
    vault: Vault,
    incident: Incident,
    purpose: str,
    template: str,
    context: Mapping[str, Any],
    people: Sequence[Recipient],
    now: datetime,
) -> None:
    """Issues a new code to each person and enqueues the message that carries it. `now` is real time."""
    for person in people:
        row = codes.issue(session, vault, incident, purpose, person.member_id, now)
        plan = Plan(
            key=f"{incident.id}/{incident.entry}/{purpose}/code-{row.id}",
            template=template,
            channels=CHANNELS,
            context={
                **context,
                "nonces": {str(person.member_id): row.nonce},
                "purpose": purpose,
                "code_template": template,
            },
            step=purpose,
            drill=incident.drill,
        )
        enqueue(session, plan, [person], now, incident)


def send_new_code(session: Session, vault: Vault, message: Message, now: datetime) -> None:
    """A new code to the person whose message carried an earlier one. Raises Remedy when there is nothing to decide."""
    dispatch = session.get_one(Dispatch, message.dispatch_key)
    incident = session.get(Incident, message.incident_id) if message.incident_id else None
    purpose = dispatch.context.get("purpose")
    if incident is None or purpose is None:
        raise Remedy("This message carries no code.")
    if incident.closed_at is not None or dispatch.entry != incident.entry:
        raise Remedy(f"{incident.name} has moved on; there is nothing left to decide with that code.")
    if purpose.startswith(sign_off.purpose_of("")):
        _refuse_former_words(session, incident, purpose, dispatch)
    context = {key: value for key, value in dispatch.context.items() if key != "nonces"}
    person = Recipient(message.member_id, message.role)
    send_codes(session, vault, incident, purpose, dispatch.context["code_template"], context, [person], now)


def _refuse_former_words(session: Session, incident: Incident, purpose: str, dispatch: Dispatch) -> None:
    # The message repeats the words it was sent with; a code beside former words must not sign the present ones.
    text = sign_off.current(session, incident.id, purpose.removeprefix(sign_off.purpose_of("")))
    if text is None or text.hash[:8] != dispatch.context["plain"]["text_hash"]:
        raise Remedy("The words were changed since this message; use the link in the newest one.")
