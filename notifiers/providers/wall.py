"""The last check before the socket while a drill runs."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from notifiers.providers.base import Answer, Found, Outgoing, Provider
from notifiers.providers.parts import parts_of
from notifiers.providers.words import ReceiptWord
from notifiers.states import Outcome, Reason

REFUSED = Answer(Outcome.REFUSED, detail=Reason.NOT_ON_ROSTER.value)


class Wall:
    """Lets a message through to `provider` only when `allowed(address)` says so. Otherwise it is the provider."""

    def __init__(self, provider: Provider, allowed: Callable[[str], bool]) -> None:
        self.name = provider.name
        self.sender = provider.sender
        self.grace = provider.grace
        self.batch = provider.batch
        self.knows = provider.knows
        self.shared = provider.shared
        self.connections = provider.connections
        self.rate = provider.rate
        self._provider = provider
        self._allowed = allowed

    async def send(self, messages: Sequence[Outgoing]) -> Sequence[Answer]:
        """Refuses addresses off the roster before the provider is touched; passes the rest on together."""
        on = await asyncio.to_thread(lambda: [self._allowed(message.to) for message in messages])  # asks a database
        passed = [message for message, allowed in zip(messages, on, strict=True) if allowed]
        answers = iter(await self._provider.send(passed) if passed else ())
        return [next(answers) if allowed else REFUSED for allowed in on]

    async def find(self, message: Outgoing, since: datetime) -> Found | None:
        """Asks the provider, which reaches nobody: the roster may have changed since the message was sent."""
        return await self._provider.find(message, since)

    async def ask(self, message: Outgoing, provider_id: str) -> ReceiptWord | None:
        """Asks the provider, which reaches nobody."""
        return await self._provider.ask(message, provider_id)

    async def close(self) -> None:
        """Closes the provider behind it."""
        await self._provider.close()

    def parts(self, messages: Sequence[Outgoing]) -> Sequence[Sequence[Outgoing]]:
        """Groups messages as the provider behind it does; what passes of a group fits as well."""
        return parts_of(self._provider, messages)
