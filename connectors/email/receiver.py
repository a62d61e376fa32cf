"""Mail in by SMTP (RFC 5321), on the caller's event loop."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from aiosmtpd.smtp import log as protocol_log
from typing_extensions import override

from connectors.email.config import SmtpSettings
from connectors.sdk.errors import PublishError

Accept = Callable[[bytes, dict[str, str]], Awaitable[object]]
"""Takes a mail and its envelope; returns when it is safe, or raises `PublishError`."""

MAX_RECIPIENTS: Final = 100
"""Of one mail, as RFC 5321, 4.5.3.1.8 asks for."""

MAX_LINE: Final = 256 * 1024
"""RFC 5321 allows 1,000 bytes; mails of careless programs have far longer lines."""

_PATIENCE: Final = 5  # seconds for clients that do not read our good-bye
_BUSY = b"421 4.3.2 Too many connections, try again later\r\n"
_CLOSING = b"421 4.3.2 Service shutting down\r\n"

# The library logs addresses and whole commands; personal data is not for logs.
protocol_log.setLevel(logging.CRITICAL + 1)

log = structlog.get_logger()


class Receiver:
    """An SMTP server that says 250 only after `accept` returned.

    Use it as an async context manager. Leaving it finishes the mails whose last byte
    has arrived, tells everybody else to come back later, and closes.

    Args:
        settings: where to listen, and limits.
        accept: takes a mail; see `Accept`.
        is_known: whether a recipient's address is accepted; else 550.
        received_at: the time as ISO 8601.
    """

    def __init__(
        self,
        settings: SmtpSettings,
        accept: Accept,
        is_known: Callable[[str], bool],
        received_at: Callable[[], str],
    ) -> None:
        self.settings = settings
        self.connections: set[Connection] = set()
        self.handler = _Handler(accept, is_known, received_at, settings.max_publishing)
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.get_running_loop().create_server(
            lambda: Connection(self),
            self.settings.host,
            self.settings.port,
            backlog=1024,
            reuse_port=self.settings.reuse_port or None,
        )
        log.info("touchline.email.listening", port=self.port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Take no more mail, finish and answer what was taken; see the class."""
        if self._server is None:
            return
        self._server.close()
        for connection in list(self.connections):
            connection.close_if_idle()
        await self.handler.finished()
        for connection in list(self.connections):
            connection.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await self._server.wait_closed()

    @property
    def port(self) -> int:
        """The port that it listens on; 0 before it was entered."""
        if self._server is None:
            return 0
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def is_full(self) -> bool:
        """As many connections are open as may be."""
        return len(self.connections) >= self.settings.max_connections


class Connection(SMTP):
    """One client's connection."""

    command_size_limit = 4096  # the library's 512 is too short for long addresses
    command_size_limits: dict[str, int] = defaultdict(  # noqa: RUF012  # as the library
        lambda: Connection.command_size_limit
    )
    line_length_limit = MAX_LINE

    def __init__(self, receiver: Receiver) -> None:
        settings = receiver.settings
        super().__init__(
            receiver.handler,
            data_size_limit=settings.max_bytes,
            enable_SMTPUTF8=True,
            hostname=settings.hostname,
            ident="touchline",
            timeout=settings.timeout_seconds,
            loop=asyncio.get_running_loop(),
        )
        self._receiver = receiver
        self.replied = asyncio.Event()
        self.replied.set()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        is_full = self._receiver.is_full
        if not is_full:
            self._receiver.connections.add(self)
        super().connection_made(transport)
        if is_full and isinstance(transport, asyncio.WriteTransport):
            transport.write(_BUSY)
            transport.close()

    @override
    def connection_lost(self, error: Exception | None) -> None:
        self._receiver.connections.discard(self)
        super().connection_lost(error)

    @override
    async def smtp_DATA(self, arg: str) -> None:
        try:
            await super().smtp_DATA(arg)
        finally:
            self.replied.set()

    def close_if_idle(self) -> None:
        """Say good-bye unless a mail of this client waits for its answer."""
        if self.replied.is_set():
            self.close()

    def close(self) -> None:
        """Say good-bye; what was written before is still sent."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.write(_CLOSING)
            self.transport.close()


class _Handler:
    """The hooks that the protocol class calls; their names are the library's."""

    def __init__(
        self,
        accept: Accept,
        is_known: Callable[[str], bool],
        received_at: Callable[[], str],
        most: int,
    ) -> None:
        self._accept = accept
        self._is_known = is_known
        self._received_at = received_at
        self._slots = asyncio.Semaphore(most)
        self._tasks: set[asyncio.Task[str]] = set()
        self._waiting: set[Connection] = set()

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """One recipient."""
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if not self._is_known(address):
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, server: Connection, _session: Session, envelope: Envelope
    ) -> str:
        """A whole mail."""
        server.replied.clear()
        self._waiting.add(server)
        # A task of its own: the client may go away, the mail is accepted all the same.
        task = asyncio.create_task(self._take(envelope))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            return await asyncio.shield(task)
        finally:
            self._waiting.discard(server)

    async def handle_exception(self, error: Exception) -> str:
        """Whatever the protocol could not make sense of."""
        log.warning("touchline.email.protocol_error", error=type(error).__name__)
        return "451 4.3.0 Local error, try again later"

    async def _take(self, envelope: Envelope) -> str:
        context = {
            "received_at": self._received_at(),
            "mail_from": _written(envelope.mail_from).strip("<>"),
            "rcpt_to": ",".join(map(_written, envelope.rcpt_tos)),
            "source": "smtp",
        }
        try:
            async with self._slots:
                await self._accept(envelope.original_content or b"", context)
        except PublishError:
            log.warning("touchline.email.not_published")
            return "451 4.3.0 Cannot store it now, try again later"
        except Exception as error:
            log.exception("touchline.email.not_accepted", error=type(error).__name__)
            return "451 4.3.0 Local error, try again later"
        return "250 2.0.0 OK"

    async def finished(self) -> None:
        """Return when every mail taken so far is settled and answered."""
        waiting = list(self._waiting)
        while self._tasks:
            await asyncio.wait(self._tasks)
        for connection in waiting:
            await connection.replied.wait()


def _written(address: Any) -> str:
    # Commas separate recipients in the context; bytes that are no UTF-8 come as
    # surrogates, which nothing can store.
    text = str(address or "").encode("utf-8", "replace").decode()
    return text.replace(",", "")
