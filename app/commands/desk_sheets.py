"""`crisis desk`: what customer service says now, which answers must be corrected, how soon customers are answered."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.arguments import AsJson, incident_number, moment
from app.default_command import ShowsSheet
from app.terminal import count, examples, say, say_json, show, table
from desk.corrections import Correction, correction_count, corrections
from desk.languages import in_language
from desk.report import By, DeskReport, Figures, report
from desk.sheets import DeskSheet, sheet_of
from desk.spans import span_words
from incidents.opening import find
from incidents.rows import Incident
from notifiers.render import level_word, phase_word
from protocol.words import Language
from wiring.works import open_works

commands = typer.Typer()
_desk = typer.Typer(
    cls=ShowsSheet,
    help="What customer service says now, what it must correct, and how soon it answers.",
    rich_markup_mode=None,
    epilog=examples(
        "crisis desk",
        "crisis desk 7 --lang es",
        "crisis desk corrections",
        'crisis desk report --since "2026-03-01" --picture desk.svg',
    ),
)
commands.add_typer(_desk, name="desk")

Maybe = Annotated[
    int | None,
    typer.Argument(
        parser=incident_number, metavar="[INCIDENT]", help="Of one incident; of all open ones unless given."
    ),
]
Lang = Annotated[Language, typer.Option("--lang", help="The language of the words.")]


@_desk.command("sheet", epilog=examples("crisis desk", "crisis desk 7 --lang es"))
def sheet(incident: Maybe = None, language: Lang = Language.EN) -> None:
    """Shows the approved lines, the questions, what not to say, and how many answers must be corrected."""
    works = open_works()
    with works.store.read() as session:
        found = [(sheet_of(session, one), correction_count(session, one)) for one in _incidents(session, incident)]
    if not found:
        say("No incident is open: the standard answers hold.")
    for one, to_correct in found:
        _show_sheet(one, to_correct, language)


@_desk.command("corrections", epilog=examples("crisis desk corrections", "crisis desk corrections 7 --json"))
def corrections_(incident: Maybe = None, language: Lang = Language.EN, as_json: AsJson = False) -> None:
    """Lists the inquiries that were given an answer which no longer holds, with the one that does."""
    works = open_works()
    with works.store.read() as session:
        found = {
            one.inquiry.id: (incident_.name, one)
            for incident_ in _incidents(session, incident)
            for one in corrections(session, incident_)
        }
    if as_json:
        say_json([_as_json(name, one) for name, one in found.values()], indent=1)
        return
    if not found:
        say("No answer must be corrected.")
        return
    rows = [_row(name, one, language) for name, one in found.values()]
    columns = ("incident", "inquiry", "reason", "channel", "asked (UTC)", "replied", "was told", "holds now")
    show(table(f"Answers to correct: {len(rows):,}", columns, rows))
    say("`crisis inquiry corrected INQ-N` notes that a customer was given the one that holds now.")


@_desk.command("report", epilog=examples('crisis desk report --since "2026-03-01" --picture desk.svg'))
def report_(
    since: Annotated[
        datetime | None, typer.Option("--since", parser=moment, metavar="TIME", help="From then on; all unless given.")
    ] = None,
    picture: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it as well: .svg or .png.")] = None,
    language: Annotated[Language, typer.Option("--lang", help="The language of the picture.")] = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Counts inquiries by reason, channel and urgency: how many, how soon answered, in time or not, overdue now."""
    works = open_works()
    with works.store.read() as session:
        found = report(session, works.clock.now(), since)
    if picture is not None:
        # Drawing takes half a second to load that no other command should wait for.
        from desk.picture import write_picture  # noqa: PLC0415

        write_picture(found, language, picture)
    if as_json:
        say_json(_report_json(found), indent=1)
        return
    _show_report(found)
    if picture is not None:
        say(f"The picture is {picture}.")


def _incidents(session: Session, number: int | None) -> Sequence[Incident]:
    if number is not None:
        return [find(session, number)]
    open_ones = select(Incident).where(Incident.closed_at.is_(None)).order_by(Incident.id)
    return session.scalars(open_ones).all()


def _show_sheet(sheet: DeskSheet, to_correct: int, language: Language) -> None:
    phase, level = phase_word(sheet.phase, language), level_word(sheet.level, language)
    drill = " (drill)" if sheet.drill else ""
    say(f"{sheet.incident}{drill}: {getattr(sheet.title, language)}, {sheet.subject}; {phase}, {level}", "bold")
    lines = [(line.reason or "", in_language(line.words, language)[1]) for line in sheet.lines]
    if lines:
        show(table("Say", ("reason", "words"), lines))
    else:
        say("The playbook has no lines for this phase: the standard answers hold.")
    for title, words in (
        ("Do not say", [in_language(words, language)[1] for words in sheet.do_not_say]),
        ("Questions", [f"{in_language(faq.titles, language)[1]}: {faq.address}" for faq in sheet.faqs]),
        ("Published, signed off", [_published(one.subjects, one.words, language) for one in sheet.published]),
    ):
        if words:
            show(table(title, ("",), [(one,) for one in words]))
    if to_correct:
        say(
            f"{count(to_correct, 'answer')} must be corrected: `crisis desk corrections {sheet.incident_id}`.", "yellow"
        )


def _published(subjects: Any, words: Any, language: Language) -> str:
    return "\n".join(part for part in (in_language(subjects, language)[1], in_language(words, language)[1]) if part)


def _row(incident: str, one: Correction, language: Language) -> tuple[str, ...]:
    row = one.inquiry
    given, now = (in_language(words, language)[1] for words in (one.given, one.now))
    replied = "yes" if row.replied_at else "no"
    return incident, row.name, row.reason, row.channel, f"{row.at:%m-%d %H:%M}", replied, given, now


def _as_json(incident: str, one: Correction) -> dict[str, Any]:
    row = one.inquiry
    said = {"incident": incident, "inquiry": row.name, "reason": row.reason, "channel": row.channel}
    moments = {"at": row.at.isoformat(), "replied_at": row.replied_at.isoformat() if row.replied_at else None}
    return {**said, **moments, "language": row.language, "given": dict(one.given), "now": dict(one.now)}


def _show_report(found: DeskReport) -> None:
    if not found.total:
        say("No inquiry has been taken in.")
        return
    columns = ("", "count", "share", "answered", "first reply (median)", "on time", "overdue now")
    for by in By:
        show(table(f"By {by}", columns, [_figures(row) for row in found.of(by)]))
    say(f"{count(found.total, 'inquiry', 'inquiries')}: {found.answered:,} answered, {found.overdue:,} overdue.")


def _figures(row: Figures) -> tuple[str, ...]:
    return (
        row.name,
        f"{row.count:,}",
        f"{row.share:.0%}",
        f"{row.answered:,}",
        _span(row.median_reply),
        "–" if row.on_time is None else f"{row.on_time:.0%}",
        f"{row.overdue:,}",
    )


def _span(span: timedelta | None) -> str:
    return "–" if span is None else span_words(span)


def _report_json(found: DeskReport) -> dict[str, Any]:
    rows = {
        by.value: [
            {
                "name": row.name,
                "count": row.count,
                "share": round(row.share, 4),
                "answered": row.answered,
                "median_first_reply_seconds": row.median_reply.total_seconds()
                if row.median_reply is not None
                else None,
                "on_time_share": None if row.on_time is None else round(row.on_time, 4),
                "overdue": row.overdue,
            }
            for row in found.of(by)
        ]
        for by in By
    }
    totals = {"total": found.total, "answered": found.answered, "overdue": found.overdue}
    since = found.since.isoformat() if found.since else None
    return {"since": since, "until": found.until.isoformat(), **totals, **rows}
