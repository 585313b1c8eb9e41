"""Public words that no playbook asks for: the publish step that `crisis notify` makes up, frozen with its order."""

from datetime import datetime

from sqlalchemy.orm import Session

from incidents.rows import Incident
from notifiers.rows import Dispatch
from playbooks.format import Publish
from protocol.store import insert_new
from protocol.words import Remedy

ORDER = "notify/"
STEP = "notify-"


def order_key(order_id: str) -> str:
    """The dispatch of an order: the same id again is the same dispatch."""
    return f"{ORDER}{order_id}"


def step_key(order_id: str) -> str:
    """The key of the publish step of an order, as `crisis sign-off` takes it."""
    return f"{STEP}{order_id}"


def keep(session: Session, incident: Incident, order_id: str, step: Publish, at: datetime) -> None:
    """Freezes the step of an order, once: who signs is not to change while signatures are given."""
    row = {
        "key": order_key(order_id),
        "incident_id": incident.id,
        "entry": incident.entry,
        "step": step.key,
        "template": step.message,
        "context": {"publish": step.model_dump(mode="json")},
        "public_hash": None,
        "sign_offs_needed": step.sign_offs,
        "acknowledge": False,
        "drill": incident.drill,
        "urgent": False,
        "level": incident.level,
        "created_at": at,
    }
    insert_new(session, Dispatch, [row], ["key"])


def find(session: Session, incident: Incident, key: str) -> Publish | None:
    """The step of an order that was frozen; None when there is none."""
    row = session.get(Dispatch, order_key(key.removeprefix(STEP))) if key.startswith(STEP) else None
    if row is None or row.incident_id != incident.id or "publish" not in row.context:
        return None
    return Publish.model_validate(row.context["publish"])


def ordered(session: Session, incident: Incident, key: str) -> Publish:
    """The step of an order. Raises Remedy when nobody ordered it."""
    step = find(session, incident, key)
    if step is None:
        raise Remedy(f'{incident.name} has no public step "{key}"; `crisis words {incident.id}` shows those it has.')
    return step
