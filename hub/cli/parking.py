"""Parked work, as the services offer it, for people at a terminal."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from hub.application.parked import Parked, ParkedContent, ParkedItem
from hub.bootstrap.services import Services
from hub.cli.output import Exit, Fault, Listing, visible
from hub.cli.short_ids import begins, shortened

__all__ = [
    "content_document",
    "content_listing",
    "content_text",
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
    """One item with its bytes, by its id or the beginning of it.

    Raises:
        NotFoundError: there is none.
        Fault: there is more than one.
    """
    async with services.parked() as parked:
        return await parked.show(await _meant(parked, which))


async def retry(services: Services, which: str, actor: str) -> str:
    """Drive it again; says in a sentence what came of it.

    Raises:
        CommandError: there is none, or it cannot be driven now.
        Fault: there is more than one.
    """
    async with services.parked() as parked:
        return await parked.retry(await _meant(parked, which), actor)


async def discard(services: Services, which: str, actor: str, reason: str) -> None:
    """Give it up for good.

    Raises:
        CommandError: there is none, or no reason.
        Fault: there is more than one.
    """
    async with services.parked() as parked:
        await parked.discard(await _meant(parked, which), actor, reason)


async def _meant(parked: Parked, which: str) -> str:
    """The id that begins so; what is still parked goes before what is settled."""
    for everything in (False, True):
        items = await parked.items(everything=everything)
        found = [one for one in items if begins(one.id, which)]
        if len(found) > 1:
            raise _ambiguous(which, found)
        if found:
            return found[0].id
    return which


def _ambiguous(which: str, found: Sequence[ParkedItem]) -> Fault:
    several = "\n".join(f"  {one.id}  {one.kind}  {one.reason}" for one in found)
    return Fault(
        f"{which} fits {len(found)} parked items:\n{several}",
        hint="Give more of the id.",
        code=Exit.USAGE,
    )


def listing(found: Sequence[ParkedItem]) -> Listing:
    """Parked work, one a line, with ids as short as they may be typed."""
    short = shortened([one.id for one in found])
    columns = ("id", "kind", "where", "since", "with it", "state", "reason")
    rows = [
        (
            short[one.id],
            one.kind,
            one.where,
            one.since,
            one.waiting,
            one.state,
            one.reason,
        )
        for one in found
    ]
    return Listing("Parked work", columns, rows, empty="Nothing is parked.")


def content_document(found: ParkedContent) -> dict[str, Any]:
    """The JSON form; bytes as far as they are text."""
    return {**asdict(found.item), "context": found.context, "raw": _text(found.raw)}


def content_listing(found: ParkedContent) -> Listing:
    """All about one item but its bytes; what its connector noted is kept apart."""
    noted = {f"context: {name}": value for name, value in found.context.items()}
    facts = {**asdict(found.item), **noted, "bytes": len(found.raw)}
    return Listing(f"Parked {found.item.id}", ("what", "value"), list(facts.items()))


def content_text(found: ParkedContent) -> str:
    """What arrived, as far as it is text."""
    return _text(found.raw) or "No bytes are kept for it."


def write_raw(found: ParkedContent) -> None:
    """Write what arrived to standard output: byte for byte, but to a terminal safely.

    Raises:
        Fault: an event has no bytes of its own.
    """
    if not found.raw:
        raise Fault("No bytes are kept for it.", code=Exit.NOT_FOUND)
    if sys.stdout.isatty():
        print(visible(_text(found.raw)))
        return
    sys.stdout.buffer.write(found.raw)
    sys.stdout.flush()


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", errors="backslashreplace")
