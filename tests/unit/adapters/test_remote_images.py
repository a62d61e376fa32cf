"""Pictures are fetched from the public network alone, whatever an address says."""

import asyncio

import httpcore
import pytest
from typing_extensions import override

from hub.adapters.remote_images import (
    MOST_BYTES,
    REDIRECTS,
    ForbiddenPlaceError,
    PublicNetwork,
    RemoteImages,
    is_public,
)

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1%eth0",
    "fd00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_own_and_special_networks_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9"])
def test_the_rest_of_the_world_is(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "[::1]", "127.1"]
)
async def test_no_name_and_no_spelling_leads_to_this_machine(host):
    with pytest.raises(ForbiddenPlaceError):
        await PublicNetwork().connect_tcp(host, 80)


async def test_only_ports_of_the_web_are_tried():
    with pytest.raises(ForbiddenPlaceError):
        await PublicNetwork().connect_tcp("9.9.9.9", 25)


class Loopback(httpcore.AsyncNetworkBackend):
    """Every host is our own server, and who was asked for is kept."""

    def __init__(self, port):
        self.port, self.asked = port, []

    @override
    async def connect_tcp(self, host, port, *rest, **more):
        self.asked.append((host, port))
        return await httpcore.AnyIOBackend().connect_tcp("127.0.0.1", self.port)


@pytest.fixture
async def served():
    """A server that answers each path with what `pages` has, and keeps requests."""
    pages, requests = {}, []

    async def answer(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        requests.append(head.decode())
        writer.write(pages[head.split(b" ")[1].decode()])
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    network = Loopback(server.sockets[0].getsockname()[1])
    async with server:
        yield pages, requests, RemoteImages(network), network


def page(body, status="200 OK", *fields):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def test_a_picture_is_fetched_and_tells_nothing_about_the_reader(served):
    pages, requests, fetch, _ = served
    pages["/a?b=1"] = page(b"picture", "200 OK", "Set-Cookie: a=b")
    assert await fetch(["http://user:secret@shop.example/a?b=1"]) == {
        "http://user:secret@shop.example/a?b=1": b"picture"
    }
    fields = {line.partition(":")[0].lower() for line in requests[0].split("\r\n")[1:]}
    assert fields - {""} == {"host", "accept", "accept-encoding"}


async def test_each_redirection_is_looked_up_again(served):
    pages, _, fetch, network = served
    target = "Location: http://inside.example/b"
    pages["/a"] = page(b"", "302 Found", target)
    pages["/b"] = page(b"picture")
    assert len(await fetch(["http://shop.example/a"])) == 1
    assert network.asked == [("shop.example", 80), ("inside.example", 80)]


async def test_redirections_come_to_an_end(served):
    pages, requests, fetch, _ = served
    pages["/a"] = page(b"", "302 Found", "Location: /a")
    assert await fetch(["http://shop.example/a"]) == {}
    assert len(requests) == REDIRECTS + 1


async def test_what_is_too_large_missing_or_nonsense_is_left_out(served):
    pages, _, fetch, _ = served
    pages["/large"] = page(b"x" * (MOST_BYTES + 1))
    pages["/gone"] = page(b"", "404 Not Found")
    pages["/nonsense"] = b"\x00\x01\x02\r\n\r\n"
    pages["/good"] = page(b"picture")
    base = "http://shop.example"
    wanted = [f"{base}/{name}" for name in ("large", "gone", "nonsense", "good")]
    odd = ["file:///etc/passwd", "ftp://shop.example/a", "http://[", "x", ""]
    assert await fetch([*wanted, *odd]) == {f"{base}/good": b"picture"}
