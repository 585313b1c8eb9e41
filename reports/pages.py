"""What stands on the page, section by section: values that the template only has to lay out."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.findings import Area


@dataclass(frozen=True)
class Tile:
    """One key figure; `tone` is good, bad or quiet."""

    label: str
    value: str
    note: str
    tone: str


@dataclass(frozen=True)
class Cell:
    """A word with a tone: good, bad, warn or quiet."""

    text: str
    tone: str = "quiet"


@dataclass(frozen=True)
class NumberedMark:
    """The explanation of one mark on the plot."""

    number: int
    kind: str
    label: str
    when: str
    text: str


@dataclass(frozen=True)
class AlarmRow:
    """One alarm that opened or joined the incident, and what a person said about it."""

    when: str
    rule: str
    level: Cell
    why: str
    verdict: Cell
    ended: str


@dataclass(frozen=True)
class ClockRow:
    """One golden-hour clock."""

    name: str
    target: str
    actual: str
    result: Cell


@dataclass(frozen=True)
class PhaseRow:
    """One stay in a phase."""

    phase: str
    key: str
    starts: str
    ends: str
    duration: str


@dataclass(frozen=True)
class DecisionRow:
    """One decision, with its note."""

    since: str
    when: str
    who: str
    choice: str
    level: Cell
    door: str
    note: str


@dataclass(frozen=True)
class SeatRow:
    """One seat of the cabinet."""

    role: str
    who: str
    answer: Cell
    since: str


@dataclass(frozen=True)
class ScenarioCard:
    """One scenario as it was recorded."""

    kind: str
    key: str
    text: str
    by: str


@dataclass(frozen=True)
class WordsIn:
    """The words of a public text in one language."""

    code: str
    language: str
    subject: str
    body: str


@dataclass(frozen=True)
class PublicCard:
    """One public text with its sign-offs."""

    step: str
    channel: str
    audience: str
    written: str
    status: Cell
    words: Sequence[WordsIn]
    sign_offs: Sequence[str]
    hash: str


@dataclass(frozen=True)
class DeadlineRow:
    """One promise and its result."""

    step: str
    kind: str
    who: str
    due: str
    result: Cell
    late: str


@dataclass(frozen=True)
class MessageRow:
    """One message."""

    recipient: str
    role: str
    channel: str
    language: str
    version: str
    state: Cell
    reason: str
    sent: str
    acknowledged: str


@dataclass(frozen=True)
class DispatchGroup:
    """The messages of one firing of a step."""

    step: str
    template: str
    when: str
    since: str
    rows: Sequence[MessageRow]


@dataclass(frozen=True)
class ChannelRow:
    """The shares of one channel."""

    channel: str
    total: int
    taken: str
    delivered: str
    acknowledged: str


@dataclass(frozen=True)
class TimelineRow:
    """One line of the timeline, with the text beside it."""

    number: str
    since: str
    day: str
    hour: str
    sentence: str
    text: str
    tone: str


@dataclass(frozen=True)
class Page:
    """The whole report."""

    language: str
    title: str
    subtitle: str
    company: str
    drill: bool
    status: Cell
    level: Cell
    facts: Sequence[tuple[str, str]]
    summary: Sequence[str]
    tiles: Sequence[Tile]
    mentions: Markup | None
    marks: Sequence[NumberedMark]
    alarms: Sequence[AlarmRow]
    clocks_plot: Markup
    clocks: Sequence[ClockRow]
    phases: Sequence[PhaseRow]
    decisions: Sequence[DecisionRow]
    seats: Sequence[SeatRow]
    scenarios: Sequence[ScenarioCard]
    public: Sequence[PublicCard]
    deadlines: Sequence[DeadlineRow]
    wrong: Sequence[tuple[str, str]]
    strengths: Sequence[str]
    areas: Sequence[Area]
    channels: Sequence[ChannelRow]
    dispatches: Sequence[DispatchGroup]
    timeline: Sequence[TimelineRow]
    chain: Cell
    final_hash: str
