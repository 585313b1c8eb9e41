"""A person at the terminal: types `crisis` commands at a home of their own and reads what comes back."""

import io
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.cli import run
from flows.deciding import open_gate
from flows.steps import begin_step, due_steps
from incidents.opening import find
from wiring.tables import METADATA
from wiring.works import Works, open_works

COMPANY = Path("examples/company.yaml").absolute()
RULES = Path("examples/rules.yaml").absolute()


@dataclass(frozen=True)
class Printed:
    """What a command ended with and said. `out` and `err` are without the last line break."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, read as one JSON document."""
        return json.loads(self.out)

    @property
    def jsons(self) -> list[Any]:
        """Standard output, read as one JSON document per line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Terminal:
    """Runs commands in this process, with exactly these settings in the environment."""

    def __init__(
        self,
        home: Path,
        patch: pytest.MonkeyPatch,
        capture: pytest.CaptureFixture[str],
        database: str = "",
    ) -> None:
        self.home = home
        self.settings = {"CRISIS_HOME": str(home), **({"CRISIS_DATABASE_URL": database} if database else {})}
        self._patch = patch
        self._capture = capture

    def __call__(self, *words: str | Path, typed: str = "") -> Printed:
        """Types one command; `typed` is what the person answers."""
        self._set_environment()
        self._patch.setattr(sys, "stdin", io.StringIO(typed))
        self._capture.readouterr()
        code = run([str(word) for word in words])
        out, err = self._capture.readouterr()
        return Printed(code, out.rstrip("\n"), err.rstrip("\n"))

    def says(self, *words: str | Path, typed: str = "") -> str:
        """Types a command that must succeed; what it said."""
        printed = self(*words, typed=typed)
        assert printed.code == 0, printed
        return printed.out

    def refuses(self, *words: str | Path) -> str:
        """Types a command that must end with a remedy and change no row; the remedy."""
        before = self.rows()
        printed = self(*words)
        assert (printed.code, printed.out) == (2, ""), printed
        assert self.rows() == before
        return printed.err

    def works(self) -> Works:
        """The store that the commands work on."""
        self._set_environment()
        return open_works()

    def rows(self) -> dict[str, int]:
        """How many rows each table holds."""
        works = self.works()
        tables = [f"SELECT '{table.name}', count(*) FROM {table.name}" for table in METADATA.sorted_tables]
        with works.store.read() as session:
            rows = session.execute(text(" UNION ALL ".join(tables))).all()
        works.store.close()
        return {str(name): int(number) for name, number in rows}

    def begin(self, number: int = 1) -> None:
        """Does what a run does with a phase: its steps, then its gate."""
        works = self.works()
        now = works.clock.now()
        with works.store.write() as session:
            incident = find(session, number)
            for step in due_steps(session, incident):
                begin_step(session, works, incident, step, now)
            open_gate(session, works, incident, now)
        works.store.close()

    def code(self, member: str, purpose: str = "gate") -> str:
        """A new one-time code of a person, as the command prints it."""
        return self.says("code", "1", "--as", member, "--for", purpose).splitlines()[0]

    def _set_environment(self) -> None:
        for name in [name for name in os.environ if name.startswith(("CRISIS_", "PREFECT_", "TWILIO_", "SENDGRID_"))]:
            self._patch.delenv(name)
        for name, value in self.settings.items():
            self._patch.setenv(name, value)
        self._patch.setenv("CRISIS_PREFECT_PORT", "4399")  # nothing listens there
