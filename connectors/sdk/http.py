"""Receive over HTTP: a server that drains, and answers that say what to do next."""

import asyncio
import contextlib
import socket
from abc import abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Final, TypeVar

import structlog
import uvicorn
from pydantic import BaseModel, ConfigDict, Field
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from typing_extensions import override

from connectors.sdk.accept import accept, reject
from connectors.sdk.connector import Connector, RawInput
from connectors.sdk.errors import PublishError, place
from connectors.sdk.ports import Ports
from events.touchpoint import Touchpoint, TouchpointRejected

__all__ = [
    "Endpoint",
    "HttpConfig",
    "HttpConnector",
    "HttpProblem",
    "HttpServer",
    "error_response",
    "read_body",
]

BODY_SECONDS: Final = 30
"""How long a sender may take for one body (seconds)."""

DRAIN_SECONDS: Final = 20
"""How long requests in flight may take after `stop` (seconds)."""

RETRY_SECONDS: Final = 5
"""What `Retry-After` asks for while Kafka takes nothing (seconds)."""

log = structlog.get_logger()

Endpoint = Callable[[Request], Awaitable[Response]]


class HttpConfig(BaseModel):
    """Where a connector listens and how much it reads.

    Attributes:
        host: address to bind; put a TLS proxy in front of anything but loopback.
        port: TCP port; 0 lets the system choose one.
        max_bytes: longest request body (bytes); a longer one is refused with 413.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)
    max_bytes: int = Field(default=1024 * 1024, ge=1024)


class HttpProblem(Exception):  # noqa: N818 - RFC 9457's word, and not always an error
    """An answer other than success.

    `code` is for programs, `message` a sentence for people without personal data.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def error_response(problem: HttpProblem) -> JSONResponse:
    """The one shape of every error: `{"error": {"code", "message"}}`."""
    body = {"error": {"code": problem.code, "message": problem.message}}
    busy = problem.status == 503  # noqa: PLR2004 - RFC 9110, 15.6.4
    headers = {"Retry-After": str(RETRY_SECONDS)} if busy else None
    return JSONResponse(body, status_code=problem.status, headers=headers)


async def read_body(request: Request, limit: int) -> bytes:
    """The request's body, refused as soon as it is longer than `limit` bytes.

    Raises:
        HttpProblem: 413 too large, or 408 when it takes longer than `BODY_SECONDS`.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read(request, limit)
    except TimeoutError:
        message = f"The body did not arrive within {BODY_SECONDS} seconds; send again."
        raise HttpProblem(408, "too_slow", message) from None


async def _read(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> HttpProblem:
    message = f"The body is larger than {limit} bytes; send less, or raise max_bytes."
    return HttpProblem(413, "too_large", message)


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: the process decides when to stop."""

    def __init__(self, config: uvicorn.Config, ready: asyncio.Event) -> None:
        super().__init__(config)
        self._ready = ready

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()

    @contextlib.contextmanager
    @override
    def capture_signals(self) -> Iterator[None]:
        yield


class HttpServer:
    """Serves one ASGI application until it is told to stop, then drains.

    `ready` is set once connections are taken; `url` is known from then on.
    """

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        self.ready = asyncio.Event()
        self.url = ""
        self._app, self._address = app, (host, port)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop`; requests in flight get `DRAIN_SECONDS` to finish.

        Raises:
            OSError: the address cannot be bound; the text names it.
        """
        with self._bind() as listener:
            server = _Server(self._config(), self.ready)
            watcher = asyncio.create_task(_stop_when(stop, server))
            try:
                await server.serve(sockets=[listener])
            finally:
                watcher.cancel()

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            backlog=512,
            server_header=False,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )

    def _bind(self) -> socket.socket:
        host, port = self._address
        listener = _tcp_socket(host)
        try:
            listener.bind((host, port))
        except OSError as error:
            listener.close()
            reason = f"cannot listen on {host}:{port} ({error.strerror}): is it in use?"
            raise OSError(error.errno, reason) from error
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{listener.getsockname()[1]}"
        return listener


def _tcp_socket(host: str) -> socket.socket:
    # asyncio sets TCP_NODELAY only on sockets that name their protocol; without it
    # every answer on a kept connection waits 40 ms for the other side's delayed ACK.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return listener


async def _stop_when(stop: asyncio.Event, server: uvicorn.Server) -> None:
    await stop.wait()
    server.should_exit = True


HttpConfigT = TypeVar("HttpConfigT", bound=HttpConfig)


class HttpConnector(Connector[HttpConfigT]):
    """A connector that receives over HTTP.

    Subclasses give `routes`; an endpoint may raise `HttpProblem` or `PublishError`.
    `counts` says how much was accepted, rejected and refused since the start.
    """

    def __init__(self, name: str, settings: HttpConfigT, ports: Ports) -> None:
        super().__init__(name, settings, ports)
        self.counts: Counter[str] = Counter(accepted=0, rejected=0, refused=0)
        self._waiting = False
        self.server = HttpServer(self._app(), settings.host, settings.port)

    @abstractmethod
    def routes(self) -> Sequence[BaseRoute]:
        """The channel's own routes; wrap each endpoint in `guarded`."""

    @override
    async def run(self, stop: asyncio.Event) -> None:
        await self.server.run(stop)

    def guarded(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint with every error turned into an answer, and none logged raw."""

        async def guard(request: Request) -> Response:
            try:
                return await endpoint(request)
            except HttpProblem as problem:
                return self._refuse(problem)
            except PublishError:
                return self._unpublished()
            except ClientDisconnect:
                return Response(status_code=400)
            except Exception as error:  # noqa: BLE001 - one bad input ends nothing
                return self._broken(error)

        return guard

    async def take(self, raw: RawInput) -> Touchpoint | TouchpointRejected:
        """Accept raw input and count it; see `connectors.sdk.accept.accept`."""
        return self._note(await accept(self, raw))

    async def put_aside(self, raw: RawInput, reason: str) -> None:
        """Publish raw input as rejected and count it."""
        self._note(await reject(self, raw, reason))

    def received_at(self) -> str:
        """Now, as `RawInput.context` holds it."""
        return self.ports.clock.now().isoformat()

    def _app(self) -> Starlette:
        health = Route("/health", self._health)
        return Starlette(
            routes=[health, *self.routes()],
            exception_handlers={HTTPException: _unrouted},
        )

    async def _health(self, _request: Request) -> Response:
        status = "waiting for the broker" if self._waiting else "ok"
        about = {"status": status, "connector": self.name, "channel": self.channel}
        return JSONResponse(about | dict(self.counts))

    def _note(
        self, item: Touchpoint | TouchpointRejected
    ) -> Touchpoint | TouchpointRejected:
        self._waiting = False
        rejected = isinstance(item, TouchpointRejected)
        self.counts["rejected" if rejected else "accepted"] += 1
        return item

    def _refuse(self, problem: HttpProblem) -> Response:
        self.counts["refused"] += 1
        log.info("http.refused", connector=self.name, code=problem.code)
        return error_response(problem)

    def _unpublished(self) -> Response:
        self._waiting = True
        message = "The broker takes nothing right now; send the same request again."
        log.warning("http.unpublished", connector=self.name)
        return error_response(HttpProblem(503, "unavailable", message))

    def _broken(self, error: Exception) -> Response:
        # The error's text may quote the input: its type and place are enough.
        kind, where = type(error).__name__, place(error)
        log.error("http.failed", connector=self.name, error=kind, where=where)
        message = "The connector failed; nothing was accepted. Send again later."
        return error_response(HttpProblem(500, "internal", message))


async def _unrouted(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 405:  # noqa: PLR2004 - RFC 9110, 15.5.6
        message = "This address does not take this method; see the connector's guide."
        return error_response(HttpProblem(405, "wrong_method", message))
    message = "There is nothing at this address; check the path you send to."
    return error_response(HttpProblem(status, "not_found", message))
