"""What several rows of a sheet say together about one thing, a person or a team."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from protocol.workbook.lines import Line

CONTACT_COLUMNS = ("sms", "email", "voice", "chat")


@dataclass(slots=True)
class Told:
    """What the rows say about one thing: each column with the first value; `later` is its line, if not the first."""

    first: Line
    values: dict[str, Any] = field(default_factory=dict)
    later: dict[str, Line] | None = None
    broken: frozenset[str] = frozenset()

    def take(self, line: Line, column: str, value: object) -> None:
        """One row's word about a column; another word than an earlier row's is a fault."""
        if column in line.broken:
            self.broken |= {column}
        if value is None or value == "":
            return
        if column not in self.values:
            self.values[column] = value
            if line is not self.first:
                self.later = {**(self.later or {}), column: line}
        elif self.values[column] != value:
            before = self.values[column]
            line.fault(column, "contradiction", other=self.line_of(column).number, item=_shown(before))

    def begin_anew(self, line: Line) -> None:
        """Another line stands for the thing; what earlier ones said stays theirs."""
        self.later = {**dict.fromkeys(self.values, self.first), **(self.later or {})}
        self.first = line

    def need(self, columns: Sequence[str]) -> None:
        """What no row says is a fault of the first."""
        for column in columns:
            if column not in self.values and column not in self.broken:
                self.first.fault(column, "missing")

    def check_contacts(self) -> None:
        """What is said about contacts is about the person's own."""
        if self.broken & set(CONTACT_COLUMNS):
            return
        theirs = {value for column in CONTACT_COLUMNS for value in self.values.get(column, ())}
        for column in ("shared", "verified"):
            for value in self.values.get(column, ()):
                if value not in theirs:
                    self.line_of(column).fault(column, "not_theirs", item=value)

    def line_of(self, *columns: str) -> Line:
        """The line that says one of these columns."""
        return next((self.later[column] for column in columns if self.later and column in self.later), self.first)


def _shown(value: object) -> str:
    return ", ".join(str(entry) for entry in value) if isinstance(value, list) else str(value)
