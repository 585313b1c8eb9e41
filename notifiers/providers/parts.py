"""How messages are grouped into requests, before a request is given its name."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from notifiers.providers.base import Outgoing, Provider


@runtime_checkable
class Parting(Protocol):
    """A provider whose requests have rules beyond their number of messages."""

    def parts(self, messages: Sequence[Outgoing]) -> Sequence[Sequence[Outgoing]]:
        """Groups messages so that each group fits one request; every message is in one group."""
        ...


def parts_of(provider: Provider, messages: Sequence[Outgoing]) -> Sequence[Sequence[Outgoing]]:
    """Groups messages into what one `send` of this provider takes: by its own rules, or in slices of its batch."""
    if isinstance(provider, Parting):
        return provider.parts(messages)
    return slices(messages, provider.batch)


def slices(messages: Sequence[Outgoing], size: int) -> list[Sequence[Outgoing]]:
    """Cuts messages into runs of `size`, in their order."""
    return [messages[start : start + size] for start in range(0, len(messages), size)]
