"""The real Prefect UI in headless Chromium: a person presses Resume, fills the form, and the incident advances."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from world import ROOT, World

from incidents.phases import Phase
from tests.conftest import missing

PICTURES = ROOT / "docs" / "pictures"
FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = os.environ.get("TEST_CHROMIUM") or shutil.which("chromium")
    if not executable:
        missing("Chromium; install Debian's chromium or set TEST_CHROMIUM")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, world: World) -> Iterator[Page]:
    """An empty profile; whatever is not on this machine is refused, as on a closed network."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(PATIENCE_MS)
    context.route("https://**", lambda route: route.abort())
    opened = context.new_page()
    yield opened
    context.close()


def test_resume_in_the_older_ui_advances_the_incident(world: World, page: Page, tmp_path: Path) -> None:
    number = world.open("brand-older-ui")
    run_id = world.at_gate(number, Phase.PRE_CRISIS)
    page.goto(f"{world.works.settings.public_url}/g/{number}")  # the link of the message leads to the run
    page.wait_for_url(f"**/runs/flow-run/{run_id}*")
    page.get_by_role("button", name="Resume", exact=True).first.click()
    fields = page.locator(".schema-form-property")
    _unfold(page, fields.filter(has_text="Decision"))
    page.locator(".p-select-option").filter(has_text="crisis").first.click()
    fields.filter(has_text="Note").locator("textarea").fill("Decided in the browser.")
    fields.filter(has_text="One-time code").locator("textarea").fill(world.gate_code(number))
    _picture(page, "gate.png", tmp_path)
    with page.expect_response("**/resume"):
        page.get_by_role("button", name="Submit").click()
    _advanced_through_prefect(world, number)


def test_resume_in_the_newer_ui_advances_the_incident(world: World, page: Page, tmp_path: Path) -> None:
    number = world.open("brand-newer-ui")
    run_id = world.at_gate(number, Phase.PRE_CRISIS)
    page.goto(f"{world.works.settings.prefect_ui_url}/v2/runs/flow-run/{run_id}")
    page.get_by_role("button", name="Open menu").click()
    page.get_by_role("menuitem", name="Resume").click()
    form = page.get_by_role("dialog").last
    _beside(form, "Decision", "button[2]").click()  # the first is the field's menu
    page.get_by_role("option", name="crisis").first.click()
    _beside(form, "Note", "textarea[1]").fill("Decided in the newer interface.")
    _beside(form, "One-time code", "textarea[1]").fill(world.gate_code(number))
    _picture(page, "gate-newer.png", tmp_path)
    with page.expect_response("**/resume"):
        form.get_by_role("button", name="Resume").click()
    _advanced_through_prefect(world, number)


def test_the_run_form_of_open_incident_offers_what_the_store_holds(world: World, page: Page, tmp_path: Path) -> None:
    deployment = world.deployment_id("open-incident/open-incident")
    page.goto(f"{world.works.settings.prefect_ui_url}/deployments/deployment/{deployment}/run")
    fields = page.locator(".schema-form-property")
    _unfold(page, fields.filter(has_text="playbook").first)
    for playbook in ("data-breach", "social-firestorm"):
        expect(page.locator(".p-select-option").filter(has_text=playbook).first).to_be_visible()
    _picture(page, "open-incident.png", tmp_path)


def _unfold(page: Page, field: Locator) -> None:
    field.locator(".p-select-button__control").focus()
    page.keyboard.press("ArrowDown")


def _beside(form: Locator, label: str, control: str) -> Locator:
    return form.locator("label").filter(has_text=label).first.locator(f"xpath=following::{control}")


def _advanced_through_prefect(world: World, number: int) -> None:
    world.until(lambda: world.incident(number).phase is Phase.CRISIS, "the form advanced the incident")
    assert [fact["door"] for fact in world.facts(number, "decided")] == ["prefect"]


def _picture(page: Page, name: str, elsewhere: Path) -> None:
    folder = PICTURES if os.environ.get("PICTURES") else elsewhere
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / name)
