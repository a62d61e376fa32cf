"""A mail server that counts.

python -m tests.bench.smtp_sink PORT

writes the count and the time of the latest mail after every hundred mails.
"""

import asyncio
import json
import sys
import time
from typing import Any

from aiosmtpd.smtp import SMTP


class Counter:
    """Takes every mail."""

    def __init__(self) -> None:
        self._mails = 0

    async def handle_DATA(self, *_: Any) -> str:  # noqa: N802  (the library's name)
        """Count one."""
        self._mails += 1
        if self._mails % 100 == 0:
            line = json.dumps({"mails": self._mails, "at": time.monotonic()})
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        return "250 OK"


async def _main(port: int) -> None:
    counter = Counter()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(counter, hostname="sink.example"), "127.0.0.1", port
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
