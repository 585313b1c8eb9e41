"""The full-text index: FTS5 on SQLite, a tsvector with GIN on PostgreSQL, both of the same stems.

It is stamped with a hash of the words that it holds. Whoever is about to search compares that with the protocol as it
stands and builds the index anew when they differ, in the same transaction: whatever changed the protocol, and by which
way, no answer is found by words that are gone.
"""

from collections.abc import Iterable

from sqlalchemy import cast, delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from desk.rows import IndexedAnswer, IndexStamp
from desk.shelf import Shelf, shelf_of
from protocol.store import insert_new

AT_MOST = 50
"""So many documents are looked at for one inquiry, those that share most first."""

_ONE = 1


def fresh_shelf(session: Session) -> Shelf:
    """What can be answered with, and the index brought up to it in the caller's transaction."""
    shelf = shelf_of(session)
    if session.scalar(select(IndexStamp.print)) == shelf.print:
        return shelf
    insert_new(session, IndexStamp, [{"id": _ONE, "print": ""}], ["id"])
    stamp = session.get_one(IndexStamp, _ONE, with_for_update=True, populate_existing=True)
    shelf = shelf_of(session)  # another one may have changed it while we waited for our turn
    if stamp.print != shelf.print:
        _build(session, shelf)
        stamp.print = shelf.print
        session.flush()
    return shelf


def candidates(session: Session, stems: Iterable[str]) -> list[tuple[str, str]]:
    """Kind and key of the documents that hold any of these stems, those that hold most and rarest first."""
    wanted = sorted(set(stems))
    if not wanted:
        return []
    if _on_sqlite(session):
        rows = session.execute(_FTS5, {"words": " OR ".join(f'"{one}"' for one in wanted), "most": AT_MOST})
        return [(kind, key) for kind, key in rows]
    query = cast(" | ".join(f"'{one}'" for one in wanted), TSQUERY)
    rank = func.ts_rank(IndexedAnswer.stems, query)
    found = select(IndexedAnswer.kind, IndexedAnswer.key).where(IndexedAnswer.stems.bool_op("@@")(query))
    ordered = found.order_by(rank.desc(), IndexedAnswer.kind, IndexedAnswer.key).limit(AT_MOST)
    return [(kind, key) for kind, key in session.execute(ordered)]


def _build(session: Session, shelf: Shelf) -> None:
    session.execute(delete(IndexedAnswer))
    rows = [
        {"id": number, "kind": kind, "key": key, "stems": " ".join(sorted(stems))}
        for number, ((kind, key), stems) in enumerate(sorted(shelf.weights.items()), 1)
    ]
    if rows:
        session.execute(insert(IndexedAnswer), rows)
    if _on_sqlite(session):
        session.execute(text("DELETE FROM answer_search"))
        session.execute(text("INSERT INTO answer_search (rowid, stems) SELECT id, stems FROM indexed_answer"))


def _on_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


_FTS5 = text(
    "SELECT kind, key FROM answer_search JOIN indexed_answer ON indexed_answer.id = answer_search.rowid"
    " WHERE answer_search MATCH :words ORDER BY bm25(answer_search), kind, key LIMIT :most"
)
