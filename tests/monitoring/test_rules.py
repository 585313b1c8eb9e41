"""The rules fire on real bursts, once, with a sentence, and stay silent otherwise."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitoring import sentences
from monitoring.alarms import Alarm
from monitoring.backtest import backtest
from monitoring.building import build
from monitoring.gauges.counted import CountGauge, RatioGauge
from monitoring.readings import ReadingValue, read_csv
from monitoring.rules import Rule
from monitoring.sentences import Usual
from protocol.words import Level

AAPL = Path("examples/brand-mentions/Twitter_volume_AAPL.csv")
START = datetime(2015, 3, 1, tzinfo=UTC)
STEP = timedelta(minutes=5)
DAY = 288
HOUR = timedelta(hours=1)
LEVELS = {Level.YELLOW: 4.0, Level.ORANGE: 6.0}


def ratio(minimum: float = 500) -> Rule:
    return Rule("mentions-burst", RatioGauge(HOUR, timedelta(days=3), minimum=minimum), LEVELS)


def static(levels: dict[Level, float], window: timedelta = HOUR, unit: str = "mentions") -> Rule:
    return Rule("many", CountGauge(window, unit), levels)


def counts(*spans: tuple[int, float]) -> list[ReadingValue]:
    """One reading every five minutes: each span is (how many, value)."""
    values = [value for number, value in spans for _ in range(number)]
    return [ReadingValue("m", START + index * STEP, value) for index, value in enumerate(values)]


def opened(alarms: list[Alarm]) -> list[Alarm]:
    return [alarm for alarm in alarms if not alarm.raised]


@pytest.fixture(scope="module")
def aapl() -> list[ReadingValue]:
    return read_csv(AAPL)


def test_the_burst_of_3_march_is_seen_five_minutes_before_its_label(aapl: list[ReadingValue]) -> None:
    first, then, *_ = backtest(aapl, ratio())
    assert (first.at, first.level) == (datetime(2015, 3, 3, 21, 2, 53, tzinfo=UTC), Level.YELLOW)
    assert first.why == (
        "3,041 mentions in the last hour, 5.5 × the usual 552 (mean of the last 3 days); the limit is 4 ×."
    )
    assert (then.at, then.level, then.raised) == (first.at + STEP, Level.ORANGE, True)


def test_two_months_open_fifteen_alarms(aapl: list[ReadingValue]) -> None:
    assert " | ".join(f"{alarm.at:%m-%d %H:%M}" for alarm in opened(backtest(aapl, ratio()))) == (
        "03-03 21:02 | 03-09 15:57 | 03-14 01:37 | 03-15 16:12 | 03-27 14:42 | 03-30 17:57 | 03-31 20:22 | 04-06 02:22"
        " | 04-07 03:17 | 04-07 19:52 | 04-13 09:57 | 04-14 14:12 | 04-20 03:17 | 04-20 18:07 | 04-21 16:22"
    )


def test_a_restart_neither_forgets_nor_fires_twice(aapl: list[ReadingValue]) -> None:
    chance = random.Random(7)
    readings = [ReadingValue(one.series, one.at, one.value + chance.random()) for one in aapl[:4000]]
    rule: Rule = ratio()
    alarms = []
    for one in readings:
        if chance.random() < 0.02:
            rule = ratio().restore(json.loads(json.dumps(rule.state())))
        alarms.append(rule.observe(one.at, one.value))
    assert [alarm for alarm in alarms if alarm and not alarm.calmed] == backtest(readings, ratio())


def test_what_a_rule_remembers_stays_small(aapl: list[ReadingValue]) -> None:
    rule = ratio()
    for one in aapl:
        rule.observe(one.at, one.value)
    assert len(json.dumps(rule.state())) < 10_000


def test_a_small_brand_stays_quiet_below_the_minimum() -> None:
    readings = counts((DAY * 2, 1), (12, 40))
    assert backtest(readings, ratio(minimum=500)) == []
    assert backtest(readings, ratio(minimum=100))


def test_the_sentence_says_when_the_minimum_decides() -> None:
    (alarm,) = opened(backtest(counts((DAY * 2, 0.5), (12, 20)), ratio(minimum=100)))
    assert alarm.why == (
        "104 mentions in the last hour, 12.9 × the usual 8.0 (mean of the last 2 days); "
        "the limit is 6 × and at least 100."
    )


def test_a_series_of_zeros_never_fires() -> None:
    assert backtest(counts((DAY * 4, 0)), ratio(minimum=1)) == []


def test_nothing_fires_before_a_day_is_known() -> None:
    assert backtest(counts((DAY - 24, 10), (12, 500)), ratio()) == []
    assert backtest(counts((DAY + 24, 10), (12, 500)), ratio())


def test_one_burst_of_many_crossings_opens_once() -> None:
    wobble = [(2, 500.0), (2, 0.0)] * 20
    assert len(opened(backtest(counts((DAY * 2, 10), *wobble), ratio()))) == 1


def test_an_alarm_holds_twelve_hours_and_then_may_open_again() -> None:
    def openings(hours: int) -> int:
        readings = counts((DAY * 2, 10), (3, 500), (hours * 12, 10), (6, 500))
        return len(opened(backtest(readings, ratio())))

    assert (openings(6), openings(11), openings(14)) == (1, 1, 2)


def test_an_alarm_clears_only_after_thirty_minutes_below() -> None:
    rule = static({Level.YELLOW: 100}, window=timedelta(minutes=15))
    spans = (144, 50.0), (3, 50.0)  # twelve hours above the limit, then some

    def openings(quiet: int) -> int:
        return len(opened(backtest(counts(*spans, (quiet, 0.0), (6, 50.0)), rule)))

    assert (openings(4), openings(12)) == (1, 2)


def test_an_alarm_clears_only_below_seven_tenths_of_the_limit() -> None:
    rule = static({Level.YELLOW: 100}, window=timedelta(minutes=5))

    def openings(rest: float) -> int:
        return len(opened(backtest(counts((150, 120), (12, rest), (3, 120)), rule)))

    assert (openings(71), openings(69)) == (1, 2)


def test_a_restart_at_every_reading_of_a_quiet_spell_changes_nothing() -> None:
    readings = counts((150, 120), (8, 10), (3, 120))

    def fresh() -> Rule:
        return static({Level.YELLOW: 100}, window=timedelta(minutes=5))

    rule, alarms = fresh(), []
    for one in readings:
        rule = fresh().restore(json.loads(json.dumps(rule.state())))
        alarms.append(rule.observe(one.at, one.value))
    assert [alarm for alarm in alarms if alarm and not alarm.calmed] == backtest(readings, fresh())
    assert len(backtest(readings, fresh())) == 2


def test_after_a_silence_of_the_feed_a_burst_opens_anew() -> None:
    rule = static({Level.YELLOW: 100})
    assert rule.observe(START, 200)
    assert rule.observe(START + timedelta(hours=11), 200) is None
    assert rule.observe(START + timedelta(hours=24), 200)


def test_an_outage_of_the_feed_does_not_lower_the_usual() -> None:
    before = counts((DAY * 5 // 4, 100))
    after = [ReadingValue("m", one.at + timedelta(hours=60), one.value) for one in counts((12, 250))]
    assert backtest([*before, *after], ratio(minimum=1)) == []


@pytest.mark.parametrize("minutes", [1, 5, 15, 60])
def test_the_rhythm_of_the_readings_does_not_matter(minutes: int) -> None:
    every = timedelta(minutes=minutes)
    calm = [ReadingValue("m", START + n * every, 10 * minutes) for n in range(int(timedelta(days=3) / every))]
    burst = [ReadingValue("m", calm[-1].at + n * every, 70 * minutes) for n in range(1, 120 // minutes + 1)]
    assert backtest(calm, ratio()) == []
    alarms = backtest([*calm, *burst], ratio())
    assert opened(alarms)[0].at - calm[-1].at <= timedelta(minutes=60)


def test_a_late_alarm_is_told_by_the_first_live_reading_over_the_limit() -> None:
    rule = static({Level.YELLOW: 100, Level.ORANGE: 300})
    late = rule.observe(START, 150, live=False)
    assert late and late.level is Level.YELLOW
    assert rule.observe(START + STEP, 10, live=False) is None
    told = rule.observe(START + 2 * STEP, 10)
    assert told and (told.level, told.raised) == (Level.YELLOW, False)
    assert rule.observe(START + 3 * STEP, 10) is None
    higher = rule.observe(START + 4 * STEP, 200)
    assert higher and (higher.level, higher.raised) == (Level.ORANGE, True)


def test_a_late_reading_counts_in_its_own_time() -> None:
    rule = static({Level.YELLOW: 100})
    rule.observe(START, 90)
    assert rule.observe(START - 2 * HOUR, 90) is None  # it has left the window
    late = rule.observe(START - STEP, 90)
    assert late and (late.at, late.observed) == (START, 180)


def test_a_static_rule_says_its_limit() -> None:
    alarm = static({Level.YELLOW: 1000}, window=timedelta(minutes=15), unit="complaints").observe(START, 1254)
    assert alarm
    assert alarm.why == "1,254 complaints in the last 15 minutes; the limit is 1,000."


def test_an_alarm_says_the_same_in_spanish(aapl: list[ReadingValue]) -> None:
    assert backtest(aapl, ratio())[0].why_es == (
        "3.041 menciones en la última hora, 5,5 × lo habitual: 552 (media de los últimos 3 días); el límite es 4 ×."
    )
    (alarm,) = opened(backtest(counts((DAY * 2, 0.5), (12, 20)), ratio(minimum=100)))
    assert alarm.why_es == (
        "104 menciones en la última hora, 12,9 × lo habitual: 8,0 (media de los últimos 2 días); "
        "el límite es 6 × y al menos 100."
    )
    few = static({Level.YELLOW: 2.5}, window=timedelta(minutes=15), unit="complaints").observe(START, 3)
    assert few and few.why_es == "3 quejas en los últimos 15 minutos; el límite es 2,5."


def test_spanish_where_nothing_is_usual_or_the_unit_is_unknown() -> None:
    usual = Usual(0, 24 * HOUR, 5)
    assert sentences.compared("mentions", 7, HOUR, 4, usual)["es"] == (
        "7 menciones en la última hora, cuando lo habitual es cero (media del último día); "
        "el límite es 4 × y al menos 5."
    )
    assert sentences.counted("llamas", 7, 2 * HOUR, 4)["es"] == "7 llamas en las últimas 2 horas; el límite es 4."


def test_a_burst_says_since_when_nothing_like_it_was_seen_and_what_is_usual(aapl: list[ReadingValue]) -> None:
    first, *rest = backtest(aapl, build("burst", {}))
    assert (first.at, first.why, first.why_es) == (
        datetime(2015, 3, 3, 21, 2, 53, tzinfo=UTC),
        "1,698 mentions in the last 5 minutes: the highest such count in 4 days, "
        "25.9 × the usual for a Tuesday 21:00 UTC.",
        "1.698 menciones en los últimos 5 minutos: la cifra más alta en 4 días, "
        "25,9 × lo habitual un martes a las 21:00 UTC.",
    )
    assert [(alarm.level, alarm.raised) for alarm in rest[:2]] == [(Level.ORANGE, True), (Level.RED, True)]
    again = next(alarm for alarm in rest if "highest" not in alarm.why)
    assert again.why.endswith("× the usual for a Tuesday 21:00 UTC.")
