"""Many SMTP clients in one process: `python -m tests.bench.smtp_client PORT N`.

Speaks just enough SMTP to cost little; prints one JSON line per half second.
"""

import asyncio
import json
import sys
import time

import uvloop

BODY = b"Hello, where is my order? It was promised for Monday.\r\n" * 30


class Clients:
    """Counts mails that were taken with 250, over all connections."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.taken = 0
        self.started = 0

    async def run(self, connections: int) -> None:
        """Send for ever over so many connections."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tell())
            for number in range(connections):
                group.create_task(self._client(number))

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            print(json.dumps({"taken": self.taken, "at": time.time()}), flush=True)

    async def _client(self, number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        await _answer(reader, b"220")
        writer.write(b"HELO bench.example\r\n")
        await _answer(reader, b"250")
        while True:
            self.started += 1
            await self._send(reader, writer, f"{number}.{self.started}")
            self.taken += 1

    async def _send(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str
    ) -> None:
        sender = f"person{name}@customer.example"
        for line, code in (
            (f"MAIL FROM:<{sender}>", b"250"),
            ("RCPT TO:<support@touchline.example>", b"250"),
            ("DATA", b"354"),
        ):
            writer.write(line.encode() + b"\r\n")
            await _answer(reader, code)
        writer.write(_mail(name, sender) + b"\r\n.\r\n")
        await _answer(reader, b"250")


def _mail(name: str, sender: str) -> bytes:
    head = (
        f"From: A Person <{sender}>\r\nTo: support@touchline.example\r\n"
        f"Subject: Order {name}\r\nMessage-ID: <{name}@customer.example>\r\n"
        "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return head.encode() + BODY


async def _answer(reader: asyncio.StreamReader, code: bytes) -> None:
    line = await reader.readline()
    if not line.startswith(code):
        raise RuntimeError(f"expected {code.decode()}, got {line!r}")


if __name__ == "__main__":
    uvloop.run(Clients(int(sys.argv[1])).run(int(sys.argv[2])))
