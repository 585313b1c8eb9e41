"""The Prefect events that follow from lines of the timeline: their names, and which facts of the line go with each."""

from dataclasses import dataclass

from incidents.timeline import Kind

BREACHED = "crisis.threshold.breached"
SIGNAL = "crisis.signal"  # the one that comes in


@dataclass(frozen=True)
class Named:
    """The name of a Prefect event, when it comes, and the facts of the line that stand in its payload."""

    name: str
    when: str
    facts: tuple[str, ...] = ()


EVENTS: dict[Kind, Named] = {
    Kind.OPENED: Named("crisis.incident.opened", "an incident opened", ("by", "level", "version")),
    Kind.JOINED: Named(
        "crisis.incident.joined",
        "a later signal about the same thing joined it",
        ("rule", "level", "why_en", "why_es"),
    ),
    Kind.CALMED: Named(
        "crisis.calmed", "what a rule saw is back to green; nothing is decided", ("rule", "why_en", "why_es")
    ),
    Kind.LEVEL_CHANGED: Named("crisis.level.changed", "its level was changed", ("from", "to", "by")),
    Kind.PHASE_ENTERED: Named("crisis.phase.advanced", "it entered a phase, the first as well", ("phase", "entry")),
    Kind.GATE_OPENED: Named("crisis.gate.opened", "a gate waits for a decision", ("phase", "entry")),
    Kind.DECIDED: Named("crisis.decision.made", "a person decided at a gate", ("choice", "level", "member", "door")),
    Kind.CLOSED: Named("crisis.incident.closed", "it was closed"),
    Kind.STEP_DONE: Named("crisis.step.done", "a step of the playbook was done", ("step", "occurrence", "messages")),
    Kind.FLOW_DONE: Named(
        "crisis.department.told",
        "one department told another",
        ("step", "from_team", "audience", "messages", "before"),
    ),
    Kind.AUDIENCE_DUE: Named(
        "crisis.audience.due",
        "it is a department's turn to tell an audience",
        ("step", "from_team", "audience", "messages"),
    ),
    Kind.DEADLINE_MISSED: Named(
        "crisis.deadline.missed", "something due was not done in time", ("deadline", "deadline_kind", "step")
    ),
    Kind.ESCALATED: Named(
        "crisis.escalated",
        "somebody was told because another did not answer; `to_member` is empty when nobody is left",
        ("step", "role", "from_member", "to_member"),
    ),
    Kind.CHAIN_FIRED: Named(
        "crisis.escalated",
        "a rung of an escalation chain told people",
        ("step", "role", "member", "rung", "to_member", "people"),
    ),
    Kind.WAVE: Named(
        "crisis.escalated",
        "the next wave was told because too few had answered",
        ("step", "wave", "answers", "enough", "to_member", "people"),
    ),
    Kind.CABINET_ANSWERED: Named(
        "crisis.cabinet.answered", "somebody of the cabinet answered", ("role", "member", "answer", "delegate")
    ),
    Kind.QUORUM_REACHED: Named("crisis.quorum.reached", "enough of the cabinet are coming", ("present", "quorum")),
    Kind.SCENARIO_RECORDED: Named("crisis.scenario.recorded", "a scenario was recorded", ("scenario", "member")),
    Kind.TEXT_PROPOSED: Named("crisis.text.proposed", "public words wait for sign-off", ("step", "hash", "audience")),
    Kind.TEXT_VOIDED: Named("crisis.text.voided", "public words were changed; approvals are void", ("step", "hash")),
    Kind.SIGNED_OFF: Named("crisis.text.signed", "a person approved public words", ("step", "hash", "member", "role")),
    Kind.NOT_APPROVED: Named(
        "crisis.text.refused", "a person did not approve public words", ("step", "hash", "member", "role")
    ),
    Kind.PUBLISHED: Named("crisis.text.published", "public words left", ("step", "hash", "audience", "messages")),
    Kind.DEGRADED: Named(
        "crisis.degraded", "the supervisor did a step itself, because no Prefect run began in time", ("step",)
    ),
    Kind.CODE_LOCKED: Named("crisis.code.locked", "too many wrong one-time codes", ("purpose", "member")),
    Kind.PROTOCOL_ADOPTED: Named("crisis.protocol.adopted", "it goes by a newer protocol from here on", ("version",)),
    Kind.INJECT: Named("crisis.inject.arrived", "an inject of a drill arrived", ("inject",)),
}

_MESSAGE = "one line for each message: a mailing to thousands would be thousands"
_PERSON = "about one person's way of being reached, and as many lines as people"
_PREFECT = "Prefect's own `prefect.flow-run.*` says it"
_DEADLINE = "several for each person who is asked; `crisis.deadline.missed` is what matters of them"

SILENT: dict[Kind, str] = {
    Kind.RUN_STARTED: _PREFECT,
    Kind.RUN_REPLACED: _PREFECT,
    Kind.MESSAGE_SENT: _MESSAGE,
    Kind.MESSAGE_FAILED: _MESSAGE,
    Kind.MESSAGE_IN_DOUBT: _MESSAGE,
    Kind.DOUBT_RESOLVED: _MESSAGE,
    Kind.ACKNOWLEDGED: "one line for each person; `crisis.quorum.reached` and `crisis.escalated` are what follows",
    Kind.NOT_TOLD: _PERSON,
    Kind.LANGUAGE_FALLBACK: _PERSON,
    Kind.SKIPPED: _PERSON,
    Kind.CONTACT_OPTED_OUT: _PERSON,
    Kind.CONTACT_OPTED_IN: _PERSON,
    Kind.DEADLINE_SET: _DEADLINE,
    Kind.DEADLINE_MET: _DEADLINE,
    Kind.DEADLINE_CANCELLED: _DEADLINE,
    Kind.CODE_SENT: "one line for each person, and nobody else's business",
    Kind.REFUSED: "a wrong code, asked again at once; `crisis.code.locked` when it goes on",
}
"""The lines of which no Prefect event is made, and why."""
