"""A stream processor that cannot start does not keep its process."""

import subprocess
import sys
from pathlib import Path

from hub.runtime.servers.ports import free_port

ROOT = Path(__file__).parents[3]
SCRIPT = """
import asyncio, pathlib, sys
from hub.streams.app import batch_agent, create_app, run_app

async def nothing(_records):
    return None

async def main():
    app = create_app("nowhere", sys.argv[1], pathlib.Path(sys.argv[2]))
    batch_agent(app, nothing)
    async with asyncio.timeout(5):
        await run_app(app, asyncio.Event())

asyncio.run(main())
"""


def test_a_process_whose_app_finds_no_broker_ends(tmp_path):
    broker = f"127.0.0.1:{free_port()}"

    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, broker, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        timeout=50,
        check=False,
    )

    assert ended.returncode == 1
