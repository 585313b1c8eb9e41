"""The demo: a real storm of mentions, a sample company, the whole path on this machine; nobody outside is reached."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy import select

from app.demo_gates import Gates
from app.demo_people import People, Phones
from app.demo_screen import Screen
from app.demo_set import EXAMPLES
from app.report_writing import write_after_action
from incidents.clock import clock_for
from incidents.phases import Phase
from incidents.rows import Incident
from monitoring.readings import ReadingValue, read_csv
from protocol.words import Language, Remedy
from wiring.works import Works

SERIES = "mentions.brand-aurora"
FIRES_AT = timedelta(minutes=5)  # the rule sees the burst one reading before its labelled instant
BURST = datetime.fromisoformat("2015-03-03T21:07:53+00:00")
ENDS_AFTER = timedelta(hours=2)
BATCH = 250


class Demo:
    """The story, moved on by `tick`. `auto` answers the gates itself; `speed` is how fast the incident's clock runs."""

    def __init__(self, works: Works, console: Console, *, auto: bool, speed: float) -> None:
        self._works = works
        self._speed = speed
        self._auto = auto
        self._started = works.clock.now()
        self._shift = self._started + FIRES_AT - BURST
        readings = [self._moved(value) for value in read_csv(EXAMPLES / "brand-mentions" / "Twitter_volume_AAPL.csv")]
        until = BURST + self._shift + ENDS_AFTER
        self._warm = [value for value in readings if value.at < self._started]
        self._live = [value for value in readings if self._started <= value.at <= until]
        self._posted = 0
        self._screen = Screen(console, works)
        self._phones = Phones(works.settings.home / "recorder.jsonl")
        self._people = People(works)
        self._gates = Gates(works, self._screen, auto)
        self._incident_id: int | None = None
        self.failures: list[str] = []
        self.report: Path | None = None

    def warm_up(self, console: Console) -> None:
        """Replays what came before the burst, through the door that real readings use."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console) as progress:
            bar = progress.add_task("Five days of real mentions teach the rule what is usual", total=len(self._warm))
            for start in range(0, len(self._warm), BATCH):
                self._post(self._warm[start : start + BATCH])
                progress.advance(bar, len(self._warm[start : start + BATCH]))
        self._screen.note(f"Now the mentions of {BURST:%d %B %Y} arrive; 1 second is {self._speed:.0f} seconds.")

    def tick(self) -> bool:
        """Moves the story on; True when it is over."""
        self._replay()
        if self._incident_id is None:
            return False
        with self._works.store.read() as session:
            received = list(self._phones.new(session))
            incident = session.get_one(Incident, self._incident_id)
            at = clock_for(incident).at(self._works.clock.now())
        self._screen.messages(received, at)
        for message in received:
            self._people.read(message, at)
            self._gates.read(message)
        self.failures += self._people.act(self._incident_id)
        self._screen.timeline(self._incident_id)
        self._gates.look(self._incident_id, at)
        return incident.phase is Phase.CLOSED and self._finish(at)

    def _finish(self, at: datetime) -> bool:
        if self._auto and self._posted < len(self._live):
            return False  # the series goes on to its end, two hours after the burst
        self._screen.timeline(self._incident_id or 0)
        self.report = write_after_action(self._works, self._incident_id or 0, Language.EN, None)
        self._screen.report(self.report)
        return True

    def _replay(self) -> None:
        now = self._scenario_now()
        due = [value for value in self._live[self._posted :] if value.at <= now]
        if due:
            self._post(due)
            self._posted += len(due)
            self._screen.reading(due[-1])

    def _scenario_now(self) -> datetime:
        return self._started + (self._works.clock.now() - self._started) * self._speed

    def _post(self, values: Iterable[ReadingValue]) -> None:
        body = [{"series": SERIES, "at": value.at.isoformat(), "value": value.value} for value in values]
        headers = {"X-Crisis-Speed": str(self._speed)}
        reply = httpx.post(f"{self._works.links.public_url}/readings", json=body, headers=headers, timeout=60)
        if not reply.is_success:
            raise Remedy(f"The receiver refused the readings ({reply.status_code}); see logs/receiver.log.")
        for breach in reply.json()["breaches"]:
            if breach.get("incident"):
                self._incident_id = self._incident_id or breach["incident"]
                self._screen.breach(breach)

    def _moved(self, value: ReadingValue) -> ReadingValue:
        return ReadingValue(SERIES, value.at + self._shift, value.value)

    def verdict(self) -> list[str]:
        """What did not happen as it should; empty after a whole demo."""
        missing = list(self.failures)
        with self._works.store.read() as session:
            incidents = session.scalars(select(Incident)).all()
        if len(incidents) != 1:
            missing.append(f"{len(incidents)} incidents were opened instead of one")
        if self.report is None or not self.report.exists():
            missing.append("no report was written")
        return missing + self._screen.missing()
