"""Receipts are written in groups: each is answered once it is committed, and none spoils another."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.receipt_book import AT_ONCE, ReceiptBook
from notifiers.providers.words import ReceiptWord
from notifiers.rows import Message, Receipt
from notifiers.states import State
from protocol.store import Store
from tests.app.receiver_desk import Clock, Desk


def said(token: str, key: str = "") -> ReceiptWord:
    return ReceiptWord(token, "SM1", "delivered", State.DELIVERED, "", key or f"{token}:delivered")


def tokens(desk: Desk) -> list[str]:
    with desk.works.store.read() as session:
        return list(session.scalars(select(Message.token).order_by(Message.id)))


@pytest.fixture
def book(desk: Desk) -> ReceiptBook:
    desk.open("alert")
    return ReceiptBook(desk.works.store, desk.clock)


def keep_together(book: ReceiptBook, posts: Sequence[Sequence[ReceiptWord]]) -> list[object]:
    """What everyone is answered who posts at the same time."""

    async def post() -> list[object]:
        return list(await asyncio.gather(*(book.keep(words, "twilio") for words in posts), return_exceptions=True))

    return asyncio.run(post())


def test_everyone_who_posts_at_once_is_answered_for_their_own_words(desk: Desk, book: ReceiptBook) -> None:
    mine = tokens(desk)
    posts = [[said(token)] for token in mine] + [[said("nobody")], [said(mine[0]), said("nobody", "k")], []]
    answers = keep_together(book, posts)
    assert answers == [*([[True]] * len(mine)), [False], [True, False], []]
    assert desk.count(Receipt) == len(mine)
    assert keep_together(book, [[said(mine[0])]]) == [[True]] and desk.count(Receipt) == len(mine)


def test_a_large_batch_is_kept_in_several_transactions(desk: Desk, book: ReceiptBook) -> None:
    token = tokens(desk)[0]
    words = [said(token, f"k{number}") for number in range(2 * AT_ONCE + 7)]
    assert keep_together(book, [words]) == [[True] * len(words)]
    assert desk.count(Receipt) == len(words)


def test_a_word_that_cannot_be_kept_fails_alone(desk: Desk, book: ReceiptBook) -> None:
    first, second, *_ = tokens(desk)
    broken = ReceiptWord(second, "SM2", None, State.DELIVERED, "", "k2")  # type: ignore[arg-type]
    answers = keep_together(book, [[said(first)], [broken], [said(second)]])
    assert (answers[0], answers[2]) == ([True], [True]) and isinstance(answers[1], Exception)
    assert desk.count(Receipt) == 2


def test_two_providers_post_at_once(desk: Desk, book: ReceiptBook) -> None:
    first, second, *_ = tokens(desk)

    async def post() -> list[list[bool]]:
        return await asyncio.gather(book.keep([said(first)], "twilio"), book.keep([said(second)], "sendgrid"))

    assert asyncio.run(post()) == [[True], [True]]
    with desk.works.store.read() as session:
        query = select(Message.provider).where(Message.token.in_([first, second])).order_by(Message.id)
        assert list(session.scalars(query)) == ["twilio", "sendgrid"]


def test_a_store_that_is_silent_is_told_to_everyone() -> None:
    book = ReceiptBook(Store("postgresql://nobody@127.0.0.1:1/none"), Clock())
    answers = keep_together(book, [[said("a")], [said("b")]])
    assert [type(answer) for answer in answers] == [OperationalError, OperationalError]


def test_who_went_away_meanwhile_disturbs_nobody(desk: Desk, book: ReceiptBook) -> None:
    first, second, *_ = tokens(desk)

    async def post() -> list[bool]:
        gone = asyncio.create_task(book.keep([said(first)], "twilio"))
        await asyncio.sleep(0)
        gone.cancel()
        return await book.keep([said(second)], "twilio")

    assert asyncio.run(post()) == [True] and desk.count(Receipt) == 2


def test_what_postgresql_gives_up_between_two_locks_is_taken_in_again(desk: Desk, book: ReceiptBook) -> None:
    token = tokens(desk)[0]
    store = _Deadlocked(desk.works.store.url.render_as_string(hide_password=False))
    assert keep_together(ReceiptBook(store, desk.clock), [[said(token)]]) == [[True]]
    assert store.given_up == 2 and desk.count(Receipt) == 1
    store.close()


@dataclass
class _Victim(Exception):  # noqa: N818 - as the driver's own
    """The driver's error of whoever loses a deadlock."""

    sqlstate: str = "40P01"


class _Deadlocked(Store):
    """Gives two transactions up before it takes one."""

    given_up = 0

    def write(self):  # type: ignore[no-untyped-def]
        if self.given_up < 2:
            self.given_up += 1
            raise OperationalError("", {}, _Victim())
        return super().write()
