"""A company's mail relay on this machine, real but for its faults."""

import asyncio
import logging
import socket
import ssl
import struct
import threading
from collections import deque
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

logging.getLogger("mail.log").addFilter(lambda record: False)  # the fake's own log is not what tests look into


@dataclass(frozen=True)
class Posted:
    """One e-mail that the relay took."""

    sender: str
    to: str
    mail: EmailMessage
    encrypted: bool


class FakeRelay:
    """Serves on loopback inside a `with` block. `login`: who may send; `tls`: offers STARTTLS."""

    def __init__(self, login: tuple[str, str] | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.messages: list[Posted] = []
        self.recipients = 0  # that were asked for
        self.connections = 0
        self.hanging = threading.Event()
        self.latency = 0.0  # seconds before each recipient is answered
        self._login, self._tls = login, tls
        self._faults: deque[str] = deque()
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]

    def fail_next(self, *faults: str) -> None:
        """Breaks the next recipients, one fault each; "" is none.

        A number answers the recipient, `554-data` the text; `reset-before` and `hang-before` do it at the recipient,
        `reset-after` and `hang-after` once the text was taken. `refuse` takes effect at once, for every connection.
        """
        for fault in faults:
            if fault == "refuse":
                asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
            else:
                self._faults.append(fault)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._end_all())
        self._loop.close()

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.recipients += 1
        await asyncio.sleep(self.latency)
        fault = self._faults.popleft() if self._faults else ""
        envelope.fault = fault  # type: ignore[attr-defined]
        if fault.isdecimal():
            return f"{fault} <{address}> is in trouble"
        if fault.endswith("-before"):
            return await self._break(server, fault)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        fault = envelope.fault  # type: ignore[attr-defined]
        if fault.endswith("-data"):
            return f"{fault[:3]} {envelope.rcpt_tos} is in trouble"
        mail = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        encrypted = session.ssl is not None
        self.messages += [Posted(str(envelope.mail_from), to, mail, encrypted) for to in envelope.rcpt_tos]
        return await self._break(server, fault) if fault else "250 taken"

    async def _break(self, server: SMTP, fault: str) -> str:
        if fault.startswith("hang"):
            self.hanging.set()
            await asyncio.Event().wait()  # until the loop ends
        transport: Any = server.transport
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        return "421 gone"

    async def _start(self) -> None:
        self._server = await self._loop.create_server(self._protocol, sock=self._socket)

    async def _stop(self) -> None:
        if self._server is not None and self._server.is_serving():
            self._server.close()

    async def _end_all(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _protocol(self) -> SMTP:
        self.connections += 1
        return SMTP(
            self,
            hostname="relay.example.org",
            authenticator=self._authenticate if self._login else None,
            auth_required=self._login is not None,
            auth_require_tls=False,
            tls_context=self._tls,
            loop=self._loop,
        )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        return AuthResult(success=given == self._login, handled=False)
