"""What attempts came to: thousands of results in a few statements, guarded by the number of the attempt."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import String, Subquery, func, select, type_coerce, update
from sqlalchemy.orm import Session

from incidents.clock import clock_for
from incidents.rows import Incident
from incidents.timeline import Fact, Kind, append_many
from notifiers import moves, stops
from notifiers.claiming import ALONE, ATTEMPTS, MESSAGES, Claim, new_request
from notifiers.providers.base import Answer
from notifiers.rows import Dispatch, Message
from notifiers.states import Concern, Outcome, State
from protocol.row_sets import row_set

OPEN = (State.SENDING, State.IN_DOUBT)
# A yes that comes late is still a yes: what was to be sent again, or given up, is not.
NOT_TAKEN = (*OPEN, State.PENDING, State.UNRESOLVED)
# Not the bare column: SQLite would rather walk the index of states than look up the rows that were given.
_STATE = type_coerce(MESSAGES.c.state, String).concat("")
COLUMNS = {"id": int, "attempt": int, "outcome": str, "provider_id": str, "detail": str}


class Result(NamedTuple):
    """What one claim came to, at which provider."""

    claim: Claim
    answer: Answer
    provider: str


def record(session: Session, results: Sequence[Result], now: datetime) -> None:
    """Writes results, unless a receipt, or a later attempt, was quicker. `now` is real time.

    Raises OperationalError when the store gives up; then nothing is written and it may be called again.
    """
    whole = [part for result in results for part in _with_carried(result)]
    _lock_incidents(session, whole)
    _close_attempts(session, whole, now)
    groups: dict[tuple[Outcome, int | None, str], list[Result]] = defaultdict(list)
    for result in whole:
        groups[result.answer.outcome, result.claim.incident_id, result.provider].append(result)
    for (outcome, incident_id, provider), same in sorted(
        groups.items(), key=lambda item: (item[0][1] or 0, *item[0][::2])
    ):
        at = _incident_time(session, incident_id, now)
        _MOVES[outcome](_Group(session, same, incident_id, provider, now, at))


@dataclass(frozen=True)
class _Group:
    """Results with one outcome, of one incident (or none) and one provider."""

    session: Session
    results: Sequence[Result]
    incident_id: int | None
    provider: str
    now: datetime
    at: datetime

    def move(self, results: Sequence[Result], states: Sequence[State] = OPEN, **values: Any) -> list[Any]:
        """Moves those that nobody moved out of these states meanwhile; answers their rows."""
        given = _given(self.session, results)
        values = {name: value(given) if callable(value) else value for name, value in values.items()}
        row = MESSAGES.c
        moved = (
            update(MESSAGES)
            .where(row.id == given.c.id, row.attempts == given.c.attempt, _STATE.in_(states))
            .values(values)
            .returning(row.id, row.member_id, row.channel, row.role, row.dispatch_key)
        )
        return sorted(self.session.execute(moved).all())

    def lines(self, kind: Kind, rows: Sequence[Any], more: Callable[[Any], dict[str, Fact]] = lambda _: {}) -> None:
        """A line for each row, when there is an incident."""
        if self.incident_id is None or not rows:
            return
        facts: list[dict[str, Fact]] = [
            {"message": row.id, "member": row.member_id, "channel": row.channel, **more(row)} for row in rows
        ]
        append_many(self.session, self.incident_id, self.at, kind, facts)


def _accepted(group: _Group) -> None:
    rows = group.move(
        group.results,
        NOT_TAKEN,
        state=State.ACCEPTED,
        reason="",
        held=None,
        provider=group.provider,
        provider_id=lambda given: func.coalesce(given.c.provider_id, MESSAGES.c.provider_id),
        accepted_at=group.at,
        next_at=group.now + moves.ASK_AFTER,
    )
    if len(rows) < len(group.results):
        _keep_ids(group, {row.id for row in rows})
    keys = {row.dispatch_key for row in rows} if group.incident_id else set()
    words = dict(group.session.execute(select(Dispatch.key, Dispatch.template).where(Dispatch.key.in_(keys))).all())
    group.lines(Kind.MESSAGE_SENT, rows, lambda row: {"template": words[row.dispatch_key], "role": row.role})


def _keep_ids(group: _Group, moved: set[int]) -> None:
    """A receipt was quicker than the answer; the provider's id is still worth keeping."""
    late = [r for r in group.results if r.claim.message_id not in moved and r.answer.provider_id]
    given = _given(group.session, late)
    group.session.execute(
        update(Message)
        .where(Message.id == given.c.id, Message.provider_id.is_(None))
        .values(provider=group.provider, provider_id=given.c.provider_id)
        .execution_options(synchronize_session=False)
    )


def _not_sent(group: _Group) -> None:
    waits: dict[tuple[timedelta, bool], list[Result]] = defaultdict(list)
    for result in group.results:
        at_once = result.answer.alone or result.answer.retry_after == 0
        pause = timedelta(0) if at_once else moves.pause_after(result.claim.attempt)
        waits[pause, result.answer.alone].append(result)
    for (pause, alone), same in waits.items():
        group.move(
            same,
            state=State.PENDING,
            next_at=group.now + pause,
            reason=lambda given: given.c.detail,
            carried_by=None,
            held=None if alone else MESSAGES.c.held,  # not to be bundled again
            request=f"{ALONE}-{new_request()}" if alone else MESSAGES.c.request,
        )


def _refused(group: _Group) -> None:
    by_id = {result.claim.message_id: result for result in group.results}
    campaign = next((r.answer for r in group.results if r.answer.concern is Concern.CAMPAIGN), None)
    if campaign is not None:
        stops.stop(group.session, group.results[0].claim.channel, campaign.detail, group.now)
    for message_id, result in sorted(by_id.items()):
        message = moves.lock(group.session, message_id)
        if message.state in OPEN and message.attempts == result.claim.attempt:
            moves.fail(group.session, message, result.answer.detail, group.now, result.answer.concern)


def _unknown(group: _Group) -> None:
    rows = group.move(group.results, state=State.IN_DOUBT, doubt_since=group.now, reason=lambda given: given.c.detail)
    group.lines(Kind.MESSAGE_IN_DOUBT, rows)


_MOVES: dict[Outcome, Callable[[_Group], None]] = {
    Outcome.ACCEPTED: _accepted,
    Outcome.NOT_SENT: _not_sent,
    Outcome.REFUSED: _refused,
    Outcome.UNKNOWN: _unknown,
}


def _with_carried(result: Result) -> list[Result]:
    return [result, *(result._replace(claim=claim) for claim in result.claim.carried)]


def _given(session: Session, results: Sequence[Result]) -> Subquery:
    rows = [
        (r.claim.message_id, r.claim.attempt, r.answer.outcome, r.answer.provider_id, r.answer.detail) for r in results
    ]
    return row_set(session, "given", COLUMNS, rows)


def _close_attempts(session: Session, results: Sequence[Result], now: datetime) -> None:
    given = _given(session, results)
    session.execute(
        update(ATTEMPTS)
        .where(ATTEMPTS.c.message_id == given.c.id, ATTEMPTS.c.number == given.c.attempt)
        .values(outcome=given.c.outcome, detail=given.c.detail, ended_at=now)
    )


def _lock_incidents(session: Session, results: Sequence[Result]) -> None:
    # In the order of their numbers, and before any message, so that two senders never wait for each other.
    numbers = {result.claim.incident_id for result in results} - {None}
    if numbers:
        session.execute(select(Incident.id).where(Incident.id.in_(numbers)).order_by(Incident.id).with_for_update())


def _incident_time(session: Session, incident_id: int | None, now: datetime) -> datetime:
    return clock_for(session.get_one(Incident, incident_id)).at(now) if incident_id else now
