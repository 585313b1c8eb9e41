"""The case of a long protocol: a workbook of very many people, taken in by `crisis protocol import`."""

from collections.abc import Iterator

from sqlalchemy import func, select

from bench import workbook
from bench.ground import Ground
from bench.measured import Broken, measure
from bench.rows import OURS, Row, Taken, row
from bench.stores import Shelf
from protocol.people import Member
from protocol.store import Store

PEOPLE = 50_000


def import_(ground: Ground) -> Iterator[Row]:
    """Everybody from a file into a store that holds others already. `rate` is people a second."""
    count = ground.size.of(PEOPLE)
    file = ground.folder / "people.xlsx"
    workbook.write_people(file, count)
    for shelf in ground.shelves:

        def once(shelf: Shelf = shelf) -> Taken:
            url = shelf.copy()
            process = measure("imported:prepare", file=str(file), home=str(ground.folder), url=url)
            _check(url, count)
            return Taken(count, count / process.seconds, process)

        yield row(f"import {count:,}", OURS, shelf.kind, None, ground.repeated(once))


def _check(url: str, count: int) -> None:
    store = Store(url)
    with store.read() as session:
        first, last = workbook.key(0), workbook.key(count - 1)
        there = session.scalar(select(func.count()).where(Member.key.between(first, last)))
    store.close()
    if there != count:
        raise Broken(f"{there} of {count} people came into the store.")
