"""E-mail through a company's own relay, by SMTP."""

import asyncio
import re
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr

import aiosmtplib

from notifiers.providers.base import Answer, Found, Outgoing
from notifiers.providers.smtp_relay import Relay
from notifiers.providers.words import ReceiptWord
from notifiers.states import Concern, Outcome

_POLICY = SMTP_POLICY.clone(cte_type="7bit")  # not every relay takes eight bits
_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")  # printable ASCII without spaces and angle brackets
GOODBYE = 1.0  # seconds; all is said by then

_CONCERNS: tuple[tuple[type[aiosmtplib.SMTPResponseException], Concern], ...] = (
    (aiosmtplib.SMTPAuthenticationError, Concern.CAMPAIGN),
    (aiosmtplib.SMTPSenderRefused, Concern.CAMPAIGN),
    (aiosmtplib.SMTPRecipientRefused, Concern.RECIPIENT),
    (aiosmtplib.SMTPDataError, Concern.CONTENT),
)
_NOT_LET_IN = (530, 535)  # said at any command by a relay that wants a login, or another one

BAD_ADDRESS = Answer(Outcome.REFUSED, detail="the address cannot be used with SMTP", concern=Concern.RECIPIENT)
BAD_TEXT = Answer(Outcome.REFUSED, detail="the text cannot be written as an e-mail", concern=Concern.CONTENT)
TOO_SLOW = Answer(Outcome.NOT_SENT, detail="the mail relay was too slow for the whole batch", retry_after=0)


def _now() -> datetime:
    return datetime.now(UTC)


class SmtpEmail:
    """Hands a batch to the relay over one connection, message by message. A relay keeps no list to ask.

    A relay may take `timeout` seconds to accept a text, a quarter of that to answer anything else. Half of it after
    the beginning no further message is begun, so that a relay that crawls does not outlast the batch's lease.
    """

    name = "smtp"
    grace = 0.0  # waiting would not make it answer
    batch = 100
    knows = False
    shared = False
    connections = 4

    def __init__(
        self,
        relay: Relay,
        sender: str,
        *,
        rate: float | None = None,
        timeout: float = 12,
        tls_context: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._relay = relay
        self._from = sender
        self.sender = parseaddr(sender)[1]
        self.rate = rate
        self._timeout = timeout
        self._tls_context = tls_context
        self._clock = clock

    async def send(self, messages: Sequence[Outgoing]) -> Sequence[Answer]:
        """Connects once and hands the messages over; no error of network or relay is raised."""
        client = self._client()
        end = asyncio.get_running_loop().time() + self._timeout / 2
        try:
            async with asyncio.timeout_at(end):
                await client.connect()
        except aiosmtplib.SMTPResponseException as error:
            return [_answer_to(error)] * len(messages)
        except Exception as error:  # not connected: nothing was handed over
            return [_lost(error)] * len(messages)
        try:
            return [await self._deliver(client, message, end) for message in messages]
        finally:
            await _leave(client)

    async def find(self, message: Outgoing, since: datetime) -> Found | None:
        """Answers None, always: a relay keeps no list."""
        return None

    async def ask(self, message: Outgoing, provider_id: str) -> ReceiptWord | None:
        """Answers None, always: a relay says no more than that it took it."""
        return None

    async def close(self) -> None:
        """Does nothing: no connection outlasts its batch."""

    def _client(self) -> aiosmtplib.SMTP:
        relay = self._relay
        return aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            username=relay.user,
            password=relay.password,
            use_tls=relay.tls,
            start_tls=True if relay.must_encrypt else None,  # None: when the relay offers it
            tls_context=self._tls_context,
            timeout=self._timeout / 4,
            local_hostname=_own_name(),
        )

    async def _deliver(self, client: aiosmtplib.SMTP, message: Outgoing, end: float) -> Answer:
        if not _ADDRESS.fullmatch(message.to):
            return BAD_ADDRESS
        if asyncio.get_running_loop().time() > end:
            return TOO_SLOW
        try:
            written = self._written(message)
        except Exception:  # the library's parsers raise what they like
            return BAD_TEXT
        if refusal := await self._announce(client, message.to):
            return refusal
        try:
            await client.data(written, timeout=self._timeout)
        except aiosmtplib.SMTPResponseException as error:
            return _answer_to(error)
        except Exception as error:  # the relay may have taken it
            return Answer(Outcome.UNKNOWN, detail=f"the mail relay gave no clear answer ({type(error).__name__})")
        return Answer(Outcome.ACCEPTED, provider_id=self._message_id(message))

    async def _announce(self, client: aiosmtplib.SMTP, to: str) -> Answer | None:
        """Sender and recipient, before a word of the message is written; the answer when one of them is refused."""
        try:
            await client.mail(self.sender)
            await client.rcpt(to)
        except aiosmtplib.SMTPResponseException as error:
            await _begin_anew(client)
            return _answer_to(error)
        except Exception as error:
            return _lost(error)
        return None

    def _message_id(self, message: Outgoing) -> str:
        return f"<{message.token}@{self.sender.rpartition('@')[2]}>"

    def _written(self, message: Outgoing) -> bytes:
        mail = EmailMessage(_POLICY)
        mail["From"] = self._from
        mail["To"] = message.to
        mail["Subject"] = " ".join(message.subject.split())
        mail["Date"] = format_datetime(self._clock())
        mail["Message-ID"] = self._message_id(message)  # the same at every attempt: a mailbox may show it once
        mail["Auto-Submitted"] = "auto-generated"  # keeps out-of-office notes from answering
        mail.set_content(message.body)
        return mail.as_bytes()


def _own_name() -> str:
    """For the greeting. Not the library's way, which asks the DNS, for every connection."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


def _answer_to(error: aiosmtplib.SMTPResponseException) -> Answer:
    """4xx passes, 5xx stays. The relay's own text may hold the address."""
    detail = f"the mail relay refused with {error.code}"
    if not 500 <= error.code < 600:
        return Answer(Outcome.NOT_SENT, detail=detail)
    kind = next((concern for error_type, concern in _CONCERNS if isinstance(error, error_type)), None)
    if kind is None:
        return Answer(Outcome.NOT_SENT, detail=detail)  # at the door: not about this message
    return Answer(Outcome.REFUSED, detail=detail, concern=Concern.CAMPAIGN if error.code in _NOT_LET_IN else kind)


def _lost(error: Exception) -> Answer:
    return Answer(Outcome.NOT_SENT, detail=f"the mail relay could not be reached ({type(error).__name__})")


async def _begin_anew(client: aiosmtplib.SMTP) -> None:
    try:
        await client.rset()
    except Exception:
        client.close()  # the messages behind find no connection, and were surely not sent


async def _leave(client: aiosmtplib.SMTP) -> None:
    with suppress(Exception):  # whatever it says now, all answers are given
        if client.is_connected:
            await client.quit(timeout=GOODBYE)
    client.close()
