"""`crisis protocol check` says who cannot be reached, and `crisis protocol confirm` asks the next few."""

from datetime import time

import pytest
from sqlalchemy import delete, func, select

from notifiers.rows import Message
from protocol.people import Contact, Member, WorkingHours
from tests.fakes.terminal import Terminal


@pytest.fixture
def always_at_work(any_terminal: Terminal) -> Terminal:
    """Everybody works day and night, so that the hour of the test does not matter."""
    works = any_terminal.works()
    with works.store.write() as session:
        session.execute(delete(WorkingHours))
        for member in session.scalars(select(Member.id)).all():
            spans = ({"weekday": day, "starts": time(), "ends": time.max} for day in range(7))
            session.add_all(WorkingHours(member_id=member, **span) for span in spans)
    works.store.close()
    return any_terminal


def waiting(terminal: Terminal) -> int:
    works = terminal.works()
    with works.store.read() as session:
        found = session.scalar(select(func.count()).select_from(Message)) or 0
    works.store.close()
    return found


def opt_out(terminal: Terminal, member: str) -> None:
    works = terminal.works()
    with works.store.write() as session:
        for contact in session.scalars(select(Contact).join(Member).where(Member.key == member)):
            contact.opted_out_at = works.clock.now()
    works.store.close()


def test_notices_alone_end_with_0_and_an_error_with_1(any_terminal: Terminal) -> None:
    said = any_terminal.says("protocol", "check")
    assert "no contact of theirs was ever confirmed." in said
    assert said.splitlines()[-1].startswith("0 errors, 0 warnings, ")
    opt_out(any_terminal, "javier.ortega")
    printed = any_terminal("protocol", "check")
    assert (printed.code, printed.out.splitlines()[-1].split(",")[0]) == (1, "1 error")
    assert "member javier.ortega" in printed.out


def test_the_findings_come_as_json_too(any_terminal: Terminal) -> None:
    opt_out(any_terminal, "javier.ortega")
    printed = any_terminal("protocol", "check", "--json", "--days", "365")
    first, *others = printed.json
    assert printed.code == 1
    assert first == {
        "severity": "error",
        "where": "member javier.ortega",
        "what": "they opted out of every contact.",
        "remedy": "Add a way to reach them.",
    }
    assert {one["severity"] for one in others} == {"notice"}


def test_a_share_is_asked_and_a_second_run_asks_nobody_more(always_at_work: Terminal) -> None:
    said = always_at_work.says("protocol", "confirm", "--share", "1/4")
    asked = waiting(always_at_work)
    assert asked > 0 and said.startswith(f"{asked} of ") and " by sms" in said
    again = always_at_work.says("protocol", "confirm", "--share", "1/4")
    assert again.startswith("Nobody of ") and waiting(always_at_work) == asked


@pytest.mark.parametrize("share", ["0", "1/0", "2/1", "a twelfth", "0/12"])
def test_a_share_that_cannot_be_is_told(terminal: Terminal, share: str) -> None:
    printed = terminal("protocol", "confirm", "--share", share)
    assert printed.code == 2
    assert f'"{share}" is not a share; write it like 1/12.' in " ".join(printed.err.split())
