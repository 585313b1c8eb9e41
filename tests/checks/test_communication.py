"""What keeps a communication flow from happening is found before the fire."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from protocol.people import Team
from tests.checks.test_check import findings, load, of_key
from tests.fakes.terminal import Terminal


def _flow(company: dict[str, Any], **values: Any) -> None:
    of_key(company, "communication_flows", "direction-to-hr").update(values)


def test_a_flow_with_an_unknown_message_is_an_error_that_names_the_others(
    any_terminal: Terminal, tmp_path: Path
) -> None:
    load(any_terminal, tmp_path, lambda company: _flow(company, message="no-such"))
    error = findings(any_terminal, "error")["flow direction-to-hr"]
    assert error.startswith(
        'no message "no-such" in the store. Write it in the library and run `crisis load`, or use one of: after-action-'
    )
    assert "data-breach-holding-statement" not in error  # public


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"message": "data-breach-holding-statement"},
            'the message "data-breach-holding-statement" is public; a flow tells people of the company. '
            "Use another one; public words leave by a publish step.",
        ),
        (
            {"channels": ["voice"]},
            'the message "phase-changed" has no voice text in en. Write it in the library, and run `crisis load`.',
        ),
    ],
)
def test_a_message_that_a_flow_cannot_send_is_an_error(
    terminal: Terminal, tmp_path: Path, values: dict[str, Any], sentence: str
) -> None:
    load(terminal, tmp_path, lambda company: _flow(company, **values))
    assert findings(terminal, "error")["flow direction-to-hr"] == sentence


def test_a_flow_that_would_tell_people_outside_in_words_nobody_signed_is_an_error(terminal: Terminal) -> None:
    with terminal.works().store.write() as session:  # a file that says so is not loaded
        session.execute(update(Team).where(Team.key.in_(["communications", "press-list"])).values(outside=True))
    assert findings(terminal, "error")["flow communications-to-press"] == (
        'the team "communications" is outside the company, so nobody is told. '
        "Let a team of the company tell, or leave its phases out."
    )


def test_a_flow_that_only_documents_may_say_anything(terminal: Terminal, tmp_path: Path) -> None:
    load(terminal, tmp_path, lambda company: _flow(company, message="no-such", phases=[]))
    assert "flow direction-to-hr" not in findings(terminal, "error")


def test_an_audience_without_a_turn_is_a_notice_of_both_checks(terminal: Terminal, tmp_path: Path) -> None:
    load(terminal, tmp_path, lambda company: of_key(company, "teams", "partners").pop("audience"))
    sentence = (
        "it has no audience, so its turn comes last. "
        "Set `audience` to one of: harmed, employees, regulators, customers, media."
    )
    assert findings(terminal, "notice")["team partners"] == sentence
    found = terminal("protocol", "check", "--json").json
    assert [f"{one['what']} {one['remedy']}" for one in found if one["where"] == "team partners"] == [sentence]
