"""What `crisis up` and `crisis demo` start: the Prefect server, runner, receiver, supervisor and one sender."""

import sys
from collections.abc import Callable, Mapping

import httpx

from app.child import Child
from app.processes import Processes
from wiring.prefect_environment import child_environment
from wiring.settings import Settings


def children(settings: Settings) -> list[Child]:
    """The processes in the order of their start. A Prefect server elsewhere is used, not started."""
    environment = child_environment(settings)
    server = Child(
        "server",
        _command("server"),
        environment,
        port=settings.prefect_port,
        port_setting="CRISIS_PREFECT_PORT",
        ready=_answers(f"{settings.prefect_api_url}/health"),
    )
    receiver = Child(
        "receiver",
        _command("receiver"),
        environment,
        port=settings.receiver_port,
        port_setting="CRISIS_RECEIVER_PORT",
        ready=_answers(f"http://127.0.0.1:{settings.receiver_port}/health"),
    )
    own = [server] if settings.own_prefect else []
    waits = ("server",) if settings.own_prefect else ()
    return [
        *own,
        receiver,
        _plain("sender", environment),
        _plain("supervisor", environment),
        _plain("runner", environment, waits),
    ]


def processes(settings: Settings, say: Callable[[str], None]) -> Processes:
    """The processes of this home, not yet started."""
    return Processes(settings.home, children(settings), say)


def _plain(name: str, environment: Mapping[str, str], after: tuple[str, ...] = ()) -> Child:
    return Child(name, _command(name), environment, after=after)


def _command(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "app.roles", name)


def _answers(address: str) -> Callable[[], bool]:
    def ask() -> bool:
        return httpx.get(address, timeout=2).is_success

    return ask
