"""What rows say about a person: in which columns, how these are understood, and the entry that they make."""

from collections.abc import Callable, Sequence

from protocol.company_format import AbsenceEntry, MemberEntry
from protocol.raci import Raci, RaciEntry
from protocol.words import Language
from protocol.workbook import cells, time_cells
from protocol.workbook.choices import LANGUAGES, OWN_FILE
from protocol.workbook.columns import folded
from protocol.workbook.kept_columns import KEPT_COLUMNS
from protocol.workbook.lines import Line
from protocol.workbook.told import Told

PERSON_COLUMNS = (
    "name",
    "title",
    "language",
    "time_zone",
    "sms",
    "email",
    "voice",
    "chat",
    "shared",
    "verified",
    "hours",
    "responsibilities",
    *Raci,
    "drill_roster",
    "quiet_hours",
    *KEPT_COLUMNS,
)
NEEDED_OF_PEOPLE = ("name", "language", "time_zone")
OWN = frozenset(OWN_FILE.names())
"""What stands for the people of an audience that has a file of its own."""

_DESCRIBING = frozenset(PERSON_COLUMNS) - {"name"}
_SAID = {*MemberEntry.model_fields} - {"holidays", *KEPT_COLUMNS}
_SAID_KEPT = {*MemberEntry.model_fields} - {"holidays"}
_NO_PARTS = RaciEntry()


def readers_of(country: str, language: Language) -> dict[str, Callable[[str], object]]:
    """How the columns that are more than a text are understood."""
    phones = cells.phones(country)
    return {
        "language": cells.choice(LANGUAGES, language),
        "time_zone": cells.zone,
        "sms": phones,
        "voice": phones,
        "email": cells.addresses,
        "chat": cells.chats,
        "shared": cells.any_contacts(country),
        "verified": time_cells.confirmed(country),
        **dict.fromkeys(Raci, cells.areas),
        "hours": time_cells.hours,
        "quiet_hours": time_cells.night,
    }


def is_described(line: Line) -> bool:
    """Whether the row says more about one person than who it is."""
    if folded(line.text("member")) in OWN:
        return False
    return bool(line.said("member") and line.said("name")) or any(map(line.row.says, _DESCRIBING))


def member_of(key: str, told: Told, absences: Sequence[AbsenceEntry]) -> MemberEntry:
    """The person. Only for rows without faults."""
    values = dict(told.values)
    parts = {part: values.pop(part) for part in Raci if part in values}
    values |= {
        "language": Language(values["language"]),
        "raci": RaciEntry(**parts) if parts else _NO_PARTS,
        "absences": list(absences),
    }
    # Each value was understood by itself: to check them all again takes as long as to understand them.
    said = _SAID_KEPT if told.first.has(*KEPT_COLUMNS) else _SAID
    return MemberEntry.model_construct(said, key=key, **values)
