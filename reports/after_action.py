"""The after-action report: one HTML file without scripts or outside references, from the rows of one incident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup
from sqlalchemy.orm import Session

from incidents.narrative import names_of
from incidents.timeline import GENESIS, Kind, first_broken
from notifiers.states import State
from protocol.words import Language, Level
from reports import sections, spans, words_sent
from reports.clocks import Clock, Verdict
from reports.dossier import dossier_of
from reports.findings import areas, strengths, what_went_wrong
from reports.labels import labels
from reports.measures import TAKEN, measures_of
from reports.pages import Cell, NumberedMark, Page, Tile
from reports.plot import Band, Mark, PlotWords, SeriesPoint, clocks_plot, mentions_plot
from reports.summary import summary
from reports.telling import Telling

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class BreachMark:
    """A moment at which a rule was crossed, with its sentence, and a person's word about it, if there is one.

    `verdict` is real, false_alarm or unanswered (nobody who was asked said anything); empty where nobody was asked.
    """

    at: datetime
    why: str
    rule: str = ""
    level: Level = Level.GREEN
    verdict: str = ""
    ended_at: datetime | None = None


def after_action_report(
    session: Session,
    incident_id: int,
    *,
    language: Language,
    series: Sequence[SeriesPoint],
    limit: Sequence[SeriesPoint],
    breaches: Sequence[BreachMark],
    written_at: datetime,
    time_zone: tzinfo,
    window: timedelta = HOUR,
) -> str:
    """The report as HTML. `limit` is in mentions per `window`; `written_at` is the incident's time.

    Reads only. Raises Remedy when there is no such incident.
    """
    dossier = dossier_of(session, incident_id)
    telling = Telling(
        dossier=dossier,
        measures=measures_of(dossier, written_at),
        names=names_of(session, language, time_zone, dossier.playbook),
        labels=labels(language),
        language=language,
        zone=time_zone,
    )
    marks = numbered_marks(telling, breaches)
    page = page_of(
        telling,
        marks,
        breaches,
        _mentions(telling, series, limit, marks, window),
        written_at,
        first_broken(session, incident_id),
    )
    return _template().render(page=page, t=telling.labels)


def numbered_marks(telling: Telling, breaches: Sequence[BreachMark]) -> list[tuple[datetime, NumberedMark]]:
    """Breaches, decisions and publications in order, numbered from 1."""
    moments = [(mark.at, "breach", mark.why) for mark in breaches]
    for row in telling.dossier.decisions:
        choice = f"{telling.names.choice(row.choice)}, {telling.who(row.member_id)}"
        moments.append((row.decided_at, "decision", choice))
    for line in telling.dossier.of_kind(Kind.PUBLISHED):
        moments.append((line.at, "publication", telling.step(str(line.facts.get("step")))))
    return [
        (at, NumberedMark(number, kind, telling.labels[kind], telling.when(at), text))
        for number, (at, kind, text) in enumerate(sorted(moments), 1)
    ]


def page_of(
    telling: Telling,
    marks: Sequence[tuple[datetime, NumberedMark]],
    breaches: Sequence[BreachMark],
    mentions: Markup | None,
    written_at: datetime,
    broken: int | None,
) -> Page:
    """Every section of the report."""
    incident, t = telling.dossier.incident, telling.labels
    subject = telling.names.subjects.get(incident.subject, incident.subject)
    return Page(
        language=telling.language,
        title=f"{incident.name} · {telling.names.playbooks[incident.playbook_key]}",
        subtitle=subject,
        company=telling.dossier.company,
        drill=incident.drill,
        status=_status(telling),
        level=Cell(telling.names.word(telling.measures.peak), telling.measures.peak),
        facts=[
            (t["subject"], subject),
            (t["playbook"], f"{incident.playbook_key} v{telling.dossier.playbook.version}"),
            (t["written_at"], telling.when(written_at)),
            (t["times_in"].format(telling.zone), ""),
        ],
        summary=summary(telling),
        tiles=_tiles(telling),
        mentions=mentions,
        marks=[mark for _, mark in marks],
        alarms=sections.alarm_rows(telling, breaches),
        clocks_plot=_clocks(telling),
        clocks=sections.clock_rows(telling),
        phases=sections.phase_rows(telling),
        decisions=sections.decision_rows(telling),
        seats=sections.seat_rows(telling),
        scenarios=sections.scenario_cards(telling),
        public=words_sent.public_cards(telling),
        deadlines=sections.deadline_rows(telling),
        wrong=what_went_wrong(telling),
        strengths=strengths(telling),
        areas=areas(telling),
        channels=words_sent.channel_rows(telling),
        dispatches=words_sent.dispatch_groups(telling),
        timeline=sections.timeline_rows(telling),
        chain=_chain(telling, broken),
        final_hash=telling.dossier.lines[-1].hash if telling.dossier.lines else GENESIS,
    )


def _status(telling: Telling) -> Cell:
    if telling.dossier.incident.closed_at is None:
        return Cell(telling.labels["open"], "warn")
    return Cell(telling.labels["closed" if telling.dossier.reached_crisis else "stood_down"], "quiet")


def _chain(telling: Telling, broken: int | None) -> Cell:
    if broken is None:
        return Cell(telling.labels["chain_whole"].format(len(telling.dossier.lines)), "good")
    return Cell(telling.labels["chain_broken"].format(broken), "bad")


def _tiles(telling: Telling) -> list[Tile]:
    measures, t = telling.measures, telling.labels
    closed = telling.dossier.incident.closed_at is not None
    level = telling.names.word(measures.peak)
    return [
        Tile(t["tile_duration" if closed else "tile_so_far"], spans.span(measures.duration), "", "quiet"),
        Tile(t["tile_peak"], level, "", measures.peak),
        *(_clock_tile(telling, clock) for clock in (Clock.FIRST_ACKNOWLEDGEMENT, Clock.STATEMENT)),
        _messages_tile(telling),
        _delivered_tile(telling),
        _deadlines_tile(telling),
        _escalations_tile(telling),
    ]


def _clock_tile(telling: Telling, clock: Clock) -> Tile:
    place = [reading.clock for reading in telling.measures.clocks].index(clock)
    reading, row = telling.measures.clocks[place], sections.clock_rows(telling)[place]
    note = telling.labels["target_of"].format(spans.span(reading.target))
    return Tile(row.name, row.actual, note, row.result.tone)


def _messages_tile(telling: Telling) -> Tile:
    messages = telling.dossier.messages
    people = telling.labels["tile_people"].format(len({row.member_id for row in messages}))
    return Tile(telling.labels["tile_messages"], str(len(messages)), people, "quiet")


def _delivered_tile(telling: Telling) -> Tile:
    messages = telling.dossier.messages
    # Without a single receipt nothing is known of delivery; 0 % would say that nobody got anything.
    receipts = any(row.state == State.DELIVERED for row in messages)
    label, counted = ("tile_delivered", (State.DELIVERED,)) if receipts else ("taken", TAKEN)
    good = sum(row.state in counted for row in messages)
    note = telling.labels["tile_of"].format(good, len(messages))
    tone = "bad" if any(row.state == State.FAILED for row in messages) else "good" if messages else "quiet"
    return Tile(telling.labels[label], spans.percent(good, len(messages)), note, tone)


def _deadlines_tile(telling: Telling) -> Tile:
    verdicts = [result.verdict for result in telling.measures.deadlines]
    met, missed = verdicts.count(Verdict.MET), verdicts.count(Verdict.MISSED)
    note = telling.labels["tile_of"].format(met, met + missed)
    tone = "bad" if missed else "good" if met else "quiet"
    return Tile(telling.labels["tile_deadlines"], spans.percent(met, met + missed), note, tone)


def _escalations_tile(telling: Telling) -> Tile:
    unreachable = len(telling.measures.unreachable)
    words = telling.labels["tile_unreachable_one" if unreachable == 1 else "tile_unreachable"].format(unreachable)
    count = str(len(telling.measures.escalations))
    return Tile(telling.labels["tile_escalations"], count, words, "bad" if unreachable else "quiet")


def _mentions(
    telling: Telling,
    series: Sequence[SeriesPoint],
    limit: Sequence[SeriesPoint],
    marks: Sequence[tuple[datetime, NumberedMark]],
    window: timedelta,
) -> Markup | None:
    if not series or not telling.measures.stays:
        return None
    bands = [
        Band(stay.phase, telling.names.word(stay.phase), stay.starts, stay.ends) for stay in telling.measures.stays
    ]
    drawn = [Mark(at, mark.kind, mark.number) for at, mark in marks]
    words = _plot_words(telling, window)
    return Markup(mentions_plot(series, limit, bands, drawn, words, telling.zone, window))


def _clocks(telling: Telling) -> Markup:
    rows = sections.clock_rows(telling)
    names, actual = [row.name for row in rows], [row.actual for row in rows]
    return Markup(clocks_plot(telling.measures.clocks, names, actual, _plot_words(telling, HOUR)))


def _plot_words(telling: Telling, window: timedelta) -> PlotWords:
    t = telling.labels
    return PlotWords(
        title=t["mentions"],
        mentions=t["mentions_line"].format(spans.span(window)),
        limit=t["limit_line"],
        clocks=t["golden_hour"],
        allowed=t["allowed"],
    )


def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("after_action.html")
