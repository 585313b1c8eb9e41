"""A labelled series: counts of mentions every five minutes, and when something really happened."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from protocol.words import Remedy

ROOT = Path(__file__).parents[2]
OURS = Path(__file__).parent / "brand-mentions"
EXAMPLES = (
    ROOT / "examples" / "brand-mentions"
)  # AAPL, the labels and their source: the same files that users are shown
NAMES = ("AAPL", "AMZN", "CRM", "CVS", "FB")
DETECTORS = ("ARTime", "contextOSE", "numenta", "windowedGaussian")

Window = tuple[int, int]


@dataclass(frozen=True)
class Labelled:
    """One series of the Numenta Anomaly Benchmark (`realTweets`); `windows` and `labels` are positions of rows."""

    name: str
    instants: tuple[datetime, ...]
    values: tuple[float, ...]
    windows: tuple[Window, ...]
    labels: tuple[int, ...]

    def positions(self, moments: list[datetime]) -> list[int]:
        """The rows at these instants, in order."""
        at = {moment: row for row, moment in enumerate(self.instants)}
        return sorted(at[moment] for moment in moments)


def labelled(name: str) -> Labelled:
    """The series of this ticker with its labels."""
    file = f"Twitter_volume_{name}.csv"
    folder = EXAMPLES if (EXAMPLES / file).exists() else OURS
    return _read(folder / file, name, json.loads((EXAMPLES / "labels.json").read_text()))


def labelled_in(folder: Path) -> list[Labelled]:
    """Every series of a folder of other ones that its `labels.json` has windows and labels of. Raises Remedy.

    Files and labels are written as in `examples/brand-mentions`.
    """
    try:
        known = json.loads((folder / "labels.json").read_text())
        files = [folder / name for name in sorted(known["windows"]) if (folder / name).exists()]
        if files:
            return [_read(file, file.stem, known) for file in files]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Remedy(f"{folder}: {error!r}; write series and labels.json as in examples/brand-mentions.") from None
    raise Remedy(f"{folder}: none of the series that labels.json names is there; put their CSV files beside it.")


def _read(path: Path, name: str, known: Mapping[str, Any]) -> Labelled:
    with path.open(newline="") as lines:
        rows = [(_moment(row["timestamp"]), float(row["value"])) for row in csv.DictReader(lines)]
    at = {moment: row for row, (moment, _) in enumerate(rows)}
    return Labelled(
        name,
        tuple(moment for moment, _ in rows),
        tuple(value for _, value in rows),
        tuple((at[_moment(first)], at[_moment(last)]) for first, last in known["windows"][path.name]),
        tuple(at[_moment(label)] for label in known["labels"][path.name]),
    )


def published(detector: str, series: Labelled) -> list[int]:
    """The rows at which a published detector was over the threshold that its authors chose for the whole benchmark."""
    lines = (OURS / "published-alarms" / detector / f"Twitter_volume_{series.name}.jsonl").read_text().splitlines()
    return series.positions([_moment(json.loads(line)["at"]) for line in lines])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
