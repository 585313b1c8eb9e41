"""The last check before the socket while a drill runs."""

from collections.abc import Callable
from datetime import datetime

from notifiers.providers.base import Answer, Found, Outgoing, Provider
from notifiers.states import Outcome

NOT_ON_ROSTER = "not on the drill roster"


class Wall:
    """Lets a message through to `provider` only when `allowed(address)` says so."""

    def __init__(self, provider: Provider, allowed: Callable[[str], bool]) -> None:
        self.name = provider.name
        self.grace = provider.grace
        self._provider = provider
        self._allowed = allowed

    def send(self, message: Outgoing) -> Answer:
        """Refuses an address off the roster before the provider is touched."""
        if not self._allowed(message.to):
            return Answer(Outcome.REFUSED, detail=NOT_ON_ROSTER)
        return self._provider.send(message)

    def find(self, message: Outgoing, since: datetime) -> Found | None:
        """Asks the provider, which reaches nobody: the roster may have changed since the message was sent."""
        return self._provider.find(message, since)

    def close(self) -> None:
        """Closes the provider behind it."""
        self._provider.close()
