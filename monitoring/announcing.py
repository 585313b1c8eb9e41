"""Breaches of which those outside were not told yet. Each row says so of itself: whatever commits late is found."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from monitoring.rows import Breach, MonitoringRule


def unannounced(session: Session, limit: int) -> list[tuple[Breach, MonitoringRule]]:
    """The first of them with their rules, in order, `limit` at the most."""
    query = select(Breach, MonitoringRule).join(MonitoringRule, MonitoringRule.id == Breach.rule_id)
    rows = session.execute(query.where(~Breach.announced).order_by(Breach.id).limit(limit))
    return [(breach, rule) for breach, rule in rows]


def announce(session: Session, breach_ids: Collection[int]) -> None:
    """Marks them as told."""
    session.execute(update(Breach).where(Breach.id.in_(breach_ids)).values(announced=True))
