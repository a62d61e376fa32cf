"""Parked work, as the services offer it, for people at a terminal."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from hub.application.parked import ParkedContent, ParkedItem
from hub.bootstrap.services import Services
from hub.cli.output import Exit, Fault, Listing

__all__ = [
    "content_document",
    "content_listing",
    "discard",
    "listed",
    "listing",
    "retry",
    "shown",
    "write_raw",
]


async def listed(services: Services, *, everything: bool) -> Sequence[ParkedItem]:
    """What is parked, the oldest first."""
    async with services.parked() as parked:
        return await parked.items(everything=everything)


async def shown(services: Services, which: str) -> ParkedContent:
    """One item with its bytes.

    Raises:
        NotFoundError: there is none.
    """
    async with services.parked() as parked:
        return await parked.show(which)


async def retry(services: Services, which: str, actor: str) -> str:
    """Drive it again; says in a sentence what came of it.

    Raises:
        CommandError: there is none, or it cannot be driven now.
    """
    async with services.parked() as parked:
        return await parked.retry(which, actor)


async def discard(services: Services, which: str, actor: str, reason: str) -> None:
    """Give it up for good.

    Raises:
        CommandError: there is none, or no reason.
    """
    async with services.parked() as parked:
        await parked.discard(which, actor, reason)


def listing(found: Sequence[ParkedItem]) -> Listing:
    """Parked work, one a line."""
    columns = ("id", "kind", "where", "since", "with it", "state", "reason")
    rows = [
        (one.id, one.kind, one.where, one.since, one.waiting, one.state, one.reason)
        for one in found
    ]
    return Listing("Parked work", columns, rows, empty="Nothing is parked.")


def content_document(found: ParkedContent) -> dict[str, Any]:
    """The JSON form; bytes as far as they are text."""
    text = found.raw.decode("utf-8", errors="backslashreplace")
    return {**asdict(found.item), "context": found.context, "raw": text}


def content_listing(found: ParkedContent) -> Listing:
    """Everything about one item but its bytes."""
    facts = {**asdict(found.item), **found.context, "bytes": len(found.raw)}
    return Listing(f"Parked {found.item.id}", ("what", "value"), list(facts.items()))


def write_raw(found: ParkedContent) -> None:
    """Write what arrived, byte for byte, to standard output.

    Raises:
        Fault: an event has no bytes of its own.
    """
    if not found.raw:
        raise Fault("No bytes are kept for it.", code=Exit.NOT_FOUND)
    sys.stdout.buffer.write(found.raw)
    sys.stdout.flush()
