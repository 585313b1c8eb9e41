"""The processes that `crisis up` starts, each as `python -m app.roles NAME`."""

import logging
import sys
from collections.abc import Callable

from app.stopping import until_stopped
from wiring import prefect_environment
from wiring.works import open_works


def main(name: str) -> None:
    """Runs one of ROLES until SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    for chatty in ("httpx", "docket", "prefect.server", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    ROLES[name]()


def _sender() -> None:
    from app.sender_process import run_sender  # noqa: PLC0415 - the providers' libraries take long to import

    run_sender(open_works())


def _supervisor() -> None:
    from app.supervisor import Supervisor  # noqa: PLC0415 - Prefect must find its variables set when it is imported

    Supervisor(open_works()).run(until_stopped())


def _runner() -> None:
    from flows.deployments import serve  # noqa: PLC0415 - as above

    serve(open_works())


def _server() -> None:
    from flows.server import serve  # noqa: PLC0415 - as above

    serve(prefect_environment.prepare())


def _receiver() -> None:
    from app.receiver import main as receive  # noqa: PLC0415 - as above

    receive()


ROLES: dict[str, Callable[[], None]] = {
    "server": _server,
    "sender": _sender,
    "supervisor": _supervisor,
    "runner": _runner,
    "receiver": _receiver,
}

if __name__ == "__main__":
    prefect_environment.prepare()
    main(sys.argv[1])
