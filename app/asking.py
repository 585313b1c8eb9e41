"""The supervisor's action that asks whether an alarm is real. It needs nothing but our own store."""

from app.rehearsal import is_rehearsal
from flows.apart import each
from monitoring.asking import Asked, ask, due_questions
from wiring.works import Works


def ask_about_alarms(works: Works) -> int:
    """Asks the next person, or opens where nobody answers; about how many rules something was done. Several may run."""
    now = works.clock.now()
    with works.store.read() as session:
        due = due_questions(session, now)
    return each("ask about the alarm of rule", due, lambda rule_id: _ask(works, rule_id))


def _ask(works: Works, rule_id: int) -> bool:
    with works.store.write() as session:
        return ask(session, rule_id, works.clock.now(), drill=is_rehearsal(works)) is not Asked.NOTHING
