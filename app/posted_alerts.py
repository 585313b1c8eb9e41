"""Alerts as Prometheus Alertmanager posts them, as readings.

Source: the webhook of Alertmanager, version 4 (prometheus.io/docs/alerting/latest/configuration/#webhook_config).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from app.posted import Faults, read_moment, read_name, within_most
from app.posted_readings import LONGEST_SERIES, LONGEST_SOURCE, Posted
from monitoring.intake import future_fault
from monitoring.readings import ReadingValue
from protocol.words import Remedy

OWN_SERIES = "crisis_series"
"""A label or an annotation that names one more series in which an alert counts."""


def judged(document: Any, now: datetime, ahead: timedelta) -> Posted:
    """The readings of what fires; a broken alert leaves the others standing. Raises Remedy for another document."""
    alerts = document.get("alerts") if isinstance(document, dict) else None
    if not isinstance(alerts, list) or document.get("version") != "4":
        raise Remedy("The body is not what Alertmanager posts; send its webhook of version 4, with alerts.")
    readings: list[ReadingValue] = []
    faults = Faults()
    for number, alert in enumerate(within_most(alerts), 1):
        try:
            readings += _readings(alert, now, ahead)
        except Remedy as fault:
            faults.note(number, str(fault))
    return Posted(tuple(readings), faults)


def _readings(alert: Any, now: datetime, ahead: timedelta) -> list[ReadingValue]:
    labels = alert.get("labels") if isinstance(alert, dict) else None
    if not isinstance(labels, dict):
        raise Remedy("an alert is an object with status, labels, startsAt and fingerprint.")
    if alert.get("status") != "firing":
        return []
    at = read_moment(alert.get("startsAt"))
    source = read_name(alert.get("fingerprint"), "fingerprint", LONGEST_SOURCE)
    annotations = alert.get("annotations")
    named = [read_name(name, "series", LONGEST_SERIES) for name in _series(labels, annotations)]
    found = [ReadingValue(series, at, 1.0, source) for series in dict.fromkeys(named)]
    fault = future_fault(found[0], now, ahead)
    if fault:
        raise Remedy(fault)
    return found


def _series(labels: dict[str, Any], annotations: Any) -> Iterator[str]:
    name = read_name(labels.get("alertname"), "alertname", LONGEST_SERIES)
    yield f"alert.{name}"
    if severity := labels.get("severity"):
        yield f"alert.{name}.{read_name(severity, 'severity', LONGEST_SERIES)}"
    for said in (labels, annotations):
        if isinstance(said, dict) and said.get(OWN_SERIES):
            yield said[OWN_SERIES]
