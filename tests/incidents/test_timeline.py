"""The black box: whatever is changed afterwards is found, and erasing a person's words breaks nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from incidents.rows import Incident, TimelineEntry, TimelineText
from incidents.timeline import GENESIS, Kind, append, first_broken, line_hash, lines, text_of
from playbooks.versions import PlaybookVersion
from protocol.store import Store

NOW = datetime(2026, 3, 3, 20, 2, tzinfo=UTC)


@pytest.fixture
def incident_id(store: Store) -> int:
    """An incident with five lines; the third has a person's words beside it."""
    with store.write() as session:
        version = PlaybookVersion(key="rumour", version=1, hash="h", document={}, loaded_at=NOW)
        session.add(version)
        session.flush()
        return _incident(session, version.id)


def _incident(session: Session, version_id: int) -> int:
    incident = Incident(
        playbook_key="rumour",
        playbook_version_id=version_id,
        subject="brand",
        level="yellow",
        phase="pre_crisis",
        why={"en": "a rumour", "es": "un rumor"},
        opened_by="rule:burst",
        opened_at=NOW,
        clock_real=NOW,
        clock_base=NOW,
    )
    session.add(incident)
    session.flush()
    said = ((Kind.OPENED, None), (Kind.PHASE_ENTERED, None), (Kind.DECIDED, "We wait."), (Kind.GATE_OPENED, None))
    for minutes, (kind, text) in enumerate(said):
        append(session, incident.id, NOW + timedelta(minutes=minutes), kind, text, member=minutes)
    append(session, incident.id, NOW + timedelta(minutes=9), Kind.CLOSED)
    return incident.id


def _third(session: Session, incident_id: int) -> TimelineEntry:
    return lines(session, incident_id)[2]


def _fact(session: Session, incident_id: int) -> None:
    session.execute(update(TimelineEntry).where(TimelineEntry.number == 3).values(facts={"member": 99}))


def _moment(session: Session, incident_id: int) -> None:
    session.execute(update(TimelineEntry).where(TimelineEntry.number == 3).values(at=NOW))


def _words(session: Session, incident_id: int) -> None:
    session.execute(update(TimelineText).values(text="We act."))


def _words_and_their_hash(session: Session, incident_id: int) -> None:
    session.execute(update(TimelineEntry).where(TimelineEntry.number == 3).values(text_hash="0" * 64))


def _line_removed(session: Session, incident_id: int) -> None:
    session.execute(delete(TimelineText))
    session.execute(delete(TimelineEntry).where(TimelineEntry.number == 3))


def _line_rewritten_with_its_own_hash(session: Session, incident_id: int) -> None:
    """A forger who also mends the line's hash is found at the next line."""
    entry = _third(session, incident_id)
    entry.facts = {"member": 99}
    entry.hash = line_hash(entry)


def _order(session: Session, incident_id: int) -> None:
    numbers = update(TimelineEntry).where(TimelineEntry.incident_id == incident_id)
    session.execute(numbers.where(TimelineEntry.number == 3).values(number=100))
    session.execute(numbers.where(TimelineEntry.number == 4).values(number=3))
    session.execute(numbers.where(TimelineEntry.number == 100).values(number=4))


def test_the_chain_of_an_untouched_timeline_holds(store: Store, incident_id: int) -> None:
    with store.read() as session:
        told = lines(session, incident_id)
        assert [line.number for line in told] == [1, 2, 3, 4, 5]
        assert told[0].previous == GENESIS
        assert all(after.previous == before.hash for before, after in pairwise(told))
        assert first_broken(session, incident_id) is None


@pytest.mark.parametrize(
    ("tamper", "found_at"),
    [
        (_fact, 3),
        (_moment, 3),
        (_words, 3),
        (_words_and_their_hash, 3),
        (_line_removed, 3),
        (_line_rewritten_with_its_own_hash, 4),
        (_order, 3),
    ],
)
def test_tampering_is_found(
    store: Store, incident_id: int, tamper: Callable[[Session, int], None], found_at: int
) -> None:
    with store.write() as session:
        tamper(session, incident_id)
    with store.read() as session:
        assert first_broken(session, incident_id) == found_at


def test_erasing_a_persons_words_leaves_the_chain_whole(store: Store, incident_id: int) -> None:
    with store.write() as session:
        assert text_of(session, _third(session, incident_id)) == "We wait."
        session.execute(delete(TimelineText))
    with store.read() as session:
        assert text_of(session, _third(session, incident_id)) is None
        assert first_broken(session, incident_id) is None


def test_the_words_are_nowhere_in_the_line_and_their_hash_is_salted(store: Store, incident_id: int) -> None:
    with store.write() as session:
        again = append(session, incident_id, NOW, Kind.DECIDED, "We wait.", member=2)
        first = _third(session, incident_id)
        assert "wait" not in str(first.facts)
        assert first.text_hash and first.text_hash != again.text_hash


def test_each_incident_has_a_chain_of_its_own(store: Store, incident_id: int) -> None:
    with store.write() as session:
        session.execute(update(Incident).values(closed_at=NOW))
        version_id = session.scalars(select(PlaybookVersion.id)).one()
        other = _incident(session, version_id)
        assert lines(session, other)[0].previous == GENESIS
        assert lines(session, other, after=3)[0].number == 4
        assert first_broken(session, other) is None
