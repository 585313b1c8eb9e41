"""What rules remember, written as text: a thousand at a time."""

from collections.abc import Sequence

from sqlalchemy import JSON, Integer, Text, bindparam, cast, column, literal_column, select, table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from protocol.row_sets import row_set

STATES = table("rule_state", column("rule_id", Integer), column("state"))
States = Sequence[tuple[int, str]]  # by the number of the rule, as JSON


def keep_states(session: Session, states: States) -> None:
    """Writes them in the caller's transaction, over those that are there."""
    if not states:
        return
    if session.get_bind().dialect.name == "sqlite":
        _in_sqlite(session, states)
    else:
        _in_postgresql(session, states)


def _in_sqlite(session: Session, states: States) -> None:
    values = {"rule_id": bindparam("of"), "state": bindparam("written", type_=Text)}  # it has no type of its own
    statement = sqlite.insert(STATES).values(values)
    kept = statement.on_conflict_do_update(index_elements=["rule_id"], set_={"state": statement.excluded.state})
    session.connection().execute(kept, [{"of": number, "written": state} for number, state in states])


def _in_postgresql(session: Session, states: States) -> None:
    given = row_set(session, "given", {"rule_id": int, "state": str}, states)
    rows = select(given.c.rule_id, cast(given.c.state, JSON)).where(literal_column("1") == literal_column("1"))
    statement = postgresql.insert(STATES).from_select(["rule_id", "state"], rows)
    kept = statement.on_conflict_do_update(index_elements=["rule_id"], set_={"state": statement.excluded.state})
    session.connection().execute(kept)
