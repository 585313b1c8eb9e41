"""The examples of docs/desk.md are what the desk does."""

import json
import re
from pathlib import Path

import yaml

from app.posted_inquiries import read_inquiries
from desk.intake import Known
from playbooks.format import DeskPart
from protocol.company_format import CompanyEntry
from protocol.reply_targets import DEFAULTS
from tests.fakes.loaded import any_terminal, loaded_home, loaded_rows, new_database, terminal
from tests.fakes.set_clock import NOW
from tests.fakes.terminal import Terminal

__all__ = ["any_terminal", "loaded_home", "loaded_rows", "new_database", "terminal"]
TEXT = Path("docs/desk.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", TEXT, re.M | re.S)


def test_the_inquiry_at_the_terminal_is_answered_as_the_page_says(terminal: Terminal) -> None:
    said = terminal.says(
        "inquiry", "Quiero devolver el producto", *["--channel", "phone", "--urgency", "high"], "--customer", "current"
    )
    assert any(said.startswith(block.rstrip()) for _, block in BLOCKS)


def test_the_posted_inquiry_is_one() -> None:
    (body,) = [block.partition("\n")[2] for _, block in BLOCKS if block.startswith("POST /inquiries")]
    posted = read_inquiries([(1, json.loads(body))], Known([], [], ["phone"]), NOW)
    assert (len(posted.inquiries), posted.faults.count) == (1, 0)


def test_the_targets_are_those_that_hold() -> None:
    (company,) = [yaml.safe_load(block)["company"] for kind, block in BLOCKS if kind == "yaml" and "company:" in block]
    assert CompanyEntry.model_validate({"name": "x", **company}).support_targets == DEFAULTS


def test_the_lines_are_of_the_format() -> None:
    (desk,) = [yaml.safe_load(block)["desk"] for kind, block in BLOCKS if kind == "yaml" and "desk:" in block]
    assert DeskPart.model_validate(desk).faq == ["customer-faq"]
