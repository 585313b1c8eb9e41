"""The format of a company file: the whole protocol of one company as people write it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, field_validator, model_validator

from protocol.addresses import read_contact
from protocol.calendar_format import AtRest, Holidays, OverrideEntry, RotationEntry, TaskEntry
from protocol.company_parts import (
    CLOSED,
    Address,
    BothLanguages,
    Chat,
    Days,
    Feed,
    KeptEntry,
    Key,
    Phone,
    QuietHours,
    TimeOfDay,
    Zone,
)
from protocol.contact_flags import without_flags
from protocol.raci import RaciEntry
from protocol.reply_targets import ReplyTarget
from protocol.variables import Variables
from protocol.words import AudienceKind, Channel, Language, Level, Phase, Urgency

AnyContact = Annotated[str, AfterValidator(read_contact)]


class _Part(BaseModel):
    model_config = CLOSED


class LimitEntry(_Part):
    """So many messages to one person within so many minutes; what comes above waits and is bundled."""

    count: int = Field(ge=1, le=1000)
    minutes: int = Field(ge=1, le=1440)


class CompanyEntry(KeptEntry):
    """The company itself, and how its people's peace is kept."""

    name: str
    press_page: str = ""
    quiet_hours: QuietHours | None = None
    quiet_below: Level = Field(default=Level.ORANGE, description="From this level on quiet hours no longer hold.")
    limits: dict[Channel, LimitEntry] = {}
    holidays: Holidays | None = Field(default=None, description="Whose public holidays. Left out: as they are.")
    variables: Variables = Field(default={}, description="Words that messages may say. Left out: as they are.")
    support_targets: dict[Urgency, ReplyTarget] = Field(
        default={}, description="First replies to customers, by urgency. Left out: as they are."
    )


class Place(_Part):
    """A member's place in a team, with the tasks held there."""

    member: Key
    tasks: str = ""


class TeamEntry(KeptEntry):
    """A work team, or an audience outside the company."""

    key: Key
    names: BothLanguages
    functions: str = ""
    outside: bool = False
    audience: AudienceKind | None = Field(default=None, description="In whose turn it is told. Inside: employees.")
    holidays: Holidays | None = Field(default=None, description="Instead of the company's. Left out: as they are.")
    members: list[Place] | None = Field(default=None, description="Left out: whoever is in it stays (an audience).")


class Hours(_Part):
    """Working hours in the member's own time zone, on one day or a span of days."""

    days: Days
    starts: TimeOfDay
    ends: TimeOfDay


class AbsenceEntry(_Part):
    """A span of absence; a moment without time zone is the member's own."""

    starts: datetime
    ends: datetime
    reason: str = ""


class MemberEntry(KeptEntry):
    """A person: who, how reached (the first contact of a channel first), when at work."""

    key: Key
    name: str
    title: str = ""
    language: Language
    time_zone: Zone
    responsibilities: str = ""
    raci: RaciEntry = RaciEntry()
    drill_roster: bool = False
    sms: list[Phone] = []
    email: list[Address] = []
    voice: list[Phone] = []
    chat: list[Chat] = []
    shared: list[AnyContact] = Field(default=[], description="Contacts that other people have as well.")
    verified: dict[AnyContact, date] = Field(default={}, description="When the person last confirmed a contact.")
    quiet_hours: QuietHours | None = Field(default=None, description="Instead of the company's.")
    hours: list[Hours] = []
    absences: list[AbsenceEntry] = []
    holidays: Holidays | None = Field(default=None, description="Instead of the team's. Left out: as they are.")

    @model_validator(mode="before")
    @classmethod
    def _take_flags(cls, entry: Any) -> Any:
        return without_flags(entry) if isinstance(entry, dict) else entry

    @field_validator("shared")
    @classmethod
    def _each_once(cls, values: list[str]) -> list[str]:
        return list(dict.fromkeys(values))


class RoleEntry(KeptEntry):
    """A part played in a crisis: the first holder holds it, the others deputise in order."""

    key: Key
    names: BothLanguages
    cabinet: bool = False
    responsibilities: str = ""
    raci: RaciEntry = RaciEntry()
    holders: list[Key] = Field(min_length=1)
    on_holidays: AtRest | None = Field(default=None, description="Left out: as it is.")
    outside_hours: AtRest | None = Field(default=None, description="Left out: as it is.")


class ToolEntry(KeptEntry):
    """A tool that a team works with."""

    key: Key
    name: str
    purpose: str = ""
    team: Key | None = None


class ResourceEntry(KeptEntry):
    """A management resource."""

    key: Key
    kind: Literal["faq", "video", "download"]
    titles: BothLanguages
    address: str = ""


class FlowEntry(KeptEntry):
    """Which team tells which, and when; in the order of audiences, then of the file."""

    key: Key
    from_team: Key
    to_team: Key
    when: str = Field(description="For people to read.")
    phases: list[Phase] = Field(default=[], description="At whose beginning it happens by itself. None: never.")
    message: Key | None = Field(default=None, description="Left out: the product's own words.")
    channels: list[Channel] = Field(default=[], description="Left out: SMS and e-mail.")
    level: Level | None = Field(default=None, description="Only at this level and above.")

    @field_validator("phases", "channels")
    @classmethod
    def _in_order(cls, values: list[Phase] | list[Channel]) -> list[str]:
        return [choice for choices in (Phase, Channel) for choice in choices if choice in values]


class MeasurementEntry(KeptEntry):
    """A measurement, an analysis or a report that a team owes."""

    key: Key
    kind: Literal["measurement", "analysis", "report"]
    name: str
    frequency: str = ""
    team: Key | None = None


class ListeningEntry(KeptEntry):
    """A monitoring or customer-service channel, and what is followed there."""

    key: Key
    kind: Literal["monitoring", "customer-service"]
    name: str
    keywords: list[str] = []
    competitors: list[str] = []
    personalities: list[str] = []
    trends: list[str] = []
    feeds: list[Feed] = Field(default=[], description="Addresses of RSS or Atom; of a monitoring channel.")

    @field_validator("feeds")
    @classmethod
    def _each_feed_once(cls, values: list[str]) -> list[str]:
        return list(dict.fromkeys(values))


class SubjectEntry(KeptEntry):
    """What a crisis may be about."""

    key: Key
    kind: Literal["brand", "product", "site", "person"]
    name: str


class SupportItem(KeptEntry):
    """A query or incident of a customer and its standard answer."""

    key: Key
    kind: Literal["query", "incident"]
    channel: str
    urgency: Urgency
    customer: Literal["current", "potential", "any"]
    question: str
    answers: BothLanguages
    team: Key | None = None


class CompanyFile(_Part):
    """The whole protocol of one company."""

    company: CompanyEntry
    members: list[MemberEntry] = Field(min_length=1)
    teams: list[TeamEntry] = Field(min_length=1)
    roles: list[RoleEntry] = []
    tools: list[ToolEntry] = []
    resources: list[ResourceEntry] = []
    communication_flows: list[FlowEntry] = []
    measurements: list[MeasurementEntry] = []
    listening_channels: list[ListeningEntry] = []
    subjects: list[SubjectEntry] = []
    support: list[SupportItem] = []
    rotations: list[RotationEntry] = []
    overrides: list[OverrideEntry] = []
    tasks: list[TaskEntry] = []
