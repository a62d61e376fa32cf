"""A mail relay that takes everything: `python -m tests.bench.smtp_sink PORT`."""

import asyncio
import json
import sys
import time
from typing import Any

from aiosmtpd.smtp import SMTP


class Sink:
    """Counts mails; prints one JSON line per half second."""

    def __init__(self) -> None:
        self.taken = 0

    async def handle_DATA(  # noqa: N802  (the library's name)
        self, _server: Any, _session: Any, _envelope: Any
    ) -> str:
        """One more mail."""
        self.taken += 1
        return "250 taken"

    async def tell(self) -> None:
        """Say how many, for ever."""
        while True:
            await asyncio.sleep(0.5)
            print(json.dumps({"taken": self.taken, "at": time.time()}), flush=True)


async def _main(port: int) -> None:
    sink = Sink()
    loop = asyncio.get_running_loop()
    await loop.create_server(
        lambda: SMTP(sink, hostname="sink", loop=loop), "127.0.0.1", port
    )
    await sink.tell()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
