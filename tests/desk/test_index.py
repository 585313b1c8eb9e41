"""No answer is found by words that are gone, whatever changed the protocol, and both databases find the same."""

from pathlib import Path

import pytest
from sqlalchemy import select, text

from desk.index import candidates, fresh_shelf
from desk.rows import IndexedAnswer, IndexStamp
from protocol.company import load_company, read_company
from protocol.history import Author, recorded
from protocol.practice import Resource, SupportEntry
from tests.desk.counter import ask, change_entry
from tests.fakes.room import Room

COMPANY = Path("examples/company.yaml")


def reason(room: Room, said: str) -> str:
    return ask(room, said).answer.reason


def test_an_edited_question_is_found_by_its_new_words_and_no_longer_by_the_old(room: Room) -> None:
    assert reason(room, "Quiero devolver el producto") == "refund"
    change_entry(room, "refund", question="¿Cómo cancelo mi pedido? / How do I cancel my order?")
    assert reason(room, "Quiero devolver el producto") == "other"
    assert reason(room, "I would like to cancel") == "refund"


def test_an_edited_answer_is_the_one_that_is_given_next(room: Room) -> None:
    assert "recibo" in ask(room, "Quiero devolver el producto").answer.text
    change_entry(room, "refund", answers={"es": "Traiga el ticket.", "en": "Bring the ticket."})
    assert ask(room, "Quiero devolver el producto").answer.text == "Traiga el ticket."


def test_a_load_of_the_company_file_is_followed_at_once(room: Room, tmp_path: Path) -> None:
    assert reason(room, "¿Tienen garaje?") == "other"
    changed = COMPANY.read_text().replace("Quiero devolver el producto /", "¿Tienen garaje para bicicletas? /")
    (tmp_path / "company.yaml").write_text(changed)
    with room.store.write() as session, recorded(session, Author("x", "crisis load"), room.clock.now()):
        load_company(session, room.vault, read_company(tmp_path / "company.yaml"))
    assert reason(room, "¿Tienen garaje?") == "refund"


def test_an_entry_that_is_written_or_deleted_by_hand_is_seen_too(room: Room) -> None:
    assert reason(room, "Where is my parcel?") == "other"
    with room.store.write() as session:
        session.execute(
            text(
                "INSERT INTO support_entry (key, kind, channel, urgency, customer, question, answers) VALUES"
                " ('parcel', 'query', 'any', 'low', 'any', 'Where is my parcel?',"
                ' \'{"es": "Mañana.", "en": "Tomorrow."}\')'
            )
        )
    assert reason(room, "Where is my parcel?") == "parcel"
    with room.store.write() as session:
        session.execute(text("DELETE FROM support_entry WHERE key = 'parcel'"))
    assert reason(room, "Where is my parcel?") == "other"


def test_it_is_built_once_while_nothing_changes(room: Room) -> None:
    with room.store.write() as session:
        shelf = fresh_shelf(session)
        assert session.scalars(select(IndexStamp.print)).one() == shelf.print
        session.execute(text("UPDATE indexed_answer SET key = 'kept' WHERE key = 'refund'"))
    with room.store.write() as session:
        fresh_shelf(session)
        assert "kept" in session.scalars(select(IndexedAnswer.key)).all()


def test_a_change_that_says_nothing_new_leaves_the_index_alone(room: Room) -> None:
    ask(room, "x")
    before = room.everything()["indexed_answer"]
    change_entry(room, "refund", urgency="low")
    ask(room, "y")
    assert room.everything()["indexed_answer"] == before


@pytest.mark.parametrize("words", [["devol"], ["devol", "produ"], ["112"], ["unheard"], []])
def test_what_holds_any_of_the_words_is_offered(room: Room, words: list[str]) -> None:
    with room.store.write() as session:
        shelf = fresh_shelf(session)
        found = candidates(session, words)
    assert sorted(found) == sorted(place for place, stems in shelf.weights.items() if set(words) & set(stems))


def test_of_two_that_are_as_good_the_key_decides(room: Room) -> None:
    for key in ("zebra", "alpha"):
        with room.store.write() as session:
            said = {"kind": "query", "channel": "any", "urgency": "low", "customer": "any"}
            words = {"es": "Sí.", "en": "Yes."}
            session.add(SupportEntry(key=key, question="¿Hay parking?", answers=words, **said))
    assert [reason(room, "¿hay un parking cerca?") for _ in range(3)] == ["alpha"] * 3


def test_thousands_of_entries_are_searched(room: Room) -> None:
    with room.store.write() as session:
        for number in range(2000):
            said = {"kind": "query", "channel": "any", "urgency": "low", "customer": "any"}
            words = {"es": f"Respuesta {number}.", "en": f"Answer {number}."}
            session.add(SupportEntry(key=f"k-{number}", question=f"palabra{number} zeta", answers=words, **said))
        session.add(Resource(key="more", kind="faq", titles={"es": "Envíos", "en": "Deliveries"}, address=""))
    assert reason(room, "Quiero devolver el producto") == "refund"
    assert [faq.key for faq in ask(room, "What about deliveries").answer.faqs] == ["more"]
