"""The connector for mail: SMTP and IMAP in, SMTP out."""

import asyncio
from typing import ClassVar

from pydantic import BaseModel
from typing_extensions import override

from connectors.email import parse
from connectors.email.addresses import OurAddresses
from connectors.email.compose import compose
from connectors.email.config import EmailConfig, ImapAccount
from connectors.email.imap import Poller
from connectors.email.outgoing import Outgoing
from connectors.email.receiver import Receiver
from connectors.sdk.accept import accept, reject
from connectors.sdk.connector import (
    Connector,
    File,
    OutboundMessage,
    Parsed,
    RawInput,
    Sent,
)
from connectors.sdk.errors import PermanentSendError
from connectors.sdk.ports import Ports
from events.touchpoint import Attachment


class EmailConnector(Connector[EmailConfig]):
    """Mail, as described in the package's modules."""

    channel: ClassVar[str] = parse.CHANNEL
    config: ClassVar[type[BaseModel]] = EmailConfig
    # Message-IDs are stable: receivers show a mail that comes twice once.
    resend_is_safe = True

    def __init__(self, name: str, settings: EmailConfig, ports: Ports) -> None:
        super().__init__(name, settings, ports)
        self.ours = OurAddresses(settings.addresses)
        self.outgoing = Outgoing(settings.relay)

    @override
    async def run(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as tasks:
            if self.settings.smtp.enabled:
                tasks.create_task(self._receive(stop))
            for account in self.settings.imap:
                tasks.create_task(self.poller(account).run(stop))
            await stop.wait()
        await self.close()

    @override
    def parse(self, raw: RawInput) -> Parsed:
        return parse.parse(raw, self.name, self.ours)

    @override
    async def send(self, message: OutboundMessage) -> Sent:
        files = [await self._file(a) for a in message.content.attachments]
        now = self.ports.clock.now()
        mail = compose(message, files, self.ours, self.settings.from_name, now)
        return await self.outgoing.send(mail)

    async def close(self) -> None:
        """Close the connections to the relay; `send` opens new ones."""
        await self.outgoing.close()

    def receiver(self) -> Receiver:
        """The SMTP server by itself, an async context manager; also for benches."""
        return Receiver(
            self.settings.smtp, self._accept_smtp, self._is_known, self._now
        )

    def poller(self, account: ImapAccount) -> Poller:
        """The reader of one mailbox by itself."""
        limit = self.settings.smtp.max_bytes
        return Poller(account, self.ports.checkpoints, self._accept_imap, limit)

    async def _receive(self, stop: asyncio.Event) -> None:
        async with self.receiver():
            await stop.wait()

    async def _accept_smtp(self, data: bytes, context: dict[str, str]) -> None:
        await accept(self, RawInput(data, context))

    async def _accept_imap(self, data: bytes, size: int) -> None:
        raw = RawInput(data, {"received_at": self._now(), "source": "imap"})
        limit = self.settings.smtp.max_bytes
        if size > limit:
            reason = f"larger than {limit} bytes: it stays in the mailbox"
            await reject(self, raw, reason)
        else:
            await accept(self, raw)

    def _is_known(self, address: str) -> bool:
        return self.settings.catch_all or bool(self.ours.match(address))

    def _now(self) -> str:
        return self.ports.clock.now().isoformat()

    async def _file(self, attachment: Attachment) -> File:
        chunks: list[bytes] = []
        try:
            chunks.extend([c async for c in self.ports.blobs.read(attachment)])
        except FileNotFoundError as error:
            raise PermanentSendError("an attachment does not exist any more") from error
        return File(attachment.name, attachment.media_type, b"".join(chunks))
