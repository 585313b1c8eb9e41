"""What each kind of rule can be told, checked."""

from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from monitoring.alarms import CLEAR_AFTER, HOLD, Patience
from monitoring.gauges import burst
from monitoring.levels import LEAVE
from monitoring.readings import HIGHEST
from playbooks.format import Duration, write_duration
from protocol.words import Level

MOST_WINDOWS = 336
MOST_SIGNALS = 10
Limit = Annotated[float, Field(gt=0, le=HIGHEST)]
SeriesName = Annotated[str, Field(min_length=1, max_length=200)]


class Part(BaseModel):
    """What stands in a rule; an unknown name is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Band(Part):
    """A level with its two scores: reached at `enter`, left below `leave`."""

    enter: Limit
    leave: Limit

    @model_validator(mode="after")
    def _falls(self) -> Self:
        if self.leave > self.enter:
            raise ValueError("a level cannot be left above the score at which it is entered")
        return self


def _band(said: Any) -> Any:
    is_number = isinstance(said, int | float) and not isinstance(said, bool)
    return {"enter": said, "leave": said * LEAVE} if is_number else said


Levels = dict[Level, Annotated[Band, BeforeValidator(_band)]]


class Waiting(Part):
    """How long a level must stand before it is told, how long an alarm speaks for what follows, how long calm takes."""

    sustained: Duration = timedelta(0)
    hold: Duration = HOLD
    clear: Duration = CLEAR_AFTER

    @property
    def patience(self) -> Patience:
        """The three spans."""
        return Patience(self.sustained, self.hold, self.clear)


class Levelled(Waiting):
    """A rule with levels, each a number or {enter, leave}; left at 0.7 of it unless said otherwise."""

    levels: Levels = Field(min_length=1)
    unit: str = Field(default="mentions", min_length=1, max_length=60)

    @field_validator("levels")
    @classmethod
    def _rise(cls, levels: Levels) -> Levels:
        ordered = [levels[level].enter for level in Level if level in levels]
        if Level.GREEN in levels:
            raise ValueError("green has no limit; begin with yellow")
        if ordered != sorted(set(ordered)):
            stands = ", ".join(f"{level} {levels[level].enter:g}" for level in Level if level in levels)
            raise ValueError(f"{stands}: the limits must rise from yellow to red")
        return levels

    @property
    def scores(self) -> dict[Level, float | tuple[float, float]]:
        """The scores of each level, as a rule takes them."""
        return {level: (band.enter, band.leave) for level, band in self.levels.items()}


class StaticParameters(Levelled):
    """A static rule: `levels` are counts per window; `minimum` is the least count at all."""

    window: Duration = timedelta(hours=1)
    minimum: Limit | None = None


class RatioParameters(Levelled):
    """A ratio rule: `levels` are multiples of the mean of `baseline`; `minimum` is the least count per window."""

    window: Duration = timedelta(hours=1)
    minimum: Limit
    baseline: Duration = timedelta(days=3)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if min(band.enter for band in self.levels.values()) <= 1:
            raise ValueError("a multiple of the usual must be above 1")
        if self.baseline < timedelta(days=1) or not 2 <= self.baseline / self.window <= MOST_WINDOWS:
            raise ValueError(f"the baseline must be at least 1d, and 2 to {MOST_WINDOWS} times the window")
        return self


class EwmaParameters(Levelled):
    """An EWMA rule: `levels` are standard deviations above the exponentially weighted mean of that half-life."""

    window: Duration = timedelta(minutes=30)
    half_life: Duration = timedelta(days=1)
    minimum: Limit

    @model_validator(mode="after")
    def _remembers(self) -> Self:
        if not 2 <= self.half_life / self.window <= MOST_WINDOWS:
            raise ValueError(f"the half-life must be 2 to {MOST_WINDOWS} times the window")
        return self


class SeasonalParameters(Levelled):
    """A seasonal rule: `levels` are −log10 of the probability of such a count at this hour of the week."""

    window: Duration = timedelta(hours=1)
    minimum: Limit


class BurstParameters(Levelled):
    """A burst rule: `levels` are improbabilities (−log10) averaged over windows from five minutes to three hours."""

    levels: Levels = Field(
        default={
            Level.YELLOW: Band(enter=burst.YELLOW, leave=burst.YELLOW * LEAVE),
            Level.ORANGE: Band(enter=burst.ORANGE, leave=burst.ORANGE * LEAVE),
            Level.RED: Band(enter=burst.RED, leave=burst.RED * LEAVE),
        },
        min_length=1,
    )
    minimum: Limit | None = None


class ShareParameters(Levelled):
    """A share rule: `levels` are per cent of the series `of`; `minimum` is the least count of that one per window."""

    of: SeriesName
    window: Duration = timedelta(hours=1)
    minimum: Limit

    @field_validator("levels")
    @classmethod
    def _per_cent(cls, levels: Levels) -> Levels:
        if max(band.enter for band in levels.values()) > 100:
            raise ValueError("a share is at most 100 per cent")
        return levels


class AbsenceParameters(Waiting):
    """An absence rule: `levels` say after how long without a reading."""

    levels: dict[Level, Duration] = Field(min_length=1)

    @field_validator("levels")
    @classmethod
    def _rise(cls, levels: dict[Level, timedelta]) -> dict[Level, timedelta]:
        ordered = [levels[level] for level in Level if level in levels]
        if Level.GREEN in levels:
            raise ValueError("green has no span; begin with yellow")
        if ordered != sorted(set(ordered)) or ordered[0] < timedelta(minutes=1):
            stands = ", ".join(f"{level} {write_duration(levels[level])}" for level in Level if level in levels)
            raise ValueError(f"{stands}: the spans must be at least 1m and rise from yellow to red")
        return levels

    @property
    def scores(self) -> dict[Level, float | tuple[float, float]]:
        """Minutes of silence; a single reading ends it."""
        return {level: (span / timedelta(minutes=1), 1.0) for level, span in self.levels.items()}


class SignalParameters(Part):
    """One signal of a combination: a series with a rule of its own."""

    series: SeriesName
    kind: str
    parameters: dict[str, Any]


class CombinationParameters(Waiting):
    """A combination: the level that all, any, or so many of the signals reach within a while of each other."""

    signals: list[SignalParameters] = Field(min_length=2, max_length=MOST_SIGNALS)
    need: Literal["all", "any"] | Annotated[int, Field(ge=1)] = "all"
    within: Duration = timedelta(minutes=30)

    @property
    def wanted(self) -> int:
        """How many of the signals must have reached a level."""
        return {"all": len(self.signals), "any": 1}.get(str(self.need)) or int(self.need)

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        if self.wanted > len(self.signals):
            raise ValueError(f"there are {len(self.signals)} signals, so no more can be needed")
        return self
