"""The history of the rules: who changed which, when and why, and how it stood before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitoring.rows import RuleChange
from protocol.history import Author


@dataclass(frozen=True)
class Noted:
    """Who changes rules, and when; `at` is UTC."""

    author: Author
    at: datetime


def note(
    session: Session, key: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, noted: Noted | None
) -> None:
    """Writes a change of a rule into the history, in the caller's transaction; nothing when nobody is named."""
    if noted is None:
        return
    who = noted.author
    said = {"before": None if before is None else dict(before), "after": None if after is None else dict(after)}
    session.add(RuleChange(rule_key=key, at=noted.at, by=who.by, why=who.why, source=who.source, **said))
    session.flush()


def changes_of(session: Session, key: str = "") -> Sequence[RuleChange]:
    """Every change of a rule, or of all rules, the newest first."""
    query = select(RuleChange).order_by(RuleChange.id.desc())
    return session.scalars(query.where(RuleChange.rule_key == key) if key else query).all()
