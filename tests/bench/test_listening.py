"""The frozen burst gauge still hears as well as `bench/listening/results.json` says."""

from functools import cache
from pathlib import Path

import pytest

from bench.listening.__main__ import main
from bench.listening.alarms import measured, opened
from bench.listening.curve import Curve, left_out_by_budget, left_out_by_score
from bench.listening.results import known
from bench.listening.scorer import PROFILES, Sheet, judged, total
from bench.listening.series import EXAMPLES, NAMES, labelled
from monitoring.gauges.burst import YELLOW, BurstGauge

pytestmark = pytest.mark.xdist_group("listening")  # one pass over the series for all of them


@cache
def sheets() -> dict[str, Sheet]:
    """The default gauge at its frozen threshold, series by series."""
    found = {}
    for name in NAMES:
        series = labelled(name)
        found[name] = judged(series, opened(series.instants, measured(BurstGauge(), series), YELLOW))
    return found


def test_the_default_gives_the_figures_that_were_written() -> None:
    written, now = known()["frozen"], total(sheets().values())
    assert known()["threshold"] == YELLOW
    assert {name: now.score(name) for name in PROFILES} == pytest.approx(
        {name: written[name] for name in PROFILES}, abs=0.1
    )
    assert (now.hits, now.windows) == (written["hits"], written["windows"])
    assert now.false_per_week == pytest.approx(written["false_per_series_week"], abs=0.01)


@pytest.mark.parametrize("name", NAMES)
def test_each_series_gives_the_figures_that_were_written(name: str) -> None:
    assert sheets()[name].score() == pytest.approx(known()["series"][name]["standard"], abs=0.1)


def test_what_was_promised_of_listening_holds() -> None:
    written = known()
    promised = [written["frozen"], *written["left_out"].values()]
    assert all(found["standard"] >= 75 and found["false_per_series_week"] <= 1 for found in promised)


def test_a_left_out_series_has_no_say_in_its_own_threshold() -> None:
    loud, quiet = Sheet(windows=1, hits=1, earned=1.0, rows=2016), Sheet(windows=1, rows=2016)
    noisy = Sheet(windows=1, hits=1, earned=1.0, false_alarms=9, cost=9.0, rows=2016)
    curve = Curve((1.0, 2.0, 3.0), ((noisy, noisy), (loud, quiet), (quiet, loud)))
    assert [fold.threshold for fold in left_out_by_score(curve)] == [3.0, 2.0]
    assert [fold.sheet for fold in left_out_by_score(curve)] == [quiet, quiet]
    assert [fold.threshold for fold in left_out_by_budget(curve, 0.5)] == [2.0, 2.0]


def test_series_of_another_folder_are_judged_by_the_same_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(EXAMPLES)]) == 0
    written = known()["series"]["AAPL"]
    row = next(line for line in capsys.readouterr().out.splitlines() if "Twitter_volume_AAPL" in line)
    assert f"{written['standard']:.1f}" in row
    assert f"{written['hits']}/{written['windows']}" in row


def test_a_folder_without_labels_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "labels.json as in examples/brand-mentions" in capsys.readouterr().err
    (tmp_path / "labels.json").write_text('{"windows": {"gone.csv": []}, "labels": {}}')
    assert main([str(tmp_path)]) == 2
    assert "put their CSV files beside it" in capsys.readouterr().err
