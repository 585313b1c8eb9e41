"""What a rule would have raised."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime

from monitoring.alarms import Alarm
from monitoring.readings import ReadingValue
from monitoring.rules import Rule


def backtest(readings: Iterable[ReadingValue], rule: Rule) -> list[Alarm]:
    """The alarms that the rule opens or raises, in order of time; the rule itself is left as it was."""
    watching = deepcopy(rule)
    once = {(one.series, one.at, one.source): one for one in readings}
    found = (watching.observe(one.at, one.value, series=one.series) for one in sorted(once.values(), key=_order))
    return [alarm for alarm in found if alarm and alarm.is_told]


def _order(one: ReadingValue) -> tuple[datetime, str, str]:
    return one.at, one.series, one.source
