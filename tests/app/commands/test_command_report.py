"""The after-action report comes out as one file, with the readings, the limit and the breaches in it."""

from datetime import timedelta
from pathlib import Path

from app.report_writing import write_after_action
from monitoring.intake import take_in
from monitoring.opening import opener
from monitoring.readings import ReadingValue
from protocol.words import Language
from tests.fakes.terminal import Terminal

SERIES = "mentions.brand-aurora"


def burst(terminal: Terminal) -> None:
    """Two calm days and a burst that ends now, through the door of real readings."""
    works = terminal.works()
    now = works.clock.now()
    step = timedelta(minutes=5)
    readings = [ReadingValue(SERIES, now - number * step, 900 if number < 4 else 50) for number in range(576)]
    with works.store.write() as session:
        take_in(session, readings, now, opener(now))
    works.store.close()


def test_the_report_of_a_burst_shows_mentions_and_breach(any_terminal: Terminal) -> None:
    burst(any_terminal)
    file = any_terminal.home / "reports" / "INC-1.html"
    assert any_terminal.says("report", "1") == f"The after-action report is {file}."
    html = file.read_text()
    assert "mentions in the last" in html and "× the usual for a" in html
    assert "<svg" in html
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_report_goes_where_it_is_wanted_in_the_language_wanted(terminal: Terminal, tmp_path: Path) -> None:
    terminal.says("open", "social-firestorm", "--subject", "brand-aurora")
    terminal.says("report", "1", "--lang", "es", "--out", tmp_path / "informe.html")
    assert '<html lang="es"' in (tmp_path / "informe.html").read_text()
    assert terminal.refuses("report", "1", "--out", tmp_path / "no" / "x.html") == (
        f"{tmp_path}/no/x.html cannot be written (No such file or directory); name a file in a folder that can."
    )
    assert terminal.refuses("report", "7") == "There is no incident 7; `crisis status` lists those there are."


def test_the_demo_writes_it_by_the_same_function(terminal: Terminal) -> None:
    terminal.says("open", "social-firestorm", "--subject", "brand-aurora")
    written = write_after_action(terminal.works(), 1, Language.EN)
    assert written == terminal.home / "reports" / "INC-1.html"
    assert list(written.parent.iterdir()) == [written]
