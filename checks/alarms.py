"""Whether somebody can be asked about an alarm."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from checks.findings import Finding, error
from monitoring.rows import Action, MonitoringRule
from protocol.who import is_role_or_team


def alarm_findings(session: Session) -> list[Finding]:
    """Every rule that asks a role or a team which the protocol does not have: its alarms open unasked."""
    rules = session.scalars(select(MonitoringRule).order_by(MonitoringRule.id)).all()
    asking = [rule for rule in rules if rule.opens and Action.ASK in rule.actions.values()]
    return [
        error(
            f"rule {rule.key}",
            f'asks "{rule.asks}" whether an alarm is real, which is neither a role nor a team of the protocol.',
            "Name another with asks: in the file of rules, or add it; until then these alarms open by themselves.",
        )
        for rule in asking
        if not is_role_or_team(session, rule.asks)
    ]
