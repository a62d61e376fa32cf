"""Many clients that send mail as fast as it is taken.

python -m tests.bench.smtp_load PORT MAILS CONNECTIONS

prints one JSON line: how long the middle of it took.
"""

import asyncio
import json
import sys
import time
from itertools import count

BODY = "The parcel was due on Monday and has not come. " * 38


def _mail(number: int) -> bytes:
    sender = f"customer{number % 5000}@customer.example"
    head = (
        f"From: Customer {number % 5000} <{sender}>\r\n"
        "To: support@touchline.example\r\n"
        f"Subject: Where is order {number}?\r\n"
        f"Message-ID: <{number}@customer.example>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return f"{head}{BODY}\r\n.\r\n".encode()


class Clients:
    """They share one row of mails."""

    def __init__(self, port: int, mails: int) -> None:
        self._port = port
        self._mails = mails
        self._next = count()
        self.times: list[float] = []

    async def one(self) -> None:
        """Send until no mail is left."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        await _said(reader, b"220")
        await self._ask(reader, writer, b"EHLO client.example\r\n", b"250")
        while (number := next(self._next)) < self._mails:
            sender = f"customer{number % 5000}@customer.example"
            for line, answer in (
                (f"MAIL FROM:<{sender}>\r\n".encode(), b"250"),
                (b"RCPT TO:<support@touchline.example>\r\n", b"250"),
                (b"DATA\r\n", b"354"),
                (_mail(number), b"250"),
            ):
                await self._ask(reader, writer, line, answer)
            self.times.append(time.monotonic())
        writer.close()

    async def _ask(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        line: bytes,
        answer: bytes,
    ) -> None:
        writer.write(line)
        await _said(reader, answer)


async def _said(reader: asyncio.StreamReader, wanted: bytes) -> None:
    """Read one answer, of several lines perhaps."""
    while True:
        line = await reader.readline()
        if not line.startswith(wanted):
            raise ConnectionError(f"expected {wanted!r}, got {line!r}")
        if line[3:4] == b" ":
            return


async def _main(port: int, mails: int, connections: int) -> None:
    clients = Clients(port, mails)
    await asyncio.gather(*(clients.one() for _ in range(connections)))
    low, high = clients.times[mails // 10], clients.times[mails * 9 // 10]
    done = mails * 9 // 10 - mails // 10
    sys.stdout.write(json.dumps({"mails": done, "seconds": high - low}) + "\n")


if __name__ == "__main__":
    asyncio.run(_main(*map(int, sys.argv[1:4])))
