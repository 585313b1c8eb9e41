"""The rules in the store: listed, changed by several at once, removed."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from monitoring.changes import Noted, note
from monitoring.definitions import RuleDefinition, check_asked, definition_of, end_breaches, keep_rules
from monitoring.learning import NO_LESSONS, Lessons
from monitoring.rows import OPEN_QUESTION, Action, Breach, MonitoringRule, RuleSeries, RuleState
from protocol.words import Remedy


def stored_rules(session: Session) -> Sequence[MonitoringRule]:
    """Every rule that watches, by key."""
    watching = select(MonitoringRule).where(MonitoringRule.removed_at.is_(None))
    return session.scalars(watching.order_by(MonitoringRule.key)).all()


def stored_rule(session: Session, key: str) -> MonitoringRule:
    """The rule of that key that watches. Raises Remedy when there is none."""
    rows = stored_rules(session)
    found = next((row for row in rows if row.key == key), None)
    if found is None:
        known = f"Use one of: {', '.join(row.key for row in rows)}." if rows else "Load some with `crisis rules load`."
        raise Remedy(f'There is no rule "{key}". {known}')
    return found


def definitions_in(session: Session) -> list[RuleDefinition]:
    """The rules of the store, as files say them, by key."""
    return [definition_of(row) for row in stored_rules(session)]


def take_rules(
    session: Session,
    definitions: Sequence[RuleDefinition],
    noted: Noted,
    replace: bool,
    lessons: Lessons = NO_LESSONS,
) -> None:
    """Stores these rules in the caller's transaction; all others stay, or go when they are to `replace` them.

    With `lessons` it need not learn in that transaction.
    Raises Remedy for one that would ask a role or team that there is not.
    """
    for definition in definitions:
        check_asked(session, f"rule {definition.key}", definition)
    if replace:  # all at once and by number, as readings lock them
        session.execute(select(MonitoringRule.id).order_by(MonitoringRule.id).with_for_update()).all()
    keep_rules(session, definitions, noted, lessons)
    for row in stored_rules(session) if replace else ():
        if row.key not in {one.key for one in definitions}:
            remove_rule(session, row.key, noted)


def remove_rule(session: Session, key: str, noted: Noted) -> None:
    """Takes a rule out of service in the caller's transaction.

    Its row stays, and so do its breaches, which incidents and reports point at; those that stand end now, for nobody
    would ever say that they are green again. Added again, it begins anew. Raises Remedy for an unknown key.
    """
    row = stored_rule(session, key)
    session.refresh(row, with_for_update=True)  # readings that are being shown to it come first
    before = definition_of(row).written
    row.removed_at = noted.at
    session.execute(delete(RuleSeries).where(RuleSeries.rule_id == row.id))
    session.execute(delete(RuleState).where(RuleState.rule_id == row.id))
    end_breaches(session, row.id, noted.at)
    asking = update(Breach).where(Breach.rule_id == row.id, OPEN_QUESTION)
    session.execute(asking.values(action=Action.SIGNAL))  # nobody is asked about it any more, and it opens nothing
    note(session, key, before, None, noted)
