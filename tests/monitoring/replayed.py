"""The replay that is killed: its series, its rules, and how its alarms are read."""

from sqlalchemy import select

from monitoring.definitions import RuleDefinition, keep_rule
from monitoring.rows import Breach, MonitoringRule, Reading
from protocol.store import Store

SERIES = "mentions.brand-aurora"
BATCH = 6  # half an hour
PARAMETERS: dict[str, dict[str, object]] = {
    "static": {"levels": {"yellow": 3000, "red": 9000}, "sustained": "15m"},
    "ratio": {"levels": {"yellow": 4, "orange": 6}, "minimum": 500},
    "ewma": {"levels": {"yellow": 5, "orange": 9}, "minimum": 100},
    "seasonal": {"levels": {"yellow": 3, "orange": 6}, "minimum": 100, "hold": "3h"},
    "burst": {},
}


def watch_all(store: Store) -> None:
    """Rules of every kind over the one series."""
    signals = [{"series": SERIES, "kind": kind, "parameters": PARAMETERS[kind]} for kind in ("ratio", "ewma")]
    kinds = PARAMETERS | {"combination": {"signals": signals, "need": 2}}
    with store.write() as session:
        for kind, parameters in kinds.items():
            keep_rule(
                session,
                RuleDefinition(
                    key=kind,
                    series=None if kind == "combination" else SERIES,
                    playbook="social-firestorm",
                    subject="brand-aurora",
                    kind=kind,
                    parameters=parameters,
                ),
            )


def told(store: Store) -> list[tuple[object, ...]]:
    """Every alarm of every rule, with all that it says, and how many readings there are."""
    with store.read() as session:
        query = select(
            MonitoringRule.key, Breach.at, Breach.level, Breach.why, Breach.observed, Breach.threshold, Breach.ended_at
        )
        rows = session.execute(query.join(Breach, Breach.rule_id == MonitoringRule.id))
        return [*sorted(map(tuple, rows), key=repr), ("readings", len(session.execute(select(Reading.at)).all()))]
