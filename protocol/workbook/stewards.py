"""Who keeps which entry, as the sheets say it: known only when every role and every person is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from protocol.kinds import EntryKind
from protocol.stewardship import EntryKey, Kept
from protocol.workbook import calendar_cells
from protocol.workbook.kept_columns import KEPT_COLUMNS
from protocol.workbook.lines import Line, known


@dataclass(frozen=True)
class _Said:
    """What a row says of an entry, the owner still as it is written there."""

    line: Line
    column: str
    owner: str
    review: date | None


class Stewards:
    """Collects owners and review dates from every sheet."""

    def __init__(self) -> None:
        self._said: dict[EntryKey, _Said] = {}

    def take(self, line: Line, kind: EntryKind, key: str) -> None:
        """What a row says in its two columns; nothing where the sheet does not have them."""
        if line.has(*KEPT_COLUMNS):
            owner, review = KEPT_COLUMNS
            self.put(line, (kind, key), line.text(owner), read_review(line, review))

    def put(
        self, line: Line, place: EntryKey, owner: str, review: date | None, columns: tuple[str, str] = KEPT_COLUMNS
    ) -> None:
        """What is said of an entry; of a message several rows may say it, and all the same."""
        before = self._said.get(place)
        if before is None or (before.owner, before.review) == ("", None):
            self._said[place] = _Said(line, columns[0], owner, review)
        elif (owner, review) not in (("", None), (before.owner, before.review)):
            differs = columns[0] if before.owner != owner else columns[1]
            line.fault(differs, "kept_differs", other=before.line.number)

    def resolve(self, find: Callable[[str], str | None], choices: list[str]) -> dict[EntryKey, Kept]:
        """Owner and review date by entry. `find` answers the key of a role or a person; an unknown one is a fault."""
        found: dict[EntryKey, Kept] = {}
        for place, said in self._said.items():
            owner = find(said.owner) if said.owner else None
            if not said.owner or owner is not None:
                found[place] = Kept(owner, said.review)
            elif not said.line.left_out:  # else its row is left out, and the owner stays who it is
                said.line.fault(said.column, "unknown_owner", item=said.owner, choices=known(choices))
        return found


def read_review(line: Line, column: str) -> date | None:
    """The day in a cell; None when there is none, or when it cannot be understood."""
    return line.moment(column, calendar_cells.day) if line.said(column) else None
