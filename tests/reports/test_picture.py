"""The report as a person sees it, drawn by a real browser; also makes the README's picture."""

import os
import shutil
from pathlib import Path

import pytest
from firestorm import firestorm
from playwright.sync_api import sync_playwright
from test_after_action import report

from protocol.store import Store
from tests.conftest import missing

ROOT = Path(__file__).parent.parent.parent
FLAGS = ["--no-sandbox", "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_report_is_drawn_offline_in_one_piece(store: Store, tmp_path: Path) -> None:
    executable = os.environ.get("TEST_CHROMIUM") or shutil.which("chromium")
    if not executable:
        missing("Chromium; install Debian's chromium or set TEST_CHROMIUM")
    with store.write() as session:
        number = firestorm(session)
    page_file = tmp_path / "report.html"
    page_file.write_text(report(store, number), encoding="utf-8")
    picture = (ROOT / "docs" / "pictures" if os.environ.get("PICTURES") else tmp_path) / "report.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        page = browser.new_page(viewport={"width": 1100, "height": 1300})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page_file.as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.screenshot(path=picture)
        browser.close()
    assert asked == [page_file.as_uri()], "nothing else is loaded"
    assert wide <= 1100, "nothing is cut at the side"
    assert picture.stat().st_size > 20_000
