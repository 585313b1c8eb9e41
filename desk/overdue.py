"""Inquiries that wait too long: the team's lead is told, then the next team along its flows, once per rung, bundled."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desk.hours import hours_of
from desk.lines import is_rehearsal
from desk.routing import is_team, ladder, lead_of, usual_team
from desk.rows import Inquiry
from desk.spans import span_words, urgency_word
from notifiers.context import company_words
from notifiers.outbox import Plan, enqueue
from notifiers.recipients import Recipient
from notifiers.rows import Dispatch
from protocol.reply_targets import AT_ALL_HOURS, Target, targets_of
from protocol.variables import company_variables
from protocol.who import team_name
from protocol.words import WRITTEN, Language, Urgency

log = logging.getLogger(__name__)
OVERDUE = "inquiry-overdue"
"""The message that says so."""

TEAM = "desk_team"
"""In the context of a dispatch: whose inquiries its page lists."""

BUNDLE = timedelta(minutes=10)  # on one rung of one team a message every so often, however many inquiries get there
NAMED = 5
AT_ONCE = 500


@dataclass(frozen=True)
class Rung:
    """One place of a team's ladder: 0 is its own lead. It names keys only."""

    team: str
    number: int

    def __str__(self) -> str:
        return f"{self.team}, rung {self.number}"


@dataclass(frozen=True)
class Waiting:
    """The rungs that inquiries have reached, and when the next one will; None when none is on its way."""

    rungs: Sequence[Rung]
    next_at: datetime | None


def waiting(session: Session, now: datetime) -> Waiting:
    """Reads what is to be told now: one query, however many inquiries wait. What was just told waits for its bundle."""
    open_ones = (Inquiry.replied_at.is_(None), Inquiry.rung_at.is_not(None), Inquiry.team.is_not(None))
    due = select(Inquiry.team, Inquiry.rung).where(*open_ones, Inquiry.rung_at <= now).distinct()
    rungs = [Rung(team or "", number) for team, number in session.execute(due.order_by(Inquiry.team, Inquiry.rung))]
    coming = session.scalar(select(func.min(Inquiry.rung_at)).where(*open_ones, Inquiry.rung_at > now))
    told = {rung: _last_told(session, rung) for rung in rungs}
    held = [last + BUNDLE for last in told.values() if last is not None and now < last + BUNDLE]
    ready = [rung for rung, last in told.items() if last is None or now >= last + BUNDLE]
    return Waiting(ready, min([*held, *([coming] if coming else [])], default=None))


def escalate(session: Session, rung: Rung, now: datetime) -> int:
    """Tells of all that has reached a rung, in the caller's write, once; answers of how many inquiries. Real time.

    Each inquiry climbs by a conditional update: of two supervisors the later finds none. Where nobody is there the next
    rung's turn comes at once, and our log says so. What a team left behind that the protocol no longer has goes to the
    usual team, whose turn comes at the next look.
    """
    if not is_team(session, rung.team):
        _pass_on(session, rung.team)
        return 0
    teams = ladder(session, rung.team)
    if rung.number >= len(teams):  # a flow was taken away meanwhile: nobody comes after
        _climb(session, rung, teams, now, None)
        return 0
    lead = lead_of(session, teams[rung.number], now)
    climbed = _climb(session, rung, teams, now, lead)
    if lead is None:
        log.warning("overdue inquiries of %s: nobody of %s is there to be told", rung, teams[rung.number])
    if not climbed or lead is None:
        return 0
    plan = _plan(session, rung, climbed, now)
    enqueue(session, plan, [Recipient(*lead)], now, None)
    return len(climbed)


def _pass_on(session: Session, gone: str) -> None:
    """Gives all that waits for a team that has gone to the usual team, from its first rung; to nobody without one."""
    usual = usual_team(session)
    left = update(Inquiry).where(Inquiry.team == gone, Inquiry.replied_at.is_(None), Inquiry.rung_at.is_not(None))
    values = {"rung_at": None} if usual is None else {"team": usual, "rung": 0}
    moved = session.scalars(left.values(**values).returning(Inquiry.id)).all()
    if moved:
        to = f"{usual} answers them now" if usual else "no team is there to answer them"
        log.warning(
            "the protocol no longer has the team %s; inquiries that waited for it: %d; %s", gone, len(moved), to
        )


def _climb(
    session: Session, rung: Rung, teams: Sequence[str], now: datetime, lead: tuple[int, str | None] | None
) -> list[Inquiry]:
    """Moves the inquiries of a rung to the next one; those that somebody else moved meanwhile are not among them."""
    there = (Inquiry.team == rung.team, Inquiry.rung == rung.number, Inquiry.replied_at.is_(None))
    hours, targets = hours_of(session, rung.team), targets_of(session)
    climbed: list[int] = []
    for urgency in Urgency:
        further = hours.due(_patience(targets[urgency]), now) if lead else now
        values = {"rung": rung.number + 1, "rung_at": further if rung.number + 1 < len(teams) else None}
        wanted = update(Inquiry).where(*there, Inquiry.rung_at <= now, Inquiry.urgency == urgency)
        climbed += session.scalars(wanted.values(**values).returning(Inquiry.id)).all()
    return [
        row
        for start in range(0, len(climbed), AT_ONCE)
        for row in session.scalars(select(Inquiry).where(Inquiry.id.in_(climbed[start : start + AT_ONCE])))
    ]


def _patience(target: Target) -> Target:
    """How long one rung waits before the next: as long as the reply was given, a quarter of an hour at the least."""
    return target if target.days else Target(target.urgency, max(target.span, timedelta(minutes=15)))


def _last_told(session: Session, rung: Rung) -> datetime | None:
    """When this rung was last told. Dispatches of the desk belong to no incident, so theirs is real time."""
    told = select(func.max(Dispatch.created_at)).where(Dispatch.key.startswith(_key(rung), autoescape=True))
    return session.scalar(told)


def _key(rung: Rung) -> str:
    return f"desk/overdue/{rung.team}/{rung.number}/"


def _plan(session: Session, rung: Rung, inquiries: Sequence[Inquiry], now: datetime) -> Plan:
    gravest_first = sorted(inquiries, key=lambda one: (-one.urgency.rank, one.at, one.id))
    gravest = gravest_first[0].urgency
    texts: dict[str, dict[str, Any]] = {
        language: {
            "team": team_name(session, rung.team, language),
            "inquiries": _listed(gravest_first, language, now),
            "urgency": urgency_word(gravest, language),
        }
        for language in Language
    }
    plain = {
        "company": company_words(session, "")["company"],
        "count": len(inquiries),
        "waits": span_words(now - min(one.at for one in inquiries)),
    }
    return Plan(
        key=f"{_key(rung)}{now.isoformat()}",
        template=OVERDUE,
        channels=WRITTEN,
        context={"plain": plain, "texts": texts, "variables": company_variables(session), TEAM: rung.team},
        step=OVERDUE,
        drill=is_rehearsal(session),
        urgent=gravest in AT_ALL_HOURS,
    )


def _listed(inquiries: Sequence[Inquiry], language: Language, now: datetime) -> str:
    lines = [
        f"- {one.name}, {one.reason}, {urgency_word(one.urgency, language)}, {span_words(now - one.at)}"
        for one in inquiries[:NAMED]
    ]
    more = len(inquiries) - NAMED
    return "\n".join([*lines, f"- {_MORE[language].format(more)}"] if more > 0 else lines)


_MORE = {Language.ES: "y {} más", Language.EN: "and {} more"}
