"""Lines for customer service that fit nothing in the protocol are found before the fire."""

from sqlalchemy import delete

from protocol.practice import SupportEntry
from tests.checks.test_check import findings
from tests.fakes.terminal import Terminal


def test_the_sample_company_has_every_reason_of_the_library(any_terminal: Terminal) -> None:
    assert [where for where in findings(any_terminal, "warning") if where.endswith("desk")] == []


def test_a_line_for_a_reason_that_is_not_there_is_a_warning(any_terminal: Terminal) -> None:
    works = any_terminal.works()
    with works.store.write() as session:
        session.execute(delete(SupportEntry).where(SupportEntry.key == "refund"))
    works.store.close()
    assert findings(any_terminal, "warning")["social-firestorm, crisis, desk"] == (
        'no support entry "refund" in the protocol, so no inquiry is given its line. '
        "Add it, or use one of: harmed, is-it-true, my-data."
    )
