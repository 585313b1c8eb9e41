"""The people of the demo: they read what the recorder took down, as on a phone, and act through the real doors."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.steps import publish_step, signers
from incidents import scenarios, sign_off
from incidents.clock import clock_for
from incidents.rows import Incident
from incidents.scenarios import Case
from notifiers.acknowledgements import by_token, is_convocation
from notifiers.public_texts import release
from notifiers.rows import Dispatch, Message
from protocol.people import Member
from wiring.works import Works

SILENT = "lucia.romero"  # the one who does not answer; her deputy is told instead
_CODE = re.compile(r"\b(\d{4} ?\d{4})\b")
_SCENARIOS = {
    Case.BEST: "The talk fades within a day; the reply is read and shared, no outlet takes it up.",
    Case.LIKELY: "Two national outlets pick it up this evening; contacts stay at three times the usual for two days.",
    Case.WORST: "A harmed customer is confirmed; the regulator asks; the product is taken from the shelves.",
}


@dataclass(frozen=True)
class Received:
    """One message as its person sees it, with the row it came from."""

    message_id: int
    dispatch_key: str
    member_id: int
    member_key: str
    name: str
    role: str | None
    channel: str
    language: str
    template: str
    to: str
    subject: str
    body: str
    token: str
    asks: bool
    purpose: str

    @property
    def code(self) -> str | None:
        """The one-time code in the text, if it carries one."""
        found = _CODE.search(self.body) if self.template.startswith(("gate-code", "sign-off")) else None
        return found.group(1) if found else None


class Phones:
    """Reads the recorder's file as it grows."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._offset = 0

    def new(self, session: Session) -> Iterator[Received]:
        """What arrived since the last call."""
        for line in self._lines():
            taken = json.loads(line)
            message = by_token(session, taken["token"])
            if message is not None:
                yield _received(session, message, taken)

    def _lines(self) -> Iterator[str]:
        if not self._file.exists():
            return
        with self._file.open(encoding="utf-8") as file:
            file.seek(self._offset)
            while line := file.readline():
                if not line.endswith("\n"):
                    return  # still being written
                self._offset = file.tell()
                yield line


@dataclass
class People:
    """What the sample people do about what they receive; each once, a while after it came."""

    works: Works
    _plans: list[tuple[datetime, str, Received]] = field(default_factory=list)
    _done: set[tuple[str, str, int]] = field(default_factory=set)

    def read(self, received: Received, at: datetime) -> None:
        """Plans the answer of the person who got a message; `at` is the incident's time."""
        if received.member_key == SILENT:
            return
        if received.asks:
            self._plan(at + timedelta(minutes=1 + received.member_id % 3), "acknowledge", received)
        if received.code and received.template.startswith("sign-off"):
            self._plan(at + timedelta(minutes=9 + received.member_id % 4), "sign", received)
        if received.template == "scenarios-request" and received.role == "crisis-lead":
            self._plan(at + timedelta(minutes=12), "scenarios", received)

    def act(self, incident_id: int) -> list[str]:
        """Does what is due by the incident's clock; answers a sentence for each."""
        with self.works.store.read() as session:
            at = clock_for(session.get_one(Incident, incident_id)).at(self.works.clock.now())
        due = [plan for plan in self._plans if plan[0] <= at]
        self._plans = [plan for plan in self._plans if plan[0] > at]
        said = [getattr(self, f"_{what}")(incident_id, received) for _, what, received in due]
        return [sentence for sentence in said if sentence]

    def _plan(self, at: datetime, what: str, received: Received) -> None:
        once = (what, received.dispatch_key, received.member_id)
        if once not in self._done:
            self._done.add(once)
            self._plans.append((at, what, received))

    def _acknowledge(self, _incident_id: int, received: Received) -> str:
        with self.works.store.read() as session:
            message = by_token(session, received.token)
            convened = message is not None and is_convocation(session, message)
        form = {"answer": "accept" if convened else "seen"}
        reply = httpx.post(self.works.links.acknowledgement(received.message_id, received.token), data=form, timeout=10)
        return "" if reply.is_success else f"{received.name}'s one tap failed with {reply.status_code}"

    def _sign(self, incident_id: int, received: Received) -> str:
        now = self.works.clock.now()
        with self.works.store.write() as session:
            incident = session.get_one(Incident, incident_id)
            key = session.get_one(Dispatch, received.dispatch_key).step.removeprefix(sign_off.purpose_of(""))
            text = sign_off.current(session, incident_id, key)
            if text is None or text.released_at is not None or text.entry != incident.entry:
                return ""
            step = publish_step(session, incident, key)
            at = clock_for(incident).at(now)
            sign_off.sign(
                session,
                self.works.vault,
                incident,
                text,
                received.code or "",
                signers(session, step, at),
                now,
                received.member_id,
            )
            release(session, incident, step, now)
        return ""

    def _scenarios(self, incident_id: int, received: Received) -> str:
        with self.works.store.write() as session:
            incident = session.get_one(Incident, incident_id)
            at = clock_for(incident).at(self.works.clock.now())
            for case, text in _SCENARIOS.items():
                scenarios.record(session, incident, case, text, received.member_id, at)
        return ""


def _received(session: Session, message: Message, taken: dict[str, str]) -> Received:
    dispatch = session.get_one(Dispatch, message.dispatch_key)
    member = session.scalars(select(Member).where(Member.id == message.member_id)).one()
    return Received(
        message_id=message.id,
        dispatch_key=message.dispatch_key,
        member_id=member.id,
        member_key=member.key,
        name=member.name,
        role=message.role,
        channel=message.channel,
        language=message.language,
        template=dispatch.template,
        to=taken["to"],
        subject=taken["subject"],
        body=taken["body"],
        token=taken["token"],
        asks=dispatch.acknowledge,
        purpose=message.purpose,
    )
