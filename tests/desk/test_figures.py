"""The figures of the desk: by reason, channel and urgency, and their picture."""

from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from desk.picture import write_picture
from desk.replying import find, reply
from desk.report import By, DeskReport, Figures, report
from desk.spans import span_words
from protocol.words import Language, Remedy, Urgency
from tests.desk.counter import ask, at
from tests.fakes.room import Room


def replied(room: Room, given_id: str) -> None:
    with room.store.write() as session:
        now = room.clock.now()
        reply(session, find(session, room.vault, given_id), now, now)


@pytest.fixture
def seen(room: Room) -> DeskReport:
    """Five inquiries: answered in time, answered late, overdue, and two that wait."""
    at(room, "2026-03-03 10:00")
    for given_id, text, channel, urgency in (
        ("in time", "I want a refund", "phone", Urgency.HIGH),
        ("late", "I want a refund", "email", Urgency.HIGH),
        ("overdue", "It made me ill", "phone", Urgency.CRITICAL),
        ("waits", "x", "phone", Urgency.LOW),
        ("waits too", "I want a refund", "phone", Urgency.MEDIUM),
    ):
        ask(room, text, given_id, channel=channel, urgency=urgency)
    room.clock.later(minutes=10)
    replied(room, "in time")
    room.clock.later(minutes=20)
    replied(room, "late")
    with room.store.read() as session:
        return report(session, room.clock.now())


def test_each_reason_has_its_figures(seen: DeskReport) -> None:
    assert (seen.total, seen.answered, seen.overdue) == (5, 2, 1)
    assert seen.of(By.REASON) == [
        Figures(By.REASON, "refund", 3, 0.6, 2, timedelta(minutes=20), 0.5, 0),
        Figures(By.REASON, "harmed", 1, 0.2, 0, None, 0.0, 1),
        Figures(By.REASON, "other", 1, 0.2, 0, None, None, 0),
    ]


def test_so_have_channels_and_urgencies(seen: DeskReport) -> None:
    assert [(row.name, row.count, row.answered) for row in seen.of(By.CHANNEL)] == [("phone", 4, 1), ("email", 1, 1)]
    assert [(row.name, row.count, row.overdue) for row in seen.of(By.URGENCY)] == [
        *(("high", 2, 0), ("critical", 1, 1), ("low", 1, 0), ("medium", 1, 0)),
    ]


def test_it_may_begin_at_a_moment(room: Room, seen: DeskReport) -> None:
    since = room.clock.now()
    ask(room, "x")
    with room.store.read() as session:
        assert report(session, room.clock.now(), since).total == 1
        assert report(session, room.clock.now(), since + timedelta(seconds=1)).rows == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.EN, ("Inquiries: 5, of which 2 answered and 1 overdue", "Reason", "answered late", "critical")),
        (Language.ES, ("Consultas: 5; respondidas: 2; fuera de plazo: 1", "Motivo", "respondidas tarde", "crítica")),
    ],
)
def test_the_picture_says_it_in_both_languages(
    seen: DeskReport, tmp_path: Path, language: Language, words: tuple[str, ...]
) -> None:
    write_picture(seen, language, tmp_path / "desk.svg")
    text = (tmp_path / "desk.svg").read_text()
    drawn = " ".join(ElementTree.fromstring(text).itertext())
    assert [word for word in (*words, "refund", "phone") if word not in drawn] == []
    write_picture(seen, language, tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_text() == text


def test_it_may_be_a_png_and_nothing_else(seen: DeskReport, tmp_path: Path) -> None:
    write_picture(seen, Language.EN, tmp_path / "desk.png")
    assert (tmp_path / "desk.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(Remedy, match=r"desk.pdf is neither .svg nor .png; name the picture so."):
        write_picture(seen, Language.EN, tmp_path / "desk.pdf")
    with pytest.raises(Remedy, match="cannot be written"):
        write_picture(seen, Language.EN, tmp_path / "nowhere" / "desk.svg")


def test_without_inquiries_there_is_a_picture_all_the_same(room: Room, tmp_path: Path) -> None:
    with room.store.read() as session:
        write_picture(report(session, room.clock.now()), Language.EN, tmp_path / "desk.svg")
    assert "no inquiries" in (tmp_path / "desk.svg").read_text()


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (59, "59 min"), (60, "1 h"), (125, "2 h 5 min"), (1440, "1 d"), (3000, "2 d 2 h"), (-5, "0 min")],
)
def test_spans_are_said_in_the_units_that_people_use(minutes: int, words: str) -> None:
    assert span_words(timedelta(minutes=minutes)) == words
