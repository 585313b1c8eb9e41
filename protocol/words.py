"""The small vocabularies that several rooms share."""

from enum import StrEnum


class Channel(StrEnum):
    """How a person is reached."""

    SMS = "sms"
    EMAIL = "email"
    VOICE = "voice"  # a call that reads the words aloud and takes a digit
    CHAT = "chat"  # chat and push, through Apprise


WRITTEN = (Channel.SMS, Channel.EMAIL)
"""The channels that every standard message is written for."""


class Language(StrEnum):
    """The languages that messages are written in."""

    ES = "es"
    EN = "en"


class Level(StrEnum):
    """How serious it is; in order."""

    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"

    @property
    def rank(self) -> int:
        """Position in the order, green is 0."""
        return _RANKS[self]


_RANKS = {level: place for place, level in enumerate(Level)}  # asked for each level of each rule


class Phase(StrEnum):
    """Where an incident stands."""

    PRE_CRISIS = "pre_crisis"
    CRISIS = "crisis"
    POST_CRISIS = "post_crisis"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """As people write it: `pre-crisis`."""
        return self.value.replace("_", "-")


class AudienceKind(StrEnum):
    """What kind of people a team is, in the order in which they are told."""

    HARMED = "harmed"  # and their families
    EMPLOYEES = "employees"
    REGULATORS = "regulators"
    CUSTOMERS = "customers"
    MEDIA = "media"


class Urgency(StrEnum):
    """How soon a customer must be answered; in order."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Position in the order, low is 0."""
        return list(Urgency).index(self)


class Rest(StrEnum):
    """Whether somebody is on duty on a public holiday, or outside working hours."""

    WORK = "work"
    OFF = "off"


class Remedy(ValueError):  # noqa: N818 - it names what the reader gets
    """An error whose one sentence says what is wrong, which one and what to do. Commands exit with code 2 on it."""
