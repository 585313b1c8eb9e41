"""The trigger that makes a run of `heed-signal` of each Prefect event `crisis.signal`, declared once.

Prefect deletes a deployment's own triggers at each registration and makes them anew; what is emitted in between is
lost, and nobody learns of it. So this one belongs to itself, stays where it is, and is changed in its place.
"""

from typing import Any
from uuid import UUID

from prefect.events import DeploymentEventTrigger
from prefect.events.schemas.automations import AutomationCore

from flows.event_names import SIGNAL
from flows.runs import prefect

NAME = "crisis.signal opens an incident"


def _said(name: str) -> dict[str, str]:
    """What the payload says under a name, as text; empty when it says nothing."""
    return {"__prefect_kind": "jinja", "template": f"{{{{ event.payload.{name} or '' }}}}"}


TRIGGER = DeploymentEventTrigger(
    name=NAME,
    description="Payload: playbook, subject, level, why. The same id again changes nothing. See docs/events.md.",
    expect={SIGNAL},
    parameters={
        "event": {"__prefect_kind": "jinja", "template": "{{ event.id }}"},
        **{name: _said(name) for name in ("playbook", "subject", "level", "why")},
    },
)


def declare_trigger(deployment_id: UUID) -> None:
    """Sees to it that there is this trigger, and once. One that a person switched off stays off. Raises Unreachable."""
    wanted = _automation(deployment_id)
    with prefect() as client:
        standing = client.read_automations_by_name(NAME)
        if not standing:
            client.create_automation(wanted)
        for first in standing[:1]:
            if _meaning(first) != _meaning(wanted):
                client.update_automation(first.id, wanted.model_copy(update={"enabled": first.enabled}))
        for other in standing[1:]:
            client.delete_automation(other.id)


def _automation(deployment_id: UUID) -> AutomationCore:
    trigger = TRIGGER.model_copy()
    trigger.set_deployment_id(deployment_id)
    made = trigger.as_automation()
    return AutomationCore(
        name=made.name, description=made.description, trigger=made.trigger, actions=made.actions, enabled=made.enabled
    )


def _meaning(automation: AutomationCore) -> dict[str, Any]:
    return automation.model_dump(mode="json", include={"name", "description", "trigger", "actions"})
