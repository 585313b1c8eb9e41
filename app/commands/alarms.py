"""`crisis alarms`: what the rules have raised, what became of it, a person's word about it, and how right they are."""

from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from app.arguments import AsJson, moment
from app.commands.standing import LEVELS
from app.default_command import KnowsNumbers
from app.rehearsal import is_rehearsal
from app.terminal import Cell, clock, count, examples, say, say_json, show, table
from incidents.advance import Door
from incidents.rows import Incident
from monitoring.answering import MOST_NOTE, Answered, Word
from monitoring.answering import answer as keep_answer
from monitoring.questions import find_alarm
from monitoring.rows import Verdict
from monitoring.track_record import AlarmLine, RuleRecord, alarm_lines, track_record
from protocol.who import member_by_key
from protocol.words import Remedy
from reports.spans import span
from wiring.works import open_works

commands = typer.Typer()
_alarms = typer.Typer(
    cls=KnowsNumbers,
    help="Alarms of the rules: what they came to, a person's word, and how often a rule is right.",
    invoke_without_command=True,
    rich_markup_mode=None,
    epilog=examples(
        "crisis alarms",
        'crisis alarms --since "2026-03-01"',
        "crisis alarms answer 12 false-alarm --member ana.ruiz",
        "crisis alarms report",
    ),
)
commands.add_typer(_alarms, name="alarms")


class Said(StrEnum):
    """What a person may say about an alarm."""

    REAL = "real"
    FALSE_ALARM = "false-alarm"


VERDICTS = {Said.REAL: Verdict.REAL, Said.FALSE_ALARM: Verdict.FALSE_ALARM}
Since = Annotated[
    datetime | None, typer.Option("--since", parser=moment, metavar="TIME", help="Only from then on; UTC.")
]


@_alarms.callback()
def alarms(context: typer.Context, since: Since = None, as_json: AsJson = False) -> None:
    """Lists the alarms, the newest first: when, which rule, the level, why, and what it came to."""
    if context.invoked_subcommand is not None:
        return
    works = open_works()
    with works.store.read() as session:
        found = alarm_lines(session, since)
    if as_json:
        say_json([asdict(line) for line in found], indent=1)
    elif not found:
        say(
            "No rule has raised an alarm."
            if since is None
            else f"No rule has raised an alarm since {clock(since)} UTC."
        )
    else:
        columns = ("alarm", "UTC", "rule", "level", "why", "came to", "verdict", "green since")
        show(table("Alarms", columns, [_line(line, works.clock.now()) for line in found]))


@_alarms.command(
    epilog=examples(
        "crisis alarms answer 12 real --member ana.ruiz",
        'crisis alarms answer 12 false-alarm --member ana.ruiz --note "a joke of last year"',
    )
)
def answer(
    number: Annotated[int, typer.Argument(metavar="ALARM", help="Number of the alarm, as `crisis alarms` lists it.")],
    said: Annotated[Said, typer.Argument(metavar="real|false-alarm", help="What it is.")],
    member: Annotated[str, typer.Option("--member", metavar="MEMBER", help="Who says so: the key of a member.")],
    note: Annotated[str, typer.Option(help="Why, in a few words.")] = "",
) -> None:
    """Says whether an alarm is real. Real opens the incident it asks about; a false alarm opens nothing."""
    if len(note) > MOST_NOTE:
        raise Remedy(f"The note is too long; say it in {MOST_NOTE} characters.")
    works = open_works()
    with works.store.write() as session:
        alarm, person = find_alarm(session, number), member_by_key(session, member)
        word = Word(person, VERDICTS[said], Door.COMMAND, note.strip())
        done = keep_answer(session, alarm, word, works.clock.now(), drill=is_rehearsal(works))
        incident = session.get(Incident, done.incident_id) if done.incident_id else None
        name = incident.name if incident else ""
    say(_came_to(number, done, name))


@_alarms.command(epilog=examples("crisis alarms report", 'crisis alarms report --since "2026-03-01" --json'))
def report(since: Since = None, as_json: AsJson = False) -> None:
    """Says of each rule how many alarms were real, false or unanswered, and how soon people answered."""
    works = open_works()
    with works.store.read() as session:
        found = track_record(session, works.clock.now(), since)
    if as_json:
        say_json([asdict(record) for record in found], indent=1)
    elif not found:
        say("No rule has raised an alarm.")
    else:
        columns = ("rule", "alarms", "asked", "real", "false", "unanswered", "false a week", "answered in", "precision")
        show(table("How right the rules are", columns, [_record(record) for record in found]))


def _line(line: AlarmLine, now: datetime) -> list[Cell]:
    return [
        str(line.number),
        clock(line.at, now=now),
        line.rule,
        Text(line.level, LEVELS[line.level]),
        line.why,
        _fate(line),
        line.verdict.replace("_", " ") if line.verdict else "–",
        clock(line.ended, now=now) if line.ended else "burning",
    ]


def _fate(line: AlarmLine) -> str:
    """What it came to, in two or three words."""
    if line.incident:
        opened = f"joined {line.incident}" if line.joined else f"opened {line.incident}"
        return f"unanswered, {opened}" if line.unanswered else opened
    if line.action == "ask" and line.verdict is None:
        return f"asked {count(line.asked, 'person', 'people')}"
    return "dismissed" if line.verdict is Verdict.FALSE_ALARM else str(line.action)


def _came_to(number: int, done: Answered, incident: str) -> str:
    words = "a false alarm" if done.verdict is Verdict.FALSE_ALARM else "real"
    if not done.counted:
        return f"Alarm {number} was answered already: {words}. Nothing changed."
    if done.opened:
        return f"Alarm {number} is {words}: {incident} is open."
    if incident:
        return f"Alarm {number} is {words}; noted in {incident}. Nothing closes by itself."
    if done.verdict is Verdict.FALSE_ALARM:
        return f"Alarm {number} is {words}; nothing was opened."
    return f"Alarm {number} is {words}; it asked nobody, so nothing was opened: `crisis open` opens an incident."


def _record(record: RuleRecord) -> list[Cell]:
    answered = "–" if record.median_answer is None else span(timedelta(seconds=record.median_answer))
    return [
        record.rule,
        *(str(number) for number in (record.alarms, record.asked, record.real, record.false_alarms, record.unanswered)),
        f"{record.false_per_week:.1f}",
        answered,
        "–" if record.precision is None else f"{record.precision:.0%}",
    ]
