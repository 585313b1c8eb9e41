"""How a report speaks: one dossier, its measures, and the names, language and time zone to tell them in."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from incidents.narrative import Names
from protocol.words import Language
from reports import spans
from reports.dossier import Dossier
from reports.measures import Measures


@dataclass(frozen=True)
class Telling:
    """What every section of the report needs to speak."""

    dossier: Dossier
    measures: Measures
    names: Names
    labels: dict[str, str]
    language: Language
    zone: tzinfo

    def when(self, at: datetime) -> str:
        """The moment, in the company's time."""
        return spans.moment(at, self.zone, self.language)

    def since(self, at: datetime) -> str:
        """The moment, from the opening."""
        return spans.since(at - self.measures.opened_at)

    def who(self, member_id: int, role: str | None = None) -> str:
        """A person, with the role played."""
        name = self.names.member(member_id)
        return f"{name} ({self.names.role(role)})" if role else name

    def step(self, key: str) -> str:
        """The title of a step; a dispatch without one was a notice by hand."""
        return self.names.step(key) if key else self.labels["notify"]
