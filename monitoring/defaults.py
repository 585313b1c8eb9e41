"""The rules to start from, one of each kind: what a backtest tries when no file is named."""

from typing import Any

from monitoring.definitions import RuleDefinition

SUBJECT: dict[str, Any] = {
    "series": "mentions.brand-aurora",
    "playbook": "social-firestorm",
    "subject": "brand-aurora",
}
DEFAULT_RULE = RuleDefinition(
    key="mentions-burst",
    kind="ratio",
    parameters={
        "unit": "mentions",
        "window": "1h",
        "baseline": "3d",
        "minimum": 500,
        "levels": {"yellow": 4, "orange": 6},
    },
    **SUBJECT,
)
"""Equal to the first rule of examples/rules.yaml. Source of the numbers: the benchmark of the listening."""

BY_KIND = {
    "burst": RuleDefinition(key="burst", kind="burst", **SUBJECT),
    "ratio": RuleDefinition(
        key="ratio",
        kind="ratio",
        parameters={"minimum": 20, "levels": {"yellow": 4, "orange": 6, "red": 10}},
        **SUBJECT,
    ),
    "ewma": RuleDefinition(
        key="ewma", kind="ewma", parameters={"minimum": 20, "levels": {"yellow": 5, "orange": 8, "red": 12}}, **SUBJECT
    ),
    "seasonal": RuleDefinition(
        key="seasonal",
        kind="seasonal",
        parameters={"minimum": 20, "levels": {"yellow": 3, "orange": 5, "red": 8}},
        **SUBJECT,
    ),
}
"""By the name of their kind. Sources of the numbers: as above; orange and red are rarer in proportion."""
