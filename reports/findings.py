"""What follows from the records: what did not work, strengths, areas for improvement and actions. Invents nothing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from incidents.narrative import in_language, sentence
from incidents.timeline import ESCALATIONS, Kind
from playbooks.format import Texts
from reports import spans
from reports.clocks import Verdict
from reports.finding_texts import ACTIONS, AREAS, STRENGTHS
from reports.measures import DOUBTFUL, DeadlineResult
from reports.telling import Telling

SIGN_OFF_TARGET = timedelta(minutes=10)
WRONG = (
    *(Kind.MESSAGE_FAILED, Kind.MESSAGE_IN_DOUBT, Kind.NOT_TOLD, Kind.LANGUAGE_FALLBACK),
    *(*ESCALATIONS, Kind.SKIPPED, Kind.DEADLINE_MISSED, Kind.DEGRADED, Kind.CODE_LOCKED),
)


@dataclass(frozen=True)
class Area:
    """Something to improve: what was observed, and the action that follows from it."""

    observation: str
    action: str


def what_went_wrong(telling: Telling) -> list[tuple[str, str]]:
    """The lines of the timeline that tell of something that did not work, with their time from the opening."""
    wrong = telling.dossier.of_kind(*WRONG)
    return [(telling.since(line.at), sentence(line, telling.names, telling.language)) for line in wrong]


def strengths(telling: Telling) -> list[str]:
    """What the records show to have worked."""
    said = [
        _say(telling, STRENGTHS["clock"], clock=telling.labels[reading.clock], actual=spans.span(reading.actual))
        for reading in telling.measures.clocks
        if reading.verdict is Verdict.MET and reading.actual is not None
    ]
    results = [result.verdict for result in telling.measures.deadlines]
    met = results.count(Verdict.MET)
    if met and Verdict.MISSED not in results:
        said.append(_say(telling, STRENGTHS["deadlines"], count=met))
    said += [
        _say(telling, STRENGTHS["channel"], channel=telling.names.word(share.channel), count=share.total)
        for share in telling.measures.channels
        if share.delivered == share.total
    ]
    covered = [line for line in telling.measures.escalations if line.facts.get("to_member")]
    if covered and len(covered) == len(telling.measures.escalations):
        said.append(_say(telling, STRENGTHS["deputies"], count=len(covered)))
    return said


def areas(telling: Telling) -> list[Area]:
    """What to improve, each with its action; the gravest first and nothing twice."""
    found = [
        *_late_clocks(telling),
        *_late_deadlines(telling),
        *_unanswered(telling),
        *_unreached(telling),
        *_messages(telling),
        *_slow_sign_offs(telling),
        *_lines(telling),
    ]
    return list(dict.fromkeys(found))


def _late_clocks(telling: Telling) -> Iterator[Area]:
    for reading in telling.measures.clocks:
        if reading.verdict is not Verdict.MISSED:
            continue
        name, target = telling.labels[reading.clock], spans.span(reading.target)
        if reading.actual is None:
            yield _area(telling, "clock_never", f"clock_{reading.clock}", clock=name, target=target)
            continue
        over = spans.span(reading.actual - reading.target)
        yield _area(telling, "clock_late", f"clock_{reading.clock}", clock=name, target=target, late=over)


def _late_deadlines(telling: Telling) -> Iterator[Area]:
    for result in telling.measures.deadlines:
        if result.verdict is not Verdict.MISSED:
            continue
        known = result.late_by is not None
        action = "deadline_role" if result.deadline.role else "deadline"
        yield _area(
            telling,
            "deadline_late" if known else "deadline_never",
            action,
            step=telling.step(result.deadline.step),
            kind=telling.names.word(result.deadline.kind),
            whose=_whose(telling, result),
            role=telling.names.role(result.deadline.role or ""),
            late=spans.span(result.late_by) if result.late_by is not None else "",
        )


def _whose(telling: Telling, result: DeadlineResult) -> str:
    row = result.deadline
    return f", {telling.who(row.member_id)}" if row.member_id else ""


def _unanswered(telling: Telling) -> Iterator[Area]:
    nobody = [line for line in telling.measures.escalations if line.facts.get("to_member") is None]
    for line in nobody:
        role = telling.names.role(str(line.facts.get("role") or ""))
        yield _area(telling, "nobody_left", "nobody_left", role=role, step=telling.step(str(line.facts.get("step"))))
    for seat in telling.dossier.seats:
        if seat.answer == "waiting":
            who = telling.who(seat.member_id)
            yield _area(telling, "seat_empty", "seat_empty", who=who, role=telling.names.role(seat.role))


def _unreached(telling: Telling) -> Iterator[Area]:
    for member_id in telling.measures.unreachable:
        yield _area(telling, "unreachable", "unreachable", who=telling.who(member_id))


def _messages(telling: Telling) -> Iterator[Area]:
    failed = Counter(row.channel for row in telling.dossier.messages if row.state == "failed")
    doubtful = Counter(row.channel for row in telling.dossier.messages if row.state in DOUBTFUL)
    for name, counted in (("failed", failed), ("doubt", doubtful)):
        for channel, count in sorted(counted.items()):
            yield _area(telling, name, name, count=count, channel=telling.names.word(channel))


def _slow_sign_offs(telling: Telling) -> Iterator[Area]:
    for took in telling.measures.approvals:
        if took.took > SIGN_OFF_TARGET:
            who, step = telling.who(took.member_id, took.role), telling.step(took.step)
            action_role = telling.names.role(took.role)
            yield _area(
                telling, "sign_off", "sign_off", who=who, step=step, took=spans.span(took.took), role=action_role
            )


def _lines(telling: Telling) -> Iterator[Area]:
    for line in telling.dossier.of_kind(Kind.NOT_TOLD):
        observed, member_id = sentence(line, telling.names, telling.language), line.facts.get("member")
        role = telling.names.role(str(line.facts.get("role") or ""))
        action = ACTIONS["nobody_left"] if member_id is None else ACTIONS["not_told"]
        yield Area(observed, _say(telling, action, who=telling.names.member(member_id), role=role))
    for line in telling.dossier.of_kind(Kind.LANGUAGE_FALLBACK):
        words = {key: telling.names.word(str(line.facts.get(key))) for key in ("wanted", "used")}
        yield _area(telling, "language", "language", template=line.facts.get("template"), **words)
    if telling.dossier.of_kind(Kind.DEGRADED):
        yield _area(telling, "degraded", "degraded")
    if telling.dossier.of_kind(Kind.CODE_LOCKED):
        yield _area(telling, "code_locked", "code_locked")


def _area(telling: Telling, observed: str, action: str, **said: object) -> Area:
    return Area(_say(telling, AREAS[observed], **said), _say(telling, ACTIONS[action], **said))


def _say(telling: Telling, texts: Texts, **said: object) -> str:
    return in_language(texts, telling.language).format(**said)
