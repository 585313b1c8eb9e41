"""Escalations as they were fixed when a step started: the firings still to come, and the answers that end them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from incidents.rows import Deadline, EscalationRung, TimelineEntry
from incidents.timeline import Kind


class Firing(StrEnum):
    """What fires."""

    RUNG = "rung"  # of the chain of one strand: a silent role, or all who were told without one
    WAVE = "wave"  # of the whole step
    QUORUM = "quorum"  # fires nothing; enough answers end it, and everything else of the step with it


class Pick(StrEnum):
    """Who of a firing's people is told."""

    NEXT_DEPUTY = "next-deputy"  # the first who is there and was not told yet
    LAST_TOLD = "last-told"  # whoever of the strand was told last and is silent
    EVERYBODY = "everybody"  # of each role the first who is there, and everybody else
    NOBODY = "nobody"  # the chain ends here: it is said that nobody is left


def firing_of(session: Session, deadline_id: int) -> EscalationRung | None:
    """The firing that a deadline is the moment of."""
    return session.scalar(select(EscalationRung).where(EscalationRung.deadline_id == deadline_id))


def siblings(session: Session, firing: EscalationRung) -> list[tuple[EscalationRung, Deadline]]:
    """Every firing of the same strand (or the waves of the same start), soonest first, this one among them."""
    rows = session.execute(
        select(EscalationRung, Deadline)
        .join(Deadline, Deadline.id == EscalationRung.deadline_id)
        .where(*_of_strand(firing, firing.kind, firing.strand))
        .order_by(Deadline.due_at, Deadline.id)
    ).all()
    return [(rung, deadline) for rung, deadline in rows]


def _of_strand(start: EscalationRung | Deadline, kind: str, strand: str) -> tuple[ColumnElement[bool], ...]:
    return (
        EscalationRung.incident_id == start.incident_id,
        EscalationRung.entry == start.entry,
        EscalationRung.step == start.step,
        EscalationRung.occurrence == start.occurrence,
        EscalationRung.kind == kind,
        EscalationRung.strand == strand,
    )


def strand_of(session: Session, row: Deadline) -> list[Deadline]:
    """The moments of the chain that is to look after an acknowledgement's deadline; none when it has no chain."""
    query = (
        select(Deadline)
        .join(EscalationRung, EscalationRung.deadline_id == Deadline.id)
        .where(*_of_strand(row, Firing.RUNG, row.role or ""))
    )
    return list(session.scalars(query))


def has_quorum(session: Session, row: Deadline) -> bool:
    """Whether the step of an acknowledgement's deadline has its quorum, so that nobody else is chased."""
    query = (
        select(Deadline.id)
        .join(EscalationRung, EscalationRung.deadline_id == Deadline.id)
        .where(
            EscalationRung.incident_id == row.incident_id,
            EscalationRung.entry == row.entry,
            EscalationRung.step == row.step,
            EscalationRung.occurrence == row.occurrence,
            EscalationRung.kind == Firing.QUORUM,
            Deadline.met_at.is_not(None),
        )
    )
    return session.scalar(query) is not None


def answers(session: Session, incident_id: int, step: str, since: datetime) -> set[int]:
    """The members who have acknowledged a step since a moment of the incident's time."""
    lines = session.scalars(
        select(TimelineEntry.facts).where(
            TimelineEntry.incident_id == incident_id,
            TimelineEntry.kind == Kind.ACKNOWLEDGED,
            TimelineEntry.at >= since,
        )
    )
    return {int(facts["member"]) for facts in lines if facts.get("step") == step}


def needless(session: Session, coming: Sequence[Deadline]) -> list[Deadline]:
    """Which of these open moments of one step the answers so far have made needless."""
    moments = {row.id: row for row in coming}
    if not moments:
        return []
    first = coming[0]
    rows = session.scalars(
        select(EscalationRung)
        .where(EscalationRung.incident_id == first.incident_id, EscalationRung.step == first.step)
        .order_by(EscalationRung.entry, EscalationRung.occurrence, EscalationRung.id)
    )
    ended: list[int] = []
    for _, start in groupby(rows, key=lambda row: (row.entry, row.occurrence)):
        firings = list(start)
        still = [firing for firing in firings if firing.deadline_id in moments]
        if still:
            since = min(moments[firing.deadline_id].set_at for firing in still)
            who = answers(session, first.incident_id, first.step, since)
            ended += [firing.deadline_id for firing in _ended(firings, still, who)]
    return [moments[deadline_id] for deadline_id in ended]


def _ended(firings: Sequence[EscalationRung], still: Sequence[EscalationRung], who: set[int]) -> list[EscalationRung]:
    if any(_enough(firing, who) for firing in still if firing.kind == Firing.QUORUM):
        return list(still)
    waves = [firing for firing in still if firing.kind == Firing.WAVE]
    ended = waves if waves and _enough(waves[0], who) else []
    answered = set(_answered_strands(firings, who))
    return [*ended, *(firing for firing in still if firing.kind == Firing.RUNG and firing.strand in answered)]


def _enough(firing: EscalationRung, who: set[int]) -> bool:
    return firing.enough is not None and len(who) >= firing.enough


def _answered_strands(firings: Iterable[EscalationRung], who: set[int]) -> Iterator[str]:
    """A role is answered for by one of its people, those without a role only by everybody who was asked."""
    for firing in firings:
        if firing.kind != Firing.RUNG:
            continue
        watched = set(firing.watched)
        by_one = (watched if firing.strand else set()) | set(firing.told)
        if by_one & who or (not firing.strand and watched <= who):
            yield firing.strand
