"""The carrier of a first try: messages appear on the terminal and nowhere else."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TextIO

from notifiers.providers.base import Answer, Found, Outgoing
from notifiers.providers.words import ReceiptWord
from notifiers.states import Outcome

# Line breaks stay visible on one line; other control characters could rewrite the reader's terminal.
_PLAIN = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), "\N{REPLACEMENT CHARACTER}") | {
    ord("\n"): " ⏎ ",
    ord("\r"): "",
    ord("\t"): " ",
}


class Console:
    """Prints one line a message. What scrolled by cannot be asked for again: a doubt stays for policy to settle."""

    name = "console"
    sender = "console"
    grace = 0.0  # waiting would not make it answer
    batch = 100
    knows = False
    shared = False
    connections = 1
    rate: float | None = None

    def __init__(self, channel: str, stream: TextIO | None = None) -> None:
        self.channel = channel
        self._stream = stream

    async def send(self, messages: Sequence[Outgoing]) -> Sequence[Answer]:
        """Prints channel, address, subject and the whole body of each; there is no provider's id to give."""
        text = "".join(self._line(message) + "\n" for message in messages)
        answer = await asyncio.to_thread(self._print, text)  # a terminal that stands still must not stop the loop
        return [answer] * len(messages)

    async def find(self, message: Outgoing, since: datetime) -> Found | None:
        """Answers None, always: a terminal keeps no list."""
        return None

    async def ask(self, message: Outgoing, provider_id: str) -> ReceiptWord | None:
        """Answers None, always: a terminal does not know who read it."""
        return None

    async def close(self) -> None:
        """Does nothing: the terminal is not ours to close."""

    def _print(self, text: str) -> Answer:
        try:
            stream = self._stream or sys.stdout
            stream.write(text)
            stream.flush()
        except (OSError, ValueError) as error:  # ValueError: the stream was closed
            return Answer(Outcome.UNKNOWN, detail=f"the terminal went away ({type(error).__name__})")
        return Answer(Outcome.ACCEPTED)

    def _line(self, message: Outgoing) -> str:
        text = f"{message.subject}: {message.body}" if message.subject else message.body
        return f"[{self.channel}] to {message.to}: {text}".translate(_PLAIN)
