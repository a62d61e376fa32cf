"""Pictures of mails that lie elsewhere, fetched for whoever reads the mail.

The sender learns that somebody looked, and nothing about whom: no address, no cookie,
no referrer, no program's name. Nothing inside the own network can be reached: every
address is looked up here and must be a public one (OWASP, Server-Side Request Forgery
Prevention), again for each redirection, and the connection goes to that very address.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final

import httpcore
import httpx
import structlog
from typing_extensions import override

MOST_BYTES: Final = 5 * 1024 * 1024
"""Of one picture."""
TOGETHER: Final = 12 * 1024 * 1024
"""Of all pictures of a mail."""
SECONDS: Final = 10.0
"""For all pictures of a mail; what is not there by then is left out."""
AT_ONCE: Final = 8
REDIRECTS: Final = 3
_PORTS: Final = frozenset({80, 443})
_HEADERS: Final = ((b"Accept", b"image/*"), (b"Accept-Encoding", b"identity"))
_TIMEOUTS: Final = {"connect": 4.0, "read": 5.0, "write": 4.0, "pool": SECONDS}

_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_FAILURES: Final = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
    httpx.InvalidURL,
    ssl.SSLError,
    ValueError,
)
_NAT64: Final = ip_network("64:ff9b::/96")
"""IPv4 within IPv6 (RFC 6052)."""

log = structlog.get_logger(__name__)


class ForbiddenPlaceError(httpcore.ConnectError):
    """The address is none of the public network."""


class PublicNetwork(httpcore.AsyncNetworkBackend):
    """Connects to public addresses on the ports of the web only."""

    def __init__(self, inner: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._inner = inner or httpcore.AnyIOBackend()

    @override
    async def connect_tcp(
        self, host: str, port: int, *args: Any, **kwargs: Any
    ) -> httpcore.AsyncNetworkStream:
        if port not in _PORTS:
            raise ForbiddenPlaceError(f"port {port}")
        address = await _public(host, port)
        return await self._inner.connect_tcp(address, port, *args, **kwargs)

    @override
    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


async def _public(host: str, port: int) -> str:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ForbiddenPlaceError("no such host") from error
    addresses = [str(entry[4][0]) for entry in found]
    # One private address among public ones is an attack, or of no use.
    if not addresses or not all(map(is_public, addresses)):
        raise ForbiddenPlaceError("not public")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is of the public network, however it is written."""
    ip = _within(ip_address(address.partition("%")[0]))
    return ip.is_global and not ip.is_multicast


def _within(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one carries, if it does."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64:
        return IPv4Address(ip.packed[-4:])
    return ip.ipv4_mapped or ip.sixtofour or ip


class RemoteImages:
    """Fetches pictures; each call has connections of its own, and keeps nothing."""

    def __init__(self, network: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._network = network or PublicNetwork()
        self._tls = ssl.create_default_context()

    async def __call__(self, addresses: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes by address, as far as they came in time."""
        found: dict[str, bytes] = {}
        pool = httpcore.AsyncConnectionPool(
            ssl_context=self._tls,
            max_connections=AT_ONCE,
            network_backend=self._network,
        )
        async with pool:
            tasks = [
                asyncio.ensure_future(self._keep(pool, one, found)) for one in addresses
            ]
            if tasks:
                _, late = await asyncio.wait(tasks, timeout=SECONDS)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)
        return found

    async def _keep(
        self, pool: httpcore.AsyncConnectionPool, address: str, found: dict[str, bytes]
    ) -> None:
        try:
            data = await _fetched(pool, httpx.URL(address))
        except _FAILURES as error:
            log.info("remote_image_left_out", error=type(error).__name__)
            return
        if sum(map(len, found.values())) + len(data) <= TOGETHER:
            found[address] = data


async def _fetched(pool: httpcore.AsyncConnectionPool, url: httpx.URL) -> bytes:
    for _ in range(REDIRECTS + 1):
        request = pool.stream(
            "GET", _plain(url), headers=_HEADERS, extensions={"timeout": _TIMEOUTS}
        )
        async with request as response:
            if response.status not in _MOVED:
                return await _body(response)
            url = url.join(_location(response))
    raise ValueError("too many redirections")


def _plain(url: httpx.URL) -> httpcore.URL:
    """The address without a password, which is not for us to send."""
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _location(response: httpcore.Response) -> str:
    fields = {name.lower(): value for name, value in response.headers}
    return fields.get(b"location", b"").decode("ascii")


async def _body(response: httpcore.Response) -> bytes:
    if response.status != HTTPStatus.OK:
        raise ValueError("not there")
    data = bytearray()
    async for chunk in response.aiter_stream():
        data += chunk
        if len(data) > MOST_BYTES:
            raise ValueError("too large")
    return bytes(data)
