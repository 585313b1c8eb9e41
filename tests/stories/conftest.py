"""One world per session: one Prefect server, one runner; the stories share it with incidents of their own."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings
from world import SERVICES, World

PORTS_BELOW = 32768  # above are the ephemeral ones, which another program may take in between


def _free_ports(count: int) -> list[int]:
    found: list[int] = []
    for port in range(21000 + os.getpid() % 8000, PORTS_BELOW):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                found.append(port)
        if len(found) == count:
            return found
    raise AssertionError("no free ports")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[World]:
    server, receiver = _free_ports(2)
    url = request.getfixturevalue("story_database") if os.environ.get("STORIES_ON") == "postgresql" else None
    home: Path = tmp_path_factory.mktemp("world")
    world = World(home, url, (server, receiver))
    with temporary_settings({PREFECT_API_URL: world.works.settings.prefect_api_url}):
        world.start(*SERVICES)
        yield world
        world.stop()


@pytest.fixture(scope="session")
def story_database(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue("postgres_database")
    return url


@pytest.hookimpl(tryfirst=True)  # before the marks are read
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Two workers, a world and a Prefect server each: one is broken in every way, the other is left in peace."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            broken = item.path.stem in ("test_kills", "test_outage")
            item.add_marker(pytest.mark.xdist_group("broken-world" if broken else "world"))


@pytest.fixture(autouse=True)
def all_services_run(world: World) -> None:
    """A story that killed a process has started it again."""
    missing = set(SERVICES) - world.running
    assert not missing, f"an earlier story left {missing} dead"
