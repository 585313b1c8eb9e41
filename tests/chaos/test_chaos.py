"""Killed and frozen at random, with carriers that break: nobody is told twice, nothing is lost. In short."""

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from tests.chaos.chaos import POSTGRES, Case, run
from tests.conftest import missing

SEED = 7


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_senders_killed_and_frozen_at_random_lose_and_repeat_nothing(kind: str) -> None:
    if kind == "postgresql":
        _need_postgres()
    outcome = run(Case(kind, senders=2, freeze=True, messages=300, kills=4), SEED)
    assert (outcome.verdict.lost, outcome.verdict.duplicated, outcome.verdict.wrong) == ([], [], [])
    assert outcome.kills == 4 and outcome.count.faults.total() > 20


def _need_postgres() -> None:
    admin = create_engine(POSTGRES, connect_args={"connect_timeout": 3})
    try:
        admin.connect().close()
    except OperationalError:
        missing("PostgreSQL; set TEST_POSTGRES to an address that may create databases")
    finally:
        admin.dispose()
