"""What the tests of the report share."""

import pytest
from firestorm import firestorm

from protocol.store import Store


@pytest.fixture
def storm(store: Store) -> int:
    """The id of the firestorm."""
    with store.write() as session:
        return firestorm(session)
