"""The page of Prefect events says what the tables say, and its examples are such that Prefect takes them."""

import json
import re
from collections import defaultdict
from pathlib import Path

import yaml
from prefect.events.schemas.automations import AutomationCore
from prefect.events.schemas.events import Event

from flows.event_names import BREACHED, EVENTS, SIGNAL, SILENT
from flows.heed_signal import LONGEST_WHY, heed_signal

PAGE = (Path(__file__).parent.parent.parent / "docs" / "events.md").read_text("utf-8")
GIVEN = {"playbook", "subject", "level", "why"}


def test_the_table_is_the_one_that_is_acted_on() -> None:
    rows = [row for row in re.findall(r"^\| `(crisis\.[\w.]+)` \| (.+) \| (.+) \|$", PAGE, re.M) if row[0] != BREACHED]
    facts = {row: tuple(re.findall(r"`(\w+)`", row[2])) for row in rows}
    assert [(row[0], row[1], facts[row]) for row in rows] == [
        (one.name, one.when, one.facts) for one in EVENTS.values()
    ]


def test_what_is_silent_is_listed_with_the_reason() -> None:
    kinds = defaultdict(list)
    for kind, why in SILENT.items():
        kinds[why].append(f"`{kind}`")
    assert all(f"- {', '.join(names)}: {why}\n" in PAGE for why, names in kinds.items())


def test_the_automation_of_the_example_is_one_that_prefect_knows() -> None:
    (example,) = re.findall(r"```yaml\n(.+?)```", PAGE, re.S)
    automation = AutomationCore.model_validate(yaml.safe_load(example))
    assert automation.trigger.expect == {BREACHED}  # type: ignore[union-attr]


def test_the_signals_of_the_examples_say_what_the_flow_takes() -> None:
    (posted,) = re.findall(r"-d '(\[.+?\])'", PAGE, re.S)
    (emitted,) = re.findall(r"--payload '(\{.+?\})'", PAGE)
    (event,) = [Event.model_validate(one) for one in json.loads(posted)]
    assert (event.event, set(event.payload), set(json.loads(emitted))) == (SIGNAL, GIVEN, GIVEN)
    assert set(heed_signal.parameters.properties) == GIVEN | {"event"}
    assert f"Longer than {LONGEST_WHY} characters" in PAGE
