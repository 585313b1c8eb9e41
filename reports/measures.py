"""The measures of an incident: pure functions over its rows. Times are the incident's, as its timeline tells them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.deadlines import PROMISES
from incidents.phases import Phase
from incidents.rows import Deadline, TimelineEntry
from incidents.timeline import ESCALATIONS, Kind
from notifiers.rows import Message
from notifiers.states import State
from protocol.words import Channel, Level
from reports.clocks import ClockReading, Verdict, golden_clocks, peak_level
from reports.dossier import Dossier

TAKEN = (State.ACCEPTED, State.SENT, State.DELIVERED)
DOUBTFUL = (State.IN_DOUBT, State.UNRESOLVED)
# What ends the wait for a step, when it comes after its deadline was missed.
ANSWERS = (Kind.ACKNOWLEDGED, Kind.QUORUM_REACHED, Kind.SCENARIO_RECORDED, Kind.PUBLISHED)


@dataclass(frozen=True)
class ApprovalTime:
    """How long one approver took from the words to the sign-off."""

    member_id: int
    role: str
    step: str
    took: timedelta


@dataclass(frozen=True)
class ChannelShare:
    """What became of the messages of one channel. `asked` counts those that wanted an acknowledgement."""

    channel: Channel
    total: int
    taken: int
    delivered: int
    asked: int
    acknowledged: int


@dataclass(frozen=True)
class PhaseStay:
    """One stay in a phase; it ends at the moment of writing while it lasts."""

    phase: Phase
    starts: datetime
    ends: datetime
    lasts: bool

    @property
    def duration(self) -> timedelta:
        """How long it took."""
        return self.ends - self.starts


@dataclass(frozen=True)
class DeadlineResult:
    """A promise, whether it was kept, and by how much it was missed when the answer came later."""

    deadline: Deadline
    verdict: Verdict
    late_by: timedelta | None


@dataclass(frozen=True)
class Measures:
    """All measures of one incident."""

    opened_at: datetime
    ended_at: datetime
    peak: Level
    clocks: Sequence[ClockReading]
    approvals: Sequence[ApprovalTime]
    channels: Sequence[ChannelShare]
    stays: Sequence[PhaseStay]
    deadlines: Sequence[DeadlineResult]
    unreachable: Sequence[int]
    fall_backs: Sequence[TimelineEntry]
    escalations: Sequence[TimelineEntry]

    @property
    def duration(self) -> timedelta:
        """From the opening to the end, or to the moment of writing."""
        return self.ended_at - self.opened_at


def measures_of(dossier: Dossier, written_at: datetime) -> Measures:
    """Measures an incident as it stood at `written_at` (the incident's time)."""
    ended_at = dossier.incident.closed_at or written_at
    return Measures(
        opened_at=dossier.incident.opened_at,
        ended_at=ended_at,
        peak=peak_level(dossier),
        clocks=golden_clocks(dossier, ended_at),
        approvals=approval_times(dossier),
        channels=channel_shares(dossier),
        stays=phase_stays(dossier, ended_at),
        deadlines=deadline_results(dossier),
        unreachable=unreachable_members(dossier.messages),
        fall_backs=dossier.of_kind(Kind.NOT_TOLD, Kind.LANGUAGE_FALLBACK),
        escalations=dossier.of_kind(*ESCALATIONS),
    )


def approval_times(dossier: Dossier) -> list[ApprovalTime]:
    """Each sign-off, from the moment its words were written; a text with the same hash counts from its first."""
    written = {text.hash: text for text in reversed(dossier.texts)}
    return [
        ApprovalTime(row.member_id, row.role, written[row.hash].step, row.signed_at - written[row.hash].written_at)
        for row in dossier.sign_offs
        if row.hash in written
    ]


def channel_shares(dossier: Dossier) -> list[ChannelShare]:
    """Messages by channel. One counts as acknowledged when its person acknowledged its dispatch by any way."""
    channels = sorted({Channel(row.channel) for row in dossier.messages})
    return [_share(dossier, channel, [m for m in dossier.messages if m.channel == channel]) for channel in channels]


def phase_stays(dossier: Dossier, ended_at: datetime) -> list[PhaseStay]:
    """Every stay in a phase, with its length; what closed is no stay."""
    stays = [row for row in dossier.entries if row.phase != Phase.CLOSED]
    return [PhaseStay(Phase(row.phase), row.entered_at, row.left_at or ended_at, row.left_at is None) for row in stays]


def deadline_results(dossier: Dossier) -> list[DeadlineResult]:
    """Every promise with its result; the machinery's own reminders are left out."""
    promises = [row for row in dossier.deadlines if row.kind in PROMISES]
    return [DeadlineResult(row, _verdict(row), _late_by(row, dossier)) for row in promises]


def unreachable_members(messages: Sequence[Message]) -> list[int]:
    """Members to whom messages went and no provider took one."""
    reached = {row.member_id for row in messages if row.state in TAKEN}
    tried = {row.member_id for row in messages if row.state in (State.FAILED, State.UNRESOLVED)}
    return sorted(tried - reached)


def _share(dossier: Dossier, channel: Channel, messages: Sequence[Message]) -> ChannelShare:
    asking = {row.key for row in dossier.dispatches if row.acknowledge}
    answered = {(row.dispatch_key, row.member_id) for row in dossier.acknowledgements}
    asked = [row for row in messages if row.dispatch_key in asking]
    return ChannelShare(
        channel=channel,
        total=len(messages),
        taken=sum(row.state in TAKEN for row in messages),
        delivered=sum(row.state == State.DELIVERED for row in messages),
        asked=len(asked),
        acknowledged=sum((row.dispatch_key, row.member_id) in answered for row in asked),
    )


def _verdict(row: Deadline) -> Verdict:
    if row.met_at is not None:
        return Verdict.MET
    if row.missed_at is not None:
        return Verdict.MISSED
    return Verdict.CANCELLED if row.cancelled_at is not None else Verdict.RUNNING


def _late_by(row: Deadline, dossier: Dossier) -> timedelta | None:
    if row.missed_at is None:
        return None
    later = [line for line in dossier.of_kind(*ANSWERS) if line.at >= row.due_at and _answers(line, row)]
    return later[0].at - row.due_at if later else None


def _answers(line: TimelineEntry, row: Deadline) -> bool:
    if line.kind == Kind.QUORUM_REACHED:
        return row.kind == "quorum"
    same_person = row.member_id in (0, line.facts.get("member"))
    return row.kind != "quorum" and line.facts.get("step") == row.step and same_person
