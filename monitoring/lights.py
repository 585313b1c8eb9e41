"""What the rules of an incident say just now: still burning, or back to green. An offer to leave, never a decision."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitoring.rows import Breach, MonitoringRule
from notifiers.render import level_word
from protocol.words import Language, Level


@dataclass(frozen=True)
class Light:
    """One rule that has a breach in the incident: its level, or green and since when."""

    rule: str
    level: Level
    since: datetime

    def words(self, language: Language, now: datetime) -> str:
        """`Monitoring: back to green since 14:05 UTC (rule mentions-burst).` Another day than that of `now` is said."""
        today = self.since.date() == now.date()
        if language is Language.ES:
            when = f"las {self.since:%H:%M}" if today else f"el {self.since:%Y-%m-%d} a las {self.since:%H:%M}"
            burns = f"sigue en {level_word(self.level, language)}"
            stands = f"de vuelta a verde desde {when} UTC" if self.is_green else burns
            return f"Monitorización: {stands} (regla {self.rule})."
        when = f"{self.since:%H:%M}" if today else f"{self.since:%Y-%m-%d %H:%M}"
        stands = f"back to green since {when} UTC" if self.is_green else f"still {self.level}"
        return f"Monitoring: {stands} (rule {self.rule})."

    @property
    def is_green(self) -> bool:
        """Whether it is back to green."""
        return self.level is Level.GREEN


def lights(session: Session, incident_id: int) -> list[Light]:
    """The rules with a breach in an incident, those that still burn first."""
    query = select(MonitoringRule.key, Breach).join(Breach, Breach.rule_id == MonitoringRule.id)
    by_rule: dict[str, list[Breach]] = defaultdict(list)
    for key, breach in session.execute(query.where(Breach.incident_id == incident_id).order_by(Breach.id)):
        by_rule[key].append(breach)
    found = [_light(key, breaches) for key, breaches in by_rule.items()]
    return sorted(found, key=lambda light: (light.is_green, light.rule))


def light_words(session: Session, incident_id: int, language: Language, now: datetime) -> list[str]:
    """A sentence for each."""
    return [light.words(language, now) for light in lights(session, incident_id)]


def is_burning(session: Session, incident_id: int) -> bool:
    """Whether a breach of an incident has not ended."""
    burning = select(Breach.id).where(Breach.incident_id == incident_id, Breach.ended_at.is_(None))
    return session.scalar(burning.limit(1)) is not None


def _light(key: str, breaches: list[Breach]) -> Light:
    burning = [breach for breach in breaches if breach.ended_at is None]
    if burning:
        gravest = max(burning, key=lambda breach: Level(breach.level).rank)
        return Light(key, Level(gravest.level), gravest.at)
    return Light(key, Level.GREEN, max(breach.ended_at for breach in breaches if breach.ended_at is not None))
