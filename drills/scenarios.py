"""Drill scenarios: which playbook they rehearse, how fast the clock runs, and the injects that arrive by script."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from playbooks.format import Duration, Key, Texts
from protocol.words import Level, Remedy

FOLDER = Path(__file__).parent / "library"


class Inject(BaseModel):
    """Something that the drill lets happen: when, who says it, and what a good team does then."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    after: Duration = timedelta(0)
    channel: str
    sender: str
    to: Key
    text: Texts
    expected: Texts


class DrillScenario(BaseModel):
    """One rehearsal."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    format: int = Field(ge=1, le=1)
    key: Key
    title: Texts
    playbook: Key
    level: Level
    speed: float = Field(default=1.0, ge=1, le=600)
    why: Texts
    injects: list[Inject] = []


def scenario(key: str) -> DrillScenario:
    """The scenario of a key. Raises Remedy when there is none."""
    found = _library().get(key)
    if found is None:
        raise Remedy(f'No drill scenario "{key}". Use one of: {", ".join(scenario_keys())}.')
    return found


def scenario_keys() -> list[str]:
    """Every scenario key, in order."""
    return sorted(_library())


@lru_cache
def _library() -> dict[str, DrillScenario]:
    return {found.key: found for found in map(_read, sorted(FOLDER.glob("*.yaml")))}


def _read(file: Path) -> DrillScenario:
    try:
        return DrillScenario.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise Remedy(f"{file.name} is not a drill scenario: {str(error).splitlines()[0]}; correct it.") from None
