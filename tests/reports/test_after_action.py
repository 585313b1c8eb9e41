"""The report says what happened, whole, escaped and without a network."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from firestorm import HOSTILE, PEOPLE, firestorm, opened
from markupsafe import escape
from sqlalchemy import delete, select, update
from told import OPENED_AT

from incidents.phases import Phase
from incidents.rows import TimelineEntry, TimelineText
from incidents.timeline import Kind, lines
from notifiers.rows import Message
from protocol.people import Member
from protocol.store import Store
from protocol.words import Language, Remedy
from reports.after_action import BreachMark, after_action_report
from reports.finding_texts import ACTIONS, AREAS, STRENGTHS
from reports.labels import LABELS
from reports.plot import Band, Mark, PlotWords, SeriesPoint, mentions_plot, window_sums

MADRID = ZoneInfo("Europe/Madrid")
MINUTES = timedelta(minutes=5)
SERIES = [SeriesPoint(OPENED_AT + MINUTES * step, 8 + 60 * (0 <= step < 40)) for step in range(-160, 320)]
LIMIT = [SeriesPoint(point.at, 240) for point in SERIES]
BREACHES = [BreachMark(OPENED_AT, "142 mentions in 15 minutes <b>")]


def report(store: Store, incident_id: int, language: Language = Language.EN, with_series: bool = True) -> str:
    with store.read() as session:
        return after_action_report(
            session,
            incident_id,
            language=language,
            series=SERIES if with_series else [],
            limit=LIMIT,
            breaches=BREACHES,
            written_at=OPENED_AT + timedelta(days=9),
            time_zone=MADRID,
        )


def words(html: str) -> str:
    """What a person reads, on one line."""
    body = re.sub(r"<(style|svg).*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_the_summary_says_what_when_how_long_who_and_to_whom(store: Store, storm: int) -> None:
    said = words(report(store, storm))
    assert "On 3 March 2026 at 21:02 an incident about Brisa Natural opened at level yellow" in said
    assert "142 mentions in 15 minutes, the most in 9 days and 6 × the usual for a Tuesday 21:00." in said
    assert "It reached level red, became a crisis and was closed after 1 d 2 h." in said
    assert "3 decisions were taken, by Tom Baker (2) and Amara Okafor (1)." in said
    assert "Tom Baker decided the move to crisis 14 min after the opening." in said
    assert "The first public words left 43 min after the opening, beyond the target of 30 min." in said
    assert "18 messages were written to 6 people: 16 delivered, 1 in doubt, 1 failed." in said


def test_every_section_tells_its_part(store: Store, storm: int) -> None:
    html = report(store, storm)
    said = words(html)
    assert "Mentions are back below the limit; no new facts." in said  # a decision's note
    assert "A hospital confirms a case and links it to the batch." in said  # a scenario
    assert "Jorge Vidal (legal counsel), T+0:43 (after 19 min)" in said  # a sign-off
    assert "Sabemos que muchas personas están preocupadas" in said  # the public words in every language
    assert "Voided T+0:24" in said and "Published T+0:43" in said
    assert "late by 3 min" in said  # a deadline
    assert "did not acknowledge “wake communications” in time; Tom Baker was told instead." in said  # the timeline
    assert "No SMS" not in said and "no e-mail address; fell back to SMS" in said  # what did not work
    assert "The deadline of “holding statement” (sign-off and publication) was missed by 3 min." in said
    assert "Review the deputies and on-call hours of the role legal counsel." in said
    assert html.count("<svg") == 2


def test_every_message_is_listed(store: Store, storm: int) -> None:
    html = report(store, storm)
    table = html.split("Every message</h2>")[1].split("<h2>")[0]
    with store.read() as session:
        messages = list(session.scalars(select(Message)))
    assert len(re.findall(r"<td>[a-z-]+ v3</td>", table)) == len(messages) == 18
    for name, _ in PEOPLE.values():
        told = sum(PEOPLE[key][0] == name for message in messages for key in [list(PEOPLE)[message.member_id - 1]])
        assert table.count(f"<td>{name}") == told
    assert "the mailbox is full." in table and ">in doubt<" in table


def test_no_address_of_anybody_is_in_the_report(store: Store, storm: int) -> None:
    html = report(store, storm)
    assert "@sms" not in html and "@email" not in html


def test_nothing_is_loaded_from_outside_and_nothing_runs(store: Store, storm: int) -> None:
    html = report(store, storm).replace(str(escape(HOSTILE)), "")
    assert not re.findall(r"<(?:script|link|iframe|img|object|embed)\b", html)
    assert not re.findall(r"(?<![\w:])(?:src|href)\s*=\s*[\"']?(?!#)", html)
    assert not re.findall(r"xlink:href=\"(?!#)", html)
    assert not re.findall(r"@import|url\((?!#)", html)
    outside = set(re.findall(r"https?://[^\s\"'<&]+", html))
    assert outside == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}  # names, not addresses


def test_a_hostile_note_is_text(store: Store, storm: int) -> None:
    html = report(store, storm)
    assert "<script>" not in html
    assert html.count(str(escape(HOSTILE))) == 2  # among the decisions and on the timeline
    assert "142 mentions in 15 minutes &lt;b&gt;" in html


def test_the_same_rows_give_the_same_bytes(store: Store, storm: int) -> None:
    assert report(store, storm) == report(store, storm)


def test_ids_are_unique(store: Store, storm: int) -> None:
    ids = re.findall(r'\bid="([^"]+)"', report(store, storm))
    assert len(ids) == len(set(ids))


BANNERS = [(Language.EN, "DRILL / SIMULACRO"), (Language.ES, "SIMULACRO / DRILL")]


@pytest.mark.parametrize(("language", "banner"), BANNERS)
def test_a_drill_says_so(store: Store, language: Language, banner: str) -> None:
    with store.write() as session:
        drill = firestorm(session, drill=True)
    assert banner in report(store, drill, language)


def test_the_real_thing_carries_no_banner(store: Store, storm: int) -> None:
    assert "SIMULACRO" not in report(store, storm)


def test_it_speaks_spanish(store: Store, storm: int) -> None:
    said = words(report(store, storm, Language.ES))
    assert "El 3 de marzo de 2026 a las 21:02 se abrió un incidente sobre Brisa Natural en nivel amarillo" in said
    assert "142 menciones en 15 minutos" in said
    assert "no confirmó «avisar a comunicación» a tiempo; se avisó en su lugar a Tom Baker." in said
    assert "Revisar los suplentes y las guardias de la función asesoría jurídica." in said
    for english in ("Timeline", "Deadlines", "Strengths", "Missed", "acknowledged", "press list", "move to"):
        assert english not in said


def test_owners_and_dates_are_left_to_the_people(store: Store, storm: int) -> None:
    html = report(store, storm)
    plan = html.split('<table class="plan">')[1].split("</table>")[0]
    rows = plan.count("<tr>") - 1
    assert rows >= 8
    assert plan.count('<td class="blank"></td>') == 3 * rows


def test_the_annex_verifies_the_chain(store: Store, storm: int) -> None:
    with store.read() as session:
        told = lines(session, storm)
    html = report(store, storm)
    assert f"The timeline has {len(told)} lines. Its chain was verified" in html
    assert told[-1].hash in html
    with store.write() as session:
        session.execute(update(TimelineEntry).where(TimelineEntry.number == 9).values(facts={"step": "other"}))
    assert "does NOT hold from line 9 on" in report(store, storm)


def test_an_erased_note_and_an_erased_person_leave_a_whole_report(store: Store, storm: int) -> None:
    with store.write() as session:
        session.execute(delete(TimelineText))
        session.execute(update(Member).where(Member.key == "lucia").values(name="Nobody"))
    html = report(store, storm)
    assert "(text erased)" in html and "it is whole." in html
    assert "Lucía" not in html


def test_an_incident_that_has_just_opened_has_a_report_too(store: Store) -> None:
    with store.write() as session:
        told = opened(session, drill=False, closed=False)
        told.line(0, Kind.OPENED, level="red", by="rule:x", playbook="social-firestorm", version=1, subject="other")
        told.enter(0, 1, "pre_crisis", None)
        incident_id = told.write_down()
    said = words(report(store, incident_id, with_series=False))
    assert "is still open, in pre-crisis, 9 d after it began. Nobody took a decision at a gate." in said
    for empty in ("no_series", "no_cabinet", "no_scenarios", "no_public_words", "no_deadlines", "no_messages"):
        assert LABELS[empty].en in said


def test_an_incident_that_is_not_there_is_said(store: Store) -> None:
    with pytest.raises(Remedy, match="There is no incident 7"):
        report(store, 7)


def test_both_languages_of_every_text_fill_the_same_blanks() -> None:
    for table in (LABELS, STRENGTHS, AREAS, ACTIONS):
        for name, texts in table.items():
            assert texts.en and texts.es
            assert set(re.findall(r"{\w*}", texts.en)) == set(re.findall(r"{\w*}", texts.es)), name


def test_a_sliding_window_counts_what_is_in_it() -> None:
    points = [SeriesPoint(OPENED_AT + timedelta(minutes=minutes), 1) for minutes in (0, 30, 60, 200)]
    assert [point.value for point in window_sums(points, timedelta(hours=1))] == [1, 2, 2, 1]


def test_the_plot_shows_the_limit_the_phases_and_the_marks() -> None:
    bands = [Band(Phase.CRISIS, "fase <de> $crisis$", OPENED_AT, OPENED_AT + timedelta(hours=9))]
    plot_words = PlotWords("What was said", "Mentions", "Limit", "Clocks", "allowed")
    marks = [Mark(OPENED_AT, "breach", 1), Mark(OPENED_AT + timedelta(minutes=1), "decision", 27)]
    svg = mentions_plot(SERIES, LIMIT, bands, marks, plot_words, MADRID)
    assert svg.startswith("<svg") and 'aria-label="What was said"' in svg
    assert "Limit" in svg and "27" in svg and "<metadata" not in svg
    assert "<de>" not in svg
