"""Chat and push through Apprise, which knows more than a hundred services. A person's contact is an Apprise URL."""

import asyncio
import importlib
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from notifiers.providers.base import Answer, Found, Outgoing
from notifiers.providers.words import ReceiptWord
from notifiers.states import Concern, Outcome

# Apprise logs addresses and answers at every level; a level is undone by whoever configures logging, a filter is not.
logging.getLogger("apprise").addFilter(lambda record: False)

BAD_ADDRESS = Answer(
    Outcome.REFUSED, detail="the contact is not an address that Apprise knows", concern=Concern.RECIPIENT
)
NO_WORD = Answer(Outcome.UNKNOWN, detail="Apprise could not say whether it was sent")


class AppriseChat:
    """Hands one message to one service. Apprise says "sent" or nothing: what is not sent is in doubt."""

    name = "apprise"
    sender = "apprise"
    grace = 0.0  # waiting would not make it answer
    batch = 1
    knows = False
    shared = False
    connections = 4

    def __init__(self, rate: float | None = None) -> None:
        self.rate = rate
        # By name, because it is an optional part of the installation: ImportError where it is missing.
        self._apprise = importlib.import_module("apprise")
        self._threads = ThreadPoolExecutor(self.connections, thread_name_prefix="chat")  # its own: a service may hang

    async def send(self, messages: Sequence[Outgoing]) -> Sequence[Answer]:
        """Tells each service once; nothing that goes wrong is raised."""
        loop = asyncio.get_running_loop()
        return [await loop.run_in_executor(self._threads, self._tell, message) for message in messages]

    async def find(self, message: Outgoing, since: datetime) -> Found | None:
        """Answers None, always: Apprise keeps no list."""
        return None

    async def ask(self, message: Outgoing, provider_id: str) -> ReceiptWord | None:
        """Answers None, always: Apprise hears no more of it."""
        return None

    async def close(self) -> None:
        """Gives back the threads."""
        self._threads.shutdown(wait=False)

    def _tell(self, message: Outgoing) -> Answer:
        service = self._apprise.Apprise()
        try:
            if not service.add(message.to):
                return BAD_ADDRESS
            text = self._apprise.NotifyFormat.TEXT
            told = service.notify(body=message.body, title=message.subject, body_format=text)
        except Exception:  # whatever a plug-in raises
            return NO_WORD
        return Answer(Outcome.ACCEPTED) if told else NO_WORD
