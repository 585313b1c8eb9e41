"""What several rows of a sheet say together about one thing, a person or a team."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from protocol.workbook.lines import Line

CONTACT_COLUMNS = ("sms", "email", "voice", "chat")


@dataclass
class Told:
    """What the rows say about one thing: each column with the first value and its line."""

    first: Line
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def take(self, line: Line, column: str, value: object) -> None:
        """One row's word about a column; another word than an earlier row's is a fault."""
        if column in line.broken:
            self.broken.add(column)
        if value is None or value == "":
            return
        if column not in self.values:
            self.values[column], self.lines[column] = value, line
        elif self.values[column] != value:
            before = self.values[column]
            line.fault(column, "contradiction", other=self.lines[column].number, item=_shown(before))

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
                    self.lines[column].fault(column, "not_theirs", item=value)


def _shown(value: object) -> str:
    return ", ".join(str(entry) for entry in value) if isinstance(value, list) else str(value)
