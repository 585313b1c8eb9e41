"""The playbook format: what a YAML file of the library may say. Version 1; the JSON Schema beside is made from it."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator

from protocol.words import Channel, Level

_UNITS = {"m": 60, "h": 3600, "d": 86400}
_DURATION = r"^[1-9][0-9]{0,3}[mhd]$"


def _read_duration(value: object) -> object:
    if isinstance(value, str) and re.match(_DURATION, value):
        return timedelta(seconds=int(value[:-1]) * _UNITS[value[-1]])
    if isinstance(value, timedelta):
        return value
    raise ValueError(f"{value!r} is not a span of time; write it like 5m, 2h or 3d")


def write_duration(value: timedelta) -> str:
    """`5m`, `2h` or `3d`, in the largest unit that fits."""
    seconds = int(value.total_seconds())
    for unit in ("d", "h", "m"):
        if seconds % _UNITS[unit] == 0:
            return f"{seconds // _UNITS[unit]}{unit}"
    raise ValueError(f"{value} is not a whole number of minutes")


Duration = Annotated[
    timedelta,
    BeforeValidator(_read_duration),
    PlainSerializer(write_duration),
    WithJsonSchema({"type": "string", "pattern": _DURATION}),
]
Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
MemberKey = Annotated[str, Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=60)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Texts(_Part):
    """The same words in both languages, for people to read."""

    es: str
    en: str


class Audience(_Part):
    """Whom a step tells: holders of roles, whole teams, single members, by key."""

    roles: list[Key] = []
    teams: list[Key] = []
    members: list[MemberKey] = []


class Turn(StrEnum):
    """Whose turn it is at a rung that names no people."""

    NEXT_DEPUTY = "next-deputy"  # the first deputy of the silent role who is there and was not told yet
    LAST_TOLD = "last-told"  # whoever was told last and is silent, once more: a text may lie unread, a call rings


def _or_a_turn(schema: dict[str, Any]) -> None:
    audience = {name: schema.pop(name) for name in list(schema)}
    schema["anyOf"] = [audience, {"type": "string", "enum": [turn.value for turn in Turn]}]


class Whom(Audience):
    """Who is told at a rung: people by key, or just the word `next-deputy` or `last-told`."""

    model_config = ConfigDict(json_schema_extra=_or_a_turn)
    turn: Turn | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_turn(cls, value: object) -> object:
        return {"turn": value} if isinstance(value, str) else value


class Rung(_Part):
    """One step up an escalation chain: this long after the step began, nobody having answered, these are told."""

    after: Duration
    to: Whom = Whom(turn=Turn.NEXT_DEPUTY)
    channels: list[Channel] | None = Field(default=None, min_length=1, description="The step's own when left out.")
    repeat: int = Field(default=1, ge=1, le=20, description="How many times the same people are told.")
    every: Duration | None = Field(default=None, description="The time between two of these times.")


class Acknowledge(_Part):
    """Each person told must acknowledge within this time; if not, the next deputy of the role is told, and so on.

    A `chain` says otherwise: who is told next, after how long, how often and by which channels.
    """

    within: Duration
    escalate: bool = True
    chain: list[Rung] = Field(default=[], max_length=20)


class Wave(_Part):
    """The next group, told when fewer than so many have acknowledged within this time since the wave before."""

    fewer_than: int = Field(ge=1)
    within: Duration
    to: Audience
    channels: list[Channel] | None = Field(default=None, min_length=1, description="The step's own when left out.")


class Repeat(_Part):
    """The step fires again every so often while its phase lasts (at most `times`)."""

    every: Duration
    times: int = Field(default=12, ge=1, le=500)


class StepKind(StrEnum):
    """What a step does; each is one entry of the table in flows/step.py."""

    NOTIFY = "notify"
    CONVENE = "convene"
    RECORD = "record"
    PUBLISH = "publish"
    CLOCK = "clock"


class _Step(_Part):
    key: Key
    title: Texts
    after: Duration | None = Field(default=None, description="Fires this long after the phase began.")
    level: Level | None = Field(default=None, description="Only at this level and above.")


class Notify(_Step):
    """Tells people, on every channel named."""

    kind: Literal[StepKind.NOTIFY]
    to: Audience
    message: Key
    channels: list[Channel] = [Channel.SMS, Channel.EMAIL]
    acknowledge: Acknowledge | None = None
    quorum: int | None = Field(default=None, ge=1, description="So many must acknowledge in time; more is not needed.")
    waves: list[Wave] = Field(default=[], max_length=20)
    repeat: Repeat | None = None


class Convene(_Step):
    """Calls the crisis cabinet: each member accepts, declines or delegates; a quorum is due."""

    kind: Literal[StepKind.CONVENE]
    roles: list[Key] = Field(min_length=1)
    message: Key
    channels: list[Channel] = [Channel.SMS, Channel.EMAIL]
    quorum: int = Field(ge=1)
    within: Duration
    acknowledge: Acknowledge
    waves: list[Wave] = Field(default=[], max_length=20)


class Record(_Step):
    """Asks roles to record best, likely and worst scenario by command or page; due within."""

    kind: Literal[StepKind.RECORD]
    roles: list[Key] = Field(min_length=1)
    message: Key
    channels: list[Channel] = [Channel.EMAIL]
    within: Duration


class Publish(_Step):
    """A public message: nothing is enqueued without `sign_offs` different people's approval of the exact text."""

    kind: Literal[StepKind.PUBLISH]
    audience: Key = Field(description="A team outside the company.")
    message: Key
    channel: Channel = Channel.EMAIL
    signers: list[Key] = Field(min_length=2)
    sign_offs: int = Field(default=2, ge=2)
    request: Key = Field(description="The message that asks the signers.")
    within: Duration


class Clock(_Step):
    """A visible deadline that others set (a law, a promise). Tells its roles at the start and when it is missed."""

    kind: Literal[StepKind.CLOCK]
    roles: list[Key] = Field(min_length=1)
    message: Key
    channels: list[Channel] = [Channel.EMAIL]
    within: Duration
    source: str = Field(description="The rule that sets it. Information, not legal advice.")
    met_by: list[Key] = Field(default=[], description="Publish steps of the phase whose publication meets it.")


Step = Annotated[Notify | Convene | Record | Publish | Clock, Field(discriminator="kind")]


class DeskLine(Texts):
    """An approved line for customer service, for one reason of the support entries, or for whoever asks."""

    reason: Key | None = Field(
        default=None, description="The key of a support entry whose standard answer it replaces."
    )


class DeskPart(_Part):
    """What customer service says, points to and never says in a phase. Texts may use `{{ press_page }}` and such."""

    lines: list[DeskLine] = Field(default=[], max_length=50)
    do_not_say: list[Texts] = Field(default=[], max_length=50)
    faq: list[Key] = Field(default=[], max_length=50, description="Resources of the protocol. None: all of its FAQs.")


class PhasePlan(_Part):
    """The steps of one phase in order, and who decides at its gate."""

    deciders: list[Key] = Field(min_length=1)
    gate_message: Key = "gate-code"
    remind: Duration = timedelta(hours=1)
    exit_criteria: list[Texts] = []
    desk: DeskPart | None = Field(default=None, description="What customer service says and does not say.")
    steps: list[Step] = Field(min_length=1)


class Phases(_Part):
    """The three phases of a crisis."""

    pre_crisis: PhasePlan
    crisis: PhasePlan
    post_crisis: PhasePlan


class Playbook(_Part):
    """What to do in one kind of crisis."""

    format: Literal[1]
    key: Key
    title: Texts
    posture: str
    summary: Texts
    phases: Phases

    @property
    def steps(self) -> list[Notify | Convene | Record | Publish | Clock]:
        """Every step, phase after phase."""
        return [*self.phases.pre_crisis.steps, *self.phases.crisis.steps, *self.phases.post_crisis.steps]
