"""The working hours of a team: when somebody of it is at work, and when a span of working time is over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from protocol.calendar import Rotation
from protocol.free_days import NONE, public_holiday
from protocol.people import Member, Membership, Team
from protocol.presence import holidays_of
from protocol.reply_targets import AT_ALL_HOURS, Target
from protocol.rota import pattern_of
from protocol.shifts import Shift, moment_of
from protocol.words import Language

DAY = timedelta(days=1)
LOOK_AHEAD = (3, 15, 60)  # days, tried in turn; a team that does not open by then is taken to be at work always
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Week:
    """The week of one person or rotation; not on the public holidays of the place, and not during absences."""

    zone: str
    shifts: Sequence[Shift]
    place: str = NONE
    absences: Sequence[Span] = ()

    def on(self, day: date) -> Iterator[Span]:
        """The spans that begin on a day by its own clocks, in UTC."""
        if public_holiday(self.place, day, Language.EN):
            return
        for shift in self.shifts:
            if shift.weekday == day.weekday():
                yield from _without(shift.span(day, self.zone), self.absences)


@dataclass(frozen=True)
class TeamHours:
    """When a team is at work; without any week always."""

    weeks: Sequence[Week]

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is at work."""
        return not self.weeks or any(starts <= at < ends for starts, ends in self._spans(at, 1))

    def opens(self, at: datetime) -> datetime | None:
        """The moment itself, or the next one at which somebody is at work; None: not within the next weeks."""
        if not self.weeks:
            return at
        return next((max(spans[0][0], at) for days in LOOK_AHEAD if (spans := self._spans(at, days))), None)

    def due(self, target: Target, since: datetime) -> datetime:
        """When a target that runs from a moment is over, within the working hours unless it is urgent."""
        opened = self.opens(since)
        if target.urgency in AT_ALL_HOURS or opened is None or not self.weeks:
            return since + target.clock_time
        return self._days_on(opened, target.days) if target.days else self._time_on(opened, target.span)

    def _time_on(self, opened: datetime, span: timedelta) -> datetime:
        return next((done for days in LOOK_AHEAD if (done := self._done(opened, span, days))), opened + span)

    def _done(self, opened: datetime, span: timedelta, days: int) -> datetime | None:
        left = span
        for starts, ends in self._spans(opened, days):
            begins = max(starts, opened)
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
        return None

    def _days_on(self, opened: datetime, days: int) -> datetime:
        """So many working days later, at the same time of day or at the next moment at which somebody is at work.

        Days and times are those of the first week's clocks: nine o'clock stays nine o'clock when the clocks change.
        """
        zone = self.weeks[0].zone
        shown = opened.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        day = shown.date()
        for _ in range(days):
            later = (day + ahead * DAY for ahead in range(1, LOOK_AHEAD[-1]))
            day = next((one for one in later if self._works_on(one)), day + DAY)
        at = moment_of(datetime.combine(day, shown.time()), zone)
        return self.opens(at) or at

    def _works_on(self, day: date) -> bool:
        """Whether some working time begins on this day of the calendar, by the clocks of whoever works."""
        return any(True for week in self.weeks for _ in week.on(day))

    def _spans(self, at: datetime, days: int) -> list[Span]:
        """Those that end after the moment, merged and in order; one may have begun on the eve, by other clocks."""
        first = at.date() - 2 * DAY
        found = sorted(span for week in self.weeks for n in range(days + 4) for span in week.on(first + n * DAY))
        merged: list[Span] = []
        for starts, ends in found:
            if merged and starts <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(ends, merged[-1][1])
            else:
                merged.append((starts, ends))
        return [span for span in merged if span[1] > at]


def hours_of(session: Session, team: str | None) -> TeamHours:
    """The hours of a team's rotations that are limited to shifts, or else of its members; always, if nobody has any."""
    rotations = session.scalars(
        select(Rotation).join(Team, Team.id == Rotation.team_id).where(Team.key == team, Rotation.shifts.any())
    ).all()
    if rotations:
        patterns = (pattern_of(rotation) for rotation in rotations)
        return TeamHours([Week(pattern.time_zone, pattern.shifts) for pattern in patterns])
    members = session.scalars(
        select(Member)
        .join(Membership, Membership.member_id == Member.id)
        .join(Team, Team.id == Membership.team_id)
        .where(Team.key == team)
        .order_by(Membership.position)
        .options(selectinload(Member.hours), selectinload(Member.absences))
    ).all()
    return TeamHours([_week(session, member) for member in members if member.hours])


def _week(session: Session, member: Member) -> Week:
    shifts = [Shift(row.weekday, row.starts, row.ends) for row in member.hours]
    absences = [(absence.starts, absence.ends) for absence in member.absences]
    return Week(member.time_zone, shifts, holidays_of(session, member) or NONE, absences)


def _without(span: Span, absences: Sequence[Span]) -> Iterator[Span]:
    left = [span]
    for starts, ends in absences:
        left = [
            piece
            for one in left
            for piece in ((one[0], min(one[1], starts)), (max(one[0], ends), one[1]))
            if piece[0] < piece[1]
        ]
    yield from left
