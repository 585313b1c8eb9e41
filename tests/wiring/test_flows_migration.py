"""The communication flows' part of the schema: everything that stood in the store before stands there after."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.communication import flows_in_order
from protocol.people import Team
from protocol.practice import CommunicationFlow, Company
from protocol.store import Store
from protocol.words import AudienceKind
from tests.fakes.former import KINDS, store_of_release
from wiring import schema

ROWS = (
    "INSERT INTO company (id, name, press_page, quiet_below, holidays)"
    " VALUES (1, 'Aurora', 'https://example.com', 'red', 'ES-MD')",
    *(
        "INSERT INTO team (id, key, names, functions, outside, holidays)"
        f' VALUES ({number}, \'{key}\', \'{{"es": "{key}", "en": "{key}"}}\', \'Words\', {outside}, NULL)'
        for number, key, outside in ((1, "press", "false"), (2, "fans", "true"))
    ),
    'INSERT INTO communication_flow (id, key, from_team_id, to_team_id, "when", position)'
    " VALUES (4, 'press-to-fans', 1, 2, 'Words are signed', 3)",
)


@pytest.fixture(params=KINDS)
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of the release before, with a company, two teams and a flow between them."""
    with store_of_release(request, tmp_path, "0009", ROWS) as store:
        yield store


def test_flows_teams_and_the_company_are_kept_and_nothing_happens_by_itself_yet(former: Store) -> None:
    schema.migrate(former)
    schema.require_current(former)
    with former.read() as session:
        flow = session.get_one(CommunicationFlow, 4)
        assert (flow.key, flow.from_team_id, flow.to_team_id, flow.when, flow.position) == (
            *("press-to-fans", 1, 2, "Words are signed", 3),
        )
        assert (flow.phases, flow.channels, flow.message, flow.level) == ([], [], None, None)
        assert [(team.key, team.audience) for team in session.query(Team).order_by(Team.id)] == [
            *(("press", None), ("fans", None))
        ]
        company = session.query(Company).one()
        assert (company.name, company.press_page, company.holidays, company.variables) == (
            *("Aurora", "https://example.com", "ES-MD", {}),
        )


def test_an_audience_and_phases_may_be_kept_afterwards(former: Store) -> None:
    schema.migrate(former)
    with former.write() as session:
        session.get_one(Team, 2).audience = AudienceKind.CUSTOMERS
        session.get_one(CommunicationFlow, 4).phases = ["crisis"]
    with former.read() as session:
        (flow,) = flows_in_order(session)
        assert (flow.audience, flow.phases, flow.outside) == (AudienceKind.CUSTOMERS, ["crisis"], True)
