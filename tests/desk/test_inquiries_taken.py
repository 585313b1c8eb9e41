"""An inquiry is taken in once, however often and in whatever order its source sends it; its words are kept sealed."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from desk.counts import Count, counted
from desk.inquiries import InquiryValue
from desk.replying import forget_text
from desk.resealing import reseal_texts
from desk.rows import GivenAnswer, Inquiry
from protocol.practice import ListeningChannel
from protocol.vault import SEALED, Vault
from protocol.words import Remedy, Urgency
from tests.conftest import SECRET
from tests.desk.counter import REFUND_ES, ask, change_entry, inquiry, rows, take
from tests.fakes.room import Room
from tests.fakes.set_clock import NOW

TEXTS = ("Quiero devolver el producto", "It made me ill", "¿A qué hora abren?", "are my data affected")
CUSTOMERS_WORDS = "Soy Paula Roca y quiero devolver el producto"


def posted(number: int) -> InquiryValue:
    """What a source has under a number: always the same."""
    return inquiry(
        *(TEXTS[number % len(TEXTS)], f"T-{number % 7}"),
        source=("crm", "mail")[number // 7 % 2],
        channel=("phone", "email", "social")[number % 3],
        at=NOW - timedelta(seconds=40 * number),
    )


POSTS = st.lists(st.lists(st.integers(0, 13), max_size=8), max_size=5)


def kept(room: Room) -> dict[tuple[str, str], tuple[Any, ...]]:
    columns = [column.name for column in Inquiry.__table__.columns if column.name not in ("id", "source", "print")]
    return {(row.source, row.print): tuple(getattr(row, name) for name in columns) for row in rows(room)}


@given(posts=POSTS, again=st.permutations(range(14)))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_any_repeats_leave_the_same_rows_and_counts(
    room: Room, posts: list[list[int]], again: list[int]
) -> None:
    sent = {number for post in posts for number in post}
    states = []
    for order in (posts, [[number] for number in again if number in sent]):
        with room.store.write() as session:
            session.execute(delete(Inquiry))
        counts: Counter[tuple[str, object]] = Counter()
        for post in order:
            taken = take(room, *map(posted, post))
            assert (len(taken.answered), len(taken.new) + taken.repeated) == (len(post), len(post))
            counts.update({(one.series, one.at): one.number for one in counted(taken.new)})
        assert len(rows(room)) == len({(posted(n).source, posted(n).given_id) for n in sent})
        assert sum(number for (series, _), number in counts.items() if series == "inquiries") == len(rows(room))
        states.append((kept(room), counts))
    assert states[0] == states[1]


def test_the_second_time_nothing_changes_whatever_is_said(room: Room) -> None:
    first = take(room, inquiry("Quiero devolver el producto", at=NOW))
    before = room.everything()
    again = take(room, inquiry("It made me ill", at=NOW - timedelta(hours=1), urgency=Urgency.HIGH))
    assert room.everything() == before
    assert (again.new, again.repeated) == ((), 1)
    assert again.answered[0].repeated
    assert again.answered[0].answer.text == REFUND_ES
    assert again.answered[0].inquiry.id == first.answered[0].inquiry.id


def test_the_same_id_of_another_source_is_another_inquiry(room: Room) -> None:
    taken = take(room, *(inquiry("Is it true", at=NOW, source=source) for source in ("crm", "mail", "")))
    assert len(taken.new) == 3


def test_two_who_send_the_same_at_once_are_one(room: Room) -> None:
    together = Barrier(4)

    def post(turn: int) -> int:
        together.wait()
        numbers = list(range(7)) if turn % 2 else list(reversed(range(7)))
        return len(take(room, *map(posted, numbers)).new)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(post, range(4))) == 7
    assert room.count(Inquiry) == 7


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"subject": "moon"}, 'No subject "moon" in the protocol; use one of: brand-aurora, person-chief-executive, '),
        (
            {"reason": "moon"},
            'No reason "moon" in the protocol; use one of: harmed, is-it-true, my-data, refund, other.',
        ),
        (
            {"at": NOW + timedelta(hours=1)},
            "At lies in the future; set the clock of its source, or its time zone, and ",
        ),
        (
            {"at": datetime(1, 1, 1, tzinfo=UTC)},
            "At lies before 1970; set the clock of its source, and send it again.",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(room: Room, said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Remedy) as refused:
        take(room, inquiry("Is it true", "T-0", at=NOW), inquiry("Is it true", **{"at": NOW, **said}))
    assert str(refused.value).startswith(sentence)
    assert room.count(Inquiry) == 0


def test_where_no_entry_takes_any_channel_only_theirs_are_taken(room: Room) -> None:
    change_entry(room, "harmed", channel="Página web")
    take(room, inquiry("Is it true", at=NOW, channel="pagina WEB"))
    for unknown in ("fax", "help-line"):
        with pytest.raises(Remedy) as refused:
            take(room, inquiry("Is it true", "T-2", at=NOW, channel=unknown))
        assert str(refused.value) == (
            f'No channel "{unknown}" in the protocol; use one of: email, pagina-web, phone, social.'
        )
    assert [row.channel for row in rows(room)] == ["pagina-web"]


def test_where_the_protocol_names_no_channel_each_will_do(room: Room) -> None:
    for key in ("harmed", "is-it-true", "my-data", "refund"):
        change_entry(room, key, channel="any")
    with room.store.write() as session:
        session.execute(delete(ListeningChannel))
    assert ask(room, "Is it true", channel="fax").inquiry.channel == "fax"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"given_id": ""}, "id must be 1 to 200 printable characters; give one."),
        ({"given_id": "a\0"}, "id must be 1 to 200 printable characters; give one."),
        ({"source": "x" * 61}, "source must be 0 to 60 printable characters; give one."),
        ({"channel": "¿?"}, "channel must be a word like phone, email or social; give one."),
        ({"text": " "}, "text must be 1 to 5,000 characters that can be stored; correct it."),
        ({"text": "x" * 5001}, "text must be 1 to 5,000 characters that can be stored; correct it."),
        ({"text": "\ud800"}, "text must be 1 to 5,000 characters that can be stored; correct it."),
        (
            {"at": NOW.replace(tzinfo=None)},
            "at must be a moment with its time zone, like 2026-03-03T21:05:00Z; correct it.",
        ),
    ],
)
def test_an_inquiry_that_cannot_be_stored_says_why_and_not_what_was_in_it(said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Remedy) as refused:
        replace(inquiry("Is it true", at=NOW), **said)
    assert str(refused.value) == sentence


def test_what_a_customer_wrote_is_sealed_and_its_id_is_a_keyed_hash(room: Room) -> None:
    room.vault = Vault(SECRET, "a contact key")
    ask(room, CUSTOMERS_WORDS, given_id="paula@example.com")
    (row,) = rows(room)
    assert row.sealed is not None
    assert row.sealed.startswith(SEALED)
    assert room.vault.open(row.sealed) == CUSTOMERS_WORDS
    everything = repr(room.everything())
    assert "Paula" not in everything
    assert "paula@example.com" not in everything


def test_another_key_seals_what_customers_wrote_anew(room: Room) -> None:
    room.vault = Vault(SECRET, "first")
    ask(room, CUSTOMERS_WORDS)
    second = Vault(SECRET, "second", "first")
    for changed in (1, 0):
        with room.store.write() as session:
            assert reseal_texts(session, second) == changed
    (row,) = rows(room)
    assert Vault(SECRET, "second").open(row.sealed or "") == CUSTOMERS_WORDS


def test_an_erased_text_is_gone_and_the_inquiry_still_counts_and_is_still_the_same(room: Room) -> None:
    ask(room, CUSTOMERS_WORDS, given_id="T-1")
    with room.store.write() as session:
        forget_text(session, session.get_one(Inquiry, 1))
    assert "Paula" not in repr(room.everything())
    assert ask(room, CUSTOMERS_WORDS, given_id="T-1").repeated
    assert (room.count(Inquiry), rows(room)[0].sealed) == (1, None)


def test_each_inquiry_keeps_which_answer_it_was_given(room: Room) -> None:
    for text in (TEXTS[0], TEXTS[0], TEXTS[2]):
        ask(room, text)
    first, second, none = rows(room)
    assert first.answer_hash == second.answer_hash
    assert none.answer_hash is None
    with room.store.read() as session:
        assert session.get_one(GivenAnswer, first.answer_hash).texts["es"] == REFUND_ES


def test_counts_are_by_minute_by_reason_and_by_channel(room: Room) -> None:
    minute = NOW.replace(second=0)
    change_entry(room, "my-data", channel="e-mail")
    taken = take(
        room,
        inquiry(TEXTS[0], "1", at=minute),
        inquiry(TEXTS[0], "2", at=minute - timedelta(seconds=1), channel="E-Mail"),
        inquiry(TEXTS[2], "3", at=minute - timedelta(seconds=59)),
    )
    before = minute - timedelta(minutes=1)
    assert counted(taken.new) == [
        Count("inquiries", before, 2),
        Count("inquiries", minute, 1),
        Count("inquiries.e-mail", before, 1),
        Count("inquiries.other", before, 1),
        Count("inquiries.phone", before, 1),
        Count("inquiries.phone", minute, 1),
        Count("inquiries.refund", before, 1),
        Count("inquiries.refund", minute, 1),
    ]


def test_a_reason_that_is_called_like_a_channel_counts_once(room: Room) -> None:
    change_entry(room, "my-data", channel="other")
    taken = take(room, inquiry(TEXTS[2], at=NOW, channel="other"))
    assert [(one.series, one.number) for one in counted(taken.new)] == [("inquiries", 1), ("inquiries.other", 1)]
