"""Rules learn from the stored readings before the load that needs it, so that nobody waits for them."""

from collections.abc import Sequence

from app.workbook_bars import Bars
from monitoring.definitions import RuleDefinition, learn_ahead
from monitoring.learning import Lessons
from wiring.works import Works


def learned_ahead(works: Works, definitions: Sequence[RuleDefinition]) -> Lessons:
    """What these rules learn, with a bar; reading only."""
    with Bars() as bars, works.store.read() as session:
        return learn_ahead(session, definitions, bars.learning(len(definitions)))
