"""Mail out by SMTP, over a few connections that stay open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiosmtplib
import structlog

from connectors.email.addresses import without_addresses
from connectors.email.compose import Composed
from connectors.email.config import RelaySettings
from connectors.sdk.connector import Sent
from connectors.sdk.errors import PermanentSendError, TransientSendError

_DEAD: Final = (
    aiosmtplib.SMTPServerDisconnected,
    ConnectionResetError,
    BrokenPipeError,
)

log = structlog.get_logger()


class Outgoing:
    """A bounded pool of connections to the relay.

    A connection that turns out to be dead is replaced once, at once. That may repeat
    a mail whose answer was lost: receivers know it by its Message-ID.
    """

    def __init__(self, relay: RelaySettings) -> None:
        self._relay = relay
        self._slots = asyncio.Semaphore(relay.connections)
        self._idle: list[tuple[aiosmtplib.SMTP, float]] = []

    async def send(self, mail: Composed) -> Sent:
        """Return when the relay took responsibility (RFC 5321, 6.1).

        Raises:
            TransientSendError: no connection, a 4xx answer, or our own log-in failed.
            PermanentSendError: a 5xx answer.
        """
        try:
            async with self._slots:
                return Sent(await self._deliver(mail))
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _translated(error) from error

    async def close(self) -> None:
        """Close the connections that are not in use."""
        while self._idle:
            client, _ = self._idle.pop()
            await _quit(client)

    async def _deliver(self, mail: Composed) -> str:
        try:
            async with self._client() as client:
                return await _transmit(client, mail)
        except _DEAD:
            await self.close()  # what lay idle beside it is as old
        async with self._client() as client:
            return await _transmit(client, mail)

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[aiosmtplib.SMTP]:
        client = await self._reused() or await self._connected()
        try:
            yield client
        except aiosmtplib.SMTPResponseException:
            await self._keep(client)  # it answered: the connection is sound
            raise
        except BaseException:
            client.close()
            raise
        await self._keep(client)

    async def _reused(self) -> aiosmtplib.SMTP | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            client, since = self._idle.pop()
            if client.is_connected and now - since < self._relay.idle_seconds:
                return client
            client.close()
        return None

    async def _connected(self) -> aiosmtplib.SMTP:
        relay = self._relay
        client = aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            timeout=relay.timeout,
            use_tls=relay.security == "tls",
            start_tls=relay.security == "starttls",
            username=relay.username or None,
            password=relay.password.get_secret_value() or None,
            local_hostname="localhost",
        )
        await client.connect()
        return client

    async def _keep(self, client: aiosmtplib.SMTP) -> None:
        if client.is_connected:
            self._idle.append((client, asyncio.get_running_loop().time()))


async def _transmit(client: aiosmtplib.SMTP, mail: Composed) -> str:
    options = ["SMTPUTF8", "BODY=8BITMIME"] if mail.needs_utf8 else []
    encoding = "utf-8" if mail.needs_utf8 else "ascii"
    try:
        await client.mail(mail.sender, options=options, encoding=encoding)
        await client.rcpt(mail.recipient, encoding=encoding)
        response = await client.data(mail.data)
    except aiosmtplib.SMTPResponseException:
        await _reset(client)
        raise
    return without_addresses(response.message)[:200]


async def _reset(client: aiosmtplib.SMTP) -> None:
    try:
        await client.rset()
    except aiosmtplib.SMTPException:
        client.close()


async def _quit(client: aiosmtplib.SMTP) -> None:
    try:
        await client.quit()
    except aiosmtplib.SMTPException:
        client.close()


def _translated(
    error: aiosmtplib.SMTPException | OSError,
) -> TransientSendError | PermanentSendError:
    """What the failure means for the message; says nothing about people."""
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return PermanentSendError("the mail relay cannot carry such an address")
    # A wrong password is ours to mend: no message must be lost for it.
    ours = isinstance(
        error, (aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPConnectError)
    )
    if isinstance(error, aiosmtplib.SMTPResponseException):
        reason = f"{error.code} {without_addresses(error.message)[:300]}"
        if error.code >= 500 and not ours:  # noqa: PLR2004  # RFC 5321, 4.2.1
            return PermanentSendError(f"the mail relay refused it: {reason}")
        return TransientSendError(f"the mail relay asks for patience: {reason}")
    return TransientSendError(f"no mail relay: {type(error).__name__}")
