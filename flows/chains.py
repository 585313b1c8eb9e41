"""Escalations are fixed when a step starts: who is told, when and by which channels; one deadline for each firing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from incidents.chains import Firing, Pick
from incidents.deadlines import Due, set_deadline
from incidents.rows import EscalationRung, Incident
from incidents.timeline import Kind, append
from notifiers.recipients import Recipient
from playbooks.chains import Asking, firings_of, rungs_of, wave_times, waves_of
from playbooks.format import Audience, Notify, Rung, Turn
from protocol.people import Member, Role, Team
from protocol.rota import for_role
from protocol.words import Channel

AT_MOST = 1000  # firings of one start; keeps the deadlines of a repeated step's starts apart
DUE = {Firing.RUNG: Due.ESCALATE, Firing.WAVE: Due.WAVE, Firing.QUORUM: Due.QUORUM}


def freeze(
    session: Session, incident: Incident, step: Asking, people: Sequence[Recipient], at: datetime, occurrence: int
) -> None:
    """Fixes the rungs, waves and quorum of a step that starts now. `at` is the incident's time."""
    start = _Start(session, incident, step, at, occurrence)
    for strand, watched in _strands(people).items():
        for place, firing in enumerate(_chain(start, strand, watched), 1):
            start.fix(firing, occurrence * AT_MOST + place)
    for place, firing in enumerate(_waves(start), 1):
        start.fix(firing, occurrence * AT_MOST + place)
    if isinstance(step, Notify) and step.quorum and step.acknowledge:
        start.fix(_Fixed(Firing.QUORUM, 1, step.acknowledge.within, enough=step.quorum), occurrence)


@dataclass(frozen=True)
class _Fixed:
    """One firing, this long after the start."""

    kind: Firing
    position: int
    after: timedelta
    pick: Pick = Pick.EVERYBODY
    people: Sequence[Recipient] = ()
    channels: Sequence[Channel] = ()
    firing: int = 1
    strand: str = ""
    watched: Sequence[int] = ()
    enough: int | None = None


@dataclass(frozen=True)
class _Start:
    """One start of a step."""

    session: Session
    incident: Incident
    step: Asking
    at: datetime
    occurrence: int

    def fix(self, fixed: _Fixed, number: int) -> None:
        """Writes a firing and its moment; `number` tells moments of the same kind apart."""
        moment = set_deadline(
            self.session,
            self.incident,
            self.step.key,
            DUE[fixed.kind],
            self.at,
            self.at + fixed.after,
            member_id=fixed.watched[0] if fixed.strand else 0,
            role=fixed.strand or None,
            occurrence=number,
        )
        self.session.add(
            EscalationRung(
                incident_id=self.incident.id,
                entry=self.incident.entry,
                step=self.step.key,
                occurrence=self.occurrence,
                kind=fixed.kind,
                strand=fixed.strand,
                position=fixed.position,
                firing=fixed.firing,
                pick=fixed.pick,
                watched=list(fixed.watched),
                member_ids=[person.member_id for person in fixed.people],
                roles=[person.role or "" for person in fixed.people],
                channels=[str(channel) for channel in fixed.channels],
                enough=fixed.enough,
                told=[],
                deadline_id=moment.id,
            )
        )
        self.session.flush()

    def everybody(self, audience: Audience) -> list[Recipient]:
        """The people of an audience, those who are absent just now too: whoever is away may be back by then."""
        found = [Recipient(member.id, role) for role in audience.roles for member in self._holders(role)]
        found += [Recipient(member.id) for team in audience.teams for member in self._team(team)]
        found += [Recipient(member.id) for key in audience.members for member in self._named(key)]
        return list(dict.fromkeys(found))

    def _holders(self, key: str) -> Sequence[Member]:
        role = self.session.scalar(select(Role).where(Role.key == key).options(selectinload(Role.holders)))
        return [one.member for one in for_role(self.session, role, self.at)] if role else self._missing(key)

    def _team(self, key: str) -> Sequence[Member]:
        team = self.session.scalar(select(Team).where(Team.key == key).options(selectinload(Team.members)))
        return team.members if team else self._missing(key)

    def _named(self, key: str) -> Sequence[Member]:
        member = self.session.scalar(select(Member).where(Member.key == key))
        return [member] if member else self._missing(key)

    def _missing(self, key: str) -> Sequence[Member]:
        # A later rung that names somebody gone must not keep the step itself from being done.
        facts = {"role": key, "step": self.step.key, "reason": "nobody of this role is there"}
        append(self.session, self.incident.id, self.at, Kind.NOT_TOLD, None, **facts)
        return ()


def _strands(people: Sequence[Recipient]) -> dict[str, list[int]]:
    """Who was told at the start, by role: each role is waited for by itself, and together all who have none."""
    strands: dict[str, list[int]] = {}
    for person in people:
        strands.setdefault(person.role or "", []).append(person.member_id)
    return strands


def _chain(start: _Start, strand: str, watched: Sequence[int]) -> Iterator[_Fixed]:
    """The firings of the chain for one strand, and its end, at which it is said that nobody is left."""
    asked, last = start.step.acknowledge, timedelta(0)
    for position, rung in enumerate(rungs_of(start.step), 1):
        if rung.to.turn is Turn.NEXT_DEPUTY and not strand:
            continue  # whoever was told without a role has no deputy
        fixed = _Fixed(
            Firing.RUNG,
            position,
            rung.after,
            Pick(rung.to.turn) if rung.to.turn else Pick.EVERYBODY,
            _people(start, rung, strand, watched),
            rung.channels or start.step.channels,
            strand=strand,
            watched=watched,
        )
        for number, after in enumerate(firings_of(rung), 1):
            last = max(last, after)
            yield replace(fixed, after=after, firing=number)
    if last and asked:
        end = len(asked.chain) + 1
        yield _Fixed(Firing.RUNG, end, last + asked.within, Pick.NOBODY, strand=strand, watched=watched)


def _people(start: _Start, rung: Rung, strand: str, watched: Sequence[int]) -> list[Recipient]:
    if rung.to.turn is None:
        return start.everybody(rung.to)
    if strand:
        return start.everybody(Audience(roles=[strand]))
    return [Recipient(member_id) for member_id in watched]


def _waves(start: _Start) -> Iterator[_Fixed]:
    for position, (wave, after) in enumerate(zip(waves_of(start.step), wave_times(start.step), strict=True), 1):
        yield _Fixed(
            Firing.WAVE,
            position,
            after,
            people=start.everybody(wave.to),
            channels=wave.channels or start.step.channels,
            enough=wave.fewer_than,
        )
