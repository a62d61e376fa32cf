"""Asks a broker who it is, which only one that is ready can answer."""

import asyncio
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from hub.runtime.processes import stop, tail
from hub.runtime.servers.errors import ServerError
from hub.runtime.servers.ports import accepts


def wait_until_ready(
    name: str,
    process: subprocess.Popen[bytes],
    *,
    bootstrap: str,
    log: Path,
    seconds: float,
) -> str:
    """Wait for a broker that was just started and return its cluster id.

    Raises:
        ServerError: if it ends or stays silent; it is stopped then, and the
            message holds the end of its log.
    """
    limit = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < limit:
        cluster_id = cluster_id_of(bootstrap)
        if cluster_id:
            return cluster_id
        time.sleep(0.1)
    stop(process)
    raise ServerError(f"{name} did not start on {bootstrap}:\n{tail(log)}")


def cluster_id_of(bootstrap: str) -> str | None:
    """Return the cluster id that a broker tells, or None if it does not answer."""
    if not accepts(bootstrap):  # the client would log each attempt
        return None
    # A thread of its own, since the caller's may be running an event loop.
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, _ask(bootstrap)).result()


async def _ask(bootstrap: str) -> str | None:
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=3000)
    try:
        await client.start()
        found = await client.describe_cluster()
    except (KafkaError, OSError):
        return None
    finally:
        await client.close()
    return str(found["cluster_id"]) if found["brokers"] else None
