"""A whole Crisis Playbook on this machine for the stories: real processes, one Prefect server, phones that record."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
from sqlalchemy import select

from flows import runs
from incidents.opening import Signal, current_entry, open_or_join
from incidents.phases import Phase
from incidents.rows import Incident, PhaseEntry, Refusal
from incidents.timeline import lines
from notifiers.rows import Dispatch, Message
from playbooks.library import load_library, read_library
from protocol.company import load_company, read_company
from protocol.history import Author, recorded
from protocol.people import Member
from protocol.practice import ChannelLimit, Subject
from protocol.words import Channel, Level
from wiring import prefect_environment
from wiring.works import Works, open_works

ROOT = Path(__file__).parent.parent.parent
# Not a limit on speed: what takes this long will never come.
STUCK_SECONDS = float(os.environ.get("STORIES_PATIENCE", "240"))
FORMER_RELEASE = "release-0.1.0"
SERVICES = ("server", "receiver", "sender", "supervisor", "runner")
LEAD, DEPUTY = "crisis-lead", "communications-lead"


@dataclass(frozen=True)
class Text:
    """One message as it arrived on somebody's phone or in a mailbox."""

    member: str
    role: str | None
    template: str
    channel: str
    language: str
    subject: str
    body: str
    token: str
    message_id: int
    incident_id: int | None

    @property
    def code(self) -> str:
        """The eight digits in it."""
        found = re.search(r"\b\d{8}\b", self.body)
        assert found, f"no code in: {self.body}"
        return found.group()


class World:
    """The processes, the store behind them, and what people of the sample company can do."""

    def __init__(self, home: Path, database_url: str | None, ports: tuple[int, int]) -> None:
        self.home = home
        self.environment = {
            "CRISIS_HOME": str(home),
            "CRISIS_PREFECT_PORT": str(ports[0]),
            "CRISIS_RECEIVER_PORT": str(ports[1]),
            **({"CRISIS_DATABASE_URL": database_url} if database_url else {}),
        }
        if database_url is None:
            _unpack_former_release(home)
        self.works: Works = open_works(self.environment, create=True)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._texts: list[Text] = []
        author = Author("the world", "stories", "the sample company")
        with self.works.store.write() as session, recorded(session, author, self.works.clock.now()):
            load_company(session, self.works.vault, read_company(ROOT / "examples" / "company.yaml"))
            load_library(session, read_library(), self.works.clock.now())
            # The same few people live through every story: by the usual limits they would have had enough of it.
            session.add_all(ChannelLimit(channel=channel, count=1000, minutes=10) for channel in Channel)

    # processes

    def start(self, *names: str) -> None:
        """Starts processes; the server is waited for, because the runner registers with it."""
        for name in names:
            log = (self.home / f"{name}.log").open("ab")
            environment = prefect_environment.child_environment(self.works.settings, _bare() | self.environment)
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", "app.roles", name], env=environment, stdout=log, stderr=log, cwd=ROOT
            )
            log.close()
            if name == "server":
                self.until(self.prefect_answers, "the Prefect server answers")

    @property
    def running(self) -> set[str]:
        """The processes that are alive."""
        return {name for name, process in self._processes.items() if process.poll() is None}

    def kill(self, name: str) -> None:
        """SIGKILL, as a power cut would; a runner's flow runs are killed with it."""
        process = self._processes.pop(name)
        family = psutil.Process(process.pid).children(recursive=True)
        for member in [psutil.Process(process.pid), *family]:
            with suppress(psutil.NoSuchProcess):
                member.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """Ends every process of this world."""
        for name in reversed(list(self._processes)):
            self.kill(name)
        self.works.store.close()

    def prefect_answers(self) -> bool:
        """Whether the Prefect server is there."""
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.works.settings.prefect_api_url}/health", timeout=2).is_success
        return False

    def flow_run_processes(self) -> list[psutil.Process]:
        """The processes of flow runs that are at work now."""
        runner = self._processes.get("runner")
        return psutil.Process(runner.pid).children(recursive=True) if runner else []

    # what happens

    def subject(self, key: str) -> str:
        """A subject of this story's own, so that its incident is not another's."""
        with self.works.store.write() as session:
            session.add(Subject(key=key, kind="brand", name="Aurora"))
        return key

    def open(
        self, subject: str, level: Level = Level.ORANGE, playbook: str = "social-firestorm", drill: bool = False
    ) -> int:
        """Opens an incident about a new subject."""
        why = {"es": "3.041 menciones en la última hora.", "en": "3,041 mentions in the last hour."}
        told = Signal(playbook, self.subject(subject), level, why, "rule:story", drill=drill)
        with self.works.store.write() as session:
            return open_or_join(session, told, self.works.clock.now())[0].id

    def incident(self, number: int) -> Incident:
        """The incident as it stands."""
        with self.works.store.read() as session:
            return session.get_one(Incident, number)

    def entry(self, number: int) -> PhaseEntry:
        """Its current stay in a phase."""
        with self.works.store.read() as session:
            return current_entry(session, session.get_one(Incident, number))

    def kinds(self, number: int) -> list[str]:
        """The kinds of its timeline lines, in order."""
        with self.works.store.read() as session:
            return [line.kind for line in lines(session, number)]

    def facts(self, number: int, kind: str) -> list[dict[str, object]]:
        """The facts of its timeline lines of one kind."""
        with self.works.store.read() as session:
            return [line.facts for line in lines(session, number) if line.kind == kind]

    def refusals(self, number: int) -> list[str]:
        """Why its gates asked again."""
        with self.works.store.read() as session:
            return list(
                session.scalars(select(Refusal.reason).where(Refusal.incident_id == number).order_by(Refusal.id))
            )

    def states(self, number: int) -> set[str]:
        """The states its messages are in."""
        with self.works.store.read() as session:
            return {str(s) for s in session.scalars(select(Message.state).where(Message.incident_id == number))}

    # gates

    def at_gate(self, number: int, phase: Phase) -> str:
        """Waits until the gate of a phase can be answered; the id of its suspended run."""

        def suspended() -> str | None:
            entry = self.entry(number)
            if self.incident(number).phase is not phase or not entry.run_id or not entry.gate_opened_at:
                return None
            with suppress(runs.Unreachable):
                if runs.look([entry.run_id])[entry.run_id].state is runs.RunState.GATE:
                    return entry.run_id
            return None

        return self.until(suspended, f"INC-{number} waits at the gate of {phase}")

    def resume(self, run_id: str, decision: str, code: str, level: str = "as it is", note: str = "") -> bool:
        """Presses Resume in Prefect with this answer; whether Prefect took it."""
        taken, _ = runs.resume(run_id, {"decision": decision, "level": level, "note": note, "code": code})
        return taken

    def gate_code(self, number: int, role: str = LEAD) -> str:
        """The newest gate code on the phone of the person in this role."""

        def newest() -> str | None:
            found = [text for text in self.texts(number, "gate-code") if text.role == role and text.channel == "sms"]
            entry = self.entry(number).number
            current = [text for text in found if self._dispatch(text).startswith(f"{number}/{entry}/")]
            return current[-1].code if current else None

        return self.until(newest, f"{role} has a gate code for INC-{number}")

    def _dispatch(self, text: Text) -> str:
        with self.works.store.read() as session:
            return session.get_one(Message, text.message_id).dispatch_key

    def deployment_id(self, name: str) -> str:
        """The id of a deployment in Prefect."""
        with runs.prefect() as client:
            return str(client.read_deployment_by_name(name).id)

    # phones

    def texts(self, number: int | None = None, template: str | None = None) -> list[Text]:
        """Everything that arrived, of an incident and a template when they are named, in order."""
        self._listen()
        return [
            text
            for text in self._texts
            if (number is None or text.incident_id == number) and (template is None or text.template == template)
        ]

    def _listen(self) -> None:
        file = self.home / "recorder.jsonl"
        if not file.exists():
            return
        taken = [json.loads(line) for line in file.read_text("utf-8").splitlines()[len(self._texts) :]]
        if taken:
            with self.works.store.read() as session:
                self._texts += [_text(session, line) for line in taken]

    def tap(self, text: Text, **form: str) -> int:
        """Presses the button of the one-tap page; the status of the answer."""
        url = self.works.links.acknowledgement(text.message_id, text.token)
        return httpx.post(url, data=form or {"answer": "seen"}, timeout=30).status_code

    def told_once(self, number: int) -> None:
        """Nobody was told twice, and nothing that was enqueued was lost."""
        before = self._tokens(number)  # an incident goes on: what is enqueued meanwhile may stand on either side
        tokens = [text.token for text in self.texts(number)]
        assert len(tokens) == len(set(tokens)), "somebody was told twice"
        assert before <= set(tokens), "a message was lost"
        assert set(tokens) <= self._tokens(number), "a message came from nowhere"

    def _tokens(self, number: int) -> set[str]:
        with self.works.store.read() as session:
            return set(session.scalars(select(Message.token).where(Message.incident_id == number)))

    def all_sent(self, number: int) -> None:
        """Waits until every message of the incident has left."""
        self.until(lambda: self.states(number) == {"accepted"}, f"every message of INC-{number} has left")

    def until(self, look: Callable[[], object], what: str) -> str:
        """Polls until something is so; answers what `look` found."""
        stuck_at = time.monotonic() + STUCK_SECONDS
        while time.monotonic() < stuck_at:
            found = look()
            if found:
                return found  # type: ignore[return-value]
            self._revive_runner()
            dead = set(self._processes) - self.running
            assert not dead, f"{dead} died\n{self._logs()}"
            time.sleep(0.2)
        raise AssertionError(f"it never came to this: {what}\n{self._logs()}")

    def _revive_runner(self) -> None:
        # Prefect's runner leaves when its server is away while it starts; `crisis up` starts it again.
        runner = self._processes.get("runner")
        if runner is not None and runner.poll() is not None:
            self.start("runner")

    def _logs(self) -> str:
        parts = []
        for log in sorted(self.home.glob("*.log")):
            parts.append(f"== {log.name}\n" + "\n".join(log.read_text("utf-8", "replace").splitlines()[-15:]))
        return "\n".join(parts)

    @contextmanager
    def store_locked(self) -> Iterator[None]:
        """Holds the write lock of the (SQLite) store, so that whoever writes next waits in the middle of it."""
        with self.works.store.write():
            yield

    def member(self, key: str) -> Member:
        """A member by key."""
        with self.works.store.read() as session:
            return session.scalars(select(Member).where(Member.key == key)).one()


def _unpack_former_release(home: Path) -> None:
    """Begins with the home of the release before, in which an incident is suspended at its gate."""
    former = Path(__file__).parent / FORMER_RELEASE
    (home / "prefect").mkdir()
    for packed, file in (("crisis.db.gz", home / "crisis.db"), ("prefect.db.gz", home / "prefect" / "prefect.db")):
        file.write_bytes(gzip.decompress((former / packed).read_bytes()))
    (home / "secret.key").write_bytes((former / "secret.key").read_bytes())


def _bare() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("CRISIS_", "PREFECT_"))}


def _text(session, line: dict[str, str]) -> Text:  # type: ignore[no-untyped-def]
    message = session.scalars(select(Message).where(Message.token == line["token"])).one()
    return Text(
        member=session.get_one(Member, message.member_id).key,
        role=message.role,
        template=session.get_one(Dispatch, message.dispatch_key).template,
        channel=line["channel"],
        language=line["language"],
        subject=line["subject"],
        body=line["body"],
        token=line["token"],
        message_id=message.id,
        incident_id=message.incident_id,
    )
