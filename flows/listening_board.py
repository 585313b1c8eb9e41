"""What is heard just now, as one Markdown artifact in Prefect, for whoever listens. Keys, levels and numbers only."""

from datetime import datetime, timedelta

from flows.artifacts import Artifacts, without_time
from monitoring.number_words import bars
from monitoring.overview import FeedHeard, Heard, Overview, counted, nearness, overview, recorded
from protocol.words import Level
from wiring.works import Works

EVERY = timedelta(seconds=15)
KEY = "listening"
LIGHTS = {Level.GREEN: "🟢", Level.YELLOW: "🟡", Level.ORANGE: "🟠", Level.RED: "🔴"}
HEADINGS = ("", "rule", "last 24 hours", "just now", "usual", "on its way", "newest, UTC", "alarms in 4 weeks")


class ListeningBoard:
    """Writes it four times a minute when what it says has changed."""

    def __init__(self) -> None:
        self._artifacts = Artifacts()
        self._looked: datetime | None = None
        self._said = ""

    def __call__(self, works: Works) -> int:
        """Brings the artifact up to date; 1 when it changed. Raises Unreachable."""
        now = works.clock.now()
        if self._looked is not None and self._looked <= now < self._looked + EVERY:
            return 0
        self._looked = now
        with works.store.read() as session:
            found = overview(session, now)
        text = listening_board(found, now)
        said = without_time(text)
        if said == self._said or not (found.rules or self._said):
            return 0
        self._artifacts.put(KEY, text, "What is heard just now")
        self._said = said
        return 1


def listening_board(found: Overview, now: datetime) -> str:
    """The board as Markdown, as of now (real time). Series are left out: a keyword may be somebody's name."""
    waiting = f" · **{found.waiting} waiting for a person's word**" if found.waiting else ""
    parts = [f"# What is heard\n\nAs of {now:%Y-%m-%d %H:%M} UTC · {_rules(len(found.rules))}{waiting}"]
    if found.rules:
        rows = [_row(HEADINGS), _row(["---"] * len(HEADINGS)), *(_row(_rule(one, now)) for one in found.rules)]
        parts.append("\n".join(rows))
        parts.append(
            "*On its way* is how far the score is to the rule's lowest level: at 100 % it is reached. "
            "The picture shows the counts of each hour, the newest last."
        )
    if found.feeds:
        rows = [_row(("feed", "asked, UTC", "")), _row(["---"] * 3), *(_row(_feed(one, now)) for one in found.feeds)]
        parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _rules(number: int) -> str:
    return {0: "no rule watches", 1: "1 rule watches"}.get(number, f"{number} rules watch")


def _rule(one: Heard, now: datetime) -> tuple[str, ...]:
    standing = one.standing
    told = f" ({standing.told} was told)" if standing.told not in (None, standing.level) else ""
    light = f"{LIGHTS[standing.level]} {standing.level}{told}"
    return (
        light,
        f"**{one.rule}**",
        bars(one.hours),
        *counted(standing),
        nearness(standing),
        _moment(standing.newest, now),
        recorded(one),
    )


def _feed(one: FeedHeard, now: datetime) -> tuple[str, ...]:
    return one.host, _moment(one.asked, now), f"⚠ {one.fault}" if one.fault else "heard"


def _moment(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    return f"{moment:%H:%M}" if moment.date() == now.date() else f"{moment:%Y-%m-%d %H:%M}"


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
