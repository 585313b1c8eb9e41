"""The supervisor's action that asks whether an alarm is real. It needs nothing but our own store."""

from flows.apart import each
from monitoring.asking import Asked, ask, due_questions
from protocol.installation import Environment
from wiring.works import Works


def ask_about_alarms(works: Works) -> int:
    """Asks the next person, or opens where nobody answers; about how many rules something was done. Several may run."""
    now = works.clock.now()
    with works.store.read() as session:
        due = due_questions(session, now)
    return each("ask about the alarm of rule", due, lambda rule_id: _ask(works, rule_id))


def is_rehearsal(works: Works) -> bool:
    """Whether what is told outside of an incident stays within the drill roster."""
    return works.settings.environment is Environment.STAGING


def _ask(works: Works, rule_id: int) -> bool:
    with works.store.write() as session:
        return ask(session, rule_id, works.clock.now(), drill=is_rehearsal(works)) is not Asked.NOTHING
