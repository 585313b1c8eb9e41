"""The gates of the demo: where to press Resume, and with which code; `auto` presses through the same call."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.demo_people import Received
from app.demo_screen import Screen
from flows import runs
from incidents.opening import current_entry
from incidents.phases import Phase
from incidents.rows import Incident
from wiring.works import Works

LEAD = "crisis-lead"
# What the crisis lead of `auto` decides, and how long after the opening.
DECISIONS = {
    Phase.PRE_CRISIS: (timedelta(minutes=28), "crisis", "red", "Two outlets have called; we speak today."),
    Phase.CRISIS: (timedelta(minutes=75), "post_crisis", "orange", "Mentions fall; the full statement is out."),
    Phase.POST_CRISIS: (timedelta(minutes=110), "closed", "yellow", "Back to normal; lessons on Thursday."),
}


@dataclass
class Gates:
    """Follows the gate of the current phase."""

    works: Works
    screen: Screen
    auto: bool
    _codes: dict[str, str] = field(default_factory=dict)
    _shown: set[int] = field(default_factory=set)
    _answered: set[int] = field(default_factory=set)

    def read(self, received: Received) -> None:
        """Keeps the newest code that the crisis lead was sent."""
        if received.template == "gate-code" and received.role == LEAD and received.code:
            self._codes[received.dispatch_key] = re.sub(r"\D", "", received.code)

    def look(self, incident_id: int, at: datetime) -> None:
        """Shows an open gate once its run is suspended, and answers it in `auto` when its time has come."""
        with self.works.store.read() as session:
            incident = session.get_one(Incident, incident_id)
            if incident.phase is Phase.CLOSED:
                return
            entry = current_entry(session, incident)
        code = self._code(incident)
        if entry.run_id is None or entry.gate_opened_at is None or code is None or not self._suspended(entry.run_id):
            return
        if entry.number not in self._shown:
            self._shown.add(entry.number)
            self.screen.gate(incident, self.works.links.gate(entry.run_id), code, self.auto)
        if self.auto and entry.number not in self._answered:
            self._answer(incident, entry.number, entry.run_id, code, at)

    def _answer(self, incident: Incident, entry: int, run_id: str, code: str, at: datetime) -> None:
        after, decision, level, note = DECISIONS[incident.phase]
        if at < incident.opened_at + after:
            return
        taken, reason = runs.resume(run_id, {"decision": decision, "level": level, "note": note, "code": code})
        if taken:
            self._answered.add(entry)
            self.screen.pressed(decision, level, note)
        else:
            self.screen.note(f"Prefect did not take the answer: {reason}")

    def _code(self, incident: Incident) -> str | None:
        mine = [key for key in self._codes if key.startswith(f"{incident.id}/{incident.entry}/")]
        return self._codes[mine[-1]] if mine else None

    def _suspended(self, run_id: str) -> bool:
        try:
            return runs.look([run_id])[run_id].state is runs.RunState.GATE
        except runs.Unreachable:
            return False
