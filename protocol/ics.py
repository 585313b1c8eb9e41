"""What iCalendar files of the protocol share: kinds of events, the categories that tell them, and their own UIDs."""

from datetime import UTC, datetime
from enum import StrEnum

from protocol.words import Language

OWN = "@crisis-playbook"
ROLE, MEMBER, ROTATION = "X-CRISIS-ROLE", "X-CRISIS-MEMBER", "X-CRISIS-ROTATION"


class Kind(StrEnum):
    """What an event is about."""

    TASK = "task"
    TURN = "turn"
    OVERRIDE = "override"
    ABSENCE = "absence"


CATEGORIES = {
    Kind.TASK: {Language.ES: "tarea", Language.EN: "task"},
    Kind.TURN: {Language.ES: "turno", Language.EN: "turn"},
    Kind.OVERRIDE: {Language.ES: "sustitución", Language.EN: "override"},
    Kind.ABSENCE: {Language.ES: "ausencia", Language.EN: "absence"},
}
OTHERS = {"vacaciones": Kind.ABSENCE, "holiday": Kind.ABSENCE, "vacation": Kind.ABSENCE, "out of office": Kind.ABSENCE}


def uid_of(kind: Kind, *parts: str | datetime) -> str:
    """The UID of an event of ours: it says what the event is about, so that it is known again."""
    told = (part if isinstance(part, str) else f"{part.astimezone(UTC):%Y%m%dT%H%M%SZ}" for part in parts)
    return "_".join([kind, *told]) + OWN


def name_property(language: Language) -> str:
    """Where a task keeps its name in a language: SUMMARY has room for one."""
    return f"X-CRISIS-NAME-{language.upper()}"


def kind_of(uid: str, categories: list[str]) -> Kind | None:
    """What an event is about: by our own UID, or else by its categories; None when neither tells."""
    if uid.endswith(OWN) and (own := uid.partition("_")[0]) in list(Kind):
        return Kind(own)
    words = {word: kind for kind, told in CATEGORIES.items() for word in told.values()} | OTHERS
    return next((words[said.strip().lower()] for said in categories if said.strip().lower() in words), None)
