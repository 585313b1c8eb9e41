"""The rule to start from: what a backtest tries when no other is named."""

from monitoring.definitions import RuleDefinition

DEFAULT_RULE = RuleDefinition(
    key="mentions-burst",
    series="mentions.brand-aurora",
    playbook="social-firestorm",
    subject="brand-aurora",
    kind="ratio",
    parameters={
        "unit": "mentions",
        "window": "1h",
        "baseline": "3d",
        "minimum": 500,
        "levels": {"yellow": 4, "orange": 6},
    },
)
"""Equal to the rule of examples/rules.yaml. Source of the numbers: design/monitoring.md."""
