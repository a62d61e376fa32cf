"""Where the road's messages end: a real SMTP server, and the SMS provider's fake."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from connectors.sms.provider_fake import FakeConfig, Message, ProviderFake
from hub.runtime.clock import SystemClock

TOKEN = "the provider's token"


class MailSink:
    """Takes every mail, and keeps them in the order of arrival."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        self.mails.append(mail)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """What somebody received, each mail once, as their mailbox shows it."""
        mine = [m for m in list(self.mails) if address in m["To"]]
        return list({m["Message-ID"]: m for m in mine}.values())


class Sinks:
    """Both sinks, on an event loop in a thread, until `close`."""

    def __init__(self, mail_port: int, sms_port: int, secret: str, webhooks: str):
        config = FakeConfig(SecretStr(TOKEN), SecretStr(secret), webhooks, report=True)
        self.mail = MailSink()
        self.provider = ProviderFake(config, SystemClock())
        self._ports = mail_port, sms_port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="sinks")
        self._ready = threading.Event()
        self._thread.start()
        assert self._ready.wait(10)

    @property
    def texts(self) -> list[Message]:
        return list(self.provider.messages)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        self._stop = asyncio.Event()
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(self._stop.wait))

    async def _serve(self, until: Callable[[], Awaitable[object]]) -> None:
        async with self._mail_server(), self.provider.serving(port=self._ports[1]):
            self._ready.set()
            await until()

    @asynccontextmanager
    async def _mail_server(self) -> AsyncIterator[None]:
        server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(self.mail, enable_SMTPUTF8=True, hostname="sink.example"),
            "127.0.0.1",
            self._ports[0],
        )
        try:
            yield
        finally:
            server.close()
