"""The one way in: raw input becomes a published touchpoint or a published rejection."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import structlog

from connectors.sdk.connector import Connector, Parsed, RawInput
from connectors.sdk.errors import TooLargeError, UnparseableError, place
from events import ids
from events.codec import UnencodableError
from events.touchpoint import Touchpoint, TouchpointRejected

RAW_INLINE_LIMIT: Final = 256 * 1024
"""Larger raw input goes to the blob store first (bytes)."""

IMPORT: Final = "import"
"""Value of `source` in the context of input that is history, not news."""

log = structlog.get_logger()


async def accept(
    connector: Connector[Any], raw: RawInput
) -> Touchpoint | TouchpointRejected:
    """Parse, store what is large, publish; return what was published.

    Input that cannot be parsed, or not be published as it is, becomes a rejection.
    When this returns, Kafka has acknowledged it and every blob is on disk.

    Raises:
        PublishError: Kafka did not take it; nothing may be acknowledged to the sender.
    """
    try:
        parsed = connector.parse(raw)
    except UnparseableError as error:
        return await reject(connector, raw, str(error))
    # A fault of a connector costs one input: raised, it would come for ever.
    except Exception as error:  # noqa: BLE001
        return await reject(connector, raw, _fault(connector, error))
    item = await _complete(connector, raw, parsed)
    try:
        await connector.ports.publisher.publish(item)
    except (TooLargeError, UnencodableError) as error:
        return await reject(connector, raw, str(error))
    return item


def _fault(connector: Connector[Any], error: Exception) -> str:
    kind = type(error).__name__
    log.error(
        "touchline.connector.parse_failed",
        connector=connector.name,
        error=kind,
        where=place(error),
    )
    return f"the connector failed to read it ({kind}): report this, it is a fault"


async def reject(
    connector: Connector[Any], raw: RawInput, reason: str
) -> TouchpointRejected:
    """Publish raw input as rejected, with a reason for people."""
    inline, blob = await _store_raw(connector, raw)
    received = raw.context.get("received_at")
    at = datetime.fromisoformat(received) if received else connector.ports.clock.now()
    item = TouchpointRejected(
        rejection_id=ids.rejection_id(connector.name, at, raw.data),
        channel=connector.channel,
        connector=connector.name,
        received_at=at,
        reason=reason,
        context=raw.context,
        raw=inline,
        raw_blob=blob,
    )
    await connector.ports.publisher.publish(item)
    return item


async def _store_raw(connector: Connector[Any], raw: RawInput) -> tuple[bytes, str]:
    if len(raw.data) <= RAW_INLINE_LIMIT:
        return raw.data, ""
    blob = await connector.ports.blobs.put(
        raw.data,
        owner=connector.name,
        name="raw",
        media_type="application/octet-stream",
    )
    return b"", f"{blob.blob}#{blob.key.hex()}"


async def _complete(
    connector: Connector[Any], raw: RawInput, parsed: Parsed
) -> Touchpoint:
    blobs, owner = connector.ports.blobs, str(parsed.touchpoint.touchpoint_id)
    attachments = [
        await blobs.put(f.data, owner=owner, name=f.name, media_type=f.media_type)
        for f in parsed.files
    ]
    inline, blob = await _store_raw(connector, raw)
    return replace(
        parsed.touchpoint,
        attachments=tuple(attachments),
        raw=inline,
        raw_blob=blob,
        imported=raw.context.get("source") == IMPORT,
    )
