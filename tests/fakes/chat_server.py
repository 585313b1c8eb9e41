"""A chat service on this machine, as Apprise's json:// address reaches it."""

import json
from typing import Any

from tests.fakes.faulty_server import FaultyServer, Reply, Request


class FakeChat(FaultyServer):
    """Keeps what was said."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[dict[str, Any]] = []

    def address(self, person: str, seconds: float = 4) -> str:
        """The contact of a person; `seconds` is how patient Apprise is."""
        return f"json://{self.url.removeprefix('http://')}/{person}?cto={seconds}&rto={seconds}"

    def take(self, request: Request) -> Reply:
        self.messages.append(json.loads(request.body))
        return Reply(200)
