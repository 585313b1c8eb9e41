"""The format of a company file: the whole protocol of one company as people write it."""

import re
from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from protocol.addresses import read_address, read_chat, read_contact, read_phone
from protocol.contact_flags import without_flags
from protocol.raci import RaciEntry
from protocol.words import Channel, Language, Level

ZONES = available_timezones()
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _read_time(value: object) -> object:
    if isinstance(value, int) and 10 * 60 <= value < 24 * 60:
        return time(value // 60, value % 60)  # YAML reads an unquoted 18:00 (not 09:00) as a number of minutes
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time.fromisoformat(value)
    if isinstance(value, time):
        return value
    raise ValueError(f'"{value}" is not a time of day; write it like "09:00"')


def _read_days(value: str) -> str:
    if not weekdays(value):
        raise ValueError(f'"{value}" is not a day or a span of days; write it like mon or mon-fri')
    return value


def read_zone(value: str) -> str:
    """The name of a time zone. Raises ValueError for an unknown one."""
    if value not in ZONES:
        raise ValueError(f'"{value}" is not a time zone; write it like Europe/Madrid')
    return value


def weekdays(days: str) -> list[int]:
    """`mon-fri` as 0 to 4; nothing when it cannot be read or runs backwards."""
    first, _, last = days.partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        return []
    return list(range(DAYS.index(first), DAYS.index(last or first) + 1))


KEY = re.compile(r"^[a-z0-9]+([.-][a-z0-9]+)*$")
Key = Annotated[str, Field(pattern=KEY.pattern, max_length=60)]
Phone = Annotated[str, AfterValidator(read_phone)]
Address = Annotated[str, AfterValidator(read_address)]
Chat = Annotated[str, AfterValidator(read_chat)]
AnyContact = Annotated[str, AfterValidator(read_contact)]
TimeOfDay = Annotated[time, BeforeValidator(_read_time)]
Days = Annotated[str, AfterValidator(_read_days)]
Zone = Annotated[str, AfterValidator(read_zone)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BothLanguages(_Part):
    """The same words in both languages."""

    es: str
    en: str


class QuietHours(_Part):
    """A night, in each person's own time zone; it may pass midnight."""

    starts: TimeOfDay
    ends: TimeOfDay


class LimitEntry(_Part):
    """So many messages to one person within so many minutes; what comes above waits and is bundled."""

    count: int = Field(ge=1, le=1000)
    minutes: int = Field(ge=1, le=1440)


class CompanyEntry(_Part):
    """The company itself, and how its people's peace is kept."""

    name: str
    press_page: str = ""
    quiet_hours: QuietHours | None = None
    quiet_below: Level = Field(default=Level.ORANGE, description="From this level on quiet hours no longer hold.")
    limits: dict[Channel, LimitEntry] = {}


class Place(_Part):
    """A member's place in a team, with the tasks held there."""

    member: Key
    tasks: str = ""


class TeamEntry(_Part):
    """A work team, or an audience outside the company."""

    key: Key
    names: BothLanguages
    functions: str = ""
    outside: bool = False
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


class MemberEntry(_Part):
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

    @model_validator(mode="before")
    @classmethod
    def _take_flags(cls, entry: Any) -> Any:
        return without_flags(entry) if isinstance(entry, dict) else entry

    @field_validator("shared")
    @classmethod
    def _each_once(cls, values: list[str]) -> list[str]:
        return list(dict.fromkeys(values))


class RoleEntry(_Part):
    """A part played in a crisis: the first holder holds it, the others deputise in order."""

    key: Key
    names: BothLanguages
    cabinet: bool = False
    responsibilities: str = ""
    raci: RaciEntry = RaciEntry()
    holders: list[Key] = Field(min_length=1)


class ToolEntry(_Part):
    """A tool that a team works with."""

    key: Key
    name: str
    purpose: str = ""
    team: Key | None = None


class ResourceEntry(_Part):
    """A management resource."""

    key: Key
    kind: Literal["faq", "video", "download"]
    titles: BothLanguages
    address: str = ""


class FlowEntry(_Part):
    """Which team tells which, and when; in the order of the file."""

    key: Key
    from_team: Key
    to_team: Key
    when: str


class MeasurementEntry(_Part):
    """A measurement, an analysis or a report that a team owes."""

    key: Key
    kind: Literal["measurement", "analysis", "report"]
    name: str
    frequency: str = ""
    team: Key | None = None


class ListeningEntry(_Part):
    """A monitoring or customer-service channel, and what is followed there."""

    key: Key
    kind: Literal["monitoring", "customer-service"]
    name: str
    keywords: list[str] = []
    competitors: list[str] = []
    personalities: list[str] = []
    trends: list[str] = []


class SubjectEntry(_Part):
    """What a crisis may be about."""

    key: Key
    kind: Literal["brand", "product", "site", "person"]
    name: str


class SupportItem(_Part):
    """A query or incident of a customer and its standard answer."""

    key: Key
    kind: Literal["query", "incident"]
    channel: str
    urgency: Literal["low", "medium", "high"]
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
