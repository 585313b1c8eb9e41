"""What a rule would have raised."""

from collections.abc import Iterable
from copy import deepcopy

from monitoring.alarms import Alarm
from monitoring.readings import ReadingValue
from monitoring.rules import Rule


def backtest(readings: Iterable[ReadingValue], rule: Rule) -> list[Alarm]:
    """The alarms that the rule raises on one series, in order of time; the rule itself is left as it was."""
    watching = deepcopy(rule)
    found = (watching.observe(one.at, one.value) for one in sorted(readings, key=lambda one: one.at))
    return [alarm for alarm in found if alarm]
