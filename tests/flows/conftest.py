"""The door of Prefect for the tests of what goes out."""

from collections.abc import Iterator

import pytest
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_CLIENT_CSRF_SUPPORT_ENABLED,
    PREFECT_CLIENT_MAX_RETRIES,
    temporary_settings,
)

from tests.fakes.prefect_server import FakePrefect


@pytest.fixture
def prefect() -> Iterator[FakePrefect]:
    with FakePrefect() as server:
        at_once = {PREFECT_CLIENT_MAX_RETRIES: 0, PREFECT_CLIENT_CSRF_SUPPORT_ENABLED: False}
        with temporary_settings({PREFECT_API_URL: server.api_url, **at_once}):
            yield server
